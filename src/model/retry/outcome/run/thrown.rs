//! What is thrown, and which handlers take it.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::retry::probe::{Flow, Probe, Thrown};
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// What handlers make of what is thrown in the body of their `try`, and what is done where nothing was: what
    /// that throws goes past them.
    pub(in crate::model::retry::outcome) fn caught(
        &self,
        at: NodeRef,
        flow: Flow,
        around: Option<NodeRef>,
        p: &Probe,
        depth: u32,
    ) -> Flow {
        let Kind::Try(t) = self.kind(at) else { return flow };
        let thrown = p.thrown.get();
        let falls = Flow { thrown: 0, ..flow };
        let unharmed = match t.otherwise {
            Some(otherwise) => falls.then(|| self.run(at.sibling(otherwise), around, p, depth + 1)),
            None => falls,
        };
        if flow.thrown == 0 {
            return unharmed;
        }
        p.failed.set(true);
        // What one handler throws is not put to the others.
        let (mut handled, mut leaves) = (Flow::THROWN, thrown);
        for handler in t.handlers.iter().rev() {
            p.thrown.set(thrown);
            let taken = match handler.types.is_empty() {
                true => Truth::Yes,
                false => {
                    let types = handler.types.iter().map(|&ty| self.means_failure(at.sibling(ty), p));
                    types.fold(Truth::No, Truth::or)
                }
            };
            if taken == Truth::No {
                continue;
            }
            let body = self.run(at.sibling(handler.body), around, p, depth + 1);
            leaves = match (taken, body.thrown > 0) {
                (Truth::Yes, true) => p.thrown.get(),
                (Truth::Yes, false) => thrown,
                (_, true) if p.thrown.get() != leaves => Thrown::Other,
                _ => leaves,
            };
            handled = Flow::choose(taken, body, handled);
        }
        p.thrown.set(leaves);
        if let Some(finally) = t.finally
            && self.run(at.sibling(finally), around, p, depth + 1).falls == 0
        {
            return Flow::LEFT;
        }
        unharmed.or(handled.at_most(flow.thrown))
    }

    /// `raise e`: the caught error itself.
    pub(super) fn is_reraised(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Name(_)) && self.aside(at) == Truth::Open
    }

    pub(super) fn error_class(&self, at: NodeRef) -> Thrown {
        let ty = self.callee_of(at).unwrap_or(at);
        let class = self.eval(ty).iter().find_map(|v| match v {
            Value::Class(class) => Some(*class),
            _ => None,
        });
        class.map_or_else(|| self.plain_error(ty).unwrap_or(Thrown::Other), Thrown::Class)
    }

    fn plain_error(&self, ty: NodeRef) -> Option<Thrown> {
        let file = self.file(ty.file);
        let Kind::Name(name) = file.facts.kind(ty.node) else { return None };
        let own = !file.scopes.lookup(&file.facts, name, ty.node).is_empty();
        (!own && file.sdk.has_word("plain-errors", name)).then_some(Thrown::Plain(ty))
    }
}
