//! Providers in front of ids that are taken off, or meant for somebody else.

use super::{ModelMention, ModelUse};
use crate::facts::{Kind, StrPart};
use crate::model::Project;
use crate::source::FileId;

impl Project {
    /// Whether the code knows that a provider stands in front of an id: it looks for the prefix, to take it off,
    /// where the id or the request stands, or the id is written beside a client of several vendors.
    pub fn is_provider_known(&self, mention: &ModelMention, reached: &ModelUse, provider: &str) -> bool {
        let places = [mention.at.file, reached.request.file];
        places.iter().any(|&file| self.looks_for_prefix(file, provider))
            || !reached.direct && self.speaks_to_others(mention.at.file)
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
