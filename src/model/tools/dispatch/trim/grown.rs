//! Histories to which tool results are added by functions of the project: `self.add("user", results)`,
//! `memory.add(message)`.

use crate::facts::{Call, CallStyle, Kind, Name, NodeId};
use crate::model::names::index::{last_name, path_name};
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// Functions and variables between a result and the history.
const MAX_STEPS: u32 = 4;
/// Expressions around a value.
const MAX_AROUND: usize = 16;
/// Results, and histories, that are looked at.
const MAX_RESULTS: usize = 100;

/// Callers of a function that gives results back.
const MAX_CALLERS: usize = 6;

/// A list, its path and where something is added to it.
type Grown = (NodeRef, Name, NodeRef);

impl Project {
    /// Where tool results go that are handed to a function first.
    pub(super) fn grown_by_methods(&self, grown: &mut Vec<Grown>) {
        let results: Vec<NodeRef> = self
            .tool_results()
            .iter()
            .map(|r| r.at)
            .filter(|&at| !self.is_test(at))
            .take(MAX_RESULTS)
            .collect();
        for result in results {
            let mut walk = Walk { grown: Vec::new(), seen: Vec::new() };
            self.grow_from(result, false, false, MAX_STEPS, &mut walk);
            for found in walk.grown {
                if grown.len() < MAX_RESULTS && !grown.iter().any(|g| g.0 == found.0) {
                    grown.push(found);
                }
            }
        }
    }

    /// Follows a value outwards to the list of messages that it is added to. `handed` tells whether it went through
    /// a function of the project, `message` whether it is a message or in one.
    fn grow_from(&self, from: NodeRef, mut message: bool, handed: bool, left: u32, walk: &mut Walk) {
        let Some(left) = left.checked_sub(1) else { return };
        if walk.seen.len() > MAX_RESULTS || walk.seen.contains(&from) {
            return;
        }
        walk.seen.push(from);
        let facts = self.facts(from.file);
        let mut at = from.node;
        for up in facts.ancestors(from.node).skip(1).take(MAX_AROUND) {
            match facts.kind(up) {
                Kind::Record(_) => message |= self.is_content_of_message(from.sibling(up), at),
                Kind::Call(_) if self.is_content_of_message(from.sibling(up), at) => message = true,
                Kind::Function(f) if f.name.is_none() && !f.is_block => {}
                Kind::List(_)
                | Kind::Cast { .. }
                | Kind::Spread(_)
                | Kind::Await(_)
                | Kind::Comprehension(_)
                | Kind::Member { .. } => {}
                Kind::Block { body, tail: true } if body.last() == Some(&at) => {}
                // A function that gives results to whoever calls it.
                Kind::Return(_) => {
                    if let Some(function) = enclosing_function(facts, up) {
                        self.grow_from_callers(from.sibling(function), message, handed, left, walk);
                    }
                    return;
                }
                Kind::Function(f) if f.body == at => {
                    self.grow_from_callers(from.sibling(up), message, handed, left, walk);
                    return;
                }
                Kind::Call(c) if c.callee == at || c.style == CallStyle::Macro => {}
                Kind::Call(c) => match self.added_by(from.sibling(up), c, at, message, handed, left, walk) {
                    Some(is_message) => message |= is_message,
                    None => return,
                },
                Kind::Assign(a) if a.value == Some(at) && a.op.is_none() => {
                    let target = from.sibling(a.target);
                    // `messages = [...messages, { role: "user", content: results }]`
                    if message && self.spreads_itself(target, from.sibling(at)) {
                        if let Some(path) = path_name(facts, a.target) {
                            walk.grown.push((target, path, from.sibling(up)));
                        }
                        return;
                    }
                    for reader in self.readers(target) {
                        self.grow_from(reader, message, handed, left, walk);
                    }
                    return;
                }
                _ => return,
            }
            at = up;
        }
    }

    fn grow_from_callers(&self, function: NodeRef, message: bool, handed: bool, left: u32, walk: &mut Walk) {
        for &caller in self.callers(function).iter().take(MAX_CALLERS) {
            self.grow_from(caller, message, handed, left, walk);
        }
    }

    /// What becomes of an argument of a call: `Some` where the call makes something of it, and whether that is a
    /// message.
    #[expect(clippy::too_many_arguments, reason = "one step of a walk")]
    fn added_by(
        &self,
        call: NodeRef,
        c: &Call,
        given: NodeId,
        message: bool,
        handed: bool,
        left: u32,
        walk: &mut Walk,
    ) -> Option<bool> {
        let file = self.file(call.file);
        let facts = &file.facts;
        c.args.iter().find(|a| a.value == given)?;
        let functions = self.functions_of(call.sibling(c.callee));
        if !functions.is_empty() {
            for function in functions {
                if let Some(place) = self.parameter_for_argument(call, function, call.sibling(given)) {
                    self.grow_inside(function, place, message, left, walk);
                }
            }
            return None;
        }
        match facts.kind(c.callee) {
            Kind::Member { object, name, .. } if file.sdk.has_word("gather", name) => {
                let list = call.sibling(*object);
                if message {
                    // Without a function in between it is known already.
                    if let (true, Some(path)) = (handed, path_name(facts, *object)) {
                        walk.grown.push((list, path, call));
                    }
                } else if matches!(facts.kind(*object), Kind::Name(_)) {
                    let later = facts.span(call.node).end;
                    let function = enclosing_function(facts, call.node);
                    let Kind::Name(held) = facts.kind(*object) else { return None };
                    for &reader in file.names(held) {
                        let behind = facts.span(reader).start >= later;
                        if behind && enclosing_function(facts, reader) == function && !file.binds(reader) {
                            self.grow_from(call.sibling(reader), message, handed, left, walk);
                        }
                    }
                }
                None
            }
            // `Message(role="user", content=results)`, `Message::user(results)`
            Kind::Name(_) | Kind::Member { .. } => {
                let makes_message = last_name(facts, c.callee).is_some_and(|n| snake(&n).contains("message"))
                    || facts
                        .descendants(c.callee)
                        .into_iter()
                        .any(|n| last_name(facts, n).is_some_and(|n| snake(&n).ends_with("message")));
                Some(makes_message)
            }
            _ => None,
        }
    }

    /// Follows an argument into the function that is given it.
    fn grow_inside(&self, function: NodeRef, place: usize, message: bool, left: u32, walk: &mut Walk) {
        let file = self.file(function.file);
        let bound: Vec<Name> =
            file.scopes.bound_to_param(function.node, place as u32).map(|d| d.name.clone()).collect();
        for name in bound {
            for &reader in file.names(&name) {
                let within = file.facts.ancestors(reader).any(|n| n == function.node);
                if within && !file.binds(reader) {
                    self.grow_from(function.sibling(reader), message, true, left, walk);
                }
            }
        }
    }

    /// Whether a list holds all that the variable held which it is set to.
    fn spreads_itself(&self, target: NodeRef, list: NodeRef) -> bool {
        let facts = self.facts(target.file);
        let Some(path) = path_name(facts, target.node) else { return false };
        let Kind::List(items) = facts.kind(list.node) else { return false };
        items.iter().any(|&i| match facts.kind(i) {
            Kind::Spread(inner) => path_name(facts, *inner).as_ref() == Some(&path),
            _ => false,
        })
    }
}

/// What was found on the way.
struct Walk {
    grown: Vec<Grown>,
    seen: Vec<NodeRef>,
}
