//! Providers in front of ids that are taken off, or meant for somebody else.

use super::{ModelMention, ModelUse};
use crate::facts::{Arg, Kind, StrPart};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::values::value::{NodeRef, Value};
use crate::source::FileId;

impl Project {
    /// Whether the code knows that a provider stands in front of an id: it looks for the prefix, to take it off,
    /// where the id or the request stands, or the id is written beside a client of several vendors.
    pub fn is_provider_known(&self, mention: &ModelMention, reached: &ModelUse, provider: &str) -> bool {
        let places = [mention.at.file, reached.request.file];
        places.iter().any(|&file| self.looks_for_prefix(file, provider))
            || !reached.direct
                && (self.speaks_to_others(mention.at.file) || self.is_split_at_mark(mention, provider))
    }

    /// Whether the id is split at the mark behind the provider on its way: `model.split_once(':')`.
    fn is_split_at_mark(&self, mention: &ModelMention, provider: &str) -> bool {
        let Some(mark) = mention.text.strip_prefix(provider).and_then(|rest| rest.chars().next()) else {
            return false;
        };
        let is_it = |v: &Value| matches!(v, Value::Node(n) if self.location(*n) == mention.at);
        self.file_ids().any(|(file, model)| {
            let facts = &model.facts;
            facts.ids().any(|node| {
                let Kind::Call(call) = facts.kind(node) else { return false };
                let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return false };
                let at_mark = |arg: &Arg| constant(facts, arg.value).is_some_and(|t| t.chars().eq([mark]));
                model.sdk.has_word("splits-at-mark", name)
                    && call.args.iter().any(at_mark)
                    && self.eval(NodeRef { file, node: *object }).iter().any(is_it)
            })
        })
    }

    /// `model.removeprefix("anthropic/")`, `if model.startswith("anthropic/")`
    fn looks_for_prefix(&self, file: FileId, provider: &str) -> bool {
        let facts = &self.file(file).facts;
        facts.ids().any(|node| match facts.kind(node) {
            Kind::Str(parts) => match &parts[..] {
                [StrPart::Text(text)] => {
                    text.strip_prefix(provider).is_some_and(|rest| matches!(rest, "/" | ":"))
                }
                _ => false,
            },
            _ => false,
        })
    }
}
