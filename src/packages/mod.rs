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
mod specifier;

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
#[derive(Debug, Default)]
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

    fn add(
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

    fn add_python(&mut self, here: &str, named: &[String]) {
        let roots = python::roots(here, named);
        self.python_roots.extend(roots.iter().cloned());
        let known = self.python.entry(here.to_string()).or_default();
        known.extend(roots);
        // What is named comes before what is usual.
        known.sort_by_key(|root| root == here || name(root) == "src");
        known.dedup();
    }

    /// Gives each folder the aliases of its `tsconfig.json`, or of `jsconfig.json`.
    fn link(&mut self, tsconfigs: &FxHashMap<String, node::TsConfig>) {
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
    fn aliases_of(&self, path: &str, tsconfigs: &FxHashMap<String, node::TsConfig>, depth: usize) -> Aliases {
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
    fn extended(&self, path: &str, extends: &str) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::{ConfigFile, Packages, Target};

    fn read(files: &[(&str, &str)]) -> Packages {
        let config = |(path, text): &(&str, &str)| ConfigFile { path: (*path).into(), text: (*text).into() };
        let (packages, unreadable) = Packages::new(&files.iter().map(config).collect::<Vec<_>>());
        assert_eq!(unreadable, []);
        packages
    }

    #[track_caller]
    fn check(packages: &Packages, here: &str, name: &str, expected: &[&str]) {
        let paths = packages.aliased(here, name).0.into_iter().map(|t| match t {
            Target::Path(path) => path,
            Target::Package(name) => format!("package {name}"),
        });
        assert_eq!(paths.collect::<Vec<_>>(), expected, "{name} from {here}");
    }

    #[test]
    fn the_nearest_configuration_comes_first() {
        let packages = read(&[
            ("tsconfig.json", r#"{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}"#),
            ("web/tsconfig.json", r#"{"extends": "../base", "references": []}"#),
            ("base.json", "{}"),
        ]);
        check(&packages, "web/app", "@/x", &["src/x"]);
        let packages = read(&[
            (
                "tsconfig.base.json",
                r#"{"compilerOptions": {"baseUrl": "lib", "paths": {"@/*": ["*"], "@/a/*": ["b/*"], "c": ["d"]}}}"#,
            ),
            ("web/tsconfig.json", r#"{"extends": ["../tsconfig.base.json"]}"#),
        ]);
        check(&packages, "web/app", "@/x/y", &["lib/x/y", "lib/@/x/y"]);
        check(&packages, "web/app", "@/a/y", &["lib/b/y", "lib/@/a/y"]);
        check(&packages, "web", "c", &["lib/d", "lib/c"]);
        check(&packages, "other", "c", &[]);
    }

    #[test]
    fn circles_and_ways_out_end() {
        let packages = read(&[
            (
                "tsconfig.json",
                r#"{"extends": "./tsconfig.json", "compilerOptions": {"paths": {"@/*": ["../../*"]}}}"#,
            ),
            ("a/tsconfig.json", r#"{"extends": "../b/tsconfig.json"}"#),
            ("b/tsconfig.json", r#"{"extends": "../a/tsconfig.json"}"#),
        ]);
        check(&packages, "", "@/x", &[]);
        check(&packages, "a", "x", &[]);
    }

    #[test]
    fn projects_that_are_the_sum_of_others() {
        let packages = read(&[
            ("tsconfig.json", r#"{"files": [], "references": [{"path": "./tsconfig.app.json"}]}"#),
            ("tsconfig.app.json", r#"{"compilerOptions": {"paths": {"~/*": ["./app/*"]}}}"#),
        ]);
        check(&packages, "app", "~/x", &["app/x"]);
    }

    #[test]
    fn other_names_of_packages() {
        let packages = read(&[
            ("deno.json", r#"{"imports": {"claude": "npm:@anthropic-ai/sdk@1", "lib/": "./lib/"}}"#),
            (
                "web/package.json",
                r##"{"dependencies": {"ai": "npm:@anthropic-ai/sdk@1"}, "imports": {"#x/*": {"default": "./x/*.js"}}}"##,
            ),
        ]);
        assert_eq!(packages.real_package("fn", "claude"), "@anthropic-ai/sdk");
        assert_eq!(packages.real_package("web/src", "ai/core"), "@anthropic-ai/sdk/core");
        assert_eq!(packages.real_package("fn", "ai"), "ai");
        check(&packages, "fn", "lib/a.ts", &["lib/a.ts"]);
        check(&packages, "web/src", "#x/y", &["web/x/y.js"]);
    }

    #[test]
    fn other_names_of_crates() {
        let packages = read(&[
            ("Cargo.toml", "[workspace.dependencies]\nclaude = { package = 'my-sdk', version = '1' }\n"),
            (
                "a/Cargo.toml",
                "[package]\nname = 'a-b'\n[dependencies]\nclaude.workspace = true\nhttp = { package = 'reqwest', version = '1' }\n",
            ),
        ]);
        assert_eq!(packages.real_crate("a/src", "claude"), Some("my_sdk"));
        assert_eq!(packages.real_crate("a/src", "http"), Some("reqwest"));
        assert_eq!(packages.real_crate("", "http"), None);
        assert_eq!(packages.crate_folders("a_b"), ["a"]);
    }

    #[test]
    fn broken_files_say_nothing() {
        let configs: Vec<ConfigFile> = ["package.json", "tsconfig.json", "Cargo.toml", "pyproject.toml"]
            .map(|path| ConfigFile { path: path.into(), text: "{[".into() })
            .into();
        let (packages, unreadable) = Packages::new(&configs);
        assert_eq!(unreadable.len(), 4);
        assert!(!packages.knows_node());
        let odd = r#"{"name": 1, "exports": [[[[]]], null], "imports": "x", "dependencies": [], "main": {}}"#;
        read(&[
            ("package.json", odd),
            ("tsconfig.json", "[1]"),
            ("x/tsconfig.json", r#"{"compilerOptions": {"paths": 3}, "extends": 4, "references": {}}"#),
        ]);
    }
}
