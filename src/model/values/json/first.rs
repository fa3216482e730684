//! What a list of messages begins with where that is put there later, or by those who hand the list on.

use super::Json;
use crate::facts::{Call, Kind, NodeId};
use crate::model::names::index::constant;
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// Functions that hand a list on to each other.
const MAX_CALLS: u32 = 3;
/// Callers of one of them.
const MAX_CALLERS: usize = 16;

impl Project {
    /// What is put at the start of a list before it is read at a place, whenever that happens, where nothing is taken
    /// out again: `messages.insert(0, turn)`.
    pub fn put_first(&self, list: NodeRef) -> Option<Json> {
        let file = self.file(list.file);
        let facts = &file.facts;
        let Kind::Name(name) = facts.kind(list.node) else { return None };
        let function = self.function_of(list)?;
        let defs = |n: NodeId| -> Vec<NodeId> {
            file.scopes.lookup(facts, name, n).iter().map(|def| def.node).collect()
        };
        let held = defs(list.node);
        let is_list = |n: NodeId| matches!(facts.kind(n), Kind::Name(other) if other == name);
        let method = |n: NodeId| match facts.kind(n) {
            Kind::Call(call) => match facts.kind(call.callee) {
                Kind::Member { object, name, .. } if is_list(*object) => Some((call, *object, name)),
                _ => None,
            },
            _ => None,
        };
        let nodes = self.own_nodes(function);
        let put = nodes.iter().find_map(|&n| {
            let (call, object, name) = method(n)?;
            let item = file.sdk.has_word("adds-first", name).then(|| first_of(self, list, call)).flatten()?;
            let at = list.sibling(n);
            let same = held.iter().all(|def| defs(object).contains(def));
            let reaches = self.precedes(at, list) && !self.are_exclusive(at, list);
            (same && reaches && !self.is_for_others(at)).then_some((n, item))
        });
        let (at, item) = put?;
        let disturbs = |&n: &NodeId| match method(n) {
            Some((_, _, name)) => {
                n > at
                    && file.sdk.has_word("grow-names", name)
                    && !file.sdk.in_lists(&["adds-element", "adds-elements"], name)
            }
            None => false,
        };
        (!nodes.iter().any(disturbs)).then(|| self.json(list.sibling(item)))
    }

    /// The lists that callers hand to the function in which a parameter is read as it came: what is asked of it, or
    /// taken out of it on the way, is not known then.
    pub fn lists_handed(&self, list: NodeRef) -> Vec<Json> {
        let mut out = Vec::new();
        self.add_handed(list, MAX_CALLS, &mut out);
        out
    }

    /// The lists of which a function gives one, each by a branch of its own, where they are sent as they came.
    pub fn lists_chosen(&self, list: NodeRef) -> Vec<Json> {
        let file = self.file(list.file);
        let made = match file.facts.kind(list.node) {
            Kind::Name(_) => file.only_value(list.node),
            _ => Some(list.node),
        };
        let Some(made) = made.filter(|&n| matches!(file.facts.kind(n), Kind::Call(_))) else {
            return Vec::new();
        };
        let mut held = file.scopes.bound_to(made).map(|def| self.readers(list.sibling(def.node)).len());
        if held.any(|readers| readers > 1) || self.function_of(list).is_some_and(|f| self.speaks_of_system(f))
        {
            return Vec::new();
        }
        let values = self.eval(list.sibling(made));
        let lists: Option<Vec<Json>> = values
            .iter()
            .map(|value| match value {
                Value::Node(node) => Some(self.json(*node)).filter(Json::is_list),
                _ => None,
            })
            .collect();
        lists.filter(|lists| (2..=MAX_CALLERS).contains(&lists.len())).unwrap_or_default()
    }

    fn add_handed(&self, list: NodeRef, left: u32, out: &mut Vec<Json>) {
        let Some(left) = left.checked_sub(1) else { return };
        let file = self.file(list.file);
        let Kind::Name(name) = file.facts.kind(list.node) else { return };
        let [def] = &file.scopes.lookup(&file.facts, name, list.node)[..] else { return };
        let Origin::Param { function, index, path } = &def.origin else { return };
        let function = list.sibling(*function);
        let own = enclosing_function(&file.facts, list.node) == Some(function.node);
        if !path.is_empty()
            || !own
            || self.changes_parameter(function, *index)
            || self.speaks_of_system(function)
        {
            return;
        }
        for (call, given) in self.arguments_given(function, *index, MAX_CALLERS).collect::<Vec<_>>() {
            if self.is_test(call) || self.names_model_of_others(call) || self.is_for_others(call) {
                continue;
            }
            let before = out.len();
            self.add_handed(given, left, out);
            if out.len() == before {
                let json = self.json(given);
                let apart = self.function_of(json.at) == self.function_of(given);
                out.extend(Some(json).filter(|json| json.is_list() && apart));
            }
        }
    }

    /// Whether a function, or one it hands it to, changes what it is given.
    fn changes_parameter(&self, function: NodeRef, index: u32) -> bool {
        self.change_of_parameter(function, index, 0) != super::Handed::Kept
    }

    /// Whether a function has an opinion of its own on turns of the system.
    fn speaks_of_system(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        facts
            .descendants(function.node)
            .into_iter()
            .any(|n| constant(facts, n).is_some_and(|text| &*text == "system"))
    }
}

/// The element that a call puts at the start of a list.
fn first_of(project: &Project, at: NodeRef, call: &Call) -> Option<NodeId> {
    match &call.args[..] {
        [item] if !item.spread => Some(item.value),
        [place, item] if project.number(at.sibling(place.value)) == Some(0.0) => Some(item.value),
        _ => None,
    }
}
