//! Paths through the handling of one tool call, and whether each of them writes a result.

mod branch;
mod decided;

use super::super::Project;
use super::super::index::last_name;
use super::super::value::NodeRef;
use super::ToolDispatch;
use super::parts::{Part, Parts};
use crate::facts::{Kind, NodeId};
use crate::lang::Language;

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
}

impl Unanswered {
    /// Where.
    pub fn at(self) -> NodeRef {
        match self {
            Unanswered::Skipped(at)
            | Unanswered::Unmatched(at)
            | Unanswered::Unmet(at)
            | Unanswered::Failed(at) => at,
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

/// One walk through the handling of a call.
struct Walk<'p> {
    project: &'p Project,
    dispatch: &'p ToolDispatch,
    parts: Parts,
    body: NodeRef,
    found: Vec<Unanswered>,
    /// Whether any way writes a result.
    writes: bool,
    /// Where the loop is left after a result.
    leaves: Vec<NodeRef>,
    /// Whether another call may be taken after a result.
    goes_on: bool,
}

impl Project {
    /// The ways through a dispatch on which a call gets no result.
    pub fn unanswered(&self, dispatch: &ToolDispatch) -> Vec<Unanswered> {
        if let Kind::Comprehension(_) = self.kind(dispatch.at) {
            return self.filtered_by_tool(dispatch).into_iter().collect();
        }
        let Some(walk) = self.walk_dispatch(dispatch) else { return Vec::new() };
        if self.converts_results(walk.body) {
            return Vec::new();
        }
        if !walk.writes || dispatch.pick.is_some() {
            return Vec::new();
        }
        let mut found = walk.found;
        found.sort();
        found.dedup();
        found
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
            Kind::Call(c) => last_name(self.facts(dispatch.at.file), c.callee)
                .is_some_and(|n| matches!(&*n, "forEach" | "for_each")),
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

impl Walk<'_> {
    fn at(&self, node: NodeId) -> NodeRef {
        self.body.sibling(node)
    }

    fn step(&mut self, node: NodeId, state: State, depth: u32) -> Out {
        let project = self.project;
        let facts = project.facts(self.body.file);
        if depth > MAX_DEPTH {
            return Out { falls: Some(State::Maybe), broken: None };
        }
        let falls = |state| Out { falls: Some(state), broken: None };
        match facts.kind(node) {
            Kind::Block { body, .. } => {
                let mut out = falls(state);
                for &statement in body {
                    let Some(state) = out.falls else { break };
                    let next = self.step(statement, state, depth + 1);
                    out = Out { falls: next.falls, broken: joined(out.broken, next.broken) };
                }
                out
            }
            Kind::If { condition, then, otherwise } => {
                self.branch(node, *condition, *then, *otherwise, state, depth)
            }
            Kind::Match(m) => self.choice(node, m, state, depth),
            Kind::Try(t) => {
                let mut out = self.step(t.body, state, depth + 1);
                if let (Some(otherwise), Some(state)) = (t.otherwise, out.falls) {
                    let next = self.step(otherwise, state, depth + 1);
                    out = Out { falls: next.falls, broken: joined(out.broken, next.broken) };
                }
                let answers = !matches!(out.falls, Some(State::Open(_)) | None);
                for handler in &t.handlers {
                    let before = match answers {
                        true => state.marked(Unanswered::Failed(self.at(handler.body))),
                        false => state,
                    };
                    let next = self.step(handler.body, before, depth + 1);
                    out =
                        Out { falls: joined(out.falls, next.falls), broken: joined(out.broken, next.broken) };
                }
                if let (Some(finally), Some(state)) = (t.finally, out.falls) {
                    let next = self.step(finally, state, depth + 1);
                    out = Out { falls: next.falls, broken: joined(out.broken, next.broken) };
                }
                out
            }
            Kind::With(w) => self.step(w.body, state, depth + 1),
            Kind::Continue => {
                self.leave(node, state);
                Out::default()
            }
            Kind::Return(value) => {
                let state = value.map_or(state, |v| self.after(v, state));
                let next_turn = matches!(facts.kind(self.dispatch.at.node), Kind::Call(_));
                match next_turn {
                    true => self.leave(node, state),
                    false if state == State::Written => self.leaves.push(self.at(node)),
                    false => {}
                }
                Out::default()
            }
            Kind::Throw(_) => Out::default(),
            Kind::Break(_) => {
                let file = project.file(self.body.file);
                let nearest = facts.ancestors(node).skip(1).find(|&n| match facts.kind(n) {
                    Kind::Loop(_) => true,
                    Kind::Match(_) => file.language == Language::TypeScript,
                    _ => false,
                });
                if nearest.is_some_and(|n| matches!(facts.kind(n), Kind::Match(_))) {
                    return Out { falls: None, broken: Some(state) };
                }
                if state == State::Written {
                    self.leaves.push(self.at(node));
                }
                Out::default()
            }
            Kind::Loop(_) => falls(match self.after(node, state) {
                State::Written => State::Maybe,
                other => other,
            }),
            Kind::Assign(a) => match a.value {
                Some(value) => {
                    let value = self.peeled(value);
                    let mut out = match facts.kind(value) {
                        Kind::If { .. } | Kind::Match(_) | Kind::Block { .. } | Kind::Try(_) => {
                            self.step(value, state, depth + 1)
                        }
                        _ => falls(self.after(node, state)),
                    };
                    // `let Some(x) = … else { continue }`
                    if let Some(otherwise) = a.otherwise {
                        let is = project.asks_for_tool_use(self.at(a.target));
                        let before = if is { State::Other } else { state };
                        let next = self.step(otherwise, before, depth + 1);
                        out.falls = out.falls.or(next.falls);
                    }
                    out
                }
                None => falls(state),
            },
            Kind::Await(x) | Kind::Propagate(x) => self.step(*x, state, depth + 1),
            Kind::Function(_) | Kind::Class(_) => falls(state),
            _ => falls(self.after(node, state)),
        }
    }

    fn peeled(&self, mut node: NodeId) -> NodeId {
        let facts = self.project.facts(self.body.file);
        while let Kind::Await(x) | Kind::Propagate(x) = facts.kind(node) {
            node = *x;
        }
        node
    }

    /// The next block is taken.
    fn leave(&mut self, node: NodeId, state: State) {
        match state {
            State::Open(why) => {
                let at = self.at(node);
                if let Some(why) = why {
                    self.found.push(why);
                } else if self.is_decided_by_tool(node) {
                    self.found.push(Unanswered::Skipped(at));
                } else if let Some(handler) = self.handler_of_run(node) {
                    self.found.push(Unanswered::Failed(self.at(handler)));
                }
            }
            State::Written | State::Maybe => self.goes_on = true,
            State::Other => {}
        }
    }

    /// The state after a statement without ways of its own.
    fn after(&mut self, node: NodeId, state: State) -> State {
        let project = self.project;
        let facts = project.facts(self.body.file);
        let at = self.at(node);
        if state == State::Other {
            return state;
        }
        let written =
            facts.descendants(node).into_iter().any(|n| self.dispatch.results.contains(&at.sibling(n)));
        if written {
            self.writes = true;
            return State::Written;
        }
        if state == State::Written {
            return state;
        }
        // What only looks at the block or gives it another name writes nothing.
        let named = match facts.kind(node) {
            Kind::Assign(a) => {
                matches!(facts.kind(a.target), Kind::Name(_) | Kind::Record(_) | Kind::List(_))
                    && a.value.is_none_or(|v| project.part_of(at.sibling(v), &self.parts).is_some())
            }
            Kind::Call(c) => project.shows_only(at, c.callee),
            _ => false,
        };
        let held = |p: Part| matches!(p, Part::Whole | Part::Id);
        match !named && project.mentions_part(at, &self.parts, held) {
            true => State::Maybe,
            false => state,
        }
    }
}

impl Project {
    /// Whether a call only shows what it is given.
    pub(in crate::model) fn shows_only(&self, call: NodeRef, callee: NodeId) -> bool {
        self.known_sink(call, callee) == Some(super::super::flow::Sink::Shown)
    }
}
