//! What imported and exported names stand for.

mod export;

use super::modules::Meant;
use super::scope::Origin;
use crate::facts::{Kind, Name, NodeId};
use crate::lang::Language;
use crate::model::values::eval::{Values, one, union};
use crate::model::values::value::{External, NodeRef, Value};
use crate::model::{FileModel, Project};
use crate::source::FileId;

impl Project {
    /// What an imported name stands for.
    pub(in crate::model) fn import(&self, file: FileId, node: NodeId, index: usize) -> Values {
        let model = self.file(file);
        let Kind::Import(import) = model.facts.kind(node) else { return one(Value::Unknown) };
        let Some(name) = import.names.get(index) else { return one(Value::Unknown) };
        let module = model.seen_from_file(node, &import.module);
        let real = self.real_name(file, &module, import.level);
        let meant = match import.level == 0 && model.sdk.knows_package(&real) {
            true => Meant::Foreign,
            false => self.modules.meant(file, &module, import.level),
        };
        let said = |path: &str| self.wrappers().like(path).filter(|_| import.level == 0);
        if let Some(like) = name.imported.as_ref().and_then(|name| said(&format!("{real}.{name}"))) {
            return one(self.external(like));
        }
        let Some(imported) = &name.imported else {
            // `import a.b` binds `a`.
            let longer = module.strip_prefix(&*name.local).is_some_and(|rest| rest.starts_with('.'));
            if model.language == Language::Python && longer {
                let known = model.sdk.knows_package(&name.local);
                let package = self.modules.file(file, &name.local, 0).filter(|_| !known);
                return one(package.map_or_else(|| self.external(name.local.to_string()), Value::Module));
            }
            return one(match meant {
                Meant::File(target) => Value::Module(target),
                Meant::Unread => Value::Unknown,
                Meant::Foreign => self.external(real),
            });
        };
        match model.language {
            Language::TypeScript => match meant {
                Meant::File(target) => self.export(target, imported).unwrap_or_else(|| one(Value::Unknown)),
                Meant::Unread => one(Value::Unknown),
                Meant::Foreign if module.starts_with('.') => one(Value::Unknown),
                Meant::Foreign => one(self.external(format!("{real}.{imported}"))),
            },
            Language::Python | Language::Rust => {
                let dotted = |module: &str| match module.is_empty() {
                    true => imported.to_string(),
                    false => format!("{module}.{imported}"),
                };
                self.imported_member(file, meant, imported, [&dotted(&module), &dotted(&real)], import.level)
            }
        }
    }

    /// A name out of a module of Python or Rust: what the module exports, or a module below it.
    /// `path` is the whole as written, and with the real name of its package.
    fn imported_member(
        &self,
        file: FileId,
        meant: Meant,
        name: &str,
        [path, real]: [&str; 2],
        level: u32,
    ) -> Values {
        let model = self.file(file);
        // The workspace may hold the package itself: what the data knows of it is known best.
        if model.language == Language::Rust && model.sdk.knows_package(real) {
            return one(self.external(real.to_string()));
        }
        if let Meant::File(target) = meant {
            let other = || self.modules.other_root(target).and_then(|other| self.export(other, name));
            if let Some(values) = self.export(target, name).or_else(other) {
                return values;
            }
        }
        let found = self.modules.meant(file, path, level);
        if let Meant::File(found) = found {
            return one(Value::Module(found));
        }
        if meant != Meant::Foreign || found == Meant::Unread || level > 0 {
            return one(Value::Unknown);
        }
        match model.language {
            Language::Rust => self.rust_path(file, path),
            _ => one(self.external(real.to_string())),
        }
    }

    /// Something out of another package, or what the project says it is like.
    pub(in crate::model) fn external(&self, path: String) -> Value {
        let path = self.wrappers().like(&path).unwrap_or(path);
        Value::External(External { path: path.into(), made: None })
    }

    /// What a package is called itself.
    pub(in crate::model) fn real_name(&self, file: FileId, module: &str, level: u32) -> String {
        if level > 0 { module.to_string() } else { self.modules.real_name(file, module) }
    }

    /// What a name means that nothing in the file brings in: in Rust perhaps another crate.
    pub(in crate::model) fn foreign_name(&self, file: FileId, name: &Name) -> Value {
        let model = self.file(file);
        if model.language != Language::Rust {
            return self.external(name.to_string());
        }
        let real = self.real_name(file, name, 0);
        match self.modules.file(file, name, 0) {
            Some(found) if !model.sdk.knows_package(&real) => Value::Module(found),
            _ => self.external(real),
        }
    }

