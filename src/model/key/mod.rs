//! API keys: where they are read, and where they go.

pub(in crate::model) mod check;
mod checked;
mod default;
pub(in crate::model) mod environment;
mod exposed;
mod idle;
mod leak;
mod literal;
pub(in crate::model) mod missing;
mod oauth;
mod read;
mod shown;
mod stand_in;
mod start;

use super::Project;
use crate::facts::{Call, Key, Kind, Name, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::ClientKind;

pub use default::KeyDefault;
pub use exposed::Exposure;
pub use leak::KeyLeak;
pub use literal::real_key;
pub use read::KeyRead;

/// Where a key is used.
#[derive(Clone, PartialEq, Debug)]
pub struct KeyUse {
    /// The expression that gives the key.
    pub at: NodeRef,
    /// What it is given to.
    pub to: KeyTarget,
}

/// What a key is given to.
#[derive(Clone, PartialEq, Debug)]
pub enum KeyTarget {
    /// A client that is made by this call.
    Client {
        /// The call.
        made: NodeRef,
        /// The kind of client.
        kind: &'static ClientKind,
    },
    /// An option of a call out of sight: `init_chat_model(api_key=key)`.
    Option {
        /// The call.
        call: NodeRef,
    },
    /// A header of a raw HTTP request.
    Header {
        /// The record or call that sets it.
        set: NodeRef,
        /// Its name in lower case.
        name: Name,
    },
}

/// Whether a name looks like that of a key.
pub fn looks_like_key(name: &str) -> bool {
    // `ANTHROPIC_MAX_TOKENS` is a number.
    let lower = name.to_ascii_lowercase().replace("tokens", "");
    ["key", "token", "secret", "credential", "anthropic", "claude", "auth"].iter().any(|w| lower.contains(w))
}

/// Whether a variable is that of a key for Claude by its name.
pub fn names_claude_key(variable: &str) -> bool {
    let upper = variable.to_ascii_uppercase();
    (upper.contains("ANTHROPIC") || upper.contains("CLAUDE"))
        && looks_like_key(&upper.replace("ANTHROPIC", "").replace("CLAUDE", ""))
}

/// Whether a field or variable is called an API key, and not after another vendor.
fn is_api_key_name(name: &str) -> bool {
    let plain: String = name.to_ascii_lowercase().chars().filter(|c| *c != '_').collect();
    ["apikey", "anthropickey", "claudekey", "anthropicapikey", "claudeapikey"].contains(&&*plain)
}

impl Project {
    /// Every place that gives a key to a client or puts one into a header, in file order.
    pub fn key_uses(&self) -> &[KeyUse] {
        self.key_uses.get_or_init(|| {
            let mut out = Vec::new();
            for (file, model) in self.file_ids() {
                for node in model.facts.ids() {
                    let at = NodeRef { file, node };
                    match model.facts.kind(node) {
                        Kind::Call(call) => self.uses_of_call(at, call, &mut out),
                        Kind::Record(r) => {
                            for entry in &r.entries {
                                let name = match &entry.key {
                                    Some(Key::Known(name)) => Some(name.clone()),
                                    Some(Key::Computed(key)) => self.constant_text(at.sibling(*key)),
                                    None => None,
                                };
                                self.header(at, name, entry.value, &mut out);
                            }
                        }
                        // `headers["x-api-key"] = key`
                        Kind::Assign(a) => {
                            if let (Kind::Index { index, .. }, Some(value)) =
                                (model.facts.kind(a.target), a.value)
                            {
                                self.header(at, constant(&model.facts, *index), value, &mut out);
                            }
                        }
                        // `[("x-api-key", key)]`
                        Kind::List(items) if items.len() == 2 => {
                            self.header(at, constant(&model.facts, items[0]), items[1], &mut out);
                        }
                        _ => {}
                    }
                }
            }
            out
        })
    }

    fn constant_text(&self, at: NodeRef) -> Option<Name> {
        constant(self.facts(at.file), at.node).or_else(|| self.text(at).known().map(Name::from))
    }

    fn uses_of_call(&self, at: NodeRef, call: &Call, out: &mut Vec<KeyUse>) {
        let model = self.file(at.file);
        // `.header("x-api-key", key)`, `headers.set("x-api-key", key)`
        if let [name, value] = &call.args[..] {
            let name = match model.facts.kind(name.value) {
                Kind::Str(_) => constant(&model.facts, name.value),
                Kind::Name(_) | Kind::Member { .. } if model.named_in(call.callee, "header-methods") => {
                    self.constant_text(at.sibling(name.value))
                }
                _ => None,
            };
            self.header(at, name, value.value, out);
        }
        if let Some((kind, value)) = self.key_step(at, call) {
            out.push(KeyUse { at: value, to: KeyTarget::Client { made: at, kind } });
        }
        let Some(kind) = self.client_made(at, call) else { return self.options_of(at, call, out) };
        for option in kind.key.iter().flat_map(|k| k.split('|')) {
            let field = match option.strip_prefix('@') {
                Some(locator) => self.nested_field(at, locator),
                None if option.starts_with('#') => self.nested_field(at, option),
                None => self.option_of(at, option),
            };
            let places = field.nodes().iter().copied();
            out.extend(places.map(|value| KeyUse { at: value, to: KeyTarget::Client { made: at, kind } }));
        }
    }

    /// Keys among the options of a call that nothing is known of.
    fn options_of(&self, at: NodeRef, call: &Call, out: &mut Vec<KeyUse>) {
        let model = self.file(at.file);
        let mut option = |name: &Name, value: NodeId| {
            if model.sdk.is_key_option(name) {
                out.push(KeyUse { at: at.sibling(value), to: KeyTarget::Option { call: at } });
            }
        };
        for arg in &call.args {
            match (&arg.name, model.facts.kind(arg.value)) {
                (Some(name), _) => option(name, arg.value),
                (None, Kind::Record(r)) => {
                    for entry in &r.entries {
                        if let Some(Key::Known(name)) = &entry.key {
                            option(name, entry.value);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// A builder step that gives a client its key: `.api_key(key)`.
    fn key_step(&self, at: NodeRef, call: &Call) -> Option<(&'static ClientKind, NodeRef)> {
        let model = self.file(at.file);
        let Kind::Member { object, name, .. } = model.facts.kind(call.callee) else { return None };
        let value = call.args.first()?.value;
        if !model.sdk.is_key_option(name) {
            return None;
        }
        self.eval(at.sibling(*object)).iter().find_map(|v| match v {
            Value::Client(c) => {
                let takes = c.kind.key.iter().flat_map(|k| k.split('|')).any(|k| k == &**name);
                takes.then(|| (c.kind, at.sibling(value)))
            }
            _ => None,
        })
    }

    /// The kind of client a call makes, where that client takes a key of Claude's own.
    pub fn client_made(&self, at: NodeRef, call: &Call) -> Option<&'static ClientKind> {
        let model = self.file(at.file);
        let name = last_name(&model.facts, call.callee)?;
        if !model.sdk.may_make_client(&name)
            && !self.wrappers().end_in(&name)
            && !matches!(model.facts.kind(call.callee), Kind::Name(_))
        {
            return None;
        }
        self.eval(at).iter().find_map(|v| match v {
            Value::Client(c) if c.made == Some(at) && c.layers.is_empty() && c.path.is_empty() => {
                let platform = c.kind.platform.as_deref();
                (c.kind.key.is_some() && !matches!(platform, Some("bedrock" | "vertex"))).then_some(c.kind)
            }
            _ => None,
        })
    }

    /// Calls that make a client which takes a key of Claude's own, in file order.
    pub fn clients_made(&self) -> Vec<(NodeRef, &'static ClientKind)> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let Kind::Call(call) = model.facts.kind(node) else { continue };
                out.extend(self.client_made(at, call).map(|kind| (at, kind)));
            }
        }
        out
    }

    /// Calls that make a client of an official SDK and leave it to the SDK to find a key, in file order.
    pub fn keyless_clients(&self) -> Vec<NodeRef> {
        let mut out = Vec::new();
        for (at, kind) in self.clients_made() {
            let options = kind.key.iter().chain(&kind.base_url).flat_map(|k| k.split('|'));
            let official =
                kind.road == crate::sdk::Road::Sdk && kind.platform.as_deref() == Some("anthropic");
            let credentials = ["credentials", "config", "profile"].into_iter();
            if official && options.chain(credentials).all(|o| self.option_of(at, o).is_absent()) {
                out.push(at);
            }
        }
        out
    }

    fn header(&self, set: NodeRef, name: Option<Name>, value: NodeId, out: &mut Vec<KeyUse>) {
        let Some(name) = name else { return };
        let name: Name = name.to_ascii_lowercase().into();
        if self.file(set.file).sdk.has_word("key-headers", &name) {
            out.push(KeyUse { at: set.sibling(value), to: KeyTarget::Header { set, name } });
        }
    }
}
