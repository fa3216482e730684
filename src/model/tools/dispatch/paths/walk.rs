//! One walk through the code of a dispatch, which keeps in mind what became of the call.

use super::{MAX_DEPTH, Out, State, Unanswered, joined};
use crate::facts::{Kind, NodeId};
use crate::lang::Language;
use crate::model::Project;
use crate::model::tools::dispatch::ToolDispatch;
use crate::model::tools::dispatch::parts::{Part, Parts};
use crate::model::values::value::NodeRef;

/// One walk through the handling of a call.
pub(super) struct Walk<'p> {
    pub(super) project: &'p Project,
    pub(super) dispatch: &'p ToolDispatch,
    pub(super) parts: Parts,
    pub(super) body: NodeRef,
    pub(super) found: Vec<Unanswered>,
    /// Whether any way writes a result.
    pub(super) writes: bool,
    /// Where the loop is left after a result.
    pub(super) leaves: Vec<NodeRef>,
    /// Whether another call may be taken after a result.
    pub(super) goes_on: bool,
}

impl Walk<'_> {
    pub(super) fn at(&self, node: NodeId) -> NodeRef {
        self.body.sibling(node)
    }

    pub(super) fn step(&mut self, node: NodeId, state: State, depth: u32) -> Out {
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
                    false if matches!(state, State::Open(_)) => self.leave_for_good(node, *value),
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
                match state {
                    State::Written => self.leaves.push(self.at(node)),
                    State::Open(None) if nearest.is_some_and(|n| self.breaks_off(node, n)) => {
                        self.found.push(Unanswered::Skipped(self.at(node)));
                    }
                    _ => {}
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

    pub(super) fn peeled(&self, mut node: NodeId) -> NodeId {
        let facts = self.project.facts(self.body.file);
        while let Kind::Await(x) | Kind::Propagate(x) = facts.kind(node) {
            node = *x;
        }
        node
    }

    /// The function is left with nothing to tell.
    fn leave_for_good(&mut self, node: NodeId, value: Option<NodeId>) {
        let project = self.project;
        let facts = project.facts(self.body.file);
        let nothing = value.is_none_or(|v| matches!(facts.kind(v), Kind::Null));
        // Who leaves because of the tool may wait for a result from somewhere else.
        let chosen = |n: &NodeId| matches!(facts.kind(*n), Kind::If { .. } | Kind::Match(_));
        let failed = facts.ancestors(node).skip(1).take_while(|n| !chosen(n)).any(|n| {
            matches!(facts.kind(n), Kind::Try(t)
                if t.handlers.iter().any(|h| facts.span(h.body).contains(facts.span(node))))
        });
        let decided = !failed && self.is_decided_by_tool(node);
        if (!nothing || decided) && !(decided && value.is_some_and(|v| self.is_told_for_good(v))) {
            return;
        }
        let at = self.at(node);
        if let Some((_, conversation)) = project.kept_turn(self.dispatch)
            && !project.mends_turn(at, conversation, self.body)
        {
            self.found.push(Unanswered::Left(at));
        }
    }

    /// Whether what a function gives back says what the call is for and not which it is, and no other code of the
    /// project writes results: `return { question: call.input.question }`.
    fn is_told_for_good(&self, value: NodeId) -> bool {
        let project = self.project;
        let mentions = |wanted: fn(Part) -> bool| project.mentions_part(self.at(value), &self.parts, wanted);
        mentions(|p| p == Part::Input)
            && !mentions(|p| matches!(p, Part::Whole | Part::Id))
            && !project.writes_results_elsewhere(self.body)
    }

    /// The next block is taken.
    pub(super) fn leave(&mut self, node: NodeId, state: State) {
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
    pub(super) fn after(&mut self, node: NodeId, state: State) -> State {
        let project = self.project;
        let facts = project.facts(self.body.file);
        let at = self.at(node);
        if state == State::Other {
            return state;
        }
        // The result, or the call of the helper that writes it.
        let writes = |n: NodeId| {
            self.dispatch.results.contains(&at.sibling(n)) || self.dispatch.calls.contains(&at.sibling(n))
        };
        let written = facts.descendants(node).into_iter().any(writes);
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
        match !named && project.mentions_part(at, &self.parts, held) || self.ends_conversation(node) {
            true => State::Maybe,
            false => state,
        }
    }
}
