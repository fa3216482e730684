//! What a literal is given to as an argument of a call.

use super::names_model;
use super::record::{is_of_answer, is_result, notes};
use super::table::{in_list, is_table_field};
use crate::facts::{Call, Kind, Name, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::has_word_of;
use crate::model::values::keyed::keyed;
use crate::model::values::value::NodeRef;
use crate::model::{FileModel, Project};

impl Project {
    /// What an argument of a call is given to.
    pub(super) fn argument_name(
        &self,
        file: &FileModel,
        literal: NodeRef,
        call: &Call,
        at: NodeId,
        arg: NodeId,
    ) -> Given {
        let facts = &file.facts;
        let Some(argument) = call.args.iter().find(|a| a.value == arg) else { return Given::Elsewhere };
        let texts = || {
            call.args.iter().filter(|a| a.name.is_none() && a.value != arg).filter_map(|a| {
                match facts.kind(a.value) {
                    Kind::Str(_) => constant(facts, a.value),
                    _ => None,
                }
            })
        };
        // `--model`, `-m, --model <id>`, `ANTHROPIC_MODEL`
        let named = || {
            texts().find_map(|text| {
                let word = match text.find("--") {
                    Some(at) => text[at + 2..].split([' ', '=', ',', '<']).next()?,
                    None => &*text,
                };
                (!word.contains(' ') && names_model(file.sdk, word)).then(|| Name::from(word))
            })
        };
        let callee = last_name(facts, call.callee).unwrap_or_default();
        // What is read with it is an answer.
        if is_of_answer(file, call.callee) && texts().next().is_some() {
            return Given::Elsewhere;
        }
        if let Some(name) = &argument.name {
            if file.sdk.has_word("default-arguments", name) {
                return named().map_or(Given::Through, Given::Named);
            }
            let beside = call.args.iter().filter_map(|a| a.name.as_deref());
            let noted = notes(file, call.callee);
            if noted || beside.into_iter().any(|n| is_table_field(file.sdk, n)) || in_list(facts, at) {
                return Given::Elsewhere;
            }
            return Given::Named(name.clone());
        }
        if let Some(name) = named() {
            // `f"model: {settings.get('model', 'claude-…')}"` is shown, and so is what stands in a report.
            let shown = facts.parent(at).is_some_and(|p| match facts.kind(p) {
                Kind::Str(_) => true,
                Kind::Record(record) => is_result(file, record, p),
                _ => false,
            });
            // `span.set_attribute("model", "claude-…")` notes what was done.
            let noted = has_word_of(file.sdk, "note-words", &callee);
            return if shown || noted { Given::Elsewhere } else { Given::Named(name) };
        }
        // `env::var("CLAUDE_MODEL").unwrap_or_else(|_| …)`
        if let Kind::Member { object, .. } = facts.kind(call.callee)
            && let Some(read) = self.read_below(literal.sibling(*object))
            && names_model(file.sdk, &read)
        {
            return Given::Named(read);
        }
        // `models.get(vendor, "claude-…")`: what is given where the table has no such key.
        let chosen =
            keyed(facts, at).is_some_and(|k| k.default == Some(arg) && constant(facts, k.key).is_none());
        match file.sdk.has_word("value-wrappers", &callee) {
            true => Given::Through,
            false if chosen => Given::Chosen,
            false => Given::Elsewhere,
        }
    }

    /// The environment variable that a chain of calls begins with.
    fn read_below(&self, chain: NodeRef) -> Option<Name> {
        let mut at = chain;
        for _ in 0..6 {
            if let Some(read) = self.environment_read(at) {
                return Some(read.variable);
            }
            at = match self.kind(at) {
                Kind::Call(call) => at.sibling(call.callee),
                Kind::Member { object, .. } => at.sibling(*object),
                Kind::Await(x) | Kind::Propagate(x) => at.sibling(*x),
                _ => return None,
            };
        }
        None
    }
}

pub(super) enum Given {
    Named(Name),
    /// The call gives it on.
    Through,
    /// The call gives it on, where it finds nothing else.
    Chosen,
    Elsewhere,
}
