//! What SDKs, frameworks and HTTP libraries look like, read from `data/*.toml`.

use std::sync::OnceLock;

use crate::lang::Language;
use rustc_hash::{FxHashMap, FxHashSet};

pub mod api;
pub mod date;
pub mod errors;
pub mod failures;
mod format;
pub mod model_id;
pub mod models;
pub mod packages;

use format::File;
pub use format::{
    ClientKind, Delay, DelayKind, FunctionKind, Method, RequestKind, RetryKind, Road, ShapeKind,
};

/// The knowledge of one language, indexed.
#[derive(Debug)]
pub struct Sdk {
    clients: FxHashMap<&'static str, Vec<&'static ClientKind>>,
    functions: FxHashMap<&'static str, &'static FunctionKind>,
    requests: FxHashMap<&'static str, &'static RequestKind>,
    /// Types of whole answers of Claude, by path.
    responses: FxHashMap<&'static str, &'static RequestKind>,
    response_names: FxHashSet<&'static str>,
    shapes: &'static [ShapeKind],
    retries: FxHashMap<&'static str, &'static RetryKind>,
    retry_methods: FxHashMap<&'static str, &'static RetryKind>,
    delays: FxHashMap<&'static str, &'static DelayKind>,
    transparent_functions: FxHashMap<&'static str, usize>,
    transparent_methods: FxHashSet<&'static str>,
    wrappers: FxHashSet<&'static str>,
    request_methods: FxHashSet<&'static str>,
    packages: FxHashSet<&'static str>,
    client_names: FxHashSet<&'static str>,
    words: &'static FxHashMap<String, Vec<String>>,
    common: &'static FxHashMap<String, Vec<String>>,
}

