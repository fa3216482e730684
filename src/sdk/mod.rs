//! What SDKs, frameworks and HTTP libraries look like, read from `data/*.toml`.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::lang::Language;

/// The road a request takes to Claude.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Road {
    /// An official SDK.
    Sdk,
    /// Raw HTTP.
    Http,
    /// The AWS SDK's Bedrock runtime.
    Bedrock,
    /// A framework.
    Framework,
    /// A community Rust crate.
    Crate,
}

/// One language's knowledge.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Where the knowledge is from.
    #[serde(rename = "source")]
    _source: String,
    /// When it was checked.
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(default)]
    client: Vec<ClientKind>,
    #[serde(default)]
    function: Vec<FunctionKind>,
    #[serde(default)]
    request: Vec<RequestKind>,
    #[serde(default)]
    transparent: Transparent,
    #[serde(default)]
    retry: Vec<RetryKind>,
    #[serde(default)]
    words: FxHashMap<String, Vec<String>>,
}

/// A kind of client object.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ClientKind {
    /// Its name in the data.
    pub id: String,
    /// The road it takes.
    pub road: Road,
    /// External callables that make it; their paths are also its type names.
    pub new: Vec<String>,
    /// Further type names.
    #[serde(default)]
    pub types: Vec<String>,
    /// Condition on the constructor's first argument or `service_name`, e.g. `bedrock-runtime`.
    #[serde(default)]
    pub when: Option<String>,
    /// Option that sets the number of retries.
    #[serde(default)]
    pub retries: Option<String>,
    /// Retries without that option; `None` when not known.
    #[serde(default)]
    pub default_retries: Option<u32>,
    /// Options that may bring retries of their own (custom transports and HTTP clients).
    #[serde(default)]
    pub transports: Vec<String>,
    /// Option that sets the timeout.
    #[serde(default)]
    pub timeout: Option<String>,
    /// Whether there is a timeout without that option.
    #[serde(default)]
    pub default_timeout: bool,
    /// Option that carries the key.
    #[serde(default)]
    pub key: Option<String>,
    /// Methods that give the same client with more options.
    #[serde(default)]
    pub derive: Vec<String>,
    /// Methods that send requests.
    #[serde(default)]
    pub method: Vec<Method>,
}

/// Methods of a client that send requests.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Member paths: `messages.create`.
    pub path: Vec<String>,
    /// The [`RequestKind`] they send.
    pub request: String,
}

/// External functions that send requests.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FunctionKind {
    /// Paths of the functions.
    pub path: Vec<String>,
    /// The road they take.
    pub road: Road,
    /// The [`RequestKind`] they send.
    pub request: String,
    /// Argument that sets the number of retries.
    #[serde(default)]
    pub retries: Option<String>,
    /// Retries without that argument.
    #[serde(default)]
    pub default_retries: Option<u32>,
    /// Argument that sets a timeout.
    #[serde(default)]
    pub timeout: Option<String>,
    /// Whether there is a timeout without that argument.
    #[serde(default)]
    pub default_timeout: bool,
}

/// How a request is written and what it gives.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RequestKind {
    /// Its name in the data.
    pub id: String,
    /// Where the body is: `*` keyword arguments, `#0` a positional argument, `#1.body` a member
    /// of one, `json` a keyword argument, `.json#0` an argument of a builder step.
    pub body: Vec<String>,
    /// Where the URL is (HTTP).
    #[serde(default)]
    pub url: Vec<String>,
    /// Where the headers are (HTTP).
    #[serde(default)]
    pub headers: Vec<String>,
    /// Further options of this one call (`#1` in TypeScript SDKs); retries and timeouts are looked for there.
    #[serde(default)]
    pub options: Vec<String>,
    /// Names of the fields in the body, where they differ from the Messages API.
    #[serde(default)]
    pub fields: FxHashMap<String, String>,
    /// `always`, or the body's field that switches streaming on.
    #[serde(default)]
    pub stream: Option<String>,
    /// Fields that hold the stop reason.
    #[serde(default)]
    pub stop: Vec<String>,
    /// Fields that hold the answer.
    #[serde(default)]
    pub content: Vec<String>,
    /// Members that lead from the received object to the message: `json()`, `data`.
    #[serde(default)]
    pub root: Vec<String>,
    /// Members that tell the HTTP status.
    #[serde(default)]
    pub status: Vec<String>,
    /// Whether an HTTP error status raises by itself.
    #[serde(default)]
    pub raises: bool,
    /// Runs tools in a loop by itself.
    #[serde(default)]
    pub tool_loop: bool,
    /// Option that bounds that loop.
    #[serde(default)]
    pub turns: Option<String>,
    /// Raises on truncation by itself.
    #[serde(default)]
    pub checks_stop: bool,
    /// Only sometimes goes to Claude: the model or the body decides.
    #[serde(default)]
    pub any_vendor: bool,
}

/// Functions and methods that hand a value through.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Transparent {
    /// External functions whose result is their first argument.
    #[serde(default)]
    functions: Vec<String>,
    /// Methods whose result is their object.
    #[serde(default)]
    methods: Vec<String>,
    /// Type constructors that wrap one type.
    #[serde(default)]
    wrappers: Vec<String>,
}

