//! Reading configurations.

use rustc_hash::FxHashMap;

use super::path::{folder, join, name};
use super::{Aliases, MAX_EXTENDS, Packages, cargo, json, node, python, split_package};

impl Packages {
    pub(super) fn add(
        &mut self,
        path: &str,
        text: &str,
        tsconfigs: &mut FxHashMap<String, node::TsConfig>,
    ) -> Result<(), String> {
        let (here, file) = (folder(path), name(path));
        let toml = || text.parse::<toml::Table>().map_err(|e| format!("is not TOML: {}", e.message()));
        match file {
            "package.json" => {
                let package = node::package(path, &json::read(text)?);
                if let Some(name) = &package.name {
                    self.node_names.entry(name.clone()).or_default().push(here.to_string());
                }
                self.node.insert(here.to_string(), package);
            }
            "Cargo.toml" => {
                let found = cargo::manifest(here, &toml()?);
                if let Some(name) = &found.name {
                    self.crate_names.entry(name.clone()).or_default().push(here.to_string());
                }
                self.crates.insert(here.to_string(), found);
            }
            "pyproject.toml" => self.add_python(here, &python::pyproject(&toml()?)),
            "setup.py" | "setup.cfg" => self.add_python(here, &python::setup(text)),
            "import_map.json" | "deno.json" | "deno.jsonc" => {
                let map = node::import_map(path, &json::read(text)?);
                if !map.is_empty() {
                    self.aliases.entry(here.to_string()).or_default().push(map);
                }
            }
            _ => {
                tsconfigs.insert(path.to_string(), node::tsconfig(path, &json::read(text)?));
            }
        }
        Ok(())
    }

    pub(super) fn add_python(&mut self, here: &str, named: &[String]) {
        let roots = python::roots(here, named);
        self.python_roots.extend(roots.iter().cloned());
        let known = self.python.entry(here.to_string()).or_default();
        known.extend(roots);
        // What is named comes before what is usual.
        known.sort_by_key(|root| root == here || name(root) == "src");
        known.dedup();
    }

    /// Gives each folder the aliases of its `tsconfig.json`, or of `jsconfig.json`.
    pub(super) fn link(&mut self, tsconfigs: &FxHashMap<String, node::TsConfig>) {
        let mut paths: Vec<&String> = tsconfigs.keys().collect();
        // `tsconfig.json` comes before `jsconfig.json` and `tsconfig.app.json`.
        let order = |path: &str| match name(path) {
            "tsconfig.json" => 0,
            "jsconfig.json" => 1,
            _ => 2,
        };
        paths.sort_by_key(|path| (order(path), path.as_str()));
        for path in paths {
            if order(path) == 2 {
                continue;
            }
            let mut aliases = self.aliases_of(path, tsconfigs, 0);
            if aliases.patterns.is_empty() {
                // A project may only be the sum of others beside it.
                for reference in tsconfigs.get(path).into_iter().flat_map(|c| &c.references) {
                    if folder(reference) == folder(path) && tsconfigs.contains_key(reference) {
                        let more = self.aliases_of(reference, tsconfigs, 0);
                        aliases.base = aliases.base.or(more.base);
                        aliases.patterns.extend(more.patterns);
                    }
                }
            }
            if !aliases.is_empty() {
                self.aliases.entry(folder(path).to_string()).or_default().push(aliases);
            }
        }
    }

    /// The aliases of a `tsconfig.json` with those of what it extends.
    pub(super) fn aliases_of(
        &self,
        path: &str,
        tsconfigs: &FxHashMap<String, node::TsConfig>,
        depth: usize,
    ) -> Aliases {
        let Some(config) = tsconfigs.get(path).filter(|_| depth < MAX_EXTENDS) else {
            return Aliases::default();
        };
        let mut aliases = config.aliases.clone();
        for extended in config.extends.iter().rev() {
            if aliases.base.is_some() && !aliases.patterns.is_empty() {
                break;
            }
            let Some(found) =
                self.extended(path, extended).into_iter().find(|path| tsconfigs.contains_key(path))
            else {
                continue;
            };
            let more = self.aliases_of(&found, tsconfigs, depth + 1);
            aliases.base = aliases.base.or(more.base);
            if aliases.patterns.is_empty() {
                aliases.patterns = more.patterns;
            }
        }
        aliases
    }

    /// The paths that `extends` may mean, in order.
    pub(super) fn extended(&self, path: &str, extends: &str) -> Vec<String> {
        let starts = match extends.starts_with('.') {
            true => join(folder(path), extends).into_iter().collect(),
            false => {
                let (name, inside) = split_package(extends);
                let folders = self.node_names.get(name).map_or(&[][..], |f| f);
                folders.iter().filter_map(|f| join(f, inside)).collect::<Vec<_>>()
            }
        };
        let spelled = |start: String| [format!("{start}.json"), format!("{start}/tsconfig.json"), start];
        starts.into_iter().flat_map(spelled).collect()
    }
}
