//! What becomes of an event that the enumeration of a reader has no variant for.

use crate::facts::{Kind, Name};
use crate::model::names::index::last_name;
use crate::model::stream::{Dispatch, Project};
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether the variant for errors of an enumeration of events is named in its readers.
    pub(in crate::model::stream) fn matches_error(&self, roots: &[NodeRef], variants: &[Name]) -> bool {
        roots.iter().any(|root| {
            let facts = self.facts(root.file);
            facts.descendants(root.node).into_iter().any(|n| match facts.kind(n) {
                Kind::Member { object, name, .. } => {
                    name.contains("Error") && last_name(facts, *object).is_some_and(|o| variants.contains(&o))
                }
                _ => false,
            })
        })
    }

    /// Whether events that the enumeration does not know fail to parse, and somebody learns of it.
    pub(in crate::model::stream) fn fails_to_parse(&self, dispatch: &Dispatch) -> bool {
        let (Some(parse), Some(_)) = (dispatch.parse, &dispatch.variants) else { return false };
        match self.knows_errors(dispatch) {
            Some(known) => !known && self.failure_shows(parse),
            None => true,
        }
    }

    /// Where the failure to parse an `error` event is dropped, as the enumeration knows none.
    pub(in crate::model::stream) fn drops_unparsed(&self, dispatch: &Dispatch) -> Option<NodeRef> {
        let parse = dispatch.parse?;
        let drops = self.knows_errors(dispatch) == Some(false) && !self.failure_shows(parse);
        drops.then_some(parse)
    }

    /// Whether the enumeration that is matched has a variant for errors, or for anything else.
    fn knows_errors(&self, dispatch: &Dispatch) -> Option<bool> {
        let name = dispatch.variants.as_ref()?;
        let classes = self.index.class_names.get(name).map_or(&[][..], |c| c);
        let class = classes.iter().find(|c| c.file == dispatch.at.file).or(classes.first())?;
        let Kind::Class(c) = self.kind(*class) else { return None };
        let facts = self.facts(class.file);
        Some(c.body.iter().any(|&m| match facts.kind(m) {
            Kind::Assign(variant) => {
                let error = last_name(facts, variant.target).is_some_and(|n| n.contains("Error"));
                let other = variant.decorators.iter().any(|&d| match facts.kind(d) {
                    Kind::Call(c) => c.args.iter().any(|a| {
                        last_name(facts, a.value).is_some_and(|n| &*n == "other" || &*n == "untagged")
                    }),
                    _ => false,
                });
                error || other
            }
            _ => false,
        }))
    }

    /// Whether the failure of a call that gives a result is not dropped.
    fn failure_shows(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let mut at = call.node;
        for _ in 0..8 {
            let Some(parent) = facts.parent(at) else { return true };
            match facts.kind(parent) {
                Kind::Member { name, .. } => match &**name {
                    "ok" | "unwrap_or_default" | "unwrap_or" | "unwrap_or_else" | "is_ok" => return false,
                    "unwrap" | "expect" => return true,
                    _ => at = parent,
                },
                Kind::Call(_) => at = parent,
                Kind::Let { .. } => {
                    let Some(up) = facts.parent(parent) else { return false };
                    return match facts.kind(up) {
                        Kind::If { otherwise: Some(other), .. } => self.raises(call.sibling(*other)),
                        _ => false,
                    };
                }
                Kind::Assign(a) => return a.otherwise.is_none_or(|o| self.raises(call.sibling(o))),
                Kind::Match(m) => {
                    let failing = m.arms.iter().filter(|a| {
                        a.patterns
                            .iter()
                            .any(|&p| last_name(facts, p).is_some_and(|n| &*n == "Err" || &*n == "_"))
                    });
                    return failing.into_iter().any(|a| self.raises_or_sends(call.sibling(a.body)));
                }
                _ => return true,
            }
        }
        true
    }

    fn raises_or_sends(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        self.raises(at)
            || model.facts.descendants(at.node).into_iter().any(|n| match model.facts.kind(n) {
                Kind::Yield(_) | Kind::Return(Some(_)) => true,
                Kind::Call(c) => model.named_in(c.callee, "relay-names"),
                _ => false,
            })
    }
}
