//! Statuses that code has in its hands and makes nothing of.

use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::response::{Use, What};
use crate::model::values::flow::Sink;
use crate::model::values::value::NodeRef;

/// Names between a status and the log it is in.
const MAX_NAMES: u32 = 2;

impl Project {
    /// Whether nothing comes of a status: it is bound to a name that nothing reads, or logged whatever it is where
    /// more is done with the answer. What is shown beside an answer that is shown as well, its reader looks at.
    pub fn is_status_unread(&self, status: NodeRef, uses: &[Use]) -> bool {
        self.is_never_read(status, 0)
            || self.is_never_read(status, MAX_NAMES) && uses.iter().any(|u| self.is_more_than_shown(u))
    }

    fn is_more_than_shown(&self, used: &Use) -> bool {
        matches!(used.what, What::Text | What::Content)
            && self.sinks(used.at).iter().any(|end| end.sink != Sink::Shown)
    }

    /// Whether all that is done with a value is to bind it to names that nothing reads, or, where names may be read,
    /// that only logs do.
    fn is_never_read(&self, at: NodeRef, names: u32) -> bool {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Call(call) if call.callee == child => {}
                Kind::Member { object, .. } if *object == child => {}
                Kind::Await(_) | Kind::Propagate(_) | Kind::Cast { .. } => {}
                Kind::Assign(a) if a.value == Some(child) && a.op.is_none() => {
                    let read = |reader: &NodeRef| {
                        names.checked_sub(1).is_none_or(|names| !self.is_never_read(*reader, names))
                    };
                    return matches!(facts.kind(a.target), Kind::Name(_))
                        && !self.readers(at.sibling(a.target)).iter().any(read);
                }
                Kind::Str(_) | Kind::Binary { op: BinaryOp::Add | BinaryOp::Mod, .. } if names > 0 => {}
                Kind::List(_) | Kind::Record(_) if names > 0 => {}
                Kind::Call(call) => {
                    return names > 0
                        && self.shows_only(at.sibling(node), call.callee)
                        && self.is_always_run(at.sibling(node));
                }
                _ => return false,
            }
            child = node;
        }
        false
    }

    /// Whether a call is a statement that its function comes to whatever happens before: in no branch and no handler.
    fn is_always_run(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let mut around =
            facts.ancestors(call.node).skip(1).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        self.is_statement(call)
            && around.all(|n| match facts.kind(n) {
                Kind::Try(t) => facts.span(t.body).contains(facts.span(call.node)),
                Kind::Block { .. } | Kind::Await(_) | Kind::Loop(_) => true,
                _ => false,
            })
    }
}