/// Words that are the same in every language.
fn common() -> &'static FxHashMap<String, Vec<String>> {
    static WORDS: OnceLock<FxHashMap<String, Vec<String>>> = OnceLock::new();
    WORDS.get_or_init(|| {
        toml::from_str(include_str!("data/common.toml"))
            .unwrap_or_else(|e| unreachable!("tests/sdk.rs reads every data file: {e}"))
    })
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
        let client_names = clients.keys().map(|p| p.rsplit('.').next().unwrap_or(p)).collect();
        let request_methods = paths.map(|p| p.rsplit('.').next().unwrap_or(p)).collect();
        // Every prefix of a path is a module an import may name.
        let packages = clients
            .keys()
            .copied()
            .chain(file.function.iter().flat_map(|f| f.path.iter().map(|p| &**p)))
            .flat_map(|path| path.match_indices('.').map(move |(i, _)| &path[..i]).chain([path]))
            .collect();
        // Bodies of HTTP, streams and the answers of any vendor are none yet.
        let whole = |r: &&RequestKind| {
            r.url.is_empty()
                && !r.any_vendor
                && !r.content.is_empty()
                && r.stream.as_deref() != Some("always")
        };
        let responses: FxHashMap<&str, &RequestKind> =
            file.request.iter().filter(whole).flat_map(|r| r.types.iter().map(move |t| (&**t, r))).collect();
        Sdk {
            response_names: responses.keys().map(|p| p.rsplit('.').next().unwrap_or(p)).collect(),
            responses,
            shapes: &file.shape,
            packages,
            client_names,
            clients,
            functions: file.function.iter().flat_map(|f| f.path.iter().map(move |p| (&**p, f))).collect(),
            requests: file.request.iter().map(|r| (&*r.id, r)).collect(),
            retries: file.retry.iter().flat_map(|r| r.path.iter().map(move |p| (&**p, r))).collect(),
            retry_methods: file.retry.iter().flat_map(|r| r.method.iter().map(move |p| (&**p, r))).collect(),
            delays: file.delay.iter().flat_map(|d| d.path.iter().map(move |p| (&**p, d))).collect(),
            transparent_functions: file.transparent.functions.iter().map(|f| position(f)).collect(),
            transparent_methods: file.transparent.methods.iter().map(|f| &**f).collect(),
            wrappers: file.transparent.wrappers.iter().map(|f| &**f).collect(),
            request_methods,
            words: &file.words,
            common: common(),
        }
    }

    /// The kind of request whose answer has a declared type.
    pub fn response_of_type(&self, path: &str) -> Option<&'static RequestKind> {
        self.responses.get(path).copied()
    }

    /// Whether the type of some answer ends in a name.
    pub fn may_name_response(&self, name: &str) -> bool {
        self.response_names.contains(name)
    }

    /// The kind of request whose answer has the fields of the Messages API: that of own types.
    pub fn own_response(&self) -> Option<&'static RequestKind> {
        self.request(self.words("own-response").first()?)
    }

    /// The client kinds a callable or type name makes.
    pub fn clients(&self, path: &str) -> &[&'static ClientKind] {
        self.clients.get(path).map_or(&[], |c| c)
    }

    /// The paths of clients, functions and packages that the data knows, in no order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.packages.iter().copied()
    }

    /// Whether a module belongs to a package the data knows.
    pub fn knows_package(&self, module: &str) -> bool {
        self.packages.contains(module)
    }

    /// The external function of that path, when it sends requests.
    pub fn function(&self, path: &str) -> Option<&'static FunctionKind> {
        self.functions.get(path).copied().or_else(|| {
            // The project's own, out of sight.
            let (module, name) = path.rsplit_once('.')?;
            let own = self.words("own-modules").iter().any(|prefix| module.starts_with(&**prefix));
            own.then(|| self.functions.get(&*format!("own.{name}")).copied()).flatten()
        })
    }

    /// A kind of request by its name in the data.
    pub fn request(&self, id: &str) -> Option<&'static RequestKind> {
        self.requests.get(id).copied()
    }

    /// The shapes of calls that end in that name.
    pub fn shapes(&self, name: &str) -> impl Iterator<Item = &'static ShapeKind> {
        let ends = move |s: &&ShapeKind| s.path.iter().any(|p| p.rsplit('.').next() == Some(name));
        self.shapes.iter().filter(ends)
    }

    /// The retry facility of that path.
    pub fn retry(&self, path: &str) -> Option<&'static RetryKind> {
        self.retries.get(path).copied()
    }

    /// The retry facility that a method of a function or future stands for.
    pub fn retry_method(&self, name: &str) -> Option<&'static RetryKind> {
        self.retry_methods.get(name).copied()
    }

    /// The delay strategy of that path.
    pub fn delay(&self, path: &str) -> Option<&'static DelayKind> {
        self.delays.get(path).copied()
    }

    /// The argument that an external function gives back.
    pub fn passes_through(&self, path: &str) -> Option<usize> {
        self.transparent_functions.get(path).copied()
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
        self.words.get(list).or_else(|| self.common.get(list)).map_or(&[], |w| w)
    }

    /// Whether `word` is in a named list.
    pub fn has_word(&self, list: &str, word: &str) -> bool {
        self.words(list).iter().any(|w| w == word)
    }

    /// Whether `word` is in one of several named lists.
    pub fn in_lists(&self, lists: &[&str], word: &str) -> bool {
        lists.iter().any(|list| self.has_word(list, word))
    }

    /// Whether a path in a named list ends in a name.
    pub fn ends_word(&self, list: &str, name: &str) -> bool {
        self.words(list)
            .iter()
            .any(|w| w.strip_suffix(name).is_some_and(|r| r.is_empty() || r.ends_with('.')))
    }

    /// Whether some client takes its key under that name.
    pub fn is_key_option(&self, name: &str) -> bool {
        let mut kinds = self.clients.values().flatten();
        kinds.any(|k| k.key.iter().flat_map(|k| k.split('|')).any(|k| k == name))
    }

    /// Whether some client is made by a callable of that name.
    pub fn may_make_client(&self, name: &str) -> bool {
        self.client_names.contains(name)
    }

    /// The request a method of a client sends, by member path; `None` too where its first
    /// argument decides.
    pub fn method(&self, kind: &'static ClientKind, path: &str) -> Option<&'static RequestKind> {
        let methods = kind.method.iter().filter(|m| m.command.is_empty());
        self.request(&find(methods, path)?.request)
    }

    /// Whether a member path is the start of one that sends requests.
    pub fn leads_to_request(&self, kind: &'static ClientKind, path: &str) -> bool {
        let mut paths = kind.method.iter().flat_map(|m| &m.path);
        paths.any(|p| p.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
    }

    /// Whether a method of a client sends requests, whatever its first argument.
    pub fn sends(&self, kind: &'static ClientKind, path: &str) -> bool {
        find(kind.method.iter(), path).is_some()
    }

    /// The request a method of a client sends when its first argument is made by `constructor`.
    pub fn command(
        &self,
        kind: &'static ClientKind,
        path: &str,
        constructor: &str,
    ) -> Option<&'static RequestKind> {
        let methods = kind.method.iter().filter(|m| m.command.iter().any(|c| c == constructor));
        self.request(&find(methods, path)?.request)
    }
}

fn find<'a>(mut methods: impl Iterator<Item = &'a Method>, path: &str) -> Option<&'a Method> {
    methods.find(|m| m.path.iter().any(|p| p == path))
}

/// A path and the number behind it: `typing.cast#1`.
fn position(function: &str) -> (&str, usize) {
    let numbered = function.rsplit_once('#').and_then(|(path, n)| Some((path, n.parse().ok()?)));
    numbered.unwrap_or((function, 0))
}
