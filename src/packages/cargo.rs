//! `Cargo.toml`.

use toml::{Table, Value};

use super::path::join;

/// Entries beyond this number are not read.
const MAX_ENTRIES: usize = 2000;

/// A package of Rust code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Crate {
    /// What code calls its library; `None` for a workspace without a package.
    pub(crate) name: Option<String>,
    /// The file its library begins in, where that is said.
    pub(crate) library: Option<String>,
    /// Files that programs, examples and tests begin in, where that is said.
    pub(crate) roots: Vec<String>,
    /// What code calls a dependency → what the dependency is called.
    pub(crate) renamed: Vec<(String, String)>,
    /// Dependencies that are said at the workspace.
    pub(super) inherited: Vec<String>,
    /// What those are called, by name in the workspace.
    pub(super) workspace: Vec<(String, String)>,
}

/// How code writes the name of a package.
pub(crate) fn in_code(name: &str) -> String {
    name.replace('-', "_")
}

pub(super) fn manifest(here: &str, table: &Table) -> Crate {
    let text = |table: &Table, key: &str| table.get(key).and_then(Value::as_str).map(str::to_string);
    let package = table.get("package").and_then(Value::as_table);
    let library = table.get("lib").and_then(Value::as_table);
    let named = library.and_then(|l| text(l, "name")).or_else(|| package.and_then(|p| text(p, "name")));
    let mut found = Crate {
        name: package.and(named).map(|n| in_code(&n)),
        library: library.and_then(|l| text(l, "path")).and_then(|p| join(here, &p)),
        ..Crate::default()
    };
    for key in ["bin", "example", "test", "bench"] {
        let Some(Value::Array(list)) = table.get(key) else { continue };
        let paths = list.iter().take(MAX_ENTRIES).filter_map(|t| text(t.as_table()?, "path"));
        found.roots.extend(paths.filter_map(|p| join(here, &p)));
    }
    let mut tables = vec![table];
    if let Some(targets) = table.get("target").and_then(Value::as_table) {
        tables.extend(targets.values().take(64).filter_map(Value::as_table));
    }
    for table in tables {
        for key in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(list) = table.get(key).and_then(Value::as_table) else { continue };
            for (alias, dependency) in list.iter().take(MAX_ENTRIES) {
                let Some(dependency) = dependency.as_table() else { continue };
                if let Some(real) = text(dependency, "package") {
                    found.renamed.push((in_code(alias), in_code(&real)));
                } else if dependency.get("workspace").and_then(Value::as_bool) == Some(true) {
                    found.inherited.push(in_code(alias));
                }
            }
        }
    }
    let workspace = table.get("workspace").and_then(|w| w.get("dependencies")).and_then(Value::as_table);
    for (alias, dependency) in workspace.into_iter().flat_map(Table::iter).take(MAX_ENTRIES) {
        if let Some(real) = dependency.as_table().and_then(|d| text(d, "package")) {
            found.workspace.push((in_code(alias), in_code(&real)));
        }
    }
    found
}
