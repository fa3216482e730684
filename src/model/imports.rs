//! What imported and exported names stand for.

use super::eval::{Values, one, union};
use super::value::{External, NodeRef, Value};
use super::{FileModel, Project};
use crate::facts::{ClassKind, Kind, Name, NodeId};
use crate::lang::Language;
use crate::source::FileId;

impl Project {
    /// What an imported name stands for.
    pub(super) fn import(&self, file: FileId, node: NodeId, index: usize) -> Values {
        let model = self.file(file);
        let Kind::Import(import) = model.facts.kind(node) else { return one(Value::Unknown) };
        let Some(name) = import.names.get(index) else { return one(Value::Unknown) };
        let external = |path: String| one(Value::External(External { path: path.into(), made: None }));
        let target = if model.sdk.knows_package(&import.module) && import.level == 0 {
            None
        } else {
            self.modules.resolve(file, import)
        };
        let dotted = model.language != Language::TypeScript;
        match &name.imported {
            None => match target {
                // `import a.b` binds `a`.
                Some(_)
                    if dotted
                        && import.module.contains('.')
                        && import.module.starts_with(&format!("{}.", name.local)) =>
                {
                    external(name.local.to_string())
                }
                Some(target) => one(Value::Module(target)),
                None if dotted && import.module.starts_with(&format!("{}.", name.local)) => {
                    external(name.local.to_string())
                }
                None => external(import.module.to_string()),
            },
            Some(imported) => {
                if dotted {
                    let mut module = import.module.to_string();
                    if !module.is_empty() {
                        module.push('.');
                    }
                    module.push_str(imported);
                    // The workspace may hold the package itself: what the data knows of it is known best.
                    if model.language == Language::Rust && model.sdk.knows_package(&module) {
                        return external(module);
                    }
                    let found = match model.language {
                        Language::Python => self.modules.python(file, &module, import.level),
                        _ => self.modules.rust(file, &module),
                    };
                    if let Some(target) = target
                        && let Some(values) = self.export(target, imported)
                    {
                        return values;
                    }
                    if let Some(found) = found {
                        return one(Value::Module(found));
                    }
                    if target.is_some() || import.level > 0 {
                        return one(Value::Unknown);
                    }
                    if model.language == Language::Rust {
                        return self.rust_path(file, &module);
                    }
                    return external(module);
                }
                match target {
                    Some(target) => self.export(target, imported).unwrap_or_else(|| one(Value::Unknown)),
                    None if import.module.starts_with('.') => one(Value::Unknown),
                    None => external(format!("{}.{imported}", import.module)),
                }
            }
        }
    }

    /// A Rust path whose head is a module of the project and whose tail is inside it.
    fn rust_path(&self, file: FileId, path: &str) -> Values {
        let parts: Vec<&str> = path.split('.').collect();
        for keep in (1..parts.len()).rev() {
            if let Some(module) = self.modules.rust(file, &parts[..keep].join(".")) {
                let mut values = one(Value::Module(module));
                for part in &parts[keep..] {
                    values = union(values.iter().map(|v| self.member(v, part, false)));
                }
                return values;
            }
        }
        if matches!(parts[0], "crate" | "self" | "super") {
            return self.inline_module(file, &parts);
        }
        one(Value::External(External { path: path.into(), made: None }))
    }

    /// `crate::a::b`, `super::b` and `self::b` where they are used.
    pub(super) fn crate_path(&self, file: &FileModel, at: NodeRef) -> Option<Values> {
        if file.language != Language::Rust {
            return None;
        }
        let facts = &file.facts;
        let mut names: Vec<&str> = Vec::new();
        let mut node = at.node;
        let head = loop {
            match facts.kind(node) {
                Kind::Member { object, name, .. } => {
                    names.push(name);
                    node = *object;
                }
                Kind::Name(name) => break name,
                _ => return None,
            }
        };
        if !matches!(&**head, "crate" | "self" | "super") || !file.scopes.lookup(facts, head, node).is_empty()
        {
            return None;
        }
        names.push(head);
        names.reverse();
        // Inside `mod m { … }` the module above may be the file itself.
        let inline = facts.ancestors(at.node).skip(1);
        let inline =
            inline.filter(|&n| matches!(facts.kind(n), Kind::Class(c) if c.kind == ClassKind::Module));
        let above = names.iter().take_while(|n| **n == "super").count();
        let out_of = above.min(inline.count());
        if out_of > 0 {
            names.splice(..out_of, ["self"]);
        }
        let values = self.rust_path(at.file, &names.join("."));
        (!values.is_empty() && values.iter().all(|v| *v != Value::Unknown)).then_some(values)
    }

    /// `super::x` and `self::x` inside `mod m { … }` of one file.
    fn inline_module(&self, file: FileId, parts: &[&str]) -> Values {
        match parts.last() {
            Some(last) => self.export(file, last).unwrap_or_else(|| one(Value::Unknown)),
            None => one(Value::Unknown),
        }
    }

    /// The file a module path names.
    pub(super) fn module_path(&self, from: FileId, module: &str) -> Option<FileId> {
        match self.file(from).language {
            Language::TypeScript => self.modules.typescript(from, module),
            Language::Python => self.modules.python(from, module, 0),
            Language::Rust => self.modules.rust(from, module),
        }
    }

    /// What a file exports under a name.
    pub(super) fn export(&self, file: FileId, name: &str) -> Option<Values> {
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
                if let Some(target) = self.modules.resolve(file, import)
                    && target != file
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
            return self.modules.python(file, name, 1).filter(|f| *f != file).map(|f| one(Value::Module(f)));
        }
        None
    }

    fn exported(&self, file: FileId, model: &FileModel, value: NodeId) -> Values {
        let _ = model;
        self.values(NodeRef { file, node: value }, None)
    }

    /// A name that only a wildcard import can have brought in.
    pub(super) fn wildcard(&self, file: FileId, name: &Name) -> Option<Values> {
        let model = self.file(file);
        for &(node, index) in &model.wildcards {
            let Kind::Import(import) = model.facts.kind(node) else { continue };
            let _ = index;
            match self.modules.resolve(file, import) {
                Some(target) if target != file => {
                    if let Some(values) = self.export(target, name) {
                        return Some(values);
                    }
                }
                Some(_) => {}
                None => {
                    let path: Name = format!("{}.{name}", import.module).into();
                    if !model.sdk.clients(&path).is_empty() || model.sdk.function(&path).is_some() {
                        return Some(one(Value::External(External { path, made: None })));
                    }
                }
            }
        }
        None
    }
}
