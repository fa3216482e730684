//! Objects that are kept in a store, one for each user or session: `sessions[user] = Session()`.

use super::Store;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::index::last_name;
use crate::model::value::NodeRef;

impl Project {
    /// Whether what a call makes is put into a store under a key, and stays there.
    pub(in crate::model::history) fn is_kept_by_key(&self, made: NodeRef) -> bool {
        let Some(place) = self.store_for(made) else { return false };
        let Some(path) = self.members(place) else { return false };
        let store = Store { at: place, path, by_key: true };
        let file = self.file(place.file);
        self.is_plain_store(&store)
            && file.names(&store.path[0]).iter().all(|&name| {
                self.mentioned(&store, place.sibling(name)).is_none_or(|at| self.keeps_objects(at))
            })
    }

    /// The store that a new object is put into, by its name or at once.
    fn store_for(&self, made: NodeRef) -> Option<NodeRef> {
        let file = self.file(made.file);
        let named = file.scopes.bound_to(made.node).flat_map(|d| self.readers(made.sibling(d.node)));
        std::iter::once(made).chain(named).find_map(|at| {
            let up = file.facts.parent(at.node)?;
            match file.facts.kind(up) {
                Kind::Assign(a) if a.value == Some(at.node) => self.element_of(at.sibling(a.target)),
                Kind::Call(call) if call.args.get(1).is_some_and(|a| a.value == at.node) => {
                    match file.facts.kind(call.callee) {
                        Kind::Member { object, name, .. } if file.sdk.has_word("store-keeps", name) => {
                            Some(at.sibling(*object))
                        }
                        _ => None,
                    }
                }
                _ => None,
            }
        })
    }

    /// Whether a mention of a store leaves the objects in it where they are.
    fn keeps_objects(&self, place: NodeRef) -> bool {
        let file = self.file(place.file);
        let facts = &file.facts;
        let Some(parent) = facts.parent(place.node) else { return true };
        let is_replaced = |element: NodeId| {
            facts.parent(element).is_some_and(|up| match facts.kind(up) {
                Kind::Delete(_) => true,
                Kind::Assign(a) => a.target == element && !self.is_first_time(place.sibling(up)),
                _ => false,
            })
        };
        match facts.kind(parent) {
            Kind::Index { object, .. } if *object == place.node => !is_replaced(parent),
            Kind::Member { object, name, .. } if *object == place.node => {
                let word = |list| file.sdk.has_word(list, name);
                word("store-gives")
                    || word("store-asks")
                    || word("keeps-history")
                    || word("store-keeps") && self.is_first_time(place)
            }
            Kind::Call(call) if call.callee != place.node => {
                last_name(facts, call.callee).is_some_and(|n| file.sdk.has_word("looks-at-nothing", &n))
            }
            Kind::Assign(a) if a.target == place.node => {
                self.function_of(place).is_none() || self.is_start(place)
            }
            Kind::Delete(_) | Kind::Return(_) => false,
            _ => true,
        }
    }
}
