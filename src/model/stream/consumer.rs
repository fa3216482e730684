//! What takes the pieces that a reader of a stream hands on, and says success where no stop reason came.

use super::{Project, snake};
use crate::facts::{Kind, Name, NodeId};
use crate::model::names::index::{last_name, path_name};
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

/// Steps from a name to the call that gives what it stands for.
const MAX_STEPS: u32 = 3;

impl Project {
    /// Where the pieces of a reader are taken one by one, into a stop reason that begins as a success: the end
    /// of the pieces looks like that of the answer.
    pub(super) fn taken_as_success(&self, function: NodeRef, around: Option<NodeRef>) -> Option<NodeRef> {
        // What is told apart in a helper is read in a loop around the call of it.
        let (function, around) = match around {
            Some(around) => (function, around),
            None => self.loop_that_calls(function)?,
        };
        let fed_by = &self.feeders(function)[..];
        let after = self.after_loop(function, around)?;
        if after.iter().any(|&statement| self.tells_of_end(function.sibling(statement))) {
            return None;
        }
        fed_by.iter().find_map(|&taker| {
            let facts = self.facts(taker.file);
            let inside = facts.descendants(taker.node);
            inside.iter().map(|&n| taker.sibling(n)).find(|&at| {
                (self.takes_pieces(at, function, fed_by) || self.is_given_pieces(at, function, fed_by))
                    && !self.fails_without_piece(at)
                    && self.keeps_as_success(taker, &inside, at)
            })
        })
    }

    /// The outermost loop around a call of a function, and the function it stands in.
    fn loop_that_calls(&self, function: NodeRef) -> Option<(NodeRef, NodeRef)> {
        self.callers(function).iter().filter(|&&call| !self.is_test(call)).take(4).find_map(|&call| {
            let outer = self.whole_function(call);
            let facts = self.facts(call.file);
            let around = facts.ancestors(call.node).take_while(|&n| n != outer.node);
            let last = around.filter(|&n| matches!(facts.kind(n), Kind::Loop(_))).last();
            last.map(|n| (outer, call.sibling(n)))
        })
    }

