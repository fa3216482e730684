//! What a file gives to others.

use rustc_hash::FxHashSet;

use super::FileModel;
use crate::facts::{FileFacts, Kind, Name, NodeId};
use crate::lang::Language;
use crate::model::names::index::constant;

impl FileModel {
    pub(super) fn exports_of(&mut self, facts: &FileFacts, id: NodeId) {
        match facts.kind(id) {
            Kind::Import(import) => {
                for (i, name) in import.names.iter().enumerate() {
                    let wildcard = name.imported.as_deref() == Some("*");
                    if import.reexport || wildcard && self.language == Language::Python {
                        self.reexports.push((id, i as u32));
                    }
                    if wildcard {
                        self.wildcards.push((id, i as u32));
                    }
                }
            }
            Kind::Export(export) => {
                for (local, exported) in &export.names {
                    self.export_aliases.insert(exported.clone(), local.clone());
                }
                if let (true, Some(value)) = (export.default, export.value) {
                    self.exports.insert("default".into(), value);
                }
            }
            // `module.exports = …`, `exports.name = …`, `module.exports.name = …`
            Kind::Assign(a) if self.language == Language::TypeScript => {
                let Some(value) = a.value else { return };
                let Kind::Member { object, name, .. } = facts.kind(a.target) else { return };
                let exports = |n: NodeId| match facts.kind(n) {
                    Kind::Name(n) => &**n == "exports",
                    Kind::Member { object, name, .. } => {
                        &**name == "exports"
                            && matches!(facts.kind(*object), Kind::Name(n) if &**n == "module")
                    }
                    _ => false,
                };
                if exports(a.target) {
                    self.exports.insert("default".into(), value);
                    if let Kind::Record(r) = facts.kind(value) {
                        for entry in &r.entries {
                            if let Some(crate::facts::Key::Known(key)) = &entry.key {
                                self.exports.insert(key.clone(), entry.value);
                            }
                        }
                    }
                } else if exports(*object) {
                    self.exports.insert(name.clone(), value);
                }
            }
            _ => {}
        }
    }

    /// Whether `import *` brings in a name.
    pub(in crate::model) fn star_exports(&self, name: &str) -> bool {
        if self.language != Language::Python {
            return true;
        }
        match self.all.get_or_init(|| self.all_names()) {
            Some(all) => all.contains(name),
            None => !name.starts_with('_'),
        }
    }

    /// The names of `__all__`; `None` where it is put together, or missing.
    fn all_names(&self) -> Option<FxHashSet<Name>> {
        let mut all = FxHashSet::default();
        let mut there = false;
        for &place in self.names("__all__") {
            let Some(parent) = self.facts.parent(place) else { continue };
            let Kind::Assign(assign) = self.facts.kind(parent) else { return None };
            let Kind::List(items) = self.facts.kind(assign.value?) else { return None };
            for &item in items {
                all.insert(constant(&self.facts, item)?);
            }
            there = true;
        }
        there.then_some(all)
    }
}
