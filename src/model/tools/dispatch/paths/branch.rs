//! Conditions and choices on the way through the handling of a tool call.

use super::super::kind::KindTest;
use super::super::parts::Part;
use super::{Out, State, Unanswered, Walk, joined};
use crate::facts::{Kind, Match, NodeId};
use crate::lang::Language;
use crate::model::Project;
use crate::model::values::value::NodeRef;

impl Walk<'_> {
    pub(super) fn branch(
        &mut self,
        node: NodeId,
        condition: NodeId,
        then: NodeId,
        otherwise: Option<NodeId>,
        state: State,
        depth: u32,
    ) -> Out {
        let test = self.project.kind_test(self.at(condition));
        // Blocks of other kinds need no result.
        let (yes, no) = match test {
            Some(KindTest::Is) => (state, State::Other),
            Some(KindTest::IsNot) => (State::Other, state),
            Some(KindTest::Other) => (State::Maybe, State::Maybe),
            // What runs on the side of the API has its result in the same turn.
            None if self.names_server_tools(condition) => (State::Other, state),
            Some(KindTest::IsAnd) | None => (state, state),
        };
        let a = self.step(then, yes, depth + 1);
        let b = match otherwise {
            Some(otherwise) => {
                let mut out = self.step(otherwise, no, depth + 1);
                // Of a chain of conditions about the tool the first is the place.
                let chained = matches!(self.project.kind(self.at(otherwise)), Kind::If { .. });
                if let Some(State::Open(Some(Unanswered::Unmatched(at)))) = out.falls
                    && chained
                    && at.node == otherwise
                    && self.asks_which_tool(condition)
                {
                    out.falls = Some(State::Open(Some(Unanswered::Unmatched(self.at(node)))));
                }
                out
            }
            None => {
                let answers = matches!(a.falls, Some(State::Written | State::Maybe)) || a.falls.is_none();
                let missed = match no {
                    State::Open(None) if answers && a.falls.is_some() => {
                        if self.asks_which_tool(condition) {
                            State::Open(Some(Unanswered::Unmatched(self.at(node))))
                        } else if self.is_about_outcome(condition) {
                            State::Open(Some(Unanswered::Unmet(self.at(node))))
                        } else {
                            State::Maybe
                        }
                    }
                    other => other,
                };
                Out { falls: Some(missed), broken: None }
            }
        };
        Out { falls: joined(a.falls, b.falls), broken: joined(a.broken, b.broken) }
    }

    pub(super) fn choice(&mut self, node: NodeId, m: &Match, state: State, depth: u32) -> Out {
        let project = self.project;
        let subject = project.part_of(self.at(m.subject), &self.parts);
        let kinds = m.arms.iter().any(|a| a.patterns.iter().any(|&p| project.asks_for_tool_use(self.at(p))));
        let by_name = subject == Some(Part::Name);
        let mut out = Out::default();
        let mut before = None;
        let mut catches_rest = false;
        for arm in &m.arms {
            let rest =
                arm.patterns.is_empty() || arm.patterns.iter().any(|&p| is_wildcard(project, self.at(p)));
            catches_rest |= rest && arm.guard.is_none();
            let is = arm.patterns.iter().any(|&p| project.asks_for_tool_use(self.at(p)));
            let start = match (kinds, is) {
                (true, true) | (false, _) => state,
                (true, false) => State::Other,
            };
            let start = joined(Some(start), before.take()).unwrap_or(start);
            let start = match rest && by_name {
                true => start.marked(Unanswered::Unmatched(self.at(arm.body))),
                false => start,
            };
            let next = self.step(arm.body, start, depth + 1);
            out.falls = joined(out.falls, next.broken);
            match project.file(self.body.file).language {
                // Without `break` the next arm is run as well.
                Language::TypeScript => before = next.falls,
                Language::Python | Language::Rust => out.falls = joined(out.falls, next.falls),
            }
        }
        out.falls = joined(out.falls, before);
        let whole = catches_rest || project.file(self.body.file).language == Language::Rust;
        if !whole {
            let answers = matches!(out.falls, Some(State::Written | State::Maybe));
            let missed = match (kinds, by_name && answers) {
                (true, _) => State::Other,
                (false, true) => state.marked(Unanswered::Unmatched(self.at(node))),
                (false, false) if answers => State::Maybe,
                (false, false) => state,
            };
            out.falls = joined(out.falls, Some(missed));
        } else if !by_name
            && !kinds
            && let Some(State::Open(None)) = out.falls
        {
            // A choice by something else: which ways are taken is not known.
            out.falls =
                Some(if matches!(state, State::Open(_)) && self.writes { State::Maybe } else { state });
        }
        out.broken = None;
        out
    }
}

fn is_wildcard(project: &Project, pattern: NodeRef) -> bool {
    match project.kind(pattern) {
        Kind::Name(n) => &**n == "_" || n.starts_with(char::is_lowercase),
        _ => false,
    }
}
