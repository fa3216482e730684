//! Paths through the handling of one tool call, and whether each of them writes a result.

mod branch;
mod decided;
mod finishing;
mod left;
mod walk;

use super::ToolDispatch;
use super::parts::Part;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::values::flow::Sink;
use crate::model::values::value::NodeRef;
use walk::Walk;

/// Nested statements that are followed.
const MAX_DEPTH: u32 = 60;

/// A way through the handling of a tool call on which no result is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Unanswered {
    /// The next block is taken here.
    Skipped(NodeRef),
    /// A condition or choice without another way.
    Unmatched(NodeRef),
    /// A condition about what the tool gave back, without another way.
    Unmet(NodeRef),
    /// A handler of errors that goes on.
    Failed(NodeRef),
    /// The function is left, and the turn that asked for the call stays in the conversation.
    Left(NodeRef),
}

impl Unanswered {
    /// Where.
    pub fn at(self) -> NodeRef {
        match self {
            Unanswered::Skipped(at)
            | Unanswered::Unmatched(at)
            | Unanswered::Unmet(at)
            | Unanswered::Failed(at)
            | Unanswered::Left(at) => at,
        }
    }
}

/// Whether the call that is being handled has its result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// It has none; where the way was chosen on which that is so.
    Open(Option<Unanswered>),
    /// Something may write one.
    Maybe,
    Written,
    /// It is no call of a tool.
    Other,
}

impl State {
    fn join(self, other: State) -> State {
        match (self, other) {
            (State::Other, state) | (state, State::Other) => state,
            (State::Open(a), State::Open(b)) => State::Open(a.or(b)),
            (open @ State::Open(_), _) | (_, open @ State::Open(_)) => open,
            (State::Maybe, _) | (_, State::Maybe) => State::Maybe,
            _ => State::Written,
        }
    }

    fn marked(self, why: Unanswered) -> State {
        match self {
            State::Open(None) => State::Open(Some(why)),
            other => other,
        }
    }
}

/// How one statement ends.
#[derive(Clone, Copy, Default, Debug)]
struct Out {
    /// The state in which the next statement is reached.
    falls: Option<State>,
    /// The state in which a choice around it is left by `break`.
    broken: Option<State>,
}

fn joined(a: Option<State>, b: Option<State>) -> Option<State> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.join(b)),
        (a, b) => a.or(b),
    }
}

impl Project {
    /// The ways through a dispatch on which a call gets no result.
    pub fn unanswered(&self, dispatch: &ToolDispatch) -> Vec<Unanswered> {
        let mut found = self.left_before_results(dispatch);
        if let Kind::Comprehension(_) = self.kind(dispatch.at) {
            found.extend(self.filtered_by_tool(dispatch));
            return found;
        }
        let Some(walk) = self.walk_dispatch(dispatch) else { return found };
        if self.only_brings_in_form(dispatch) {
            return Vec::new();
        }
        if !walk.writes || dispatch.pick.is_some() || self.rebuilds_turn(&walk) {
            return found;
        }
        found.extend(walk.found);
        found.sort();
        found.dedup();
        found
    }

    /// Whether a loop over stored calls writes a turn of the assistant for each of them.
    pub fn restores_turns(&self, dispatch: &ToolDispatch) -> bool {
        let Some(scope) = self.handling(dispatch).filter(|_| dispatch.responses.is_empty()) else {
            return false;
        };
        let facts = self.facts(scope.file);
        let calls = |n: NodeId| self.block_type(scope.sibling(n)).is_some_and(|t| &*t == "tool_use");
        facts.descendants(scope.node).into_iter().any(|n| {
            self.assistant_content(scope.sibling(n))
                .is_some_and(|content| facts.descendants(content.node).into_iter().any(calls))
        })
    }

    /// Whether the handling of a call also writes the turn of the assistant, with that call in it: what
    /// is skipped then is not in the conversation either.
    fn rebuilds_turn(&self, walk: &Walk<'_>) -> bool {
        let facts = self.facts(walk.body.file);
        let asks = |n: NodeId| {
            match self.part_of(walk.body.sibling(n), &walk.parts) {
            // `block.text` is no call.
            Some(Part::Whole) => !facts.parent(n).is_some_and(|p| {
                matches!(facts.kind(p), Kind::Member { object, .. } | Kind::Index { object, .. } if *object == n)
            }),
            part => part == Some(Part::Id),
        }
        };
        facts.descendants(walk.body.node).into_iter().any(|n| {
            self.assistant_content(walk.body.sibling(n))
                .is_some_and(|content| facts.descendants(content.node).into_iter().any(asks))
        })
    }

    /// The condition of a comprehension that leaves out calls by the name of the tool.
    fn filtered_by_tool(&self, dispatch: &ToolDispatch) -> Option<Unanswered> {
        let Kind::Comprehension(c) = self.kind(dispatch.at) else { return None };
        let on = |n: NodeId| dispatch.at.sibling(n);
        let written = dispatch.results.iter().any(|r| {
            let facts = self.facts(r.file);
            r.file == dispatch.at.file && facts.ancestors(r.node).any(|n| n == c.element)
        });
        if !written || dispatch.pick.is_some() {
            return None;
        }
        let parts = self.block_parts(dispatch.at, dispatch.each, dispatch.at);
        let by_tool = |n: NodeId| {
            self.mentions_part(on(n), &parts, |p| matches!(p, Part::Name | Part::Tool))
                && !self.mentions_part(on(n), &parts, |p| p == Part::Id)
        };
        let left_out = c.clauses.iter().flat_map(|c| &c.conditions).copied().find(|&n| by_tool(n));
        left_out.map(|n| Unanswered::Unmatched(on(n)))
    }

    /// Where a loop over the blocks is left as soon as one call has its result.
    pub fn stops_after_first(&self, dispatch: &ToolDispatch) -> Option<NodeRef> {
        let walk = self.walk_dispatch(dispatch)?;
        (walk.writes && !walk.goes_on).then(|| walk.leaves.first().copied()).flatten()
    }

    fn walk_dispatch<'p>(&'p self, dispatch: &'p ToolDispatch) -> Option<Walk<'p>> {
        let loops = match self.kind(dispatch.at) {
            Kind::Loop(_) => true,
            Kind::Call(c) => self.file(dispatch.at.file).named_in(c.callee, "each-calls"),
            _ => false,
        };
        if !dispatch.each || !loops {
            return None;
        }
        let body = self.handling(dispatch)?;
        let parts = self.block_parts(dispatch.at, true, dispatch.at);
        let mut walk = Walk {
            project: self,
            dispatch,
            parts,
            body,
            found: Vec::new(),
            writes: false,
            leaves: Vec::new(),
            goes_on: false,
        };
        let out = walk.step(body.node, State::Open(None), 0);
        match out.falls {
            Some(State::Open(Some(why))) => walk.found.push(why),
            Some(State::Written | State::Maybe) => walk.goes_on = true,
            _ => {}
        }
        Some(walk)
    }
}

impl Project {
    /// Whether a call only shows what it is given.
    pub(in crate::model) fn shows_only(&self, call: NodeRef, callee: NodeId) -> bool {
        self.known_sink(call, callee) == Some(Sink::Shown)
    }
}