/// A retry facility of a library.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RetryKind {
    /// Paths of the decorator, wrapper function, class or adapter.
    pub path: Vec<String>,
    /// How its delay grows by itself: `jitter`, `exponential`, `constant`, `none`, `unknown`.
    pub delay: String,
    /// Option that sets the delay strategy.
    #[serde(default)]
    pub wait: Option<String>,
    /// Option that switches jitter on or off.
    #[serde(default)]
    pub jitter: Option<String>,
    /// Repeats jobs of a queue.
    #[serde(default)]
    pub queue: bool,
}

/// The knowledge of one language, indexed.
#[derive(Debug)]
pub struct Sdk {
    clients: FxHashMap<&'static str, Vec<&'static ClientKind>>,
    functions: FxHashMap<&'static str, &'static FunctionKind>,
    requests: FxHashMap<&'static str, &'static RequestKind>,
    retries: FxHashMap<&'static str, &'static RetryKind>,
    transparent_functions: FxHashSet<&'static str>,
    transparent_methods: FxHashSet<&'static str>,
    wrappers: FxHashSet<&'static str>,
    request_methods: FxHashSet<&'static str>,
    packages: FxHashSet<&'static str>,
    words: &'static FxHashMap<String, Vec<String>>,
}

impl Sdk {
    /// The knowledge of a language, read at first use.
    pub fn of(language: Language) -> &'static Sdk {
        static SDKS: [OnceLock<Sdk>; 3] = [const { OnceLock::new() }; 3];
        SDKS[language as usize].get_or_init(|| {
            let text = match language {
                Language::Python => include_str!("data/python.toml"),
                Language::TypeScript => include_str!("data/typescript.toml"),
                Language::Rust => include_str!("data/rust.toml"),
            };
            let file: File = toml::from_str(text)
                .unwrap_or_else(|e| unreachable!("tests/sdk.rs reads every data file: {e}"));
            // Lives as long as the program; read once per language.
            Sdk::index(Box::leak(Box::new(file)))
        })
    }

    fn index(file: &'static File) -> Sdk {
        let mut clients: FxHashMap<&str, Vec<&ClientKind>> = FxHashMap::default();
        for client in &file.client {
            for path in client.new.iter().chain(&client.types) {
                clients.entry(path).or_default().push(client);
            }
        }
        let paths = file.client.iter().flat_map(|c| &c.method).flat_map(|m| &m.path);
        let paths = paths.chain(file.function.iter().flat_map(|f| &f.path));
        let request_methods = paths.map(|p| p.rsplit('.').next().unwrap_or(p)).collect();
        // Every prefix of a path is a module an import may name.
        let packages = clients
            .keys()
            .copied()
            .chain(file.function.iter().flat_map(|f| f.path.iter().map(|p| &**p)))
            .flat_map(|path| path.match_indices('.').map(move |(i, _)| &path[..i]).chain([path]))
            .collect();
        Sdk {
            packages,
            clients,
            functions: file.function.iter().flat_map(|f| f.path.iter().map(move |p| (&**p, f))).collect(),
            requests: file.request.iter().map(|r| (&*r.id, r)).collect(),
            retries: file.retry.iter().flat_map(|r| r.path.iter().map(move |p| (&**p, r))).collect(),
            transparent_functions: file.transparent.functions.iter().map(|f| &**f).collect(),
            transparent_methods: file.transparent.methods.iter().map(|f| &**f).collect(),
            wrappers: file.transparent.wrappers.iter().map(|f| &**f).collect(),
            request_methods,
            words: &file.words,
        }
    }

    /// The client kinds a callable or type name makes.
    pub fn clients(&self, path: &str) -> &[&'static ClientKind] {
        self.clients.get(path).map_or(&[], |c| c)
    }

    /// Whether a module belongs to a package the data knows.
    pub fn knows_package(&self, module: &str) -> bool {
        self.packages.contains(module)
    }

    /// The external function of that path, when it sends requests.
    pub fn function(&self, path: &str) -> Option<&'static FunctionKind> {
        self.functions.get(path).copied()
    }

    /// A kind of request by its name in the data.
    pub fn request(&self, id: &str) -> Option<&'static RequestKind> {
        self.requests.get(id).copied()
    }

    /// The retry facility of that path.
    pub fn retry(&self, path: &str) -> Option<&'static RetryKind> {
        self.retries.get(path).copied()
    }

    /// Whether an external function gives back its first argument.
    pub fn passes_through(&self, path: &str) -> bool {
        self.transparent_functions.contains(path)
    }

    /// Whether a method gives back its object.
    pub fn passes_object(&self, method: &str) -> bool {
        self.transparent_methods.contains(method)
    }

    /// Whether a type constructor wraps the type in its argument.
    pub fn wraps_type(&self, name: &str) -> bool {
        self.wrappers.contains(name)
    }

    /// Whether some request ends in a call of that name.
    pub fn may_request(&self, method: &str) -> bool {
        self.request_methods.contains(method)
    }

    /// A named list of words or paths, such as `random` or `sleep`.
    pub fn words(&self, list: &str) -> &'static [String] {
        self.words.get(list).map_or(&[], |w| w)
    }

    /// Whether `word` is in a named list.
    pub fn has_word(&self, list: &str, word: &str) -> bool {
        self.words(list).iter().any(|w| w == word)
    }

    /// The methods of a client that send requests, by member path.
    pub fn method(&self, kind: &'static ClientKind, path: &str) -> Option<&'static RequestKind> {
        let method = kind.method.iter().find(|m| m.path.iter().any(|p| p == path))?;
        self.request(&method.request)
    }
}
