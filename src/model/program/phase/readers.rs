//! When what is bound while a module loads is asked for.

use rustc_hash::FxHashMap;

use super::Phase;
use crate::facts::{Kind, Name};
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// Reads of one field that are looked at.
const MAX_READERS: usize = 24;

impl Project {
    /// When a value is first asked for that is made at its first use.
    pub(super) fn readers_phase(&self, made: NodeRef, depth: u32) -> Option<Phase> {
        let facts = self.facts(made.file);
        let target = facts.ancestors(made.node).find_map(|n| match facts.kind(n) {
            Kind::Assign(a) => Some(a.target),
            _ => None,
        })?;
        let Kind::Name(name) = facts.kind(target) else { return None };
        let mut readers = self.readers(made.sibling(target));
        readers.extend(self.spelled(name).iter().filter(|at| at.file != made.file));
        self.phase_of_readers(readers, depth)
    }

    /// When a field of an object is read that its constructor fills, or that is declared with its value; not while
    /// the object is made.
    fn field_readers_phase(&self, made: NodeRef) -> Option<Phase> {
        let file = self.file(made.file);
        let class = self.class_of(made)?;
        let target = file.facts.ancestors(made.node).find_map(|n| match file.facts.kind(n) {
            Kind::Assign(a) => Some(a.target),
            _ => None,
        })?;
        let name = match file.facts.kind(target) {
            Kind::Member { object, name, .. } if file.is_own_object(*object) => name,
            Kind::Name(name) if self.function_of(made).is_none() => name,
            _ => return None,
        };
        let reads = |at: &NodeRef| {
            let model = self.file(at.file);
            let own = matches!(model.facts.kind(at.node), Kind::Member { object, .. } if model.is_own_object(*object));
            let function = self.function_of(*at).filter(|&f| !self.is_constructor(f));
            own && function.is_some() && self.class_of(*at).is_some_and(|c| self.is_derived(c, class))
        };
        let readers = self.spelled(name).iter().copied().filter(reads);
        self.phase_of_readers(readers.take(MAX_READERS).collect(), 0)
    }

    fn phase_of_readers(&self, readers: Vec<NodeRef>, depth: u32) -> Option<Phase> {
        let mut found = None;
        for reader in readers {
            if self
                .facts(reader.file)
                .ancestors(reader.node)
                .any(|n| matches!(self.facts(reader.file).kind(n), Kind::Import(_) | Kind::Export(_)))
            {
                continue;
            }
            match self.phase_within(reader, depth + 1) {
                Phase::Start => return Some(Phase::Start),
                phase if found.is_none_or(|f| f == Phase::Unknown) => found = Some(phase),
                _ => {}
            }
        }
        found
    }

    /// When a value is used that is made at a place: there, or for what is bound while the
    /// module loads or an object is made, where it is read. `None` when nothing in sight reads it.
    pub fn use_phase(&self, at: NodeRef) -> Option<Phase> {
        match self.function_of(at) {
            Some(function) if self.is_constructor(function) => {
                Some(self.field_readers_phase(at).unwrap_or_else(|| self.phase(at)))
            }
            Some(_) => Some(self.phase(at)),
            None => self.readers_phase(at, 0).or_else(|| self.field_readers_phase(at)),
        }
    }

    /// Places outside of test files where a name stands, by itself or behind a dot, in file order.
    pub(in crate::model) fn spelled(&self, name: &Name) -> &[NodeRef] {
        let spelled = self.spelled.get_or_init(|| {
            let mut spelled: FxHashMap<Name, Vec<NodeRef>> = FxHashMap::default();
            for (file, model) in self.file_ids().filter(|(_, model)| !model.source.role.is_test) {
                for node in model.facts.ids() {
                    if let Kind::Name(name) | Kind::Member { name, .. } = model.facts.kind(node) {
                        spelled.entry(name.clone()).or_default().push(NodeRef { file, node });
                    }
                }
            }
            spelled
        });
        spelled.get(name).map_or(&[], |places| places)
    }
}