    /// A Rust path whose head is a module of the project and whose tail is inside it.
    fn rust_path(&self, file: FileId, path: &str) -> Values {
        let parts: Vec<&str> = path.split('.').collect();
        for keep in (1..parts.len()).rev() {
            match self.modules.meant(file, &parts[..keep].join("."), 0) {
                Meant::File(module) => {
                    let mut values = one(Value::Module(module));
                    for part in &parts[keep..] {
                        values = union(values.iter().map(|v| self.member(v, part, false)));
                    }
                    return values;
                }
                Meant::Unread => return one(Value::Unknown),
                Meant::Foreign => {}
            }
        }
        if matches!(parts[0], "crate" | "self" | "super") {
            return self.inline_module(file, &parts);
        }
        one(self.external(self.real_name(file, path, 0)))
    }

    /// `a.b` after `import a.b`, where no file stands for `a`.
    pub(in crate::model) fn dotted_module(&self, file: &FileModel, at: NodeRef) -> Option<Values> {
        if file.language != Language::Python {
            return None;
        }
        let (head, names) = path_names(file, at.node)?;
        let facts = &file.facts;
        let imported = file.scopes.lookup(facts, head, at.node).into_iter().any(|def| match def.origin {
            Origin::Import { node, index } => match facts.kind(node) {
                Kind::Import(import) if import.level == 0 => {
                    let whole = import.names.get(index as usize).is_some_and(|n| n.imported.is_none());
                    whole && import.module.strip_prefix(&**head).is_some_and(|rest| rest.starts_with('.'))
                }
                _ => false,
            },
            _ => false,
        });
        if !imported || file.sdk.knows_package(head) {
            return None;
        }
        self.modules.file(at.file, &names.join("."), 0).map(|found| one(Value::Module(found)))
    }

    /// `crate::a::b`, `crate::model::b` and `self::b` where they are used.
    pub(in crate::model) fn crate_path(&self, file: &FileModel, at: NodeRef) -> Option<Values> {
        if file.language != Language::Rust {
            return None;
        }
        let (head, names) = path_names(file, at.node)?;
        let facts = &file.facts;
        if !matches!(&**head, "crate" | "self" | "super")
            || !file.scopes.lookup(facts, head, at.node).is_empty()
        {
            return None;
        }
        let path = file.seen_from_file(at.node, &names.join("."));
        let values = self.rust_path(at.file, &path);
        (!values.is_empty() && values.iter().all(|v| *v != Value::Unknown)).then_some(values)
    }

    /// `crate::model::x` and `self::x` inside `mod m { … }` of one file.
    fn inline_module(&self, file: FileId, parts: &[&str]) -> Values {
        match parts.last() {
            Some(last) => self.export(file, last).unwrap_or_else(|| one(Value::Unknown)),
            None => one(Value::Unknown),
        }
    }

    /// What `require("x")`, `import("x")` and `import_module("x")` give.
    pub(in crate::model) fn module_value(&self, from: FileId, module: &str) -> Value {
        let path = match self.file(from).language {
            Language::Python => module.trim_start_matches('.'),
            Language::TypeScript | Language::Rust => module,
        };
        let level = (module.len() - path.len()) as u32;
        let real = self.real_name(from, path, level);
        if level == 0 && self.file(from).sdk.knows_package(&real) {
            return self.external(real);
        }
        match self.modules.meant(from, path, level) {
            Meant::File(file) => Value::Module(file),
            Meant::Unread => Value::Unknown,
            Meant::Foreign => self.external(real),
        }
    }
}

/// Longer paths name no module.
const MAX_PATH: usize = 12;

/// The head and all names of a plain path `a.b.c`.
fn path_names(file: &FileModel, at: NodeId) -> Option<(&Name, Vec<&str>)> {
    let mut names: Vec<&str> = Vec::new();
    let mut node = at;
    while names.len() < MAX_PATH {
        match file.facts.kind(node) {
            Kind::Member { object, name, .. } => {
                names.push(name);
                node = *object;
            }
            Kind::Name(head) => {
                names.push(head);
                names.reverse();
                return Some((head, names));
            }
            _ => return None,
        }
    }
    None
}
