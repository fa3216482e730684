//! Loops that go on to something else in each turn, whatever became of the last: the next page, the next
//! line of a person, the next model.

mod left_out;

use super::Retry;
use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::names::words::{has_word_of, snake};
use crate::model::values::value::NodeRef;

/// Names between an argument of a call and what it is made of.
const MAX_NAMES: usize = 16;
/// Assignments of a loop that are looked at.
const MAX_STEPS: usize = 64;

/// What is set in every turn, also in one that failed.
struct Step {
    node: NodeId,
    targets: Vec<Name>,
    value: NodeId,
    op: Option<BinaryOp>,
}

/// What the turns of a loop differ in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Renewed {
    /// What is sent.
    Data,
    /// Whom it is sent to: a model, a key.
    Target,
}

impl Project {
    /// What a call in a loop is given anew in each turn, so that the next turn sends something else;
    /// `at_once` where a failure is not waited for.
    pub(super) fn renewed(
        &self,
        around: NodeRef,
        at: NodeRef,
        at_once: bool,
        handlers: &[NodeRef],
    ) -> Option<Renewed> {
        let Kind::Call(call) = self.kind(at) else { return None };
        let steps = self.steps_of_turn(around, at);
        let direct: Vec<Name> = call.args.iter().flat_map(|a| self.some_names(at.sibling(a.value))).collect();
        let asked = self.some_names(at.sibling(call.callee));
        let excluded = |step: &Step| step.node < at.node && self.leaves_out_failed(around, step, handlers);
        if steps.iter().any(|s| s.targets.iter().any(|t| asked.contains(t)) && excluded(s)) {
            return Some(Renewed::Target);
        }
        let mut known = direct.clone();
        let mut next = 0;
        while let Some(name) = known.get(next).cloned().filter(|_| next < MAX_NAMES) {
            next += 1;
            for step in steps.iter().filter(|s| s.targets.contains(&name)) {
                let renewed = self.takes_the_next(at.sibling(step.value), &steps)
                    || self.advances(around.sibling(step.node), step, &name, &steps, &direct)
                    || at_once && self.is_fetched_anew(around, at, step, &known);
                let renewed = renewed && !known.iter().any(|n| self.puts_back(around, at, n));
                if renewed || excluded(step) {
                    let sdk = self.file(at.file).sdk;
                    let target = known.iter().any(|n| has_word_of(sdk, "target-words", n))
                        && call.args.len() > 1
                        || self.has_target_member(at, &name);
                    return Some(if target { Renewed::Target } else { Renewed::Data });
                }
                for found in self.some_names(at.sibling(step.value)) {
                    if !known.contains(&found) {
                        known.push(found);
                    }
                }
            }
        }
        None
    }

    /// A fallback for a loop that goes on to the next of what it asks.
    pub(super) fn goes_on_to(
        &self,
        renewed: Renewed,
        around: NodeRef,
        handlers: &[NodeRef],
    ) -> Option<Retry> {
        let mut fallback = Retry::new(around, super::RetryForm::Fallback);
        fallback.handlers = handlers.to_vec();
        (renewed == Renewed::Target).then_some(fallback)
    }

    /// `node.model`
    fn has_target_member(&self, at: NodeRef, name: &Name) -> bool {
        let file = self.file(at.file);
        let Kind::Call(call) = file.facts.kind(at.node) else { return false };
        call.args.iter().any(|arg| match file.facts.kind(arg.value) {
            Kind::Member { object, name: member, .. } => {
                matches!(file.facts.kind(*object), Kind::Name(n) if n == name)
                    && has_word_of(file.sdk, "target-words", member)
            }
            _ => false,
        })
    }

    fn some_names(&self, at: NodeRef) -> Vec<Name> {
        let facts = self.facts(at.file);
        let names = facts.descendants(at.node).into_iter().filter_map(|n| match facts.kind(n) {
            Kind::Name(name) => Some(name.clone()),
            _ => None,
        });
        names.take(2 * MAX_NAMES).collect()
    }

    fn steps_of_turn(&self, around: NodeRef, at: NodeRef) -> Vec<Step> {
        let facts = self.facts(around.file);
        let nodes = self.own_nodes(around);
        let in_turn = |node: NodeId| {
            let mut from = node;
            let plain = facts.ancestors(node).skip(1).take_while(|&n| n != around.node).all(|n| {
                let ok = match facts.kind(n) {
                    Kind::If { condition, .. } => *condition == from,
                    Kind::Loop(_) | Kind::Function(_) | Kind::Match(_) => false,
                    // What follows the call in its own `try` does not run once that failed.
                    Kind::Try(t) => t.body == from && node < at.node,
                    _ => true,
                };
                from = n;
                ok
            });
            let skipped = node > at.node
                && nodes.iter().any(|&n| n > at.node && n < node && matches!(facts.kind(n), Kind::Continue));
            plain && !skipped && !facts.ancestors(at.node).any(|n| n == node)
        };
        let steps = nodes.iter().filter_map(|&node| {
            let (target, value, op) = match facts.kind(node) {
                Kind::Assign(a) => (a.target, a.value?, a.op),
                Kind::Let { pattern, value, .. } => (*pattern, *value, None),
                _ => return None,
            };
            let targets = self.some_names(around.sibling(target));
            (in_turn(node) && !targets.is_empty()).then_some(Step { node, targets, value, op })
        });
        steps.take(MAX_STEPS).collect()
    }

