//! What is sent in place of a missing key, and what looks like a real one.

mod looked_at;

use super::super::{KeyTarget, Project};
use super::{KeyRead, KeyUse, names_claude_key};
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::key::environment::{EnvironmentRead, Source};
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::Road;

/// Something that stands in for a key when there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyDefault {
    /// The default: a literal, or the method that gives an empty text.
    pub at: NodeRef,
    /// Its text.
    pub text: String,
    /// The variable that may be missing, where one is read.
    pub variable: Option<String>,
    /// What the key is given to.
    pub used: KeyUse,
}

/// Real keys are longer, and have digits.
const MIN_KEY: usize = 40;

/// Whether a text is no key, whatever it says: too short and without a digit, or a word to the reader.
pub(in crate::model) fn is_dummy(text: &str) -> bool {
    if text.len() < MIN_KEY && !text.contains(|c: char| c.is_ascii_digit()) {
        return true;
    }
    let lower = text.trim().to_ascii_lowercase();
    lower.is_empty() || lower.starts_with("your") && lower.contains("key")
}

impl Project {
    /// Every default that is sent in place of a missing key, in file order.
    pub fn key_defaults(&self) -> Vec<KeyDefault> {
        let mut out: Vec<KeyDefault> = Vec::new();
        for key in self.key_reads() {
            let Some(used) = key.uses.iter().find(|u| self.goes_to_anthropic(u)) else { continue };
            if self.is_looked_at(key) || self.expects_refusal(used) {
                continue;
            }
            if let Some((at, text)) = self.default_of(key) {
                let read =
                    |source: &Source| matches!(source, Source::Environment(read, _) if *read == key.read);
                if text.is_empty()
                    && self
                        .instead_of_empty(used.at)
                        .is_some_and(|other| other != at && !self.sources(other).iter().any(read))
                {
                    continue;
                }
                let variable = Some(key.read.variable.to_string());
                out.push(KeyDefault { at, text, variable, used: used.clone() });
            }
        }
        out.extend(self.setting_defaults());
        out.extend(self.defaults_in_place());
        out.sort_by_key(|d| d.at);
        out.dedup_by_key(|d| d.at);
        out
    }

    /// Whether the code around tells a refused key by its status: a check of the set-up, which says so.
    fn expects_refusal(&self, used: &KeyUse) -> bool {
        let Some(function) = self.function_of(used.at) else { return false };
        let facts = self.facts(function.file);
        facts
            .descendants(function.node)
            .into_iter()
            .any(|n| matches!(facts.kind(n), Kind::Number(x) if *x == 401.0))
    }

