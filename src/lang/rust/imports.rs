//! `use` trees, `extern crate` and `mod m;`.
//!
//! One import per module of a tree: `use a::{b, c::{d, e}}` imports `b` from `a` and
//! `d`, `e` from `a.c`. `mod m;` brings in the module `self.m` itself.

use tree_sitter::Node as Syntax;

use crate::facts::{Import, ImportName, Name, span_of};

/// Trees nested deeper are cut off.
const MAX_NESTING: u32 = 64;

pub(super) fn imports(node: Syntax<'_>, text: &str) -> Vec<Import> {
    let mut tree = Tree { text, modules: Vec::new() };
    match node.kind() {
        "mod_item" => {
            if let Some(name) = node.child_by_field_name("name") {
                let module = format!("self.{}", tree.name(name));
                tree.add(&module, None, name);
            }
        }
        "extern_crate_declaration" => {
            if let Some(name) = node.child_by_field_name("name") {
                let local = node.child_by_field_name("alias").unwrap_or(name);
                tree.add(&tree.name(name), None, local);
            }
        }
        _ => {
            if let Some(argument) = node.child_by_field_name("argument") {
                tree.walk(argument, "", 0);
            }
        }
    }
    let reexport = is_public(node);
    let import = |(module, names): (String, Vec<_>)| Import {
        module: module.into(),
        level: 0,
        names: names.into(),
        reexport,
    };
    tree.modules.into_iter().map(import).collect()
}

fn is_public(node: Syntax<'_>) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|c| c.kind() == "visibility_modifier")
}

struct Tree<'a> {
    text: &'a str,
    /// Modules and what is imported from them.
    modules: Vec<(String, Vec<ImportName>)>,
}

impl Tree<'_> {
    fn name(&self, node: Syntax<'_>) -> String {
        let text = self.text.get(node.byte_range()).unwrap_or("");
        text.strip_prefix("r#").unwrap_or(text).to_string()
    }

    fn walk(&mut self, node: Syntax<'_>, prefix: &str, depth: u32) {
        if depth > MAX_NESTING {
            return;
        }
        match node.kind() {
            "use_list" | "scoped_use_list" => {
                let mut inner = prefix.to_string();
                if let Some(path) = node.child_by_field_name("path") {
                    self.join(&mut inner, path, 0);
                }
                let list = node.child_by_field_name("list").unwrap_or(node);
                let mut cursor = list.walk();
                for item in list.named_children(&mut cursor) {
                    self.walk(item, &inner, depth + 1);
                }
            }
            "use_as_clause" => {
                if let (Some(path), Some(alias)) =
                    (node.child_by_field_name("path"), node.child_by_field_name("alias"))
                {
                    self.leaf(path, alias, prefix);
                }
            }
            "use_wildcard" => {
                let mut module = prefix.to_string();
                if let Some(path) = node.named_child(0) {
                    self.join(&mut module, path, 0);
                }
                self.add(&module, Some("*".into()), node);
            }
            "line_comment" | "block_comment" | "ERROR" => {}
            _ => self.leaf(node, node, prefix),
        }
    }

    /// A single path, brought in under the name at `local`.
    fn leaf(&mut self, path: Syntax<'_>, local: Syntax<'_>, prefix: &str) {
        let name = path.child_by_field_name("name").unwrap_or(path);
        let local = local.child_by_field_name("name").unwrap_or(local);
        let mut module = prefix.to_string();
        if let Some(parent) = path.child_by_field_name("path") {
            self.join(&mut module, parent, 0);
        }
        if name.kind() == "self" && !module.is_empty() {
            // `a::{self}`: the local name is the module's last segment.
            let last = module.rsplit('.').next().unwrap_or(&module).to_string();
            let named = if local.id() == name.id() { last } else { self.name(local) };
            self.push(&module, None, named.into(), local);
        } else if module.is_empty() {
            self.add(&self.name(name), None, local);
        } else {
            self.add(&module, Some(self.name(name).into()), local);
        }
    }

    /// Appends the segments of a path to a dotted name.
    fn join(&self, module: &mut String, path: Syntax<'_>, depth: u32) {
        if depth > MAX_NESTING {
            return;
        }
        if let Some(parent) = path.child_by_field_name("path") {
            self.join(module, parent, depth + 1);
        }
        let name = self.name(path.child_by_field_name("name").unwrap_or(path));
        if !module.is_empty() {
            module.push('.');
        }
        module.push_str(&name);
    }

    fn add(&mut self, module: &str, imported: Option<Name>, local: Syntax<'_>) {
        let name = if imported.as_deref() == Some("*") { "*".into() } else { self.name(local) };
        self.push(module, imported, name.into(), local);
    }

    fn push(&mut self, module: &str, imported: Option<Name>, local: Name, at: Syntax<'_>) {
        let name = ImportName { imported, local, span: span_of(at) };
        match self.modules.iter_mut().rev().find(|m| m.0 == module) {
            Some((_, names)) => names.push(name),
            None => self.modules.push((module.to_string(), vec![name])),
        }
    }
}
