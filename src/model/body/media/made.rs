//! What the bytes of a value are made of.

use super::Topic;
use crate::facts::{Kind, Name, StrPart};
use crate::model::Project;
use crate::model::names::scope::{Origin, Step};
use crate::model::values::value::{External, NodeRef, Value};

/// How many nodes are looked at to see where a value comes from.
const MAX_NODES: usize = 300;
/// Calls of a function whose arguments are looked at.
const MAX_CALLERS: usize = 8;

impl Project {
    /// The calls (and buffers of objects) that a value is made of, through the variables on the way.
    pub(super) fn made_of(&self, at: NodeRef) -> Vec<NodeRef> {
        self.made_through(at, None).into_iter().map(|(call, _)| call).collect()
    }

    /// The same, through parameters as well, by way of functions that do not speak of a topic; with whether a
    /// parameter is on the way.
    pub(super) fn made_unspoken(&self, at: NodeRef, topic: Topic) -> Vec<(NodeRef, bool)> {
        self.made_through(at, Some(topic))
    }

    fn made_through(&self, at: NodeRef, topic: Option<Topic>) -> Vec<(NodeRef, bool)> {
        let mut calls = Vec::new();
        let mut spoken = Vec::new();
        // With whether it stands in a function that was called on the way: its parameters are what that call gives.
        let mut waiting = vec![(at, false, false)];
        let mut seen = rustc_hash::FxHashSet::default();
        while let Some((at, called, handed)) = waiting.pop() {
            if seen.len() > MAX_NODES || !seen.insert((at, called, handed)) {
                continue;
            }
            let mut next = Vec::new();
            let mut given = Vec::new();
            let facts = self.facts(at.file);
            match facts.kind(at.node) {
                Kind::Call(call) => {
                    if topic.is_some_and(|topic| self.is_spoken_of_in(at.sibling(call.callee), topic)) {
                        spoken.push(at);
                        continue;
                    }
                    calls.push((at, handed));
                    next.push(at.sibling(call.callee));
                    next.extend(call.args.iter().map(|a| at.sibling(a.value)));
                }
                Kind::Member { object, name, .. } => {
                    // `req.file.buffer`
                    // `response.content`
                    if self.file(at.file).sdk.has_word("bytes-members", name) {
                        calls.push((at, handed));
                    }
                    next.push(at.sibling(*object));
                    // `args.bytes`
                    if let (Kind::Name(args), Some(topic), false) = (facts.kind(*object), topic, called) {
                        let held = self.given_to(at.sibling(*object), args, topic).into_iter();
                        given = held.flat_map(|args| self.field(args, name).nodes().to_vec()).collect();
                    }
                }
                Kind::Index { object, .. } => next.push(at.sibling(*object)),
                Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => {
                    next.push(at.sibling(*x))
                }
                Kind::Binary { left, right, .. } => {
                    next.extend([at.sibling(*left), at.sibling(*right)]);
                }
                // `f"{data}"`, `format!("{data}")`
                Kind::Str(parts) => next.extend(parts.iter().filter_map(|part| match part {
                    StrPart::Hole(hole) => Some(at.sibling(*hole)),
                    StrPart::Text(_) => None,
                })),
                Kind::Name(name) => {
                    next.extend(self.bound_to(at, name));
                    if let Some(topic) = topic.filter(|_| !called) {
                        given = self.given_to(at, name, topic);
                    }
                }
                _ => {}
            }
            let values = self.eval(at);
            let values = values.iter().filter_map(|value| match value {
                Value::Node(node) | Value::External(External { made: Some(node), .. }) => Some(*node),
                _ => None,
            });
            let within = called || matches!(facts.kind(at.node), Kind::Call(_));
            waiting.extend(values.map(|node| (node, within, handed)));
            waiting.extend(next.into_iter().map(|node| (node, called, handed)));
            waiting.extend(given.into_iter().map(|node| (node, false, true)));
        }
        // `checked(read(path))`, wherever the value is known to come from the read.
        calls.retain(|&(call, _)| !spoken.iter().any(|&s| self.stands_inside(call, s)));
        // Once each, and not as handed over where it is here as well.
        calls.sort();
        calls.dedup_by_key(|(call, _)| *call);
        calls
    }

    /// The expressions that a local name is bound to.
    pub(super) fn bound_to(&self, at: NodeRef, name: &Name) -> Vec<NodeRef> {
        let file = self.file(at.file);
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        let exprs = defs.iter().filter_map(|d| match &d.origin {
            Origin::Value { expr, .. } => Some(at.sibling(*expr)),
            _ => None,
        });
        exprs.collect()
    }

    /// What callers give for a name that is a parameter, but those that speak of a topic.
    fn given_to(&self, at: NodeRef, name: &Name, topic: Topic) -> Vec<NodeRef> {
        let file = self.file(at.file);
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        let params = defs.iter().filter_map(|def| match &def.origin {
            Origin::Param { function, index, path } => match &path[..] {
                [] => Some((*function, *index, None)),
                [Step::Key(key)] => Some((*function, *index, Some(key))),
                _ => None,
            },
            _ => None,
        });
        let mut out = Vec::new();
        for (function, index, key) in params {
            let given = self.arguments_given(at.sibling(function), index, MAX_CALLERS);
            let unspoken =
                given.filter(|&(call, _)| !self.is_test(call) && !self.is_spoken_of(&[call], topic));
            let given: Vec<NodeRef> = unspoken.map(|(_, argument)| argument).collect();
            match key {
                Some(key) => out.extend(given.into_iter().flat_map(|g| self.field(g, key).nodes().to_vec())),
                None => out.extend(given),
            }
        }
        out
    }
}
