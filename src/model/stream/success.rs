//! Stop reasons that begin as a success: a stream that is cut off before the real one comes looks complete.

use super::{Project, snake};
use crate::facts::{BinaryOp, Key, Kind, Name, NodeId};
use crate::model::names::index::{last_name, path_name};
use crate::model::values::value::NodeRef;

/// Mentions of the stop reason that are looked at.
const MAX_MENTIONS: usize = 40;
/// Steps from a mention to what is set from it.
const MAX_STEPS: usize = 12;
/// Functions that a stop reason is handed through.
const MAX_HELPERS: u32 = 2;

impl Project {
    /// Whether the stop reason of a reader is kept in a variable that says success where none came.
    pub(super) fn begins_as_success(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        let inside = facts.descendants(function.node);
        let mut kept: Vec<Name> = Vec::new();
        let mut mentions = 0;
        for &node in &inside {
            let at = function.sibling(node);
            if !self.names_reason(at) || is_type(facts.kind(node)) {
                continue;
            }
            mentions += 1;
            let Some(names) = self.kept_in(at).filter(|names| !names.is_empty()) else { return false };
            kept.extend(names);
            if mentions > MAX_MENTIONS {
                return false;
            }
        }
        kept.sort();
        kept.dedup();
        let such = |name: &Name| self.set_to_success(function, &inside, name);
        mentions > 0 && kept.iter().all(such)
    }

    /// The variables that a mention of the stop reason sets or reads; `None` where anything else is done with it.
    fn kept_in(&self, at: NodeRef) -> Option<Vec<Name>> {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Name(name) => return Some(vec![name.clone()]),
            // `{ text, stop_reason: stop }`
            Kind::Record(record) => {
                let entry = record
                    .entries
                    .iter()
                    .find(|e| matches!(&e.key, Some(Key::Known(k)) if snake(k).contains("reason")))?;
                let value = match facts.kind(entry.value) {
                    Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => *left,
                    _ => entry.value,
                };
                return path_name(facts, value).map(|name| vec![name]);
            }
            _ => {}
        }
        let mut from = at.node;
        for up in facts.ancestors(at.node).skip(1).take(MAX_STEPS) {
            match facts.kind(up) {
                Kind::Assign(a) if a.value == Some(from) && a.op.is_none() => {
                    return path_name(facts, a.target).map(|name| vec![name]);
                }
                Kind::If { condition, then, otherwise: None } if *condition == from => {
                    return self.set_inside(at.sibling(*then));
                }
                Kind::Match(m) if m.subject == from => {
                    let mut names = Vec::new();
                    for arm in &m.arms {
                        names.extend(self.set_inside(at.sibling(arm.body))?);
                    }
                    return Some(names);
                }
                Kind::Member { .. }
                | Kind::Index { .. }
                | Kind::Call(_)
                | Kind::Cast { .. }
                | Kind::Let { .. }
                | Kind::Propagate(_)
                | Kind::Binary { .. } => {}
                _ => return None,
            }
            from = up;
        }
        None
    }

    /// The variables that are set in a branch; `None` where something else happens there.
    fn set_inside(&self, branch: NodeRef) -> Option<Vec<Name>> {
        let facts = self.facts(branch.file);
        let statements: Vec<NodeId> = match facts.kind(branch.node) {
            Kind::Block { body, .. } => body.to_vec(),
            _ => vec![branch.node],
        };
        let mut names = Vec::new();
        for statement in statements {
            match facts.kind(statement) {
                Kind::Assign(a) if a.op.is_none() => names.push(path_name(facts, a.target)?),
                Kind::Null | Kind::Continue | Kind::Block { .. } => {}
                _ => return None,
            }
        }
        Some(names)
    }

    /// Whether a variable begins as a success, or becomes one where nothing set it.
    fn set_to_success(&self, function: NodeRef, inside: &[NodeId], name: &Name) -> bool {
        let facts = self.facts(function.file);
        let within_loop = |n: NodeId| {
            let around = facts.ancestors(n).skip(1).take_while(|&a| a != function.node);
            around.into_iter().any(|a| matches!(facts.kind(a), Kind::Loop(_)))
        };
        let outside = inside.iter().filter(|&&n| !within_loop(n));
        let Some(first) = outside.filter_map(|&n| self.first_value(function.sibling(n), name)).next() else {
            return false;
        };
        if self.is_success(function.sibling(first)) {
            return true;
        }
        if !self.is_unset(function.sibling(first)) {
            return false;
        }
        if self.passes_unset(function, inside, name) {
            return true;
        }
        let mut reads = inside.iter().filter(|&&n| {
            path_name(facts, n).as_ref() == Some(name)
                && !facts.is_target(n)
                && !self.file(function.file).binds(n)
        });
        reads.clone().next().is_some()
            && reads.all(|&n| {
                let again = |p| match facts.kind(p) {
                    Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, right, .. } => {
                        *right == n && within_loop(n)
                    }
                    _ => false,
                };
                facts.parent(n).is_some_and(again) || self.becomes_success(function.sibling(n), MAX_HELPERS)
            })
    }

    /// Whether what is read stands for a success where it is nothing: `reason or "end_turn"`, here or in a function
    /// that it is given to.
    fn becomes_success(&self, read: NodeRef, left: u32) -> bool {
        let facts = self.facts(read.file);
        let Some(parent) = facts.parent(read.node) else { return false };
        match facts.kind(parent) {
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left: tried, right } => {
                *tried == read.node && self.is_success(read.sibling(*right))
            }
            Kind::Call(c) if c.callee != read.node && left > 0 => {
                let call = read.sibling(parent);
                let functions = self.functions_of(read.sibling(c.callee));
                let becomes = |function: &NodeRef| {
                    let taking = self.parameter_for_argument(call, *function, read);
                    let reads = taking.into_iter().flat_map(|i| self.parameter_readers(*function, i));
                    let mut reads = reads.peekable();
                    reads.peek().is_some() && reads.all(|read| self.becomes_success(read, left - 1))
                };
                !functions.is_empty() && functions.iter().all(becomes)
            }
            _ => false,
        }
    }

    /// What a variable is set to by an assignment, of several at once as well: `text, stop = "", "end_turn"`.
    pub(super) fn first_value(&self, at: NodeRef, name: &Name) -> Option<NodeId> {
        let facts = self.facts(at.file);
        let Kind::Assign(a) = facts.kind(at.node) else { return None };
        let is_it = |target: NodeId| path_name(facts, target).as_ref() == Some(name);
        let value = a.value?;
        match (facts.kind(a.target), facts.kind(value)) {
            (Kind::List(targets), Kind::List(values)) if targets.len() == values.len() => {
                targets.iter().position(|&target| is_it(target)).map(|i| values[i])
            }
            _ => is_it(a.target).then_some(value),
        }
    }

    pub(super) fn is_success(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        let facts = self.facts(at.file);
        if let Some(text) = self.text(at).known() {
            return sdk.has_word("finished-reasons", &snake(&text));
        }
        match facts.kind(at.node) {
            Kind::Member { name, .. } => sdk.has_word("finished-reasons", &snake(name)),
            // `Some(StopReason::EndTurn)`
            Kind::Call(c) => match (&c.args[..], last_name(facts, c.callee).as_deref()) {
                ([only], Some("Some")) => self.is_success(at.sibling(only.value)),
                _ => false,
            },
            _ => false,
        }
    }
}

fn is_type(kind: &Kind) -> bool {
    matches!(kind, Kind::Name(name) if name.starts_with(char::is_uppercase))
}
