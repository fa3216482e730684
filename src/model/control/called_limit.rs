//! Limits in functions that a loop calls: those of the loop, not of one call.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::counter::speaks_of;
use super::region::Region;
use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::value::NodeRef;

/// How the variables and fields of a file change, by their text.
pub(in crate::model) type Changes = FxHashMap<String, Change>;

/// How a variable or field changes, anywhere in its file.
#[derive(Clone, Copy, Default, Debug)]
pub(in crate::model) struct Change {
    /// How often something is assigned.
    pub(in crate::model) assigned: u32,
    /// `n += 1`
    pub(in crate::model) stepped: bool,
    /// `n.push(x)`
    pub(in crate::model) gathers: bool,
}

impl Project {
    /// Whether a comparison in a called function is of something that lives longer than the call:
    /// a field that counts, a parameter that is given a counter, a clock started elsewhere.
    pub(in crate::model) fn outlives_call(
        &self,
        comparison: NodeRef,
        function: NodeRef,
        call: NodeRef,
        region: &Region,
    ) -> bool {
        let facts = self.facts(comparison.file);
        let clock = self.is_clock(comparison);
        let mut stack = vec![comparison.node];
        while let Some(node) = stack.pop() {
            let at = comparison.sibling(node);
            match facts.kind(node) {
                Kind::Call(c) => {
                    if let Kind::Member { object, .. } = facts.kind(c.callee) {
                        stack.push(*object);
                    }
                    stack.extend(c.args.iter().map(|a| a.value));
                }
                Kind::Name(_) | Kind::Member { .. } | Kind::Index { .. } => {
                    if self.lives_on(at, clock, function, call, region) {
                        return true;
                    }
                }
                _ => facts.for_each_child(node, |c| stack.push(c)),
            }
        }
        false
    }

    fn lives_on(&self, at: NodeRef, clock: bool, function: NodeRef, call: NodeRef, region: &Region) -> bool {
        let model = self.file(at.file);
        let mut root = at.node;
        while let Kind::Member { object, .. } | Kind::Index { object, .. } = model.facts.kind(root) {
            root = *object;
        }
        let Kind::Name(name) = model.facts.kind(root) else { return false };
        let defs = model.scopes.lookup(&model.facts, name, root);
        let whole = model.facts.span(function.node);
        if let Some(index) = defs.iter().find_map(|d| match d.origin {
            Origin::Param { function: f, index, .. } if f == function.node => Some(index as usize),
            _ => None,
        }) {
            // A field of what is given lives on as that does.
            if root != at.node {
                return self.is_kept_count(at, clock);
            }
            return match self.argument_of(call, function, index) {
                Argument::Given(given) => {
                    clock || self.is_counter(given, region) || self.is_gathered(given, region)
                }
                Argument::Missing => false,
                Argument::Unknown => true,
            };
        }
        let local = !defs.is_empty() && defs.iter().all(|d| whole.contains(model.facts.span(d.node)));
        !local && self.is_kept_count(at, clock)
    }

    /// A field or global that is stepped somewhere in the file, or spoken of as used up.
    fn is_kept_count(&self, at: NodeRef, clock: bool) -> bool {
        let model = self.file(at.file);
        let text = model.text_of(at.node);
        let named = match self.kind(at) {
            Kind::Name(n) | Kind::Member { name: n, .. } => {
                speaks_of(model.sdk, "used-up-words", n) && self.number(at).is_none()
            }
            _ => false,
        };
        let object = match self.kind(at) {
            Kind::Member { object, .. } => model.text_of(*object),
            _ => text,
        };
        let changes = self.changes_in(at);
        named
            || clock && self.number(at).is_none()
            || changes.get(text).is_some_and(|c| c.stepped)
            || [text, object].iter().any(|t| changes.get(*t).is_some_and(|c| c.gathers))
    }

    /// What the file of a node assigns to, by its text.
    pub(in crate::model) fn changes_in(&self, at: NodeRef) -> Arc<Changes> {
        if let Some(known) = self.changes.borrow().get(&at.file) {
            return known.clone();
        }
        let model = self.file(at.file);
        let facts = &model.facts;
        let mut out = Changes::default();
        for node in facts.ids() {
            match facts.kind(node) {
                Kind::Assign(a) => {
                    let text = model.text_of(a.target);
                    let known = out.entry(text.to_string()).or_default();
                    known.assigned += 1;
                    let step = |op| matches!(op, Some(BinaryOp::Add | BinaryOp::Sub));
                    known.stepped |= step(a.op)
                        || matches!(a.value.map(|v| facts.kind(v)), Some(Kind::Binary { op, left, .. })
                            if step(Some(*op)) && model.text_of(*left) == text);
                }
                // `self.calls.append(name)`
                Kind::Call(c) => {
                    if let Kind::Member { object, name, .. } = facts.kind(c.callee)
                        && model.sdk.has_word("gather", name)
                    {
                        out.entry(model.text_of(*object).to_string()).or_default().gathers = true;
                    }
                }
                _ => {}
            }
        }
        let out = Arc::new(out);
        self.changes.borrow_mut().insert(at.file, out.clone());
        out
    }

    /// Whether something is added to a list in every turn.
    fn is_gathered(&self, list: NodeRef, region: &Region) -> bool {
        let text = self.file(list.file).text_of(list.node).trim_start_matches(['&', '*']).trim();
        region.nodes.iter().any(|&n| match self.kind(n) {
            Kind::Call(c) => matches!(self.kind(n.sibling(c.callee)), Kind::Member { object, name, .. }
                if self.file(n.file).sdk.has_word("gather", name) && self.file(n.file).text_of(*object) == text),
            _ => false,
        })
    }
}
