//! What the configuration files of a project say of names: which paths an alias means,
//! which folder a package is in, where its code begins.
//!
//! Texts in, data out: reading files is the business of [`crate::source`]. A file that
//! cannot be understood says nothing, and why.

mod cargo;
mod json;
mod node;
mod path;
mod python;
mod read;
mod specifier;
#[cfg(test)]
mod tests;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

pub(crate) use cargo::{Crate, in_code};
pub(crate) use node::{Aliases, NodePackage, Target};
pub(crate) use path::{ancestors, common, folder, join, name, normal};
pub(crate) use specifier::{package as package_name, split as split_package};

/// A configuration file. Its path is written like those of the source files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// Where it is.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// A chain of `extends` is followed this far.
const MAX_EXTENDS: usize = 8;

/// What is known of the packages of a project, by folder.
#[derive(Debug, Default, Clone)]
pub struct Packages {
    aliases: FxHashMap<String, Vec<Aliases>>,
    node: FxHashMap<String, NodePackage>,
    node_names: FxHashMap<String, Vec<String>>,
    crates: FxHashMap<String, Crate>,
    crate_names: FxHashMap<String, Vec<String>>,
    python_roots: FxHashSet<String>,
    /// By folder, the folders its packages stand in.
    python: FxHashMap<String, Vec<String>>,
}

/// A configuration file that says nothing, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its path.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Whether a file of this name is a configuration file that is understood here.
pub fn is_config(name: &str) -> bool {
    matches!(
        name,
        "package.json" | "Cargo.toml" | "pyproject.toml" | "setup.py" | "setup.cfg" | "import_map.json"
    ) || is_tsconfig(name)
        || is_deno(name)
}

fn is_tsconfig(name: &str) -> bool {
    (name.starts_with("tsconfig") || name.starts_with("jsconfig")) && name.ends_with(".json")
}

fn is_deno(name: &str) -> bool {
    matches!(name, "deno.json" | "deno.jsonc")
}

impl Packages {
    /// Reads configuration files. What they extend must be among them.
    pub fn new(configs: &[ConfigFile]) -> (Packages, Vec<Unreadable>) {
        let mut packages = Packages::default();
        let mut unreadable = Vec::new();
        let mut tsconfigs: FxHashMap<String, node::TsConfig> = FxHashMap::default();
        for config in configs {
            let Some(path) = normal(&config.path) else { continue };
            if let Err(reason) = packages.add(&path, &config.text, &mut tsconfigs) {
                unreadable.push(Unreadable { path: config.path.clone(), reason });
            }
        }
        packages.link(&tsconfigs);
        for names in packages.node_names.values_mut().chain(packages.crate_names.values_mut()) {
            names.sort_unstable();
        }
        (packages, unreadable)
    }

    /// What a `tsconfig.json` extends by a relative path, whatever the file is called.
    pub(crate) fn further(config: &ConfigFile) -> Vec<String> {
        let Some(path) = normal(&config.path).filter(|p| name(p).ends_with(".json")) else {
            return Vec::new();
        };
        if matches!(name(&path), "package.json" | "deno.json" | "import_map.json") {
            return Vec::new();
        }
        let Ok(json) = json::read(&config.text) else { return Vec::new() };
        if json.get("extends").is_none_or(Value::is_null) {
            return Vec::new();
        }
        let config = node::tsconfig(&path, &json);
        let relative = config.extends.iter().filter(|e| e.starts_with('.'));
        let unusual = |e: &&String| !is_config(name(e)) || !e.ends_with(".json");
        relative.filter(unusual).cloned().collect()
    }

    /// What the aliases of a folder and those above make of a name, nearest first; the second is
    /// whether one of them is about names like this.
    pub(crate) fn aliased(&self, here: &str, specifier: &str) -> (Vec<Target>, bool) {
        let (mut out, mut meant) = (Vec::new(), false);
        for folder in ancestors(here) {
            if specifier.starts_with('#')
                && let Some(package) = self.node.get(folder)
                && let Some((_, targets)) = package.imports.replace(specifier)
            {
                out.extend(targets);
                meant = true;
            }
            for aliases in self.aliases.get(folder).into_iter().flatten() {
                if let Some((pattern, targets)) = aliases.replace(specifier) {
                    out.extend(targets);
                    meant |= pattern != "*";
                }
                if let Some(base) = &aliases.base {
                    out.extend(join(base, specifier).map(Target::Path));
                }
            }
        }
        (out, meant)
    }

    /// The name of the package that a specifier means, seen from a folder.
    pub(crate) fn real_package(&self, here: &str, specifier: &str) -> String {
        let named = package_name(specifier).into_owned();
        for folder in ancestors(here) {
            for aliases in self.aliases.get(folder).into_iter().flatten() {
                if let Some((_, targets)) = aliases.replace(specifier)
                    && let Some(Target::Package(name)) = targets.into_iter().next()
                {
                    return name;
                }
            }
            let Some(package) = self.node.get(folder) else { continue };
            let (name, inside) = split_package(&named);
            if let Some((_, real)) = package.renamed.iter().find(|r| r.0 == name) {
                return if inside.is_empty() { real.clone() } else { format!("{real}/{inside}") };
            }
        }
        named
    }

    /// The folders of the packages of a name.
    pub(crate) fn node_folders(&self, name: &str) -> &[String] {
        self.node_names.get(name).map_or(&[], |f| f)
    }

    /// The `package.json` of a folder.
    pub(crate) fn node_package(&self, folder: &str) -> Option<&NodePackage> {
        self.node.get(folder)
    }

    /// Whether any `package.json` is known.
    pub(crate) fn knows_node(&self) -> bool {
        !self.node.is_empty()
    }

    /// The `Cargo.toml` of the package a folder belongs to, and its folder.
    pub(crate) fn crate_of<'a>(&'a self, here: &'a str) -> Option<(&'a str, &'a Crate)> {
        let mut found = ancestors(here).filter_map(|f| self.crates.get(f).map(|c| (f, c)));
        found.find(|(_, c)| c.name.is_some())
    }

    /// Every `Cargo.toml`.
    pub(crate) fn crates(&self) -> impl Iterator<Item = (&String, &Crate)> {
        self.crates.iter()
    }

    /// The folders of the crates of a name, as code writes it.
    pub(crate) fn crate_folders(&self, name: &str) -> &[String] {
        self.crate_names.get(name).map_or(&[], |f| f)
    }

    /// What a dependency is called itself that code in a folder calls otherwise.
    pub(crate) fn real_crate<'a>(&'a self, here: &'a str, name: &str) -> Option<&'a str> {
        let (folder, found) = self.crate_of(here)?;
        if let Some((_, real)) = found.renamed.iter().find(|r| r.0 == name) {
            return Some(real);
        }
        if !found.inherited.iter().any(|i| i == name) {
            return None;
        }
        let mut workspaces = ancestors(folder).filter_map(|f| self.crates.get(f));
        workspaces.find_map(|c| c.workspace.iter().find(|r| r.0 == name)).map(|r| &*r.1)
    }

    /// Whether packages of Python stand in a folder.
    pub(crate) fn is_python_root(&self, folder: &str) -> bool {
        self.python_roots.contains(folder)
    }

    /// The folders that the packages of a project stand in, by the folder of the project.
    pub(crate) fn python_roots(&self, folder: &str) -> &[String] {
        self.python.get(folder).map_or(&[], |r| r)
    }
}
