//! Whether a loop ends when the call in it has succeeded.

use crate::facts::{BinaryOp, FileFacts, Kind, Loop, LoopKind, Name, NodeId};
use crate::model::Project;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether a node is not run when a call was: another arm of the match around it, another
    /// branch of `select!`.
    fn excludes(&self, at: NodeRef, node: NodeId) -> bool {
        let facts = self.facts(at.file);
        let mut child = node;
        for around in facts.ancestors(node).skip(1).take(64) {
            let span = facts.span(around);
            if span.contains(facts.span(at.node)) {
                let holds = |n: NodeId| n != child && facts.span(n).contains(facts.span(at.node));
                return match facts.kind(around) {
                    Kind::Match(m) => m.arms.iter().any(|arm| holds(arm.body)),
                    Kind::Call(c) => c.args.iter().any(|arg| holds(arg.value)),
                    _ => false,
                };
            }
            child = around;
        }
        false
    }

    /// The outermost of what is tried around a call whose failure goes on where success goes on too.
    fn joined_after(&self, around: NodeRef, at: NodeRef, inside: &[NodeId]) -> Option<Joined> {
        let facts = self.facts(at.file);
        let jumps = |body: NodeId| self.ends(at.sibling(body), around).rounds;
        let tried = inside.windows(2).rev().find_map(|pair| match facts.kind(pair[1]) {
            Kind::Try(t) if t.body == pair[0] && !t.handlers.is_empty() => Some((pair[1], t)),
            _ => None,
        });
        let (tried, t) = tried.filter(|(_, t)| !t.handlers.iter().any(|h| jumps(h.body)))?;
        let names = facts.descendants(t.body).into_iter().filter_map(|n| match facts.kind(n) {
            // `answer = call()`, `done = true`
            Kind::Assign(a) => {
                let told =
                    |v: NodeId| inside.contains(&v) || v == at.node || matches!(facts.kind(v), Kind::Bool(_));
                a.value.is_some_and(told).then(|| facts.descendants(a.target))
            }
            _ => None,
        });
        let names = names.flatten().filter_map(|n| match facts.kind(n) {
            Kind::Name(name) => Some(name.clone()),
            _ => None,
        });
        let mut joined = Joined { end: facts.span(tried).end, names: names.collect() };
        // `status = answer.get("status")`
        for node in self.own_nodes(around) {
            let Kind::Assign(a) = facts.kind(node) else { continue };
            let Kind::Name(name) = facts.kind(a.target) else { continue };
            let later = facts.span(node).start >= joined.end;
            if later && a.value.is_some_and(|v| joined.asks_for(facts, v)) && !joined.names.contains(name) {
                joined.names.push(name.clone());
            }
        }
        Some(joined)
    }

    /// The match whose arm for failure goes on behind it, as its arms for success do.
    fn joined_after_match(&self, around: NodeRef, branches: &[NodeRef]) -> Option<Joined> {
        branches.iter().find_map(|&branch| {
            let facts = self.facts(branch.file);
            let node = facts.parent(branch.node)?;
            let Kind::Match(m) = facts.kind(node) else { return None };
            let falls = |body: NodeId| {
                let ends = self.ends(branch.sibling(body), around);
                ends.falls && !ends.rounds
            };
            let succeeds = |patterns: &[NodeId]| {
                patterns.iter().any(|&p| self.failing(branch.sibling(p)) == Some(false))
            };
            let mut arms = m.arms.iter().filter(|arm| succeeds(&arm.patterns) && falls(arm.body)).peekable();
            arms.peek()?;
            if !falls(branch.node) {
                return None;
            }
            // What the arms for success set or fill, and what the match itself is put into.
            let changed =
                arms.flat_map(|arm| facts.descendants(arm.body)).filter_map(|n| match facts.kind(n) {
                    Kind::Assign(a) => Some(a.target),
                    Kind::Call(c) => match facts.kind(c.callee) {
                        Kind::Member { object, .. } => Some(*object),
                        _ => None,
                    },
                    _ => None,
                });
            let kept = facts.ancestors(node).skip(1).take(2).find_map(|n| match facts.kind(n) {
                Kind::Assign(a) => Some(a.target),
                _ => None,
            });
            let names =
                changed.chain(kept).flat_map(|n| facts.descendants(n)).filter_map(|n| match facts.kind(n) {
                    Kind::Name(name) => Some(name.clone()),
                    _ => None,
                });
            Some(Joined { end: facts.span(node).end, names: names.collect() })
        })
    }

    /// Whether a node is run only when a branch on failure before it was not taken, because that
    /// one goes to the next turn.
    fn is_past(&self, branches: &[NodeRef], around: NodeRef, node: NodeId) -> bool {
        branches.iter().any(|&branch| {
            let facts = self.facts(branch.file);
            // The block that the statement with the branch stands in.
            let block = facts.ancestors(branch.node).skip(1).find(|&n| {
                matches!(facts.kind(n), Kind::Block { .. } | Kind::Function(_)) && n != branch.node
            });
            let ends = self.ends(branch, around);
            facts.span(branch.node).end <= facts.span(node).start
                && ends.rounds
                && !ends.falls
                && block.is_some_and(|b| facts.ancestors(node).any(|n| n == b))
        })
    }

    /// Whether a loop is left where what it counted is enough, whatever came of this turn: `if done >= limit: break`.
    fn has_enough(&self, around: NodeRef, exit: NodeRef) -> bool {
        let facts = self.facts(exit.file);
        let branch = facts.ancestors(exit.node).take_while(|&n| n != around.node).find_map(|n| {
            let parent = facts.parent(n)?;
            match facts.kind(parent) {
                Kind::If { condition, then, .. } if *then == n => Some(*condition),
                _ => None,
            }
        });
        let Some(condition) = branch else { return false };
        let Kind::Binary { op: BinaryOp::Ge | BinaryOp::Gt | BinaryOp::Eq, left, right } =
            facts.kind(condition)
        else {
            return false;
        };
        // That there is one at all is that it succeeded.
        let one = self.file(exit.file).number_of(*right).is_some_and(|n| n <= 1.0);
        !one && matches!(facts.kind(*left), Kind::Name(counted) if self.is_stepped(around, counted))
    }

    /// Whether the loop ends when the call has succeeded.
    pub(super) fn success_leaves(
        &self,
        around: NodeRef,
        l: &Loop,
        at: NodeRef,
        inside: &[NodeId],
        caught: &[NodeId],
        branches: &[NodeRef],
    ) -> bool {
        let facts = self.facts(at.file);
        let mut set = Vec::new();
        let joined =
            self.joined_after(around, at, inside).or_else(|| self.joined_after_match(around, branches));
        for node in self.own_nodes(around) {
            if node < at.node && !inside.contains(&node) {
                continue;
            }
            let undecided =
                joined.as_ref().is_some_and(|joined| !joined.tells_apart(facts, around.node, node));
            if undecided && !self.is_past(branches, around, node) {
                continue;
            }
            let ends = match facts.kind(node) {
                Kind::Return(value) => !value.is_some_and(|v| self.is_error_value(at.sibling(v))),
                Kind::Break(value) => {
                    self.jump_target(at.sibling(node)) == Some(around)
                        && !value.is_some_and(|v| self.is_error_value(at.sibling(v)))
                }
                Kind::Assign(a) => {
                    if let (Kind::Name(name), None) = (facts.kind(a.target), a.op) {
                        set.push((name.clone(), node));
                    }
                    false
                }
                _ => false,
            };
            let failing = || {
                facts.ancestors(node).take_while(|&n| n != around.node).any(|n| {
                    caught.contains(&n)
                        || facts.parent(n).is_some_and(|p| match facts.kind(p) {
                            Kind::Match(m) => m.arms.iter().any(|a| {
                                a.body == n
                                    && a.patterns.iter().any(|&p| self.failing(at.sibling(p)) == Some(true))
                            }),
                            Kind::If { condition, then, .. } => {
                                *then == n && self.failing(at.sibling(*condition)) == Some(true)
                            }
                            _ => false,
                        })
                })
            };
            let items = l.kind == LoopKind::ForEach && !self.is_counting(around, l);
            let enough = || items && self.has_enough(around, at.sibling(node));
            if ends && !failing() && !self.excludes(at, node) && !enough() {
                return true;
            }
        }
        let Some(condition) = l.condition else { return false };
        facts.descendants(condition).into_iter().any(|n| match facts.kind(n) {
            Kind::Name(name) => {
                set.iter().any(|(other, assign)| other == name && !mentions(facts, *assign, name))
            }
            _ => false,
        })
    }
}

