//! Whole responses that are handed to code out of sight.

use std::collections::BTreeSet;

use super::{Use, Uses, What};
use crate::facts::{Call, Key, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::names::words::has_word_of;
use crate::model::values::value::{Hop, NodeRef, Response, Value};
use rustc_hash::FxHashSet;

/// What the stop reason of an answer is called.
const STOP_FIELDS: &[&str] = &["stop_reason", "stopReason", "finish_reason", "finishReason"];

impl Project {
    /// A whole response handed to code out of sight, or to a function that is handed too many.
    pub(super) fn escapes(&self, at: NodeRef, interesting: &BTreeSet<&'static str>, uses: &mut Uses) {
        let model = self.file(at.file);
        let Kind::Call(call) = self.kind(at) else { return };
        if call.args.is_empty() {
            return;
        }
        let mut known = None;
        for arg in &call.args {
            if !matches!(
                model.facts.kind(arg.value),
                Kind::Name(_) | Kind::Member { .. } | Kind::Await(_) | Kind::Call(_)
            ) || self.is_bound_here(at.sibling(arg.value))
            {
                continue;
            }
            for value in self.eval(at.sibling(arg.value)).iter() {
                let Value::Response(r) = value else { continue };
                let aside = |project: &Project| project.is_kept_unread(at, call, at.sibling(arg.value));
                if !self.is_whole(r)
                    || self.is_piece_gathered(call, at, r)
                    || self.is_logged(at, r)
                    || aside(self)
                {
                    continue;
                }
                let known = *known.get_or_insert_with(|| self.callee_is_harmless(at, call.callee));
                if known && !self.leaves_sight(r, at.sibling(call.callee)) {
                    self.uses_in_call(at, at.sibling(arg.value), r, interesting, uses);
                } else {
                    let list = uses.entry(r.request).or_default();
                    list.push(Use { at, what: What::Escape, response: r.clone() });
                }
            }
        }
    }

    /// Whether an expression may be an answer or a part of one.
    pub(in crate::model) fn may_be_of_answer(&self, at: NodeRef) -> bool {
        self.eval(at).iter().any(|v| matches!(v, Value::Response(_)))
    }

    /// Whether a call stands in a function that was given the response for a log, or in one that such a function
    /// hands it on to.
    fn is_logged(&self, at: NodeRef, response: &Response) -> bool {
        let handed = response.hops.iter().rev().map_while(|hop| match hop {
            Hop::Argument(call) => Some(*call),
            Hop::Return(_) => None,
        });
        let mut place = at;
        handed.into_iter().any(|call| self.only_keeps_log(std::mem::replace(&mut place, call)))
    }

    /// Whether a response that came through many calls goes into one more: nobody follows it there.
    fn leaves_sight(&self, response: &Response, callee: NodeRef) -> bool {
        let is_function = |v: &Value| matches!(v, Value::Function(_));
        response.has_come_far() && self.eval(callee).iter().any(is_function)
    }

    /// Whether a call makes an object of the project that keeps an answer in a field which nobody reads, or of
    /// which only other parts than the stop reason are read.
    fn is_kept_unread(&self, at: NodeRef, call: &Call, answer: NodeRef) -> bool {
        let callee = self.eval(at.sibling(call.callee));
        let [Value::Class(class)] = callee[..] else { return false };
        let Some(field) = self.filled_field(class, at, answer) else { return false };
        let read = self.read_names();
        !read.contains(&field.name) && !STOP_FIELDS.iter().any(|stop| read.contains(*stop))
            || read.contains(&field.name) && self.is_read_in_parts(&field.name)
    }

    /// Whether all who read a field take something out of it at once that is no stop reason: `reply.raw.content`.
    fn is_read_in_parts(&self, field: &Name) -> bool {
        self.file_ids().filter(|(_, model)| !model.source.role.is_test).all(|(_, model)| {
            let facts = &model.facts;
            let taken = |n: NodeId| match facts.parent(n).map(|up| facts.kind(up)) {
                Some(Kind::Member { object, name, .. }) => {
                    *object == n && name != field && !STOP_FIELDS.contains(&&**name)
                }
                _ => false,
            };
            !model.source.text.contains(&**field)
                || facts.ids().all(|n| match facts.kind(n) {
                    Kind::Member { name, .. } if name == field => facts.is_target(n) || taken(n),
                    Kind::Str(_) => constant(facts, n).is_none_or(|text| text != *field),
                    _ => true,
                })
        })
    }

    /// The names of all fields that the program reads, by a member or a key.
    pub(in crate::model) fn read_names(&self) -> &FxHashSet<Name> {
        self.read_names.get_or_init(|| {
            let mut out = FxHashSet::default();
            for (_, model) in self.file_ids().filter(|(_, model)| !model.source.role.is_test) {
                let facts = &model.facts;
                for node in facts.ids().filter(|&n| !facts.is_target(n)) {
                    match facts.kind(node) {
                        Kind::Member { name, .. } => drop(out.insert(name.clone())),
                        Kind::Index { index, .. } => out.extend(constant(facts, *index)),
                        // `getattr(reply, "raw")`, `reply.get("raw")`
                        Kind::Call(c) => {
                            out.extend(c.args.iter().take(2).filter_map(|a| constant(facts, a.value)));
                        }
                        // `const { raw } = reply`
                        Kind::Record(r) => out.extend(r.entries.iter().filter_map(|e| match &e.key {
                            Some(Key::Known(key)) if model.binds(e.value) => Some(key.clone()),
                            _ => None,
                        })),
                        _ => {}
                    }
                }
            }
            out
        })
    }

    /// `chunks.push(chunk)`: pieces of a body are seen again where they are put together.
    fn is_piece_gathered(&self, call: &Call, at: NodeRef, response: &Response) -> bool {
        let file = self.file(at.file);
        let piece = !response.kind.url.is_empty() && response.path.last().is_some_and(|s| &**s == "[]");
        piece
            && matches!(file.facts.kind(call.callee), Kind::Member { name, .. }
                if file.sdk.has_word("gather-text", name))
    }

    /// `answer.raw = message.model_dump()`: all of it, kept by an object of code out of sight.
    pub(super) fn kept_elsewhere(&self, target: NodeRef, value: NodeRef, uses: &mut Uses) {
        let Kind::Member { object, .. } = self.kind(target) else { return };
        if !self
            .eval(target.sibling(*object))
            .iter()
            .all(|v| matches!(v, Value::Unknown | Value::External(_)))
        {
            return;
        }
        for value in self.eval(value).iter() {
            if let Value::Response(r) = value
                && self.is_whole(r)
            {
                let list = uses.entry(r.request).or_default();
                list.push(Use { at: target, what: What::Escape, response: r.clone() });
            }
        }
    }

    /// Whether a name is part of a pattern: `Shape::Circle(r)` calls nothing there.
    fn is_bound_here(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let Kind::Name(name) = model.facts.kind(at.node) else { return false };
        model.scopes.lookup(&model.facts, name, at.node).iter().any(|d| d.node == at.node)
    }

    /// Whether a called function is in sight, or known not to look at stop reasons.
    fn callee_is_harmless(&self, at: NodeRef, callee: NodeId) -> bool {
        let model = self.file(at.file);
        if let Some(name) = last_name(&model.facts, callee)
            && (model.sdk.has_word("looks-at-nothing", &name) || self.reads_one_field(at, &name))
        {
            return true;
        }
        if self.adds_to_conversation(at, callee) || self.settles(at, callee).is_some() {
            return true;
        }
        self.eval(at.sibling(callee)).iter().all(|v| match v {
            Value::Function(f) => self.kind_has_body(*f),
            Value::External(e) => {
                model.sdk.passes_through(&e.path).is_some()
                    || model.sdk.in_lists(&["log", "fan-out"], &e.path)
            }
            _ => false,
        })
    }

    /// `getattr(reply, "usage", None)`: that field, which is a use of its own.
    fn reads_one_field(&self, at: NodeRef, callee: &str) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        let Some(key) = call.args.get(1).map(|a| at.sibling(a.value)) else { return false };
        self.file(at.file).sdk.has_word("field-readers", callee)
            && (constant(self.facts(at.file), key.node).is_some() || self.is_named_by_callers(key))
    }

    /// Whether an expression is a parameter for which all callers write a text: what each of them gets is a use
    /// of its own.
    fn is_named_by_callers(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        let [def] = &file.scopes.lookup(&file.facts, name, at.node)[..] else { return false };
        let Origin::Param { function, index, .. } = &def.origin else { return false };
        let function = at.sibling(*function);
        let calls = self.callers(function);
        let written = self.arguments_given(function, *index, calls.len());
        let texts = written.filter(|(_, key)| constant(self.facts(key.file), key.node).is_some()).count();
        !calls.is_empty() && texts == calls.len() && self.mentions(function).is_empty()
    }

    /// `messages.append(reply)`, `state["messages"].append(reply)`: the next request is made of that, and
    /// those who take the answer out of it again are seen.
    fn adds_to_conversation(&self, at: NodeRef, callee: NodeId) -> bool {
        let file = self.file(at.file);
        let Kind::Member { object, name, .. } = file.facts.kind(callee) else { return false };
        let list = match file.facts.kind(*object) {
            Kind::Index { index, .. } => constant(&file.facts, *index),
            _ => last_name(&file.facts, *object),
        };
        file.sdk.has_word("gather", name)
            && list.is_some_and(|list| has_word_of(file.sdk, "conversation-words", &list))
    }
}
