//! Where control goes inside a loop.

use crate::facts::{Kind, NodeId};
use crate::lang::Language;
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// What may happen at the end of a piece of code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    /// Control may reach what follows it.
    pub(super) falls: bool,
    /// It may go straight to the next turn of the loop.
    pub(super) rounds: bool,
}

const FALLS: Ends = Ends { falls: true, rounds: false };
const LEAVES: Ends = Ends { falls: false, rounds: false };

impl Ends {
    fn or(self, other: Ends) -> Ends {
        Ends { falls: self.falls || other.falls, rounds: self.rounds || other.rounds }
    }
}

impl Project {
    /// The loop that a `break` or `continue` is about; `switch` swallows `break` in TypeScript.
    pub(super) fn jump_target(&self, at: NodeRef) -> Option<NodeRef> {
        let file = self.file(at.file);
        let is_break = matches!(file.facts.kind(at.node), Kind::Break(_));
        file.facts
            .ancestors(at.node)
            .skip(1)
            .take_while(|&n| !matches!(file.facts.kind(n), Kind::Function(_)))
            .find(|&n| match file.facts.kind(n) {
                Kind::Loop(_) => true,
                Kind::Match(_) => is_break && file.language == Language::TypeScript,
                _ => false,
            })
            .map(|n| at.sibling(n))
    }

    /// How a piece of code inside a loop may end.
    pub(super) fn ends(&self, at: NodeRef, around: NodeRef) -> Ends {
        self.ends_within(at, around, 0)
    }

    fn ends_within(&self, at: NodeRef, around: NodeRef, depth: u32) -> Ends {
        if depth > 40 {
            return FALLS;
        }
        let end = |n: NodeId| self.ends_within(at.sibling(n), around, depth + 1);
        match self.kind(at) {
            Kind::Return(_) | Kind::Throw(_) => LEAVES,
            Kind::Break(_) => match self.jump_target(at) {
                Some(target) if target == around => LEAVES,
                _ => FALLS,
            },
            Kind::Continue => match self.jump_target(at) {
                Some(target) if target == around => Ends { falls: false, rounds: true },
                _ => FALLS,
            },
            Kind::Block { body, .. } => {
                let mut all = FALLS;
                for &statement in body {
                    let e = end(statement);
                    all.rounds |= e.rounds;
                    if !e.falls {
                        all.falls = false;
                        break;
                    }
                }
                all
            }
            Kind::If { then, otherwise, .. } => end(*then).or(otherwise.map_or(FALLS, end)),
            Kind::Match(m) => m.arms.iter().map(|a| end(a.body)).reduce(Ends::or).unwrap_or(FALLS),
            Kind::Try(t) => {
                if let Some(finally) = t.finally
                    && !end(finally).falls
                {
                    return LEAVES;
                }
                t.handlers.iter().map(|h| end(h.body)).fold(end(t.body), Ends::or)
            }
            Kind::With(w) => end(w.body),
            Kind::Assign(a) => {
                let mut all = a.value.map_or(FALLS, end);
                if let Some(otherwise) = a.otherwise {
                    all.rounds |= end(otherwise).rounds;
                }
                all
            }
            Kind::Propagate(x) if self.is_error_value(at.sibling(*x)) => LEAVES,
            Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => end(*x),
            Kind::Call(c) => {
                let name = self.last_name_at(at.sibling(c.callee));
                let exits =
                    name.is_some_and(|n| self.file(at.file).sdk.has_word("exit-names", &n) && depth > 0);
                if exits { LEAVES } else { FALLS }
            }
            _ => FALLS,
        }
    }

    /// Whether control may come to the next turn of a loop after this part of its body.
    pub(super) fn goes_round(&self, branch: NodeRef, around: NodeRef) -> bool {
        let ends = self.ends(branch, around);
        ends.rounds || ends.falls && self.falls_round(branch, around)
    }

    /// Whether a branch certainly ends the loop around it.
    pub(super) fn ends_loop(&self, branch: NodeRef, around: NodeRef) -> bool {
        // A branch that is one call may be one that ends the program.
        let ends = self.ends_within(branch, around, 1);
        !ends.falls && !ends.rounds
    }

    /// Whether what follows a node leads to the next turn of a loop.
    pub(super) fn falls_round(&self, from: NodeRef, around: NodeRef) -> bool {
        let facts = self.facts(from.file);
        let mut child = from.node;
        while let Some(parent) = facts.parent(child) {
            match facts.kind(parent) {
                Kind::Loop(_) => return parent == around.node,
                Kind::Function(_) | Kind::Return(_) | Kind::Throw(_) | Kind::Break(_) => return false,
                Kind::Block { body, .. } => {
                    let next = body.iter().position(|&s| s == child).map_or(0, |i| i + 1);
                    for &statement in &body[next..] {
                        let ends = self.ends(from.sibling(statement), around);
                        if ends.rounds {
                            return true;
                        }
                        if !ends.falls {
                            return false;
                        }
                    }
                }
                _ => {}
            }
            child = parent;
        }
        false
    }

    /// Whether a condition asks how many items of the answer failed, counted by a loop inside that
    /// does not hold the call: `if failed == calls.len()`.
    pub(super) fn counts_items(&self, condition: NodeRef, around: NodeRef, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let counted = self.own_nodes(around).into_iter().filter_map(|n| match facts.kind(n) {
            Kind::Assign(a) if a.op.is_some() && n > at.node => match facts.kind(a.target) {
                Kind::Name(name) => Some((name, n)),
                _ => None,
            },
            _ => None,
        });
        let by_inner_loop = |n: NodeId| {
            facts.ancestors(n).take_while(|&n| n != around.node).any(|n| {
                matches!(facts.kind(n), Kind::Loop(_)) && !facts.span(n).contains(facts.span(at.node))
            })
        };
        let names: Vec<_> = counted.filter(|(_, n)| by_inner_loop(*n)).map(|(name, _)| name).collect();
        !names.is_empty()
            && facts
                .descendants(condition.node)
                .into_iter()
                .any(|n| matches!(facts.kind(n), Kind::Name(name) if names.contains(&name)))
    }
}
