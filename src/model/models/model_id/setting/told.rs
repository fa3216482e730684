//! Models that are named after the fact: to whoever asked, beside an answer, by what keeps notes.

use crate::facts::{Entry, Function, Key, Kind, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::words_of;
use crate::model::program::phase::Phase;
use crate::model::values::flow::{End, Sink};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};

/// Whose turn a message is that was answered.
const ANSWERS: &str = "assistant";

/// Whether a record or a call is a message of a conversation, of the turn of one who answered: the model beside it
/// is the one that did. `add_message("assistant", text, model="claude-…")`, `{ role: "assistant", content, model }`.
pub(super) fn is_of_turn_given(file: &FileModel, at: NodeId) -> bool {
    let facts = &file.facts;
    let answers = |value: NodeId| constant(facts, value).is_some_and(|role| &*role == ANSWERS);
    match facts.kind(at) {
        Kind::Record(r) => {
            let is_key = |e: &Entry, list: &str| matches!(&e.key, Some(Key::Known(key)) if file.sdk.has_word(list, key));
            let says = r.entries.iter().any(|e| is_key(e, "turn-contents"));
            // `addMessage("assistant", text, { model: "claude-…" })`
            let call = || facts.parent(at).filter(|&p| matches!(facts.kind(p), Kind::Call(_)));
            says && r.entries.iter().any(|e| answers(e.value))
                || call().is_some_and(|c| is_of_turn_given(file, c))
        }
        Kind::Call(c) => {
            let name = last_name(facts, c.callee).unwrap_or_default().to_lowercase();
            let adds = file.sdk.words("history-parts").iter().any(|part| name.contains(part.as_str()));
            adds && c.args.iter().any(|a| answers(a.value))
        }
        _ => false,
    }
}

/// Whether a function keeps a note of what was done, by its name: `def log_usage(tokens, model="claude-…")`.
pub(super) fn keeps_notes(file: &FileModel, function: &Function) -> bool {
    let verb = function.name.as_deref().and_then(|name| words_of(name).into_iter().next());
    verb.is_some_and(|verb| file.sdk.has_word("noting-verbs", &verb))
}

impl Project {
    /// Whether a call makes an object of a class of the project: `Health(model="claude-…")`.
    pub(super) fn makes_object(&self, call: NodeRef) -> bool {
        let values = self.callee_of(call).map(|callee| self.eval(callee));
        values.is_some_and(|values| values.iter().any(|v| matches!(v, Value::Class(_))))
    }

    /// Whether all that becomes of a model is that it goes back to whoever asked the program: what a route gives,
    /// `res.json({ model: "claude-…" })`. Nobody asks for a model by that, unless
    /// it is told as one of those that are set: `strong_model`, `default_model`.
    pub(super) fn is_told_to_asker(&self, at: NodeRef, name: Option<&str>) -> bool {
        // `env.get("MODEL", "claude-…")` is what is used where nobody sets it.
        let looked_up = matches!(self.kind(at), Kind::Call(_));
        let sdk = self.file(at.file).sdk;
        let plain = |name: &str| words_of(name).iter().all(|word| sdk.has_word("plain-model-words", word));
        if looked_up || !name.is_some_and(plain) {
            return false;
        }
        let told = |end: &End| match end.sink {
            Sink::Returned => {
                matches!(self.phase(end.at), Phase::Request(f) if self.function_of(end.at) == Some(f))
            }
            Sink::Used => self.answers_client(end.at),
            _ => false,
        };
        let ends = self.sinks(at);
        ends.iter().any(told) && ends.iter().all(|end| told(end) || end.sink == Sink::Shown)
    }
}