    /// Whether the next element is taken out of something that is not made in the same turn.
    fn takes_the_next(&self, at: NodeRef, steps: &[Step]) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let outside = |n: NodeId| {
            let names = self.some_names(at.sibling(n));
            let plain = facts.descendants(n).into_iter().all(|d| {
                matches!(
                    facts.kind(d),
                    Kind::Name(_) | Kind::Member { .. } | Kind::Index { .. } | Kind::Str(_)
                )
            });
            plain && !names.is_empty() && !names.iter().any(|n| steps.iter().any(|s| s.targets.contains(n)))
        };
        facts.descendants(at.node).into_iter().any(|n| {
            let Kind::Call(call) = facts.kind(n) else { return false };
            let Some(name) = last_name(facts, call.callee) else { return false };
            match facts.kind(call.callee) {
                Kind::Member { object, .. } => {
                    let keyed =
                        call.args.first().is_some_and(|a| !matches!(facts.kind(a.value), Kind::Number(_)));
                    (file.sdk.has_word("gives-next", &name) || file.sdk.has_word("takes-element", &name))
                        && !keyed
                        && outside(*object)
                }
                // `next(models, None)`
                _ => {
                    file.sdk.has_word("gives-next", &name)
                        && call.args.first().is_some_and(|a| outside(a.value))
                }
            }
        })
    }

    /// Whether a name is moved on in each turn: `node = node.parent`, `start += 4000`, `rest = rest[n:]`,
    /// `after = row.id` where the row is asked for by `after`.
    fn advances(&self, at: NodeRef, step: &Step, name: &Name, steps: &[Step], direct: &[Name]) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let is_own = |n: NodeId| matches!(facts.kind(n), Kind::Name(found) if found == name);
        let names_own = |n: NodeId| facts.names(n, name);
        let value = step.value;
        let counted = matches!(step.op, Some(BinaryOp::Add | BinaryOp::Sub))
            || matches!(facts.kind(value), Kind::Binary { op: BinaryOp::Add | BinaryOp::Sub, left, right }
                if is_own(*left) || is_own(*right));
        if counted {
            let number = self.number(at.sibling(value)).is_some()
                || matches!(facts.kind(value), Kind::Binary { left, right, .. }
                    if [*left, *right].iter().any(|&n| self.number(at.sibling(n)).is_some()));
            return number
                && !self.has_part(at, "attempt-parts", name)
                && steps.iter().any(|s| self.picks_by(at.sibling(s.value), name));
        }
        match facts.kind(value) {
            Kind::Member { object, .. } if is_own(*object) => return true,
            Kind::Index { object, index } if is_own(*object) => {
                return matches!(facts.kind(*index), Kind::Slice { start: Some(start), .. }
                    if !matches!(facts.kind(*start), Kind::Unary { op: UnaryOp::Minus, .. }));
            }
            _ => {}
        }
        // What is made of another one that is made of this.
        let through = |other: &Step| {
            other.node != step.node
                && names_own(other.value)
                && self.some_names(at.sibling(value)).iter().any(|n| other.targets.contains(n))
                && (other.targets.len() > 1 || !matches!(facts.kind(value), Kind::Name(_)))
        };
        !direct.contains(name) && !names_own(value) && steps.iter().any(through)
    }

    /// Whether a counter says which piece of something is taken, or is given to what asks for it:
    /// `text[start:end]`, `load(page)`.
    fn picks_by(&self, at: NodeRef, name: &Name) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Index { index, .. } => facts.names(*index, name),
            Kind::Call(call) => {
                // One letter may count attempts.
                name.len() > 1
                    && call.args.len() == 1
                    && matches!(facts.kind(call.args[0].value), Kind::Name(given) if given == name)
            }
            _ => false,
        })
    }

    /// Whether something is asked for in each turn by nothing that the loop knows, and the loop ends or rests
    /// where there is none: `item = source.take(); if not item: break`.
    fn is_fetched_anew(&self, around: NodeRef, at: NodeRef, step: &Step, known: &[Name]) -> bool {
        let file = self.file(around.file);
        let facts = &file.facts;
        let constant = |n: NodeId| {
            self.some_names(at.sibling(n))
                .iter()
                .all(|name| name.chars().next().is_some_and(char::is_uppercase))
        };
        let mut asked = false;
        for n in facts.descendants(step.value) {
            let Kind::Call(call) = facts.kind(n) else { continue };
            let Some(name) = last_name(facts, call.callee) else { return false };
            let words = snake(&name);
            let builds = words
                .split('_')
                .find(|w| !w.is_empty())
                .is_some_and(|first| file.sdk.has_word("building-verbs", first));
            if builds || !call.args.iter().all(|a| constant(a.value)) {
                return false;
            }
            asked |= !file.sdk.has_word("plain-calls", &name) || &*name == "get" && call.args.is_empty();
        }
        let about_request = |n: &Name| {
            has_word_of(file.sdk, "target-words", n) || has_word_of(file.sdk, "request-part-words", n)
        };
        let goes = |n: NodeId| self.leaves_quietly(around.sibling(n));
        asked
            && step.node < at.node
            && !step.targets.iter().any(about_request)
            && self.own_nodes(around).into_iter().any(|n| match facts.kind(n) {
                Kind::If { condition, then, .. } => {
                    n > step.node
                        && n < at.node
                        && known.iter().any(|k| facts.names(*condition, k))
                        && goes(*then)
                }
                Kind::Assign(a) => n == step.node && a.otherwise.is_some_and(goes),
                _ => false,
            })
    }

    /// Whether code ends in a way out or round that tells of no error.
    fn leaves_quietly(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::Block { body, .. } => body.last().is_some_and(|&n| self.leaves_quietly(at.sibling(n))),
            Kind::Break(_) | Kind::Continue => true,
            Kind::Return(value) => {
                value.is_none_or(|v| matches!(self.kind(at.sibling(v)), Kind::Null | Kind::Name(_)))
            }
            _ => false,
        }
    }
}