/// Where failure goes on as success does.
struct Joined {
    /// Byte after what is tried.
    end: u32,
    /// What is set only on success.
    names: Vec<Name>,
}

impl Joined {
    /// Whether a node is run on success only: it stands before the ways join, or asks for what
    /// success has set.
    fn tells_apart(&self, facts: &FileFacts, around: NodeId, node: NodeId) -> bool {
        let asks = |n: NodeId| match facts.kind(n) {
            Kind::If { condition, .. } => self.asks_for(facts, *condition),
            Kind::Match(m) => self.asks_for(facts, m.subject),
            _ => false,
        };
        facts.span(node).start < self.end || facts.ancestors(node).take_while(|&n| n != around).any(asks)
    }

    /// Whether an expression reads what success has set.
    fn asks_for(&self, facts: &FileFacts, expression: NodeId) -> bool {
        facts.descendants(expression).into_iter().any(|n| match facts.kind(n) {
            Kind::Name(name) => self.names.contains(name),
            _ => false,
        })
    }
}

fn mentions(facts: &FileFacts, assign: NodeId, name: &str) -> bool {
    match facts.kind(assign) {
        Kind::Assign(a) => a.value.is_some_and(|v| {
            facts.descendants(v).into_iter().any(|n| matches!(facts.kind(n), Kind::Name(x) if &**x == name))
        }),
        _ => false,
    }
}
