//! The format of `data/*.toml`.
//!
//! *Paths* name things of other packages as the model evaluates them: `anthropic.Anthropic`,
//! `@anthropic-ai/sdk.default`, `reqwest.Client.builder`; a call in the middle is `()`.
//!
//! *Options* are looked for among the keyword arguments of a call, in records given as its
//! arguments and among the builder steps after it. `a.b` steps into a record or into the
//! keyword arguments of a construction; `a|b` are spellings of one option; one with `#`, `*`
//! or `@` in it is a locator.
//!
//! *Locators* say where something stands in a call; dots step into it.
//!
//! | locator | place |
//! |---|---|
//! | `*` | all keyword arguments, as one record |
//! | `json` | a keyword argument |
//! | `#0` | a positional argument |
//! | `.json#0`, `.open#url` | an argument of a builder step of the client, by position or name |
//! | `~write#0` | the same of a method that is called later on what the call gives |
//! | `@…` | the same in the call that made the client: `@*`, `@#0`, `@model` |
//! | `#1.body`, `*.body` | a member of a record, or a keyword argument of the call that made it |
//! | `#0.#1` | a positional argument of the call that made it |
//! | `#0.body()` | the first argument of a builder step of what stands there |
//! | `#0.request(1)` | another argument of such a step |

mod request;
mod retry;

use rustc_hash::FxHashMap;
use serde::Deserialize;

pub use request::RequestKind;
use retry::EarlierRetries;
pub use retry::{Delay, DelayKind, RetryKind};

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
pub(super) struct File {
    /// Where the knowledge is from.
    #[serde(rename = "source")]
    _source: String,
    /// When it was checked.
    #[serde(rename = "checked")]
    _checked: String,
    #[serde(default)]
    pub(super) client: Vec<ClientKind>,
    #[serde(default)]
    pub(super) function: Vec<FunctionKind>,
    #[serde(default)]
    pub(super) shape: Vec<ShapeKind>,
    #[serde(default)]
    pub(super) request: Vec<RequestKind>,
    #[serde(default)]
    pub(super) transparent: Transparent,
    #[serde(default)]
    pub(super) retry: Vec<RetryKind>,
    #[serde(default)]
    pub(super) delay: Vec<DelayKind>,
    #[serde(default)]
    pub(super) words: FxHashMap<String, Vec<String>>,
}

/// Calls that only one API is called by, whatever the object they are made on.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ShapeKind {
    /// The last names of the callee: `messages.create`; or its last name alone.
    pub path: Vec<String>,
    /// Fields of the body that must all be given.
    pub needs: Vec<String>,
    /// The road they take, if it is not that of an official SDK.
    #[serde(default)]
    pub road: Option<Road>,
    /// The [`RequestKind`] they send.
    pub request: String,
}