    /// `getenv("K", "")`, `… or ""`, `.unwrap_or_default()` around a read.
    fn default_of(&self, key: &KeyRead) -> Option<(NodeRef, String)> {
        let read: &EnvironmentRead = &key.read;
        let facts = self.facts(read.at.file);
        let sdk = self.file(read.at.file).sdk;
        let dummy = |node| {
            constant(facts, node).filter(|t| is_dummy(t)).map(|t| (read.at.sibling(node), t.to_string()))
        };
        let mut given = None;
        if let Kind::Call(call) = facts.kind(read.at.node)
            && let Some(default) = call.args.get(1)
        {
            given = dummy(default.value);
            if given.as_ref().is_none_or(|(_, text)| !text.is_empty()) {
                return given;
            }
        }
        let mut at = read.at.node;
        while let Some(parent) = facts.parent(at) {
            match facts.kind(parent) {
                Kind::Cast { .. } | Kind::Await(_) => {}
                // An empty text is there: it is kept by `??`.
                Kind::Binary { op: BinaryOp::Coalesce, left, .. } if *left == at && given.is_some() => {}
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } if *left == at => {
                    if let Some(found) = dummy(*right) {
                        return Some(found);
                    }
                    given = None;
                }
                // `(given || read) || ""`
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, .. } => {}
                Kind::Member { object, name, .. } if *object == at => {
                    let Some(call) = facts.parent(parent) else { return given };
                    let Kind::Call(c) = facts.kind(call) else { return given };
                    if sdk.has_word("missing-default", name) {
                        return match c.args.first() {
                            None => Some((read.at.sibling(call), String::new())),
                            Some(arg) => self.empty_text(read.at.sibling(arg.value)),
                        };
                    }
                    at = call;
                    continue;
                }
                _ => return given,
            }
            at = parent;
        }
        given
    }

    /// A text that is no key, perhaps given by a closure or made by a constructor.
    fn empty_text(&self, at: NodeRef) -> Option<(NodeRef, String)> {
        let inner = match self.kind(at) {
            Kind::Function(f) if f.body.is_some() => return self.empty_text(at.sibling(f.body)),
            Kind::Block { body, tail: true } => return self.empty_text(at.sibling(*body.last()?)),
            Kind::Call(call) if call.args.is_empty() => {
                let made = last_name(self.facts(at.file), call.callee)?;
                // `String::new()`, `"".to_string()`
                if let Kind::Member { object, .. } = self.kind(at.sibling(call.callee))
                    && let Some(text) = constant(self.facts(at.file), *object)
                {
                    text.to_string()
                } else if self.file(at.file).sdk.has_word("makes-empty-text", &made) {
                    String::new()
                } else {
                    return None;
                }
            }
            _ => self.text(at).known()?,
        };
        is_dummy(&inner).then_some((at, inner))
    }

    /// Fields of settings classes that fall back on an empty key.
    fn setting_defaults(&self) -> Vec<KeyDefault> {
        let mut out = Vec::new();
        for used in self.key_uses() {
            if !self.goes_to_anthropic(used) {
                continue;
            }
            for source in self.sources(used.at) {
                let Source::Literal(at) = source else { continue };
                let Some(text) = self.text(at).known().filter(|t| is_dummy(t)) else { continue };
                if text.is_empty() && !self.keeps_empty(used, &Source::Literal(at)) {
                    continue;
                }
                let facts = self.facts(at.file);
                // `key: SecretStr = SecretStr("")`
                let wraps = |n: NodeId| match facts.kind(n) {
                    Kind::Call(c) => self.is_listed("key-wrapper", at.sibling(c.callee)),
                    _ => false,
                };
                let mut around = facts.ancestors(at.node).skip(1).skip_while(|&n| wraps(n));
                let Some(Kind::Assign(field)) = around.next().map(|n| facts.kind(n)) else { continue };
                let Some(class) = around.next().map(|n| at.sibling(n)) else { continue };
                let Some(name) = last_name(facts, field.target).filter(|n| names_claude_key(n)) else {
                    continue;
                };
                if self.is_settings_class(class) && !self.is_setting_checked(&name) {
                    let variable = Some(name.to_ascii_uppercase());
                    out.push(KeyDefault { at, text, variable, used: used.clone() });
                }
            }
        }
        out
    }

    /// What is given where a key may be missing that does not come from the environment in sight:
    /// `Client(key=self.key or "")`.
    fn defaults_in_place(&self) -> Vec<KeyDefault> {
        // Whom a header goes to, nobody knows.
        let of_client = |used: &&KeyUse| matches!(used.to, KeyTarget::Client { .. });
        let uses = self.key_uses().iter().filter(of_client).filter(|used| self.goes_to_anthropic(used));
        let given = uses.filter_map(|used| {
            let Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } = self.kind(used.at)
            else {
                return None;
            };
            let (key, at) = (used.at.sibling(*left), used.at.sibling(*right));
            let facts = self.facts(at.file);
            let text = constant(facts, at.node).filter(|text| is_dummy(text))?;
            let name = match facts.kind(key.node) {
                Kind::Name(_) | Kind::Member { .. } => last_name(facts, key.node)?,
                _ => return None,
            };
            let sources = self.sources(key);
            let read = match &sources[..] {
                // `const key = process.env.KEY`, and then `key ?? ""`
                [Source::Environment(read, _)] if matches!(facts.kind(key.node), Kind::Name(_)) => Some(read),
                _ => None,
            };
            let known = read.map(|read| self.key_reads().iter().find(|k| k.read == *read));
            let told = sources.iter().any(|s| matches!(s, Source::Environment(..) | Source::Literal(_)));
            let checked = || self.is_setting_checked(&name) || self.expects_refusal(used);
            let unasked = match known {
                Some(Some(read)) => !self.is_looked_at(read),
                Some(None) => false,
                None => !told && !checked(),
            };
            unasked.then(|| KeyDefault {
                at,
                text: text.to_string(),
                variable: read.map(|read| read.variable.to_string()),
                used: used.clone(),
            })
        });
        given.collect()
    }

    /// Whether an empty text gets to where a key is used: not where something else is given in its place.
    fn keeps_empty(&self, used: &KeyUse, source: &Source) -> bool {
        self.instead_of_empty(used.at).is_none_or(|other| self.sources(other).contains(source))
    }

    fn is_settings_class(&self, class: NodeRef) -> bool {
        let sdk = self.file(class.file).sdk;
        self.bases(class).iter().any(|b| matches!(b, Value::External(e) if sdk.has_word("settings", &e.path)))
    }

    /// Whether a key is given to something that talks to Claude's own API, as far as that is certain.
    fn goes_to_anthropic(&self, used: &KeyUse) -> bool {
        match &used.to {
            KeyTarget::Client { made, kind } => {
                let base = kind.base_url.as_deref().map(|o| self.option_of(*made, o));
                kind.road != Road::Http
                    && base.is_none_or(|field| {
                        field.is_absent()
                            || field.nodes().iter().any(|&n| self.text(n).contains("api.anthropic.com"))
                    })
            }
            KeyTarget::Option { .. } => false,
            KeyTarget::Header { name, .. } => &**name == "x-api-key",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_dummy;

    #[test]
    fn what_stands_for_no_key() {
        for text in ["", "dummy", "none", "your-api-key", "dummy-key", "YOUR_API_KEY", "test_key"] {
            assert!(is_dummy(text), "{text}");
        }
        assert!(!is_dummy("sk-ant-api03-q7Wd2"));
    }
}
