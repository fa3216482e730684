//! Keys that are written out.

mod hidden;

use super::super::Project;
use super::default::is_dummy;
use super::{is_api_key_name, names_claude_key};
use crate::facts::{BinaryOp, Key, Kind, StrPart};
use crate::model::key::environment::Source;
use crate::model::names::index::{last_name, path_name};
use crate::model::values::value::{NodeRef, Value};

/// A key on its way out of the process.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyLeak {
    /// The call or statement that lets it out.
    pub at: NodeRef,
    /// The expression that holds it.
    pub value: NodeRef,
    /// The variable it is read from, where one is in sight.
    pub variable: Option<String>,
    /// Where the key is put into what is let out, when that is a record of headers or options.
    pub inside: Option<NodeRef>,
}

impl Project {
    /// Every place where a key leaves the process in a log, an error message or on a screen.
    pub fn key_leaks(&self) -> Vec<KeyLeak> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                match model.facts.kind(node) {
                    Kind::Call(call) if self.is_log(at) => {
                        for arg in &call.args {
                            self.leaks_of(at, at.sibling(arg.value), 0, &mut out);
                        }
                    }
                    Kind::Call(call) if self.answers_client(at) => {
                        let mut given = Vec::new();
                        for arg in &call.args {
                            self.leaks_of(at, at.sibling(arg.value), 0, &mut given);
                        }
                        // A key of whoever asks may be given back to them.
                        out.extend(given.into_iter().filter(|leak| leak.variable.is_some()));
                    }
                    Kind::Throw(Some(error)) => {
                        if let Kind::Call(made) = self.kind(at.sibling(*error)) {
                            for arg in &made.args {
                                self.leaks_of(at, at.sibling(arg.value), 0, &mut out);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        out.dedup_by(|a, b| a.at == b.at);
        out
    }

    /// Whether a call sends its arguments to whoever asked: `res.json(…)`, `jsonify(…)`.
    pub(in crate::model) fn answers_client(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let Kind::Call(call) = self.kind(at) else { return false };
        let named = path_name(&model.facts, call.callee);
        named.is_some_and(|path| model.sdk.has_word("client-answers", &path))
    }

    /// Whether a call writes its arguments to a log or screen.
    pub fn is_log(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let Kind::Call(call) = self.kind(at) else { return false };
        let by_path = |path: &str| model.sdk.has_word("log", path);
        self.eval(at.sibling(call.callee)).iter().any(|v| matches!(v, Value::External(e) if by_path(&e.path)))
            || match model.facts.kind(call.callee) {
                Kind::Member { object, name, .. } => {
                    by_path(&format!(".{name}")) && model.named_in(*object, "loggers")
                }
                _ => false,
            }
    }

    /// What of an expression shows a key as it is. Slices, tests and unknown calls hide it.
    fn leaks_of(&self, out_at: NodeRef, value: NodeRef, depth: u32, out: &mut Vec<KeyLeak>) {
        if depth > 6 {
            return;
        }
        let mut inner = |node| self.leaks_of(out_at, value.sibling(node), depth + 1, out);
        match self.kind(value) {
            Kind::Str(parts) => {
                for part in parts {
                    if let StrPart::Hole(hole) = part {
                        inner(*hole);
                    }
                }
            }
            Kind::Binary { op: BinaryOp::Add | BinaryOp::Mod, left, right } => {
                inner(*left);
                inner(*right);
            }
            Kind::List(items) => items.iter().for_each(|&i| inner(i)),
            Kind::Record(r) => {
                // `{**headers, "x-api-key": "***"}`
                let covered = |i: usize| {
                    r.entries[i].key.is_none()
                        && r.entries[i + 1..].iter().any(|e| self.names_key(value, &e.key))
                };
                let shown = r.entries.iter().enumerate().filter(|(i, _)| !covered(*i));
                shown.for_each(|(_, e)| inner(e.value));
            }
            Kind::Cast { value, .. } | Kind::Await(value) => inner(*value),
            Kind::Call(call) => {
                let name = last_name(self.facts(value.file), call.callee);
                if self.environment_read(value).is_some() {
                    self.leak_of(out_at, value, out);
                } else if name.is_some_and(|n| self.file(value.file).sdk.has_word("shows-all", &n))
                    && !self.is_sifted_for_text(value, call)
                {
                    call.args.iter().for_each(|a| inner(a.value));
                }
            }
            Kind::Name(_) | Kind::Member { .. } | Kind::Index { .. } => self.leak_of(out_at, value, out),
            _ => {}
        }
    }

    fn leak_of(&self, out_at: NodeRef, value: NodeRef, out: &mut Vec<KeyLeak>) {
        if let Kind::Index { index, .. } = self.kind(value)
            && matches!(self.kind(value.sibling(*index)), Kind::Slice { .. } | Kind::Number(_))
        {
            return;
        }
        if self.is_shortened(value, 0) || self.is_covered(value) {
            return;
        }
        // `key.length` is no key.
        if let Kind::Member { object, .. } = self.kind(value)
            && self.environment_read(value).is_none()
            && self.claude_variable(value.sibling(*object)).is_some()
        {
            return;
        }
        if let Some(variable) = self.claude_variable(value) {
            out.push(KeyLeak { at: out_at, value, variable: Some(variable), inside: None });
            return;
        }
        if self.is_called_key(value) {
            out.push(KeyLeak { at: out_at, value, variable: None, inside: None });
            return;
        }
        if let Some((variable, at)) = self.key_inside(value, 0) {
            out.push(KeyLeak { at: out_at, value, variable, inside: Some(at) });
            return;
        }
        if let Some(field) = self.key_shown_by(out_at, value) {
            out.push(KeyLeak { at: out_at, value, variable: None, inside: Some(field) });
        }
    }

    /// Whether a key of a record is one that a key for the API stands under.
    fn names_key(&self, at: NodeRef, key: &Option<Key>) -> bool {
        let sdk = self.file(at.file).sdk;
        matches!(key, Some(Key::Known(key))
            if sdk.has_word("key-headers", &key.to_ascii_lowercase()) || sdk.is_key_option(key))
    }

    /// The key that a record of headers or options holds, or a record in it.
    fn key_inside(&self, value: NodeRef, depth: u32) -> Option<(Option<String>, NodeRef)> {
        if depth > 2 {
            return None;
        }
        for found in self.eval(value).iter() {
            let Value::Node(record) = found else { continue };
            let Kind::Record(r) = self.kind(*record) else { continue };
            for entry in &r.entries {
                let Some(Key::Known(key)) = &entry.key else { continue };
                let at = record.sibling(entry.value);
                let sdk = self.file(record.file).sdk;
                let named = sdk.has_word("key-headers", &key.to_ascii_lowercase()) || sdk.is_key_option(key);
                if named {
                    if let Some(variable) = self.any_claude_variable(at) {
                        return Some((Some(variable), at));
                    }
                    if self.is_called_key(at) {
                        return Some((None, at));
                    }
                }
                if let Some(found) = self.key_inside(at, depth + 1) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// Whether a variable or field is called an API key, in a file that is about Claude.
    fn is_called_key(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let Some(name) = last_name(&model.facts, at.node) else { return false };
        let ours = is_api_key_name(&name);
        let about_claude = || {
            let text = &model.source.text;
            ["anthropic", "Anthropic", "ANTHROPIC", "claude", "Claude"].iter().any(|w| text.contains(w))
        };
        // A name for a flag, a type or a module is no key.
        let held = || {
            self.eval(at).iter().all(|v| match v {
                Value::Node(node) => {
                    // `API_KEY = "ANTHROPIC_API_KEY"` is the name of a variable.
                    let names =
                        |t: &str| t.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
                    self.text(*node).known().is_some_and(|t| !is_dummy(&t) && !names(&t))
                }
                Value::Unknown | Value::External(_) => true,
                _ => false,
            })
        };
        ours && about_claude() && held()
    }

    /// The variable of a key for Claude that an expression gives whole; nothing where it may be
    /// something else or was changed.
    fn claude_variable(&self, at: NodeRef) -> Option<String> {
        let alone = |s: &Source| !matches!(s, Source::Other);
        self.any_claude_variable(at).filter(|_| self.sources(at).iter().all(alone))
    }

    /// The same where other sources may give the key as well.
    fn any_claude_variable(&self, at: NodeRef) -> Option<String> {
        self.sources(at).iter().find_map(|s| match s {
            Source::Environment(read, later) if names_claude_key(&read.variable) => {
                let sdk = self.file(read.at.file).sdk;
                let kept = |m: &crate::facts::Name| {
                    ["missing-keeps", "missing-raises", "missing-default", "missing-option"]
                        .iter()
                        .any(|list| sdk.has_word(list, m))
                        || sdk.passes_object(m)
                };
                later.iter().all(kept).then(|| read.variable.to_string())
            }
            _ => None,
        })
    }
}