/// A kind of client object.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ClientKind {
    /// Its name in the data.
    pub id: String,
    /// The road it takes.
    pub road: Road,
    /// Whose form of model ids it takes: `anthropic`, `bedrock` or `vertex`; `None` for any.
    #[serde(default)]
    pub platform: Option<String>,
    /// External callables that make it; their paths are also its type names.
    pub new: Vec<String>,
    /// Further type names.
    #[serde(default)]
    pub types: Vec<String>,
    /// Condition on the constructor's first argument or `service_name`, e.g. `bedrock-runtime`.
    #[serde(default)]
    pub when: Option<String>,
    /// Option that the constructor must be given.
    #[serde(default)]
    pub given: Option<String>,
    /// Option that sets the number of retries.
    #[serde(default)]
    pub retries: Option<String>,
    /// Option that sets the number of attempts, the first one included.
    #[serde(default)]
    pub attempts: Option<String>,
    /// Whether only the client has these options: a single call that is given them fails.
    #[serde(default)]
    pub retries_by_client: bool,
    /// Retries without these options; `None` when not known.
    #[serde(default)]
    pub default_retries: Option<u32>,
    /// The same before a change of a package.
    #[serde(default)]
    pub earlier_retries: Option<EarlierRetries>,
    /// Options that may bring retries of their own (custom transports and HTTP clients);
    /// `mount()` is a method called on the object.
    #[serde(default)]
    pub transports: Vec<String>,
    /// Whether it can be taken to have none of those when only its type is in sight.
    #[serde(default)]
    pub plain: bool,
    /// Whether it is one request that all send over the same connections, and no client.
    #[serde(default)]
    pub one_request: bool,
    /// Option that gives it connections of its own, where all clients share those of the platform
    /// without it; `None` where each has its own anyway.
    #[serde(default)]
    pub connections: Option<String>,
    /// Option that sets the timeout.
    #[serde(default)]
    pub timeout: Option<String>,
    /// Whether there is a timeout without that option.
    #[serde(default)]
    pub default_timeout: bool,
    /// Seconds it waits for the answer without that option, where they are too few for long ones.
    #[serde(default)]
    pub default_read_seconds: Option<u32>,
    /// A framework that certainly sets no timeout by itself.
    #[serde(default)]
    pub unlimited: bool,
    /// It asks by itself, time and again, whether the connection still stands: only a server that never answers is
    /// waited for.
    #[serde(default)]
    pub pings: bool,
    /// Option that limits the whole time of an answer, from the request to its last byte.
    #[serde(default)]
    pub total_timeout: Option<String>,
    /// The package whose version decides how it behaves, by its name in the registry.
    #[serde(default)]
    pub package: Option<String>,
    /// The API version it sends, whatever its own version.
    #[serde(default)]
    pub api_version: Option<String>,
    /// Option that carries the key.
    #[serde(default)]
    pub key: Option<String>,
    /// Option that sets the address requests start from.
    #[serde(default)]
    pub base_url: Option<String>,
    /// Reaches Claude only when that address contains this.
    #[serde(default)]
    pub host: Option<String>,
    /// Option or field that holds headers of all its requests.
    #[serde(default)]
    pub headers: Option<String>,
    /// Methods that give the same client with more options; each call is a layer. A call of any
    /// other method adds `name()` to the member path.
    #[serde(default)]
    pub derive: Vec<String>,
    /// Whether its steps are calls of their own, made one after another on one object.
    #[serde(default)]
    pub stepwise: bool,
    /// Options it is made with that go to the API as they are, by their names there.
    #[serde(default)]
    pub forwards: Vec<String>,
    /// Methods that send requests.
    #[serde(default)]
    pub method: Vec<Method>,
}

/// Methods of a client that send requests.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Member paths: `messages.create`; empty where the client is called itself.
    pub path: Vec<String>,
    /// The [`RequestKind`] they send.
    pub request: String,
    /// Constructors of the first argument that select this entry among those of the same path.
    #[serde(default)]
    pub command: Vec<String>,
    /// Retries these methods make, where they differ from the client's.
    #[serde(default)]
    pub retries: Option<u32>,
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
    /// Option that sets the number of retries.
    #[serde(default)]
    pub retries: Option<String>,
    /// Option that sets the number of attempts, the first one included.
    #[serde(default)]
    pub attempts: Option<String>,
    /// Retries without these options; `None` when not known.
    #[serde(default)]
    pub default_retries: Option<u32>,
    /// The package whose version decides how it behaves, by its name in the registry.
    #[serde(default)]
    pub package: Option<String>,
    /// The API version it sends, whatever its own version.
    #[serde(default)]
    pub api_version: Option<String>,
    /// Options that may bring retries or another model: with one of them it is open.
    #[serde(default)]
    pub transports: Vec<String>,
    /// Options with which nothing is sent: the answer is given.
    #[serde(default)]
    pub answered: Vec<String>,
    /// Option that sets a timeout.
    #[serde(default)]
    pub timeout: Option<String>,
    /// Whether there is a timeout without that option.
    #[serde(default)]
    pub default_timeout: bool,
    /// Option that bounds its time, and how ten minutes are written there; instead of that of the request.
    #[serde(default)]
    pub bound_by: Option<(String, String)>,
    /// The seconds of silence after which some runtimes, not all, give up.
    #[serde(default)]
    pub default_idle_seconds: Option<u32>,
}

/// Functions and methods that hand a value through.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Transparent {
    /// External functions whose result is their first argument, or with `#1` behind the name
    /// the second.
    #[serde(default)]
    pub(super) functions: Vec<String>,
    /// Methods whose result is their object.
    #[serde(default)]
    pub(super) methods: Vec<String>,
    /// Type constructors that wrap one type.
    #[serde(default)]
    pub(super) wrappers: Vec<String>,
}
