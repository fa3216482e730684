//! Providers in front of ids that are taken off, or meant for somebody else.

use super::{ModelMention, ModelUse};
use crate::facts::{BinaryOp, Kind, NodeId, StrPart};
use crate::model::Project;
use crate::model::scope::Origin;
use crate::model::value::{NodeRef, Value};
use crate::source::FileId;

/// Names and calls that an id is followed through.
const MAX_STEPS: u32 = 6;
const MAX_CALLERS: usize = 8;

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

    /// Whether the id goes through a function of the project that on some way puts something in front of it:
    /// ``id => `${region}.${id}` ``.
    pub fn is_completed_on_the_way(&self, reached: &ModelUse) -> bool {
        self.request_at(reached.request).is_some_and(|request| {
            let models = self.body_field(request, "model");
            models.nodes().iter().any(|&model| self.passes_completion(model, 0))
        })
    }

    fn passes_completion(&self, at: NodeRef, depth: u32) -> bool {
        if depth > MAX_STEPS {
            return false;
        }
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Name(name) => {
                file.scopes.lookup(&file.facts, name, at.node).iter().any(|def| match &def.origin {
                    Origin::Value { expr, path } if path.is_empty() && *expr != at.node => {
                        self.passes_completion(at.sibling(*expr), depth + 1)
                    }
                    Origin::Param { function, index, path } if path.is_empty() => {
                        let mut given = self.arguments_given(at.sibling(*function), *index, MAX_CALLERS);
                        given.any(|(_, argument)| self.passes_completion(argument, depth + 1))
                    }
                    _ => false,
                })
            }
            Kind::Await(x) | Kind::Cast { value: x, .. } | Kind::Propagate(x) => {
                self.passes_completion(at.sibling(*x), depth + 1)
            }
            Kind::Call(call) => self.eval(at.sibling(call.callee)).iter().any(|value| match value {
                Value::Function(f) => self.return_values(*f).iter().any(|&given| self.completes(given)),
                _ => false,
            }),
            _ => false,
        }
    }

    /// Whether what a function gives is a text that ends in what it was given.
    fn completes(&self, given: NodeRef) -> bool {
        let file = self.file(given.file);
        let facts = &file.facts;
        let is_given = |n: NodeId| match facts.kind(n) {
            Kind::Name(name) => {
                let defs = file.scopes.lookup(facts, name, n);
                defs.iter().any(|def| matches!(def.origin, Origin::Param { .. }))
            }
            _ => false,
        };
        facts.descendants(given.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Str(parts) => {
                parts.len() > 1 && matches!(parts.last(), Some(StrPart::Hole(hole)) if is_given(*hole))
            }
            Kind::Binary { op: BinaryOp::Add, right, .. } => is_given(*right),
            _ => false,
        })
    }
}
