//! Objects that are kept in a store, one for each user or session: `sessions[user] = Session()`.

use super::Store;
use super::change::StoreUse;
use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::value::NodeRef;

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
        let facts = self.facts(place.file);
        let is_replaced = |element: NodeRef| {
            facts.parent(element.node).is_some_and(|up| match facts.kind(up) {
                Kind::Delete(_) => true,
                Kind::Assign(a) => a.target == element.node && !self.is_first_time(place.sibling(up)),
                _ => false,
            })
        };
        match self.store_use(place) {
            StoreUse::Element(at) | StoreUse::Fixed(at) => !is_replaced(at),
            StoreUse::Put { .. } => self.is_first_time(place),
            StoreUse::Given | StoreUse::Harmless => true,
            StoreUse::Other => false,
        }
    }
}
