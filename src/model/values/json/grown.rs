//! Literals inside which something is changed after they were written.

use super::{Json, JsonEntry, JsonKind};
use crate::facts::{Kind, Name};
use crate::model::Project;
use crate::model::names::index::path_name;
use crate::model::values::value::NodeRef;

impl Project {
    /// Marks what something inside a literal is changed by, under a name in sight.
    pub(super) fn open_inside(&self, node: NodeRef, through: NodeRef, entries: &mut [JsonEntry]) {
        let holds_more =
            |e: &JsonEntry| matches!(e.value.kind, JsonKind::Object { .. } | JsonKind::List { .. });
        if !entries.iter().any(holds_more) {
            return;
        }
        let grown = self.holders(node, through).into_iter().any(|(at, name)| {
            let places = self.index.grown.get(&(at.file, format!("{name}[]").into()));
            let function = self.function_of(at);
            places.into_iter().flatten().any(|&n| self.function_of(at.sibling(n)) == function)
        });
        if grown {
            entries.iter_mut().for_each(|e| open_lists(&mut e.value));
        }
        if self.changed_inside(node, through) {
            for entry in entries.iter_mut().filter(|e| holds_more(e)) {
                entry.value = Json::unknown(entry.value.at);
                entry.perhaps = None;
            }
        }
    }

    /// Whether a list is changed after it was written, under a name in sight.
    pub(super) fn is_grown(&self, list: NodeRef, through: NodeRef) -> bool {
        let held = self.holders(list, through);
        let grown = |(at, name): &(NodeRef, Name)| {
            self.index.grown.contains_key(&(at.file, name.clone()))
                || self.index.item_sets.contains_key(&(at.file, name.clone()))
        };
        held.iter().any(grown) || self.is_grown_inside(list)
    }

    /// Whether something inside the variable is changed whose literal holds the list.
    fn is_grown_inside(&self, list: NodeRef) -> bool {
        let facts = self.facts(list.file);
        let outer = facts.ancestors(list.node).skip(1);
        let mut outer =
            outer.skip_while(|&n| matches!(facts.kind(n), Kind::Record(_) | Kind::List(_) | Kind::Call(_)));
        let Some(Kind::Assign(a)) = outer.next().map(|n| facts.kind(n)) else { return false };
        let Some(name) = path_name(facts, a.target) else { return false };
        let places = self.index.grown.get(&(list.file, format!("{name}[]").into()));
        // Another function has another variable of the name.
        let function = self.outermost_function(list).filter(|_| !name.contains('.'));
        let mut places = places.into_iter().flatten().map(|&n| list.sibling(n));
        places.any(|at| function.is_none() || self.outermost_function(at) == function)
    }
}

/// Says of all lists in a value that there may be more in them.
fn open_lists(json: &mut Json) {
    match &mut json.kind {
        JsonKind::List { items, open } => {
            *open = true;
            items.iter_mut().for_each(open_lists);
        }
        JsonKind::Object { entries, .. } => entries.iter_mut().for_each(|e| open_lists(&mut e.value)),
        _ => {}
    }
}
