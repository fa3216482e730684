//! From a name on the way to a block back to what it was bound to or given as.

use super::{MAX_CALLERS, MAX_CALLS, Way};
use crate::facts::{Kind, Name};
use crate::model::Project;
use crate::model::eval::Argument;
use crate::model::index::{last_name, takes_receiver};
use crate::model::scope::{Def, Origin, Step};
use crate::model::value::NodeRef;

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
                    Some(_) => {
                        way.turn = self.turn_over(from);
                        way.source = from;
                        if let Kind::Index { index, .. } = facts.kind(*expr)
                            && let Kind::Slice { end: Some(end), .. } = facts.kind(*index)
                            && file.number_of(*end) == Some(1.0)
                        {
                            way.pick = way.pick.or(Some(from));
                        }
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
            let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return };
            let object = function.sibling(*object);
            if file.sdk.has_word("callback-same", name) {
                return self.back(object, way, depth + 1, out);
            }
            if index == 0
                && file.sdk.has_word("callback-each", name)
                && !matches!(&**name, "find" | "find_map")
            {
                way.turn = Some(function.sibling(parent));
                way.source = object;
                out.push(way);
            }
            return;
        }
        if way.calls.len() >= MAX_CALLS || path.contains(&Step::Each) {
            return;
        }
        let before = out.len();
        let receiver = takes_receiver(self.files(), function);
        let callers = self.callers(function).iter().copied().filter(|&c| !self.is_test(c));
        for caller in callers.take(MAX_CALLERS) {
            if let Argument::Given(arg) = self.argument_of(caller, function, index as usize, receiver) {
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

    /// The way through a call that runs a function, given by its name, for each block.
    fn turn_given(&self, function: NodeRef, mention: NodeRef, way: &Way) -> Option<Way> {
        let file = self.file(mention.file);
        let call = file.facts.parent(mention.node)?;
        let Kind::Call(c) = file.facts.kind(call) else { return None };
        let Kind::Member { object, name, .. } = file.facts.kind(c.callee) else { return None };
        let each = file.sdk.has_word("callback-each", name) && !matches!(&**name, "find" | "find_map");
        (each && mention.file == function.file && !self.is_test(mention)).then(|| Way {
            turn: Some(mention.sibling(call)),
            source: mention.sibling(*object),
            ..way.clone()
        })
    }
}
