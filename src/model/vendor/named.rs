//! Whether what names the model of a request names one of Claude's.

use super::is_claudes;
use crate::facts::Kind;
use crate::model::Project;
use crate::model::request::{Request, Tri};
use crate::model::values::keyed::key_of;
use crate::model::values::value::{NodeRef, Text, Value};
use crate::sdk::Road;
use crate::source::FileId;

impl Project {
    /// Whether a request whose model may be one of several is sent by a type that is called after another vendor and
    /// says nothing of Claude: what one function chooses for all vendors seems to reach each of them.
    pub(super) fn is_in_class_of_others(&self, request: &Request) -> bool {
        let Some(class) = self.class_of(request.at) else { return false };
        let file = self.file(class.file);
        let Kind::Class(c) = file.facts.kind(class.node) else { return false };
        let name = c.name.to_lowercase();
        // `OpenAIProvider`: the border of words is not told by its letters.
        let named = file.sdk.words("vendor-type-words").iter().any(|kind| {
            let vendor = name.strip_suffix(kind.as_str()).map(|rest| rest.trim_end_matches('_'));
            vendor.is_some_and(|vendor| file.sdk.has_word("other-families", vendor))
        });
        let several = || {
            let models = self.body_field(request, "model");
            models.nodes().iter().any(|&n| self.eval(n).len() > 1)
        };
        named && several() && !is_claudes(&self.file(request.at.file).source.text.to_lowercase())
    }

    /// Whether the model of a framework call or of a platform of several vendors is Claude.
    pub(super) fn names_claude(&self, request: &Request) -> Tri {
        let (mut known, mut written) = (false, false);
        // A framework's model: a string, or an object made by the vendor's provider.
        let mut models = self.body_field(request, "model").nodes().to_vec();
        if request.kind.fields.contains_key("provider") {
            models.extend(self.body_field(request, "provider").nodes());
        }
        for client in &request.clients {
            models.extend(self.client_option(client, "model").nodes());
        }
        let says_so = |text: &Text| {
            is_claudes(&text.pieces.iter().flatten().cloned().collect::<String>().to_lowercase())
        };
        for &model in &models {
            if self.looked_up(model).into_iter().flat_map(|at| self.texts(at)).any(|(_, text)| says_so(&text))
            {
                return Tri::Yes;
            }
            for (_, text) in self.texts(model) {
                if says_so(&text) {
                    return Tri::Yes;
                }
                // An empty one is set later.
                written |= text.known().is_some_and(|id| !id.is_empty());
            }
            for value in self.eval(model).iter() {
                match value {
                    Value::External(e) if is_claudes(&e.path) => return Tri::Yes,
                    Value::External(_) => known = true,
                    Value::Client(c) if is_claudes(&c.kind.id) => return Tri::Yes,
                    _ => {}
                }
            }
        }
        for body in self.located(request, &request.kind.body) {
            if self.has_key(body, "anthropic_version") {
                return Tri::Yes;
            }
        }
        // Fields beside those that all vendors know.
        let beside = self.body_field(request, "additionalModelRequestFields");
        let only_claudes = self.file(request.at.file).sdk.words("claude-only-fields");
        let has_own = |&at: &NodeRef| {
            only_claudes.iter().any(|field| self.has_key(at, field))
                || self.is_set_inside(at.file, "additionalModelRequestFields", only_claudes)
        };
        if !written && beside.nodes().iter().any(has_own) {
            return Tri::Yes;
        }
        if models.is_empty() {
            models = self.entries_spread(request.at, "model");
        }
        match known || written {
            // What another package holds may well be Claude's there.
            _ if !written && self.is_in_claude_branch(request.at) => Tri::Yes,
            // A table of ids out of sight says nothing; what else asks for the same model may.
            true if !written && request.road == Road::Bedrock => Tri::Unknown,
            true => Tri::No,
            // A name that a function of the project works out of one that is Claude's.
            false if models.iter().any(|&m| self.is_made_of(m, &is_claudes)) => Tri::Yes,
            // Code that treats Claude apart before it asks whatever model is set has it among its models.
            false if request.function.is_some() && self.treats_claude_apart(request.at) => Tri::Yes,
            false => Tri::Unknown,
        }
    }

    /// Whether a file sets one of some fields in what is kept under a key: `body["extra"]["thinking"] = …`.
    fn is_set_inside(&self, file: FileId, outer: &str, fields: &[String]) -> bool {
        let facts = self.facts(file);
        facts.ids().any(|n| {
            let Kind::Assign(a) = facts.kind(n) else { return false };
            let Some((object, field)) = key_of(facts, a.target) else { return false };
            fields.iter().any(|known| *known == *field)
                && key_of(facts, object).is_some_and(|(_, key)| &*key == outer)
        })
    }
}
