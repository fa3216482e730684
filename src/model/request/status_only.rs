//! Requests of which only the outcome matters: is the key good, is the limit reached.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::request::Request;
use crate::model::values::value::NodeRef;
use crate::sdk::Road;

/// Nodes between a status and what tests it.
const MAX_AROUND: usize = 6;

/// What one place asks an answer for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// How it went.
    Status,
    /// Nothing that decides anything: a log, what a refusal says.
    Nothing,
}

impl Project {
    /// Whether nothing of an answer but its status is read, or it is thrown away where a `try` asks
    /// only whether there was one.
    pub(in crate::model) fn asks_for_status_only(&self, request: &Request) -> bool {
        let at = request.at;
        let facts = self.facts(at.file);
        let gives_callback = |n: NodeId| matches!(facts.kind(n), Kind::Function(_));
        if request.kind.text.is_empty() || facts.descendants(at.node).into_iter().any(gives_callback) {
            return false;
        }
        let mut child = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Await(_) | Kind::Propagate(_) | Kind::Cast { .. } => {}
                // `.map_err(…)?`
                Kind::Member { object, name, .. }
                    if *object == child && self.file(at.file).sdk.has_word("looks-at-failure", name) => {}
                Kind::Call(c) if c.callee == child => {}
                Kind::Assign(a) if a.value == Some(child) && a.op.is_none() => {
                    let readers = self.readers(at.sibling(a.target));
                    let asked: Option<Vec<Asked>> = readers.into_iter().map(|r| self.asked_of(r)).collect();
                    return request.road == Road::Http
                        && asked.is_some_and(|all| all.contains(&Asked::Status));
                }
                Kind::Match(m) if m.subject == child => {
                    let mut patterns = m.arms.iter().flat_map(|arm| &arm.patterns);
                    return request.road == Road::Http
                        && patterns.all(|&p| self.takes_outcome(at.sibling(p)));
                }
                Kind::Let { pattern, value } if *value == child => {
                    return request.road == Road::Http && self.takes_outcome(at.sibling(*pattern));
                }
                Kind::Block { .. } => {
                    return self.is_statement(at.sibling(child))
                        && self.is_tried_for_outcome(at.sibling(node));
                }
                _ => {
                    return request.road == Road::Http
                        && self.asked_of(at.sibling(child)) == Some(Asked::Status);
                }
            }
            child = node;
        }
        false
    }

    /// Whether a pattern for a result looks at nothing of an answer but whether there is one, or its status:
    /// `Ok(_)`, `Err(e)`.
    fn takes_outcome(&self, pattern: NodeRef) -> bool {
        let facts = self.facts(pattern.file);
        let (head, held) = match facts.kind(pattern.node) {
            Kind::Call(c) => match &c.args[..] {
                [held] => (last_name(facts, c.callee), held.value),
                _ => return false,
            },
            Kind::Name(name) => return &**name == "_",
            _ => return false,
        };
        match (head.as_deref(), facts.kind(held)) {
            (Some("Err"), _) => true,
            (Some("Ok"), Kind::Name(name)) if &**name == "_" => true,
            (Some("Ok"), Kind::Name(_)) => {
                let readers = self.readers(pattern.sibling(held));
                let asked: Option<Vec<Asked>> = readers.into_iter().map(|r| self.asked_of(r)).collect();
                asked.is_some_and(|all| all.contains(&Asked::Status))
            }
            _ => false,
        }
    }

    /// What an answer is asked for at one place; `None` where it may be for what is in it.
    fn asked_of(&self, answer: NodeRef) -> Option<Asked> {
        let facts = self.facts(answer.file);
        let sdk = self.file(answer.file).sdk;
        let member = facts.parent(answer.node)?;
        let Kind::Member { object, name, .. } = facts.kind(member) else { return None };
        if *object != answer.node {
            return None;
        }
        if sdk.has_word("status-checks", name) {
            return self.is_alone(answer.sibling(facts.parent(member)?)).then_some(Asked::Nothing);
        }
        if self.has_part(answer, "status-parts", name) || sdk.has_word("success-names", name) {
            let decides = |n: NodeId| {
                matches!(
                    facts.kind(n),
                    Kind::Binary { .. }
                        | Kind::Unary { .. }
                        | Kind::If { .. }
                        | Kind::Return(_)
                        | Kind::Match(_)
                )
            };
            let tells = facts.ancestors(member).skip(1).take(MAX_AROUND).any(decides);
            return Some(if tells { Asked::Status } else { Asked::Nothing });
        }
        let nothing = sdk.has_word("ends-connection", name) || self.is_on_failing_branch(answer);
        nothing.then_some(Asked::Nothing)
    }

    /// Whether a call stands as a statement.
    fn is_alone(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let waits = |n: &NodeId| matches!(facts.kind(*n), Kind::Propagate(_) | Kind::Await(_));
        let around = facts.ancestors(call.node).skip(1).take_while(waits).last();
        self.is_statement(call.sibling(around.unwrap_or(call.node)))
    }

    fn is_on_failing_branch(&self, at: NodeRef) -> bool {
        self.gates_around(at).any(|gate| self.failing(gate.condition) == Some(gate.holds))
    }

    /// Whether a block is what a `try` tries, and something else depends on whether that failed.
    fn is_tried_for_outcome(&self, block: NodeRef) -> bool {
        let facts = self.facts(block.file);
        let sets = |n: NodeId| match facts.kind(n) {
            Kind::Return(Some(_)) => true,
            Kind::Assign(a) => a.value.is_some_and(|v| matches!(facts.kind(v), Kind::Bool(_) | Kind::Str(_))),
            Kind::Call(c) => last_name(facts, c.callee).is_some_and(|name| {
                let sdk = self.file(block.file).sdk;
                sdk.has_word("outcome-setters", &name)
            }),
            _ => false,
        };
        facts.parent(block.node).is_some_and(|p| match facts.kind(p) {
            Kind::Try(t) => {
                t.body == block.node
                    && !t.handlers.is_empty()
                    && t.handlers.iter().all(|h| facts.descendants(h.body).into_iter().any(sets))
            }
            _ => false,
        })
    }
}
