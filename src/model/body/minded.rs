//! Whether the code around a request asks which model it is for.

use crate::facts::{Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Origin, Project, enclosing_function};

/// Variables between a condition and the question it stands for.
const MAX_NAMES: u32 = 3;

impl Project {
    /// Whether the function around a place asks for the model in any condition: what follows may be
    /// meant for some models only.
    pub fn minds_the_model(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let function = enclosing_function(facts, at.node);
        // What functions do is no matter of what stands outside of them.
        let counts = |n: NodeId| function.is_some() || enclosing_function(facts, n).is_none();
        facts.descendants(function.unwrap_or(NodeId::ROOT)).into_iter().any(|n| match facts.kind(n) {
            Kind::If { condition, .. } if counts(n) => {
                self.may_decide(n, at) && self.asks_for_model(at.sibling(*condition), MAX_NAMES)
            }
            Kind::Match(m) if counts(n) => {
                self.may_decide(n, at) && self.asks_for_model(at.sibling(m.subject), MAX_NAMES)
            }
            _ => false,
        })
    }

    /// Whether a branch may have a say in what is sent at a place: it comes before it, stands around it, or
    /// changes something, which the next attempt sends.
    fn may_decide(&self, branch: NodeId, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let (own, place) = (facts.span(branch), facts.span(at.node));
        let changes = |n: NodeId| match facts.kind(n) {
            Kind::Assign(a) => !a.declares,
            Kind::Delete(_) => true,
            Kind::Call(c) => {
                let name = last_name(facts, c.callee);
                name.is_some_and(|n| file.sdk.has_word("takes-field", &n))
            }
            _ => false,
        };
        let inside = facts.descendants(branch);
        match own.start <= place.start {
            true => own.contains(place) || !self.only_ends_turns(branch, at),
            false => inside.into_iter().any(changes),
        }
    }

    /// Whether all that a branch does is to end a turn of a loop, or a loop, that a place stands outside of.
    fn only_ends_turns(&self, branch: NodeId, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let around = facts.ancestors(branch).find(|&n| matches!(facts.kind(n), Kind::Loop(_)));
        let Kind::If { then, otherwise: None, .. } = facts.kind(branch) else { return false };
        let ends = match facts.kind(*then) {
            Kind::Block { body, .. } => match body[..] {
                [only] => only,
                _ => return false,
            },
            _ => *then,
        };
        matches!(facts.kind(ends), Kind::Break(None) | Kind::Continue)
            && around.is_some_and(|l| !facts.span(l).contains(facts.span(at.node)))
    }

    /// Whether a condition speaks of models, itself or by the variables in it.
    pub(in crate::model) fn speaks_of_model(&self, condition: NodeRef) -> bool {
        self.asks_for_model(condition, MAX_NAMES)
    }

    /// The same, with so many variables in between.
    fn asks_for_model(&self, condition: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return true };
        let file = self.file(condition.file);
        let text = file.text_of(condition.node).to_lowercase();
        let speaks = file.sdk.words("model-question-words").iter().any(|word| text.contains(&**word));
        speaks
            || file.facts.descendants(condition.node).into_iter().any(|n| {
                let Kind::Name(name) = file.facts.kind(n) else { return false };
                // What was answered says nothing of who is asked.
                let answer = |v: &Value| matches!(v, Value::Response(_));
                if self.eval(condition.sibling(n)).iter().any(answer) {
                    return false;
                }
                file.scopes.lookup(&file.facts, name, n).iter().any(|def| match &def.origin {
                    Origin::Value { expr, .. } => self.asks_for_model(condition.sibling(*expr), left),
                    _ => false,
                })
            })
    }
}
