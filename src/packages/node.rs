//! `tsconfig.json`, `package.json` and `deno.json`.

use serde_json::{Map, Value};

use super::path::{folder, join};

/// Patterns and targets beyond this number are not read.
const MAX_ENTRIES: usize = 2000;

/// Conditions nested deeper are not read.
const MAX_NESTING: u32 = 8;

/// What a name is replaced by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A path below the root, perhaps with a `*`.
    Path(String),
    /// Another package.
    Package(String),
}

/// Names that mean paths: `paths` and `baseUrl`, `imports`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Aliases {
    /// The folder that names without an alias start from.
    pub(crate) base: Option<String>,
    /// Patterns with at most one `*`, and what they mean in order of preference.
    pub(crate) patterns: Vec<(String, Vec<Target>)>,
}

impl Aliases {
    pub(super) fn is_empty(&self) -> bool {
        self.base.is_none() && self.patterns.is_empty()
    }

    /// What the best pattern for a name makes of it, with the pattern.
    pub(crate) fn replace(&self, name: &str) -> Option<(&str, Vec<Target>)> {
        let mut best: Option<(usize, &str, &[Target], &str)> = None;
        for (pattern, targets) in &self.patterns {
            let (weight, hole) = match pattern.split_once('*') {
                None if pattern == name => (usize::MAX, ""),
                None => continue,
                Some((before, after)) => {
                    match name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)) {
                        Some(hole) => (before.len(), hole),
                        None => continue,
                    }
                }
            };
            if best.is_none_or(|b| b.0 < weight) {
                best = Some((weight, pattern, targets, hole));
            }
        }
        let (_, pattern, targets, hole) = best?;
        let fill = |target: &Target| match target {
            Target::Path(path) => Target::Path(path.replacen('*', hole, 1)),
            Target::Package(name) => Target::Package(name.replacen('*', hole, 1)),
        };
        Some((pattern, targets.iter().map(fill).collect()))
    }
}

/// A `tsconfig.json` by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TsConfig {
    pub(super) aliases: Aliases,
    /// What it is based on, as written.
    pub(super) extends: Vec<String>,
    /// Paths of the projects it is made of.
    pub(super) references: Vec<String>,
}

pub(super) fn tsconfig(path: &str, json: &Value) -> TsConfig {
    let here = folder(path);
    let options = json.get("compilerOptions");
    let base = options.and_then(|o| o.get("baseUrl")).and_then(Value::as_str);
    let base = base.and_then(|b| join(here, b));
    let mut aliases = Aliases { base: base.clone(), patterns: Vec::new() };
    if let Some(paths) = options.and_then(|o| o.get("paths")).and_then(Value::as_object) {
        let start = base.as_deref().unwrap_or(here);
        for (pattern, targets) in paths.iter().take(MAX_ENTRIES) {
            let targets = strings(targets).into_iter().filter_map(|t| join(start, t)).map(Target::Path);
            aliases.patterns.push((pattern.clone(), targets.collect()));
        }
    }
    let extends = json.get("extends").map(strings).unwrap_or_default();
    let references = json.get("references").and_then(Value::as_array).map_or(&[][..], |r| r);
    let references = references.iter().filter_map(|r| r.get("path")?.as_str());
    TsConfig {
        aliases,
        extends: extends.into_iter().take(16).map(str::to_string).collect(),
        references: references.take(64).filter_map(|r| join(here, r)).collect(),
    }
}

/// A text, or those of a list.
fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().filter_map(Value::as_str).take(64).collect(),
        _ => Vec::new(),
    }
}

/// A `package.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NodePackage {
    /// Its name, where it has one.
    pub(crate) name: Option<String>,
    /// Files that the name alone may mean, in order of preference.
    pub(crate) entries: Vec<String>,
    /// What is behind the name: pattern without the leading `./`, empty for the name alone.
    pub(crate) exports: Aliases,
    /// `#name` → where.
    pub(crate) imports: Aliases,
    /// Dependencies under another name than their own.
    pub(crate) renamed: Vec<(String, String)>,
}

pub(super) fn package(path: &str, json: &Value) -> NodePackage {
    let here = folder(path);
    let text = |key: &str| json.get(key).and_then(Value::as_str);
    let entries = ["source", "types", "typings", "module", "main"].into_iter().filter_map(text);
    let mut package = NodePackage {
        name: text("name").map(str::to_string),
        entries: entries.filter_map(|entry| join(here, entry)).collect(),
        ..NodePackage::default()
    };
    match json.get("exports") {
        Some(Value::Object(map)) if map.keys().any(|key| key.starts_with('.')) => {
            for (key, target) in map.iter().take(MAX_ENTRIES) {
                let key = key.trim_start_matches('.').trim_start_matches('/');
                package.exports.patterns.push((key.to_string(), targets(here, target)));
            }
        }
        Some(target) => package.exports.patterns.push((String::new(), targets(here, target))),
        None => {}
    }
    if let Some(map) = json.get("imports").and_then(Value::as_object) {
        for (key, target) in map.iter().take(MAX_ENTRIES) {
            package.imports.patterns.push((key.clone(), targets(here, target)));
        }
    }
    for key in ["dependencies", "devDependencies", "peerDependencies"] {
        let Some(map) = json.get(key).and_then(Value::as_object) else { continue };
        for (alias, version) in map.iter().take(MAX_ENTRIES) {
            if let Some(real) = version.as_str().and_then(|v| v.strip_prefix("npm:")) {
                package.renamed.push((alias.clone(), super::specifier::without_version(real)));
            }
        }
    }
    package
}

/// The targets of an entry of `exports` or `imports`, conditions flattened, in order.
fn targets(here: &str, value: &Value) -> Vec<Target> {
    let mut out = Vec::new();
    add_targets(here, value, 0, &mut out);
    out
}

fn add_targets(here: &str, value: &Value, nesting: u32, out: &mut Vec<Target>) {
    if nesting > MAX_NESTING || out.len() > 32 {
        return;
    }
    match value {
        Value::String(text) => out.extend(target(here, text)),
        Value::Array(list) => {
            list.iter().take(32).for_each(|item| add_targets(here, item, nesting + 1, out));
        }
        Value::Object(map) => {
            map.values().take(32).for_each(|item| add_targets(here, item, nesting + 1, out));
        }
        _ => {}
    }
}

fn target(here: &str, text: &str) -> Option<Target> {
    match text.starts_with("./") || text.starts_with("../") {
        true => join(here, text).map(Target::Path),
        false if text.starts_with('/') => None,
        false => Some(Target::Package(super::specifier::package(text).into_owned())),
    }
}

/// The import map of a `deno.json` or `import_map.json`.
pub(super) fn import_map(path: &str, json: &Value) -> Aliases {
    let here = folder(path);
    let mut aliases = Aliases::default();
    let imports = json.get("imports").and_then(Value::as_object);
    for (key, value) in imports.into_iter().flat_map(Map::iter).take(MAX_ENTRIES) {
        let Some(mut target) = value.as_str().and_then(|text| target(here, text)) else { continue };
        // `"x/": "./y/"` is about everything below.
        let mut pattern = key.clone();
        if key.ends_with('/') {
            pattern.push('*');
            match &mut target {
                Target::Path(path) => path.push_str("/*"),
                Target::Package(name) => {
                    *name = format!("{}/*", name.trim_end_matches('/'));
                }
            }
        }
        aliases.patterns.push((pattern, vec![target]));
    }
    aliases
}
