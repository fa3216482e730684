//! Errors of what went before a stream was read: a quota that was asked for, a row that was looked up.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether an error is asked of what another call gave, before the reader of the stream was called:
    /// `usage.error`, `const { data, error } = await store.find(…)`.
    pub(super) fn is_of_call_before(&self, at: NodeRef, reader: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let given = match facts.kind(at.node) {
            Kind::Member { object, .. } => match facts.kind(*object) {
                Kind::Name(_) => file.only_value(*object),
                _ => Some(*object),
            },
            Kind::Record(_) => facts.parent(at.node).and_then(|up| match facts.kind(up) {
                Kind::Assign(a) if a.target == at.node => a.value,
                _ => None,
            }),
            _ => None,
        };
        let Some(mut given) = given else { return false };
        while let Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } = facts.kind(given) {
            given = *x;
        }
        if !matches!(facts.kind(given), Kind::Call(_)) {
            return false;
        }
        let around = self.whole_function(at);
        let end = facts.span(given).end;
        let mut reads = self
            .callers(reader)
            .iter()
            .filter(|call| call.file == at.file && self.whole_function(**call) == around)
            .peekable();
        reads.peek().is_some() && reads.all(|call| end <= facts.span(call.node).start)
    }
}
