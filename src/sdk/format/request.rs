//! The format of a kind of request.

use rustc_hash::FxHashMap;
use serde::Deserialize;

/// How a request is written and what it gives.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RequestKind {
    /// Its name in the data.
    pub id: String,
    /// Where the body is; its fields may be spread over several of these places.
    #[serde(default)]
    pub body: Vec<String>,
    /// Places in it whose records are sent as forms.
    #[serde(default)]
    pub form: Vec<String>,
    /// Where the URL is (HTTP).
    #[serde(default)]
    pub url: Vec<String>,
    /// Where the host is, if the URL is given in parts (HTTP).
    #[serde(default)]
    pub host: Vec<String>,
    /// Where the headers are (HTTP).
    #[serde(default)]
    pub headers: Vec<String>,
    /// Where an option is that is sent as the header `content-type` (HTTP).
    #[serde(default)]
    pub content_type: Vec<String>,
    /// Further options of this one call (`#1` in TypeScript SDKs); retries and timeouts are looked for there.
    #[serde(default)]
    pub options: Vec<String>,
    /// Names of the fields in the body, where they differ from the Messages API: `a.b` is
    /// nested, `a|b` are alternatives; when one has `#`, `*` or `@`, all are locators.
    /// `provider` is what makes the model.
    #[serde(default)]
    pub fields: FxHashMap<String, String>,
    /// Fields that must be in the body, by their names in the Messages API.
    #[serde(default)]
    pub required: Vec<String>,
    /// Declared types of what is received.
    #[serde(default)]
    pub types: Vec<String>,
    /// `always`, or the body's field that switches streaming on.
    #[serde(default)]
    pub stream: Option<String>,
    /// Fields that hold the stop reason, from the message on; `[]` are elements.
    #[serde(default)]
    pub stop: Vec<String>,
    /// Fields that hold the answer, from the message on.
    #[serde(default)]
    pub content: Vec<String>,
    /// Those of them that are the answer's text: `content.[].text`.
    #[serde(default)]
    pub text: Vec<String>,
    /// Members that lead from the received object to the message: `json()`, `data`. At most
    /// one of them is taken off a path before `stop` and `content` are looked for.
    #[serde(default)]
    pub root: Vec<String>,
    /// Members that give a streamed answer line by line or event by event.
    #[serde(default)]
    pub lines: Vec<String>,
    /// Members that give a streamed answer in pieces as the network delivers them.
    #[serde(default)]
    pub chunks: Vec<String>,
    /// What listeners of an event of the stream get, from what is received on; empty for the message.
    #[serde(default)]
    pub events: FxHashMap<String, String>,
    /// Options of the request that are called with the answer, or with the part of it that a path says.
    #[serde(default)]
    pub handlers: FxHashMap<String, String>,
    /// Members that tell the HTTP status.
    #[serde(default)]
    pub status: Vec<String>,
    /// The library's look at the status, as a statement about `{name}`, or as a step of the chain that sends;
    /// or what does the same.
    #[serde(default)]
    pub check: Option<String>,
    /// Option or step that bounds its time, and how ten minutes are written there; where it is missing, `timeout`
    /// with a number.
    #[serde(default)]
    pub bound_by: Option<(String, String)>,
    /// Whether nothing is sent before the answer is read.
    #[serde(default)]
    pub lazy: bool,
    /// Whether what is received goes to a function among the arguments, or to who waits for the event
    /// `response`: the member of that name.
    #[serde(default)]
    pub callback: bool,
    /// Whether an HTTP error status raises by itself.
    #[serde(default)]
    pub raises: bool,
    /// Option of the request or the client that switches that; with `!`, `true` there means that it
    /// does not raise.
    #[serde(default)]
    pub raise_option: Option<String>,
    /// Whether the call only begins: what fails is told where the answer is read, not by the call.
    #[serde(default)]
    pub fails_late: bool,
    /// Whether that says nothing of the cause: neither class nor status.
    #[serde(default)]
    pub bare_failures: bool,
    /// Whether it fetches answers that were asked for before: whoever comes back for them repeats nothing.
    #[serde(default)]
    pub fetches: bool,
    /// Runs tools in a loop by itself.
    #[serde(default)]
    pub tool_loop: bool,
    /// Option that bounds that loop.
    #[serde(default)]
    pub turns: Option<String>,
    /// Turns without that option; `None` when unbounded.
    #[serde(default)]
    pub default_turns: Option<u32>,
    /// Options, beside that one, that allow tools to run; empty where all that are there may.
    #[serde(default)]
    pub grants: Vec<String>,
    /// Option, beside that one, that says which tools are there without being given.
    #[serde(default)]
    pub own_tools: Option<String>,
    /// Raises on truncation by itself.
    #[serde(default)]
    pub checks_stop: bool,
    /// Only sometimes goes to Claude: the model or the body decides.
    #[serde(default)]
    pub any_vendor: bool,
    /// Goes to Claude alone, on a platform that is chosen outside of the code.
    #[serde(default)]
    pub any_platform: bool,
}
