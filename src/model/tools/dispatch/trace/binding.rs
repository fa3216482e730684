//! From a name on the way to a block back to what it was bound to or given as.

use super::super::parts::is_input;
use super::{MAX_CALLERS, MAX_CALLS, Way};
use crate::facts::{Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::names::scope::{Def, Origin, Step};
use crate::model::values::eval::Argument;
use crate::model::values::value::NodeRef;

/// Lists of which one is made of the other.
const MAX_MAPS: u32 = 6;
/// What a step from such a list to the other counts: few of them are followed, since each may fork.
const MAP_DEPTH: u32 = 6;
/// Elements that are put into such a list one by one.
const MAX_GATHERED: usize = 4;

impl Project {
    pub(super) fn back_from_name(&self, at: NodeRef, name: &Name, way: Way, depth: u32, out: &mut Vec<Way>) {
        let file = self.file(at.file);
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        if defs.is_empty() {
            return out.push(way);
        }
        for def in defs {
            self.back_from_def(at, def, way.clone(), depth, out);
        }
    }

    fn back_from_def(&self, at: NodeRef, def: &Def, mut way: Way, depth: u32, out: &mut Vec<Way>) {
        let file = self.file(at.file);
        let facts = &file.facts;
        match &def.origin {
            Origin::Value { expr, path } => {
                let from = at.sibling(*expr);
                if matches!(facts.kind(*expr), Kind::Null | Kind::Str(_) | Kind::Bool(_)) || *expr == at.node
                {
                    return;
                }
                let position = path.iter().position(|s| *s == Step::Each);
                match position {
                    Some(position) => {
                        way.turn = self.turn_over(from);
                        way.source = from;
                        if let Kind::Index { index, .. } = facts.kind(*expr)
                            && let Kind::Slice { end: Some(end), .. } = facts.kind(*index)
                            && file.number_of(*end) == Some(1.0)
                        {
                            way.pick = way.pick.or(Some(from));
                        }
                        let inside = path.get(position + 1..).unwrap_or_default();
                        self.back_from_mapped(from, way.clone().below_all(inside), depth, out);
                        if way.turn.is_some() || way.pick.is_some() {
                            out.push(way);
                        }
                    }
                    None => {
                        // `const [first] = blocks.filter(…)`
                        let filtered = match facts.kind(*expr) {
                            Kind::Comprehension(_) => true,
                            Kind::Call(c) => last_name(facts, c.callee).is_some_and(|n| &*n == "filter"),
                            _ => false,
                        };
                        if filtered && path[..] == [Step::Item(0)] {
                            way.pick = way.pick.or(Some(from));
                        }
                        let picked = self.leaves_loop_over(at.sibling(def.node), from);
                        let outside = picked.filter(|_| {
                            let turn = self.loop_around_def(at.sibling(def.node));
                            turn.is_some_and(|t| !facts.ancestors(at.node).any(|a| a == t.node))
                        });
                        way.pick = way.pick.or(outside);
                        let before = out.len();
                        self.back(from, way.below_all(path), depth + 1, out);
                        if outside.is_some() {
                            for way in &mut out[before..] {
                                way.turn = None;
                            }
                        }
                    }
                }
            }
            Origin::Param { function, index, path } => {
                let function = at.sibling(*function);
                self.back_from_param(function, *index, path, way, depth, out);
            }
            _ => {}
        }
    }

    fn back_from_param(
        &self,
        function: NodeRef,
        index: u32,
        path: &[Step],
        mut way: Way,
        depth: u32,
        out: &mut Vec<Way>,
    ) {
        let file = self.file(function.file);
        let facts = &file.facts;
        if let Some(parent) = facts.parent(function.node)
            && let Kind::Call(call) = facts.kind(parent)
            && call.callee != function.node
        {
            let parent = function.sibling(parent);
            if let Some(list) = self.list_of_helper(parent, function).filter(|_| index == 0) {
                self.back_from_mapped(list, way.clone().below_all(path), depth, out);
                way.turn = Some(parent);
                way.source = list;
                return out.push(way);
            }
            let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return };
            let object = function.sibling(*object);
            if file.sdk.has_word("callback-same", name) {
                return self.back(object, way, depth + 1, out);
            }
            if index == 0
                && file.sdk.has_word("callback-each", name)
                && !file.sdk.has_word("finds-element", name)
            {
                self.back_from_mapped(object, way.clone().below_all(path), depth, out);
                way.turn = Some(parent);
                way.source = object;
                out.push(way);
            }
            return;
        }
        if way.calls.len() >= MAX_CALLS || path.contains(&Step::Each) {
            return;
        }
        let before = out.len();
        let callers = self.callers(function).iter().copied().filter(|&c| !self.is_test(c));
        for caller in callers.take(MAX_CALLERS) {
            if let Argument::Given(arg) = self.argument_of(caller, function, index as usize) {
                let mut way = way.clone().below_all(path);
                way.calls.push(caller);
                self.back(arg, way, depth + 2, out);
            }
        }
        // `blocks.map(answer)`
        for &mention in self.mentions(function).iter().filter(|_| index == 0).take(MAX_CALLERS) {
            out.extend(self.turn_given(function, mention, &way));
        }
        // Nobody in sight gives it.
        if out.len() == before {
            out.push(way);
        }
    }

    /// The ways from an element of a list that was made of another one, element by element:
    /// `await Promise.all(blocks.map(async (block) => ({ block, result: await run(block) })))`.
    fn back_from_mapped(&self, list: NodeRef, way: Way, depth: u32, out: &mut Vec<Way>) {
        for value in self.mapped_values(list, MAX_MAPS) {
            let mut found = Vec::new();
            self.back(value, Way { turn: None, pick: None, ..way.clone() }, depth + MAP_DEPTH, &mut found);
            // Where that leads nowhere, the list itself is what is gone through.
            out.extend(found.into_iter().filter(|way| way.turn.is_some()));
        }
    }

    /// What the elements of a list are made by; nothing where it is not made of another one here.
    fn mapped_values(&self, list: NodeRef, left: u32) -> Vec<NodeRef> {
        let Some(left) = left.checked_sub(1) else { return Vec::new() };
        let file = self.file(list.file);
        let facts = &file.facts;
        let within = |node: NodeId| self.mapped_values(list.sibling(node), left);
        match facts.kind(list.node) {
            Kind::Await(x) | Kind::Propagate(x) | Kind::Spread(x) | Kind::Cast { value: x, .. } => within(*x),
            // One that only leaves some out is seen from the list it takes them from.
            Kind::Comprehension(c) if matches!(facts.kind(c.element), Kind::Name(_)) => Vec::new(),
            Kind::Comprehension(c) => vec![list.sibling(c.element)],
            Kind::Name(name) => match file.only_value(list.node) {
                Some(value) if self.is_made_empty(list.sibling(value)) => {
                    let gathered = self.gathered_into(list, name);
                    let outcomes =
                        gathered.into_iter().map(|(value, _)| value).filter(|&v| self.is_outcome(v));
                    outcomes.take(MAX_GATHERED).collect()
                }
                value => value.map(within).unwrap_or_default(),
            },
            Kind::Call(call) => {
                if self.is_listed("fan-out", list.sibling(call.callee)) {
                    return call.args.first().map(|a| within(a.value)).unwrap_or_default();
                }
                let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return Vec::new() };
                if !file.sdk.has_word("callback-map", name) {
                    let same = file.sdk.passes_object(name) || file.sdk.has_word("walks-list", name);
                    return if same { within(*object) } else { Vec::new() };
                }
                let made = |function| self.return_values(function).iter().copied().take(4).collect();
                self.callback_of(list).map(made).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// Whether what is put into a list tells what came of a call, and no longer what it was given:
    /// `(block.id, run(block.input))`.
    fn is_outcome(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let parts: Vec<NodeId> = match facts.kind(at.node) {
            Kind::List(items) => items.to_vec(),
            Kind::Record(r) => r.entries.iter().map(|e| e.value).collect(),
            Kind::Call(c) => c.args.iter().map(|a| a.value).collect(),
            _ => return false,
        };
        let to_be_run = |part: &NodeId| {
            let mut node = *part;
            // `input.clone()`
            while let Kind::Call(c) = facts.kind(node)
                && let Kind::Member { object, name, .. } = facts.kind(c.callee)
                && file.sdk.passes_object(name)
            {
                node = *object;
            }
            let input = matches!(facts.kind(node), Kind::Name(_) | Kind::Member { .. } | Kind::Index { .. })
                && last_name(facts, node)
                    .or_else(|| Some(self.key_of(at.sibling(node))?.1))
                    .is_some_and(|n| is_input(&n));
            input || self.list_of_element(at.sibling(node)).is_some()
        };
        !parts.is_empty() && !parts.iter().any(to_be_run)
    }

    /// The way through a call that runs a function, given by its name, for each block.
    fn turn_given(&self, function: NodeRef, mention: NodeRef, way: &Way) -> Option<Way> {
        let file = self.file(mention.file);
        let call = file.facts.parent(mention.node)?;
        let Kind::Call(c) = file.facts.kind(call) else { return None };
        let list = self.list_of_helper(mention.sibling(call), mention);
        let method = match file.facts.kind(c.callee) {
            Kind::Member { object, name, .. } => Some((object, name)),
            _ => None,
        };
        let each = |name: &Name| {
            file.sdk.has_word("callback-each", name) && !file.sdk.has_word("finds-element", name)
        };
        let object = method.filter(|(_, name)| each(name)).map(|(object, _)| mention.sibling(*object));
        let source = list.or(object)?;
        (mention.file == function.file && !self.is_test(mention)).then(|| Way {
            turn: Some(mention.sibling(call)),
            source,
            ..way.clone()
        })
    }
}
