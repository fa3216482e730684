//! Lists, and what is put into them after they were written.

use super::{Json, JsonKind};
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::{owner_class, path_name};
use crate::model::values::value::NodeRef;

impl Project {
    /// What is said of the one element of a list that its place picks out:
    /// `tools.map((tool, i) => ({ ...tool, ...(i === tools.length - 1 ? { … } : {}) }))`.
    pub(super) fn picked_element(&self, list: NodeRef, depth: u32, budget: &mut u32) -> Option<Json> {
        let file = self.file(list.file);
        let facts = &file.facts;
        let element = match facts.kind(list.node) {
            Kind::Comprehension(c) => c.element,
            Kind::Call(call) => {
                let Kind::Member { name, .. } = facts.kind(call.callee) else { return None };
                let callback = call.args.first().filter(|_| &**name == "map")?;
                let Kind::Function(_) = facts.kind(callback.value) else { return None };
                let [given] = self.return_values(list.sibling(callback.value))[..] else { return None };
                given.node
            }
            _ => return None,
        };
        let span = facts.span(list.node);
        let varies = |n: NodeId| match facts.kind(n) {
            Kind::Name(name) => {
                file.scopes.lookup(facts, name, n).iter().any(|def| span.contains(facts.span(def.node)))
            }
            _ => false,
        };
        let picks = |condition: NodeId| match facts.kind(condition) {
            Kind::Binary { op: BinaryOp::Eq, left, right } => [(left, right), (right, left)]
                .into_iter()
                .any(|(place, fixed)| varies(*place) && !facts.descendants(*fixed).into_iter().any(varies)),
            _ => false,
        };
        let picked = |mut n: NodeId| {
            while let Kind::Spread(inner) | Kind::Cast { value: inner, .. } = facts.kind(n) {
                n = *inner;
            }
            match facts.kind(n) {
                Kind::If { condition, then, .. } if picks(*condition) => Some(*then),
                _ => None,
            }
        };
        let said = match facts.kind(element) {
            Kind::Record(r) => r.entries.iter().filter(|e| e.key.is_none()).find_map(|e| picked(e.value))?,
            _ => picked(element)?,
        };
        let Json { at, kind } = self.json_within(list.sibling(said), depth + 1, budget);
        match kind {
            JsonKind::Object { entries, .. } => {
                Some(Json { at, kind: JsonKind::Object { entries, open: true } })
            }
            _ => None,
        }
    }

    /// What is put at the end of a list by the function that writes it, where one variable holds it, or by
    /// the type whose field it is: `content = [text]`, `content.append(image)`.
    pub fn added_items(&self, list: &Json) -> Vec<Json> {
        let mut out = Vec::new();
        let Some((at, target)) = self.bound_at(list.at).filter(|_| list.is_list()) else { return out };
        let file = self.file(at.file);
        let facts = &file.facts;
        let Some(name) = path_name(facts, target) else { return out };
        // A field is grown by all methods of its type, be it declared there: `turns = []`.
        let function = self.function_of(at);
        let class = owner_class(&self.index, facts, at).filter(|class| class.file == at.file);
        let declared = function.is_none() && class.is_some() && matches!(facts.kind(target), Kind::Name(_));
        let field = declared || matches!(facts.kind(target), Kind::Member { .. });
        let root = if field { class } else { Some(function.unwrap_or(at.sibling(NodeId::ROOT))) };
        let Some(root) = root else { return out };
        let own = |n: NodeId| match facts.kind(n) {
            Kind::Name(other) if !field && *other == name => {
                matches!(file.scopes.lookup(facts, other, n)[..], [def] if def.node == target)
            }
            Kind::Member { object, name: last, .. } if declared => {
                *last == name && file.is_own_object(*object)
            }
            Kind::Member { .. } => field && path_name(facts, n).as_ref() == Some(&name),
            _ => false,
        };
        for node in facts.descendants(root.node) {
            let Kind::Call(call) = facts.kind(node) else { continue };
            let Some(list) = file.list_added_to(call) else { continue };
            let added = at.sibling(node);
            if own(list) && (field || self.function_of(added) == function) && !self.is_for_others(added) {
                out.extend(call.args.iter().filter(|a| !a.spread).map(|a| self.json(at.sibling(a.value))));
            }
        }
        out
    }

    /// What a list that starts empty begins with at a place, whenever that is added: nothing else is put before it,
    /// and nothing is taken out again.
    pub fn first_added(&self, list: &Json, before: NodeRef) -> Option<Json> {
        let (at, target) = self.bound_at(list.at).filter(|_| list.is_list() && list.items().is_empty())?;
        let file = self.file(at.file);
        let facts = &file.facts;
        let (Kind::Name(name), Some(function)) = (facts.kind(target), self.function_of(at)) else {
            return None;
        };
        let first = self.added_items(list).into_iter().min_by_key(|item| facts.span(item.at.node).start)?;
        let is_list = |n: NodeId| matches!(facts.kind(n), Kind::Name(other) if other == name);
        let behind = |n: NodeId| facts.span(n).start > facts.span(first.at.node).end;
        let disturbs = |&n: &NodeId| match facts.kind(n) {
            Kind::Call(call) => match facts.kind(call.callee) {
                Kind::Member { object, name, .. } => {
                    is_list(*object)
                        && file.sdk.has_word("grow-names", name)
                        && file.list_added_to(call).is_none()
                        && !(file.sdk.has_word("adds-elements", name) && behind(n))
                }
                _ => false,
            },
            Kind::Delete(_) => facts.names(n, name),
            _ => false,
        };
        if facts.descendants(function.node).iter().any(disturbs) {
            return None;
        }
        let earlier = first.at.file == at.file
            && before.file == at.file
            && facts.span(first.at.node).end <= facts.span(before.node).end;
        earlier.then_some(first)
    }
}
