//! What a file exports under a name.

use rustc_hash::FxHashSet;

use crate::facts::{Kind, Name, NodeId};
use crate::lang::Language;
use crate::model::values::eval::{Values, one, union};
use crate::model::values::value::{External, NodeRef, Value};
use crate::model::{FileModel, Project};
use crate::source::FileId;

impl Project {
    /// What a file exports under a name.
    pub(in crate::model) fn export(&self, file: FileId, name: &str) -> Option<Values> {
        // Files may re-export each other in circles.
        let key = (file, Name::from(name));
        if !self.exporting.borrow_mut().insert(key.clone()) {
            return None;
        }
        // Names may be handed on from file to file without an expression between.
        let mut found = None;
        let cut = self.deeper(|| {
            found = Some(self.find_export(file, name));
            Values::new()
        });
        self.exporting.borrow_mut().remove(&key);
        found.unwrap_or(Some(cut))
    }

    fn find_export(&self, file: FileId, name: &str) -> Option<Values> {
        let model = self.file(file);
        if let Some(local) = model.exports.get(name) {
            return Some(self.exported(file, model, *local));
        }
        if model.language != Language::TypeScript || name != "default" {
            let local = model.export_aliases.get(name).map_or(name, |n| n);
            let values = union(model.scopes.top_level(local).map(|def| self.def(file, def, None)));
            if !values.is_empty() {
                return Some(values);
            }
        } else if let Some(local) = model.export_aliases.get("default") {
            let values: Values = union(model.scopes.top_level(local).map(|def| self.def(file, def, None)));
            if !values.is_empty() {
                return Some(values);
            }
        }
        for &(node, index) in &model.reexports {
            let Kind::Import(import) = model.facts.kind(node) else { continue };
            let entry = &import.names[index as usize];
            if entry.imported.as_deref() == Some("*") {
                let module = model.seen_from_file(node, &import.module);
                if let Some(target) = self.modules.file(file, &module, import.level)
                    && target != file
                    && self.file(target).star_exports(name)
                    && let Some(values) = self.export(target, name)
                {
                    return Some(values);
                }
            } else if &*entry.local == name {
                return Some(self.import(file, node, index as usize));
            }
        }
        // A submodule: `package.module`.
        if model.language == Language::Python {
            return self.modules.file(file, name, 1).filter(|f| *f != file).map(|f| one(Value::Module(f)));
        }
        None
    }

    fn exported(&self, file: FileId, model: &FileModel, value: NodeId) -> Values {
        let _ = model;
        self.values(NodeRef { file, node: value }, None)
    }

    /// Every name that some file binds at its top or exports under another name.
    fn exported_names(&self) -> &FxHashSet<Name> {
        self.exported.get_or_init(|| {
            let mut names = FxHashSet::default();
            for file in self.files() {
                names.extend(file.scopes.names_at_top().cloned());
                names.extend(file.export_aliases.keys().cloned());
                names.extend(file.exports.keys().cloned());
            }
            names
        })
    }

    /// A name that only a wildcard import can have brought in.
    pub(in crate::model) fn wildcard(&self, file: FileId, name: &Name) -> Option<Values> {
        let model = self.file(file);
        if model.wildcards.is_empty() {
            return None;
        }
        // Most names that nothing brings in come with the language.
        let ours = self.exported_names().contains(name);
        for &(node, _) in &model.wildcards {
            let Kind::Import(import) = model.facts.kind(node) else { continue };
            let module = model.seen_from_file(node, &import.module);
            match self.modules.file(file, &module, import.level) {
                Some(target) if target != file => {
                    if !ours || !self.file(target).star_exports(name) {
                        continue;
                    }
                    if let Some(values) = self.export(target, name) {
                        return Some(values);
                    }
                }
                Some(_) => {}
                None => {
                    let path: Name = format!("{}.{name}", self.real_name(file, &module, import.level)).into();
                    if !model.sdk.clients(&path).is_empty() || model.sdk.function(&path).is_some() {
                        return Some(one(Value::External(External { path, made: None })));
                    }
                }
            }
        }
        None
    }
}
