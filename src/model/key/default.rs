//! What is sent in place of a missing key, and what looks like a real one.

use super::super::environment::{EnvironmentRead, Source};
use super::super::index::{constant, last_name};
use super::super::missing::Missing;
use super::super::value::{NodeRef, Value};
use super::super::{KeyTarget, Project};
use super::{KeyRead, KeyUse, names_claude_key};
use crate::facts::{BinaryOp, Kind};
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

/// Texts that stand for a key that is not there.
const DUMMIES: &[&str] = &[
    "dummy",
    "none",
    "null",
    "undefined",
    "test",
    "fake",
    "placeholder",
    "missing",
    "no-key",
    "changeme",
    "x",
    "xxx",
];

pub(in crate::model) fn is_dummy(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let stem = lower.strip_suffix("-key").or(lower.strip_suffix("_key")).unwrap_or(&lower);
    let stem = stem.strip_suffix("-api").or(stem.strip_suffix("_api")).unwrap_or(stem);
    lower.is_empty() || DUMMIES.contains(&stem) || lower.starts_with("your") && lower.contains("key")
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
                let variable = Some(key.read.variable.to_string());
                out.push(KeyDefault { at, text, variable, used: used.clone() });
            }
        }
        out.extend(self.setting_defaults());
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

    /// Whether some code asks if the key is there.
    fn is_looked_at(&self, key: &KeyRead) -> bool {
        if self.check_of(key.read.at).is_some_and(|m| m != Missing::Unchecked)
            || self.is_checked_at_start(key)
        {
            return true;
        }
        let mut checks = self.checks().iter().filter(|c| c.variable == key.read.variable).peekable();
        if checks.peek().is_none() {
            return false;
        }
        // A check in another program of the repository says nothing of this one.
        let mut files = vec![key.read.at.file];
        files.extend(key.uses.iter().map(|u| u.at.file));
        let program = self.same_program(&files);
        checks.any(|c| program.may_run(c.at.file))
    }

    /// `getenv("K", "")`, `… or ""`, `.unwrap_or_default()` around a read.
    fn default_of(&self, key: &KeyRead) -> Option<(NodeRef, String)> {
        let read: &EnvironmentRead = &key.read;
        let facts = self.facts(read.at.file);
        let sdk = self.file(read.at.file).sdk;
        let dummy = |node| {
            constant(facts, node).filter(|t| is_dummy(t)).map(|t| (read.at.sibling(node), t.to_string()))
        };
        if let Kind::Call(call) = facts.kind(read.at.node)
            && let Some(default) = call.args.get(1)
        {
            return dummy(default.value);
        }
        let mut at = read.at.node;
        while let Some(parent) = facts.parent(at) {
            match facts.kind(parent) {
                Kind::Cast { .. } | Kind::Await(_) => {}
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } if *left == at => {
                    if let Some(found) = dummy(*right) {
                        return Some(found);
                    }
                }
                Kind::Member { object, name, .. } if *object == at => {
                    let call = facts.parent(parent)?;
                    let Kind::Call(c) = facts.kind(call) else { return None };
                    if sdk.has_word("missing-default", name) {
                        return match c.args.first() {
                            None => Some((read.at.sibling(call), String::new())),
                            Some(arg) => self.empty_text(read.at.sibling(arg.value)),
                        };
                    }
                    at = call;
                    continue;
                }
                _ => return None,
            }
            at = parent;
        }
        None
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
                } else if matches!(&*made, "new" | "default") {
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
                let facts = self.facts(at.file);
                let mut around = facts.ancestors(at.node).skip(1);
                let Some(Kind::Assign(field)) = around.next().map(|n| facts.kind(n)) else { continue };
                let Some(class) = around.next().map(|n| at.sibling(n)) else { continue };
                let Some(name) = last_name(facts, field.target).filter(|n| names_claude_key(n)) else {
                    continue;
                };
                if self.is_settings_class(class) && !self.is_name_tested(&name) {
                    let variable = Some(name.to_ascii_uppercase());
                    out.push(KeyDefault { at, text, variable, used: used.clone() });
                }
            }
        }
        out
    }

    fn is_settings_class(&self, class: NodeRef) -> bool {
        let sdk = self.file(class.file).sdk;
        self.bases(class).iter().any(|b| matches!(b, Value::External(e) if sdk.has_word("settings", &e.path)))
    }

    /// Whether something of that name is tested anywhere.
    fn is_name_tested(&self, wanted: &str) -> bool {
        self.file_ids().any(|(file, model)| {
            model.facts.ids().any(|node| {
                let named = match model.facts.kind(node) {
                    Kind::Member { name, .. } | Kind::Name(name) => name.eq_ignore_ascii_case(wanted),
                    _ => false,
                };
                named && self.tested(NodeRef { file, node }).is_some()
            })
        })
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

/// The part of a text that looks like a real key, if there is one.
pub fn real_key(text: &str) -> Option<&str> {
    let key = &crate::sdk::api::api().key;
    let is_key = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    for prefix in &key.prefixes {
        for (at, _) in text.match_indices(&**prefix) {
            let rest = &text[at + prefix.len()..];
            let length = rest.find(|c| !is_key(c)).unwrap_or(rest.len());
            let secret = &rest[..length];
            if length >= key.min_secret && looks_random(secret) {
                return Some(&text[at..at + prefix.len() + length]);
            }
        }
    }
    None
}

/// Whether letters and digits are mixed as only chance does: no words, no runs, no sequences.
fn looks_random(secret: &str) -> bool {
    const WORDS: &[&str] = &[
        "your",
        "xxx",
        "example",
        "placeholder",
        "test",
        "fake",
        "dummy",
        "sample",
        "redact",
        "secret",
        "0000",
        "1234",
        "abcd",
        "aaaa",
        "here",
        "insert",
        "replace",
        "demo",
        "mock",
        "invalid",
        "foobar",
        "key",
    ];
    let lower = secret.to_ascii_lowercase();
    let bytes = secret.as_bytes();
    let mut seen = [false; 256];
    bytes.iter().for_each(|&b| seen[b as usize] = true);
    let distinct = seen.iter().filter(|s| **s).count();
    let has = |f: fn(&u8) -> bool| bytes.iter().any(f);
    // `abc123def456ghi789`: what is left of a made-up key without its digits, or without its letters.
    let in_order = |f: fn(&u8) -> bool| {
        let kept: Vec<u8> = lower.bytes().filter(f).collect();
        kept.windows(6).any(|run| run.windows(2).all(|two| two[1] == two[0] + 1))
    };
    // Long secrets hold short words by chance.
    let words = if secret.len() > 60 { &WORDS[..6] } else { WORDS };
    distinct >= 12
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !in_order(u8::is_ascii_alphabetic)
        && !in_order(u8::is_ascii_digit)
        && !words.iter().any(|w| lower.contains(w))
}

#[cfg(test)]
mod tests {
    use super::{is_dummy, real_key};

    #[test]
    fn what_looks_like_a_key() {
        // Put together, so that scanners of this repository are not alarmed.
        let secret = ["q7Wd2", "Lz9Rk", "0vXb4", "TnPm8", "sYc3F"].concat();
        let text = format!("Bearer sk-ant-api03-{secret}, twice");
        assert_eq!(real_key(&text), Some(&*format!("sk-ant-api03-{secret}")));
        for other in [
            "sk-ant-api03-...",
            "sk-ant-api03-your-key-goes-here-12345",
            "sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxx",
            "sk-ant-api03-zyx987abc123def456ghi789jkl012mno345",
        ] {
            assert_eq!(real_key(other), None, "{other}");
        }
    }

    #[test]
    fn what_stands_for_no_key() {
        for text in ["", "dummy", "none", "your-api-key", "dummy-key", "YOUR_API_KEY", "test_key"] {
            assert!(is_dummy(text), "{text}");
        }
        assert!(!is_dummy("sk-ant-api03-q7Wd2"));
    }
}
