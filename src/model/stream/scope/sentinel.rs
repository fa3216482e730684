//! Comparisons with the line that ends the streams of other vendors.

use super::super::Project;
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::enclosing_function;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether one of two places stands in the function of the other, or in one within it.
    pub(super) fn runs_with(&self, at: NodeRef, place: NodeRef) -> bool {
        let around = |n: NodeRef| enclosing_function(self.facts(n.file), n.node);
        let holds = |outer: Option<NodeId>, inner: NodeRef| {
            outer.is_none_or(|f| self.facts(inner.file).ancestors(inner.node).any(|n| n == f))
        };
        at.file == place.file && (holds(around(at), place) || holds(around(place), at))
    }

    /// `if (data === "[DONE]") continue`, `if data != "[DONE]": parse(data)`: nothing hangs on it.
    pub(super) fn is_passed_over(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Some(Kind::Binary { op, .. }) = facts.parent(at.node).map(|n| facts.kind(n)) else {
            return false;
        };
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Binary { .. } => from = node,
                Kind::If { condition, then, otherwise } if *condition == from => {
                    let only = match facts.kind(*then) {
                        Kind::Block { body, .. } => match &body[..] {
                            [before @ .., last] if self.hands_on_line(at, *condition, before) => *last,
                            _ => *then,
                        },
                        _ => *then,
                    };
                    let loops = facts
                        .ancestors(node)
                        .take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)))
                        .filter(|&n| matches!(facts.kind(n), Kind::Loop(_)))
                        .count();
                    let skips = match facts.kind(only) {
                        Kind::Continue => true,
                        // In a function that gets one line.
                        Kind::Return(value) => {
                            loops == 0 && value.is_none_or(|v| self.is_written_nothing(at.sibling(v)))
                        }
                        // Out of the lines of one chunk: more chunks are waited for.
                        Kind::Break(None) => loops > 1,
                        _ => false,
                    };
                    let differs = matches!(op, BinaryOp::Ne | BinaryOp::IsNot);
                    return skips || differs && otherwise.is_none();
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether statements do nothing but hand on the line that is looked at, or what it was cut out of:
    /// `out.push(line)`.
    fn hands_on_line(&self, at: NodeRef, condition: NodeId, statements: &[NodeId]) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let named =
            |n: NodeId| facts.descendants(n).into_iter().filter(|&n| matches!(facts.kind(n), Kind::Name(_)));
        let mut lines: Vec<NodeId> = named(condition).collect();
        lines.extend(named(condition).filter_map(|n| file.only_value(n)).flat_map(named).collect::<Vec<_>>());
        let is_line = |n: NodeId| match facts.kind(n) {
            Kind::Name(name) => {
                lines.iter().any(|&l| matches!(facts.kind(l), Kind::Name(line) if line == name))
            }
            _ => false,
        };
        // `encoder.encode(line + "\n")`
        let is_line_alone = |n: NodeId| {
            let called = |name: NodeId| {
                facts.ancestors(name).skip(1).take_while(|&up| up != n).chain([n]).any(|up| {
                    matches!(facts.kind(up), Kind::Call(c) if facts.span(c.callee).contains(facts.span(name)))
                })
            };
            let mut names = named(n).filter(|&name| !called(name)).peekable();
            names.peek().is_some() && names.all(is_line)
        };
        statements.iter().all(|&statement| {
            let mut handed = statement;
            while let Kind::Await(x) | Kind::Propagate(x) = facts.kind(handed) {
                handed = *x;
            }
            match facts.kind(handed) {
                Kind::Call(call) => matches!(&call.args[..], [only] if is_line_alone(only.value)),
                Kind::Yield(value) => value.iter().any(|&v| is_line_alone(v)),
                _ => false,
            }
        })
    }

    /// `None`, `""`, `[]`.
    fn is_written_nothing(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::Null => true,
            Kind::Str(parts) => parts.is_empty(),
            Kind::List(items) => items.is_empty(),
            _ => false,
        }
    }
}
