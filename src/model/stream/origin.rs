//! Streams of events that come by other ways than the API's own.

use super::Project;
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::names::index::{constant, takes_receiver};
use crate::model::names::scope::{Def, Origin};
use crate::model::values::value::NodeRef;
use crate::sdk::Road;

/// Calls that a text is followed through, and callers of each function.
const MAX_CALLS: u32 = 3;
const MAX_CALLERS: usize = 8;

impl Project {
    /// Whether what a reader gets is no stream of the API itself: the output of a program, whose exit tells
    /// how it ended, or frames of another service, whose client raises its failures.
    pub(super) fn comes_otherwise(&self, function: NodeRef, fed_by: &[NodeRef]) -> bool {
        let around: Vec<NodeRef> = std::iter::once(function).chain(fed_by.iter().copied()).collect();
        let mut roads = self.requests().iter().filter(|request| {
            around.iter().any(|f| f.file == request.at.file && self.contains(*f, request.at))
        });
        match roads.next() {
            Some(first) => {
                let framed = |road: Road| road == Road::Bedrock;
                framed(first.road) && roads.all(|request| framed(request.road))
            }
            None => {
                let kept = || self.takes_one_thing(function) && self.cuts_given_text(function);
                let written = |&f: &NodeRef| {
                    f.node != NodeId::ROOT && (self.reads_output(f) || self.knows_events_of_program(f))
                };
                kept() || around.iter().any(written)
            }
        }
    }

    /// Where the loop of another function of the file calls a function that takes one event and goes
    /// through nothing itself.
    pub(super) fn called_for_each(&self, function: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(function.file);
        let loops = |n: NodeId| matches!(facts.kind(n), Kind::Loop(_) | Kind::Yield(_));
        if function.node == NodeId::ROOT || facts.descendants(function.node).into_iter().any(loops) {
            return None;
        }
        let calls: Vec<NodeRef> =
            self.callers(function).iter().copied().filter(|&c| !self.is_test(c)).collect();
        let reader = self.whole_function(*calls.first()?);
        let beside = |c: &NodeRef| c.file == function.file && self.whole_function(*c) == reader;
        let in_loop = |c: &&NodeRef| {
            facts
                .ancestors(c.node)
                .take_while(|&n| n != reader.node)
                .any(|n| matches!(facts.kind(n), Kind::Loop(_)))
        };
        let known = reader.node != NodeId::ROOT && reader != function && self.mentions(function).is_empty();
        calls.iter().filter(|_| known && calls.iter().all(beside)).find(in_loop).copied()
    }

    /// Whether a function has one parameter beside its object: nothing through which it could hand pieces on.
    fn takes_one_thing(&self, function: NodeRef) -> bool {
        let Kind::Function(f) = self.kind(function) else { return false };
        f.params.len() == 1 + usize::from(takes_receiver(&self.files, function))
    }

    /// Whether a function cuts a text into lines that nobody in sight gives it: it may well be a stream that
    /// was kept.
    fn cuts_given_text(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        facts.descendants(function.node).into_iter().any(|n| {
            let Kind::Call(c) = facts.kind(n) else { return false };
            let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return false };
            let at_line_ends = match &c.args[..] {
                [] => true,
                args => args.iter().any(|a| file.text_of(a.value).contains("\\n")),
            };
            at_line_ends
                && file.sdk.has_word("split-text", name)
                && self.is_given_by_nobody(function.sibling(*object), MAX_CALLS)
        })
    }

    /// Whether an expression is a parameter, perhaps trimmed, of a function that nobody in sight calls with
    /// anything but a parameter of the same kind.
    fn is_given_by_nobody(&self, at: NodeRef, calls: u32) -> bool {
        let file = self.file(at.file);
        let name = match file.facts.kind(at.node) {
            Kind::Name(name) => name,
            // `text.strip()`
            Kind::Call(c) => match file.facts.kind(c.callee) {
                Kind::Member { object, .. } => return self.is_given_by_nobody(at.sibling(*object), calls),
                _ => return false,
            },
            _ => return false,
        };
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        let [Def { origin: Origin::Param { function, index, path }, .. }] = &defs[..] else { return false };
        let function = at.sibling(*function);
        let Some(left) = calls.checked_sub(1).filter(|_| path.is_empty()) else { return false };
        let callers = self.callers(function).iter().filter(|&&c| !self.is_test(c)).count();
        let given: Vec<NodeRef> = self
            .arguments_given(function, *index, MAX_CALLERS)
            .filter(|(call, _)| !self.is_test(*call))
            .map(|(_, argument)| argument)
            .collect();
        self.mentions(function).is_empty()
            && given.len() == callers
            && given.into_iter().all(|argument| self.is_given_by_nobody(argument, left))
    }

    /// Whether a function reads what another program writes: `child.stdout`.
    fn reads_output(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Member { object, name, .. } => {
                // A variable called `process` is another one.
                let bound = match facts.kind(*object) {
                    Kind::Name(n) => file
                        .scopes
                        .lookup(facts, n, *object)
                        .iter()
                        .any(|def| matches!(def.origin, Origin::Value { .. } | Origin::Param { .. })),
                    _ => false,
                };
                let own = file.named_in(*object, "own-output");
                &**name == "stdout" && (bound || !own)
            }
            _ => false,
        })
    }

    /// Whether a function tells events that only the command-line program writes: `event.type === "assistant"`.
    fn knows_events_of_program(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        let told = |n: NodeId| constant(facts, n).is_some_and(|t| file.sdk.has_word("program-events", &t));
        let kind = |n: NodeId| file.text_of(n).contains("type");
        facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Binary { op: BinaryOp::Eq, left, right } => {
                told(*right) && kind(*left) || told(*left) && kind(*right)
            }
            Kind::Match(m) => {
                let mut patterns = m.arms.iter().flat_map(|arm| arm.patterns.iter());
                kind(m.subject) && patterns.any(|&p| facts.descendants(p).into_iter().any(told))
            }
            _ => false,
        })
    }
}