    /// Whether what follows a loop may tell a stream that was cut from a whole one: it fails, hands something
    /// on, or asks.
    fn tells_of_end(&self, statement: NodeRef) -> bool {
        let facts = self.facts(statement.file);
        facts.descendants(statement.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Throw(_) | Kind::Yield(_) | Kind::If { .. } | Kind::Match(_) => true,
            Kind::Call(call) => last_name(facts, call.callee).is_none_or(|name| {
                let sdk = self.file(statement.file).sdk;
                &*name != "Ok" && !sdk.has_word("closes-stream", &name) && !sdk.ends_word("log", &name)
            }),
            _ => false,
        })
    }

    /// Whether a loop runs over the pieces: of the call of the reader or of what calls it, or of a channel.
    fn takes_pieces(&self, at: NodeRef, function: NodeRef, fed_by: &[NodeRef]) -> bool {
        let facts = self.facts(at.file);
        let Kind::Loop(l) = facts.kind(at.node) else { return false };
        if let Some(iterable) = l.iterable {
            return self.comes_from(at.sibling(iterable), function, fed_by, 0);
        }
        let sdk = self.file(at.file).sdk;
        facts.descendants(at.node).into_iter().any(|n| {
            let Kind::Call(call) = facts.kind(n) else { return false };
            let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return false };
            sdk.has_word("next-of-channel", name)
                || sdk.has_word("next-piece", name)
                    && self.comes_from(at.sibling(*object), function, fed_by, 0)
        })
    }

    /// Whether an expression is a call of the reader, or of what calls it, or a name for one.
    fn comes_from(&self, at: NodeRef, function: NodeRef, fed_by: &[NodeRef], depth: u32) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        let next = |n: NodeId| self.comes_from(at.sibling(n), function, fed_by, depth);
        match facts.kind(at.node) {
            Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => next(*x),
            Kind::Name(name) if depth < MAX_STEPS => {
                model.scopes.lookup(facts, name, at.node).iter().take(4).any(|def| match &def.origin {
                    Origin::Value { expr, .. } if *expr != at.node => {
                        self.comes_from(at.sibling(*expr), function, fed_by, depth + 1)
                    }
                    _ => false,
                })
            }
            Kind::Call(call) => {
                self.calls_one_of(at, function, fed_by)
                    || matches!(facts.kind(call.callee), Kind::Member { object, .. } if next(*object))
            }
            _ => false,
        }
    }

    fn calls_one_of(&self, call: NodeRef, function: NodeRef, fed_by: &[NodeRef]) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let is_one = |f: &NodeRef| *f == function || fed_by.contains(f);
        self.eval(call.sibling(c.callee)).iter().any(|v| matches!(v, Value::Function(f) if is_one(f)))
    }

    /// Whether a function is given to the reader, or to what calls it, to be called for each piece.
    fn is_given_pieces(&self, at: NodeRef, function: NodeRef, fed_by: &[NodeRef]) -> bool {
        let facts = self.facts(at.file);
        let Kind::Function(f) = facts.kind(at.node) else { return false };
        let Some(Kind::Call(call)) = facts.parent(at.node).map(|p| facts.kind(p)) else { return false };
        let call_at = facts.parent(at.node).map(|p| at.sibling(p));
        !f.params.is_empty()
            && call.args.iter().any(|arg| arg.value == at.node)
            && call_at.is_some_and(|c| self.calls_one_of(c, function, fed_by))
    }

    /// Whether a branch for no further piece fails: `None => return Err(…)`.
    fn fails_without_piece(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Match(m) => m.arms.iter().any(|arm| {
                arm.patterns.iter().any(|&p| matches!(facts.kind(p), Kind::Null))
                    && self.raises(at.sibling(arm.body))
            }),
            Kind::Call(call) => {
                last_name(facts, call.callee).is_some_and(|n| &*n == "ok_or" || &*n == "ok_or_else")
            }
            _ => false,
        })
    }

    /// Whether a stop reason that begins as a success is set for some piece, and nothing else that is set there
    /// is asked for afterwards.
    fn keeps_as_success(&self, taker: NodeRef, inside: &[NodeId], at: NodeRef) -> bool {
        let facts = self.facts(taker.file);
        let pieces = facts.span(at.node);
        facts.descendants(at.node).into_iter().any(|n| {
            let Kind::Assign(a) = facts.kind(n) else { return false };
            let (Some(name), Some(value)) = (path_name(facts, a.target), a.value) else { return false };
            let constant =
                matches!(facts.kind(value), Kind::Str(_) | Kind::Bool(_) | Kind::Null | Kind::Number(_))
                    || self.is_success(taker.sibling(value));
            if a.op.is_some() || constant || !self.speaks_of_stop(taker, &name) {
                return false;
            }
            let first = inside
                .iter()
                .take_while(|&&m| !pieces.contains(facts.span(m)) || m == at.node)
                .filter_map(|&m| self.first_value(taker.sibling(m), &name))
                .last();
            let passes = |first: NodeRef| {
                self.is_success(first) || self.is_unset(first) && self.passes_unset(taker, inside, &name)
            };
            first.is_some_and(|first| passes(taker.sibling(first)))
                && !self.is_noted_beside(taker, inside, taker.sibling(n), &name)
        })
    }

    fn speaks_of_stop(&self, at: NodeRef, name: &Name) -> bool {
        let name = snake(name);
        self.file(at.file).sdk.words("stop-names").iter().any(|part| name.contains(part.as_str()))
    }

    /// Whether something else that is set beside a stop reason is asked for outside of its branch.
    fn is_noted_beside(&self, taker: NodeRef, inside: &[NodeId], set: NodeRef, name: &Name) -> bool {
        let facts = self.facts(taker.file);
        let Some(branch) = facts.parent(set.node) else { return false };
        let beside: Vec<Name> = facts
            .descendants(branch)
            .into_iter()
            .filter_map(|n| match facts.kind(n) {
                Kind::Assign(a) => path_name(facts, a.target).filter(|other| other != name),
                _ => None,
            })
            .collect();
        let asks = |n: NodeId| match facts.kind(n) {
            Kind::If { condition, .. } | Kind::Assert { condition, .. } => Some(*condition),
            Kind::Match(m) => Some(m.subject),
            Kind::Loop(l) => l.condition,
            _ => None,
        };
        !beside.is_empty()
            && inside.iter().filter_map(|&n| asks(n)).any(|condition| {
                facts
                    .descendants(condition)
                    .into_iter()
                    .any(|n| path_name(facts, n).is_some_and(|name| beside.contains(&name)))
            })
    }
}
