//! What a tool that ends the run leaves behind, by which the conversation is left before anything is sent.

use super::Walk;
use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::model::names::index::{last_name, path_name};

/// Parts of a condition that are looked at.
const MAX_PARTS: u32 = 8;

impl Walk<'_> {
    /// Whether a statement sets or fills something by which the conversation is left behind the loop over the
    /// calls: no results are sent then.
    pub(super) fn ends_conversation(&self, node: NodeId) -> bool {
        if self.dispatch.at.file != self.body.file {
            return false;
        }
        let filled = matches!(self.project.facts(self.body.file).kind(node), Kind::Call(_));
        self.set_by(node).iter().any(|path| self.leaves_by(path, filled))
    }

    /// The names and members that a statement sets to something, or puts something into.
    fn set_by(&self, node: NodeId) -> Vec<Name> {
        let file = self.project.file(self.body.file);
        let facts = &file.facts;
        let nothing = |n: NodeId| matches!(facts.kind(n), Kind::Null | Kind::Bool(false));
        match facts.kind(node) {
            Kind::Assign(set) if set.value.is_some_and(|v| !nothing(v)) => match facts.kind(set.target) {
                Kind::List(items) => items.iter().filter_map(|&n| path_name(facts, n)).collect(),
                _ => path_name(facts, set.target).into_iter().collect(),
            },
            Kind::Call(call) => {
                let list = file.list_added_to(call).and_then(|list| path_name(facts, list));
                list.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether something that is set leads out: of the code behind the loop over the calls, of the loop around
    /// it, or to the caller of a function that sends nothing itself.
    fn leaves_by(&self, path: &str, filled: bool) -> bool {
        let facts = self.project.facts(self.body.file);
        let mut from = self.dispatch.at.node;
        for around in facts.ancestors(from).skip(1) {
            match facts.kind(around) {
                Kind::Block { body, .. } => {
                    let behind = body.iter().skip_while(|&&n| n != from).skip(1);
                    if behind.into_iter().any(|&n| self.is_way_out(n, path)) {
                        return true;
                    }
                }
                Kind::Loop(l) => {
                    return l.condition.is_some_and(|c| self.holds_once_set(c, path, 0) == Some(false));
                }
                // Who called it is given what was set, and may stop; a list may hold the results.
                Kind::Function(f) => {
                    return !filled
                        && facts.descendants(f.body).into_iter().any(|n| match facts.kind(n) {
                            Kind::Return(Some(value)) => {
                                n > self.dispatch.at.node && self.mentions(*value, path)
                            }
                            _ => false,
                        });
                }
                _ => {}
            }
            from = around;
        }
        false
    }

    fn is_way_out(&self, node: NodeId, path: &str) -> bool {
        let facts = self.project.facts(self.body.file);
        let leaves = |branch: NodeId| {
            let last = match facts.kind(branch) {
                Kind::Block { body, .. } => body.last().copied(),
                _ => Some(branch),
            };
            last.is_some_and(|n| matches!(facts.kind(n), Kind::Break(_) | Kind::Return(_) | Kind::Throw(_)))
        };
        let Kind::If { condition, then, otherwise } = facts.kind(node) else { return false };
        match self.holds_once_set(*condition, path, 0) {
            Some(true) => leaves(*then),
            Some(false) => otherwise.is_some_and(leaves),
            None => false,
        }
    }

    /// Whether a condition holds once something was set; `None` if it is about something else.
    fn holds_once_set(&self, condition: NodeId, path: &str, depth: u32) -> Option<bool> {
        let facts = self.project.facts(self.body.file);
        if depth > MAX_PARTS {
            return None;
        }
        let side = |n: NodeId| self.holds_once_set(n, path, depth + 1);
        match facts.kind(condition) {
            _ if path_name(facts, condition).as_deref() == Some(path) => Some(true),
            Kind::Unary { op: UnaryOp::Not, operand } => side(*operand).map(|held| !held),
            Kind::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } => {
                side(*left).or_else(|| side(*right))
            }
            Kind::Binary { op, left, right } => {
                let nothing = [*left, *right].iter().any(|&n| {
                    matches!(facts.kind(n), Kind::Null | Kind::Bool(false))
                        || self.project.number(self.at(n)) == Some(0.0)
                });
                let about = self.mentions(condition, path);
                match op {
                    BinaryOp::Eq | BinaryOp::Is if about && nothing => Some(false),
                    BinaryOp::Ne | BinaryOp::IsNot | BinaryOp::Gt if about && nothing => Some(true),
                    _ => None,
                }
            }
            Kind::Let { value, .. } if self.mentions(*value, path) => Some(true),
            Kind::Call(call) if self.mentions(condition, path) => {
                let name = last_name(facts, call.callee);
                Some(!matches!(name.as_deref(), Some("is_none" | "is_empty")))
            }
            Kind::Member { .. } => self.mentions(condition, path).then_some(true),
            _ => None,
        }
    }

    fn mentions(&self, node: NodeId, path: &str) -> bool {
        let facts = self.project.facts(self.body.file);
        facts.descendants(node).into_iter().any(|n| path_name(facts, n).as_deref() == Some(path))
    }
}
