//! Manifests and lock files of JavaScript.

use serde_json::Value;

use super::{Entry, Place, Range, exactly};
use crate::sdk::packages::Registry;

fn entry(package: &str, range: Range, locked: bool, place: Place) -> Entry {
    Entry { registry: Registry::Npm, package: package.to_string(), range, locked, place }
}

/// `package.json`.
pub(super) fn package_json(text: &str) -> Vec<Entry> {
    let Ok(file) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let kinds = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
    let mut out: Vec<Entry> = Vec::new();
    for (name, version) in kinds.iter().filter_map(|k| file.get(k)?.as_object()).flatten() {
        let line = Place::Text(format!("\"{name}\""));
        let version = version.as_str().unwrap_or("*");
        let (name, version) = alias(version).unwrap_or((name, version));
        // What a package lets its user choose says less than what it is built with.
        if !out.iter().any(|e| e.package == name) {
            out.push(entry(name, Range::semver(version, false), false, line));
        }
    }
    out
}

/// `npm:@scope/name@^1` → the name and the version.
fn alias(version: &str) -> Option<(&str, &str)> {
    split_at_version(version.strip_prefix("npm:").or_else(|| version.strip_prefix("jsr:"))?)
}

/// `@scope/name@1.2.3` → the name and the version.
fn split_at_version(text: &str) -> Option<(&str, &str)> {
    let at = text.get(1..)?.find('@')? + 1;
    Some((&text[..at], &text[at + 1..]))
}

/// `deno.json`: the imports.
pub(super) fn deno_json(text: &str) -> Vec<Entry> {
    let Ok(file) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let imports = file.get("imports").and_then(Value::as_object).into_iter().flatten();
    imports
        .filter_map(|(name, target)| {
            let (package, version) = alias(target.as_str()?)?;
            Some(entry(package, Range::semver(version, false), false, Place::Text(format!("\"{name}\""))))
        })
        .collect()
}

/// `package-lock.json`, all versions of its form.
pub(super) fn package_lock(text: &str) -> Vec<Entry> {
    let Ok(file) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let mut out = Vec::new();
    let tables = [("packages", "node_modules/"), ("dependencies", "")];
    for (table, prefix) in tables {
        for (path, package) in file.get(table).and_then(Value::as_object).into_iter().flatten() {
            // Copies below other packages are theirs.
            let Some(name) = path.strip_prefix(prefix).filter(|n| !n.contains("node_modules/")) else {
                continue;
            };
            if let Some(version) = package.get("version").and_then(Value::as_str) {
                out.push(entry(name, exactly(version), true, Place::Text(format!("\"{path}\""))));
            }
        }
        if !out.is_empty() {
            break;
        }
    }
    out
}

/// `pnpm-lock.yaml`: the keys of `packages` and `snapshots`, `/name@1.2.3:` or `'@scope/name@1.2.3':`.
pub(super) fn pnpm_lock(text: &str) -> Vec<Entry> {
    let mut out = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let Some(key) = line.strip_prefix("  ").and_then(|l| l.trim_end().strip_suffix(':')) else {
            continue;
        };
        let key = key.trim_matches('\'').trim_start_matches('/');
        if key.starts_with(' ') {
            continue;
        }
        let old = || {
            let (name, version) = key.rsplit_once('/')?;
            version.starts_with(|c: char| c.is_ascii_digit()).then_some((name, version))
        };
        if let Some((name, version)) = split_at_version(key).or_else(old)
            && version.starts_with(|c: char| c.is_ascii_digit())
        {
            out.push(entry(name, exactly(version), true, Place::Line(number)));
        }
    }
    dedup(out)
}

/// `yarn.lock`, both forms.
pub(super) fn yarn_lock(text: &str) -> Vec<Entry> {
    let mut out = Vec::new();
    let mut name: Option<(&str, u32)> = None;
    for (line, number) in text.lines().zip(1..) {
        if !line.starts_with([' ', '#']) {
            let first = line.split([',', ':']).next().unwrap_or_default().trim_matches('"');
            name = split_at_version(first).map(|(name, _)| (name, number));
        } else if let (Some((name, at)), Some(version)) = (name, line.trim().strip_prefix("version"))
            && line.starts_with("  ")
            && !line.starts_with("   ")
        {
            out.push(entry(name, exactly(version.trim_matches([' ', ':', '"'])), true, Place::Line(at)));
        }
    }
    out
}

/// `bun.lock`: `"name": ["name@1.2.3", …]`. Read by line, as it has trailing commas.
pub(super) fn bun_lock(text: &str) -> Vec<Entry> {
    let mut out = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let Some((key, rest)) = line.trim().strip_prefix('"').and_then(|l| l.split_once("\": [\"")) else {
            continue;
        };
        if let Some((name, version)) = rest.split('"').next().and_then(split_at_version)
            && name == key
        {
            out.push(entry(name, exactly(version), true, Place::Line(number)));
        }
    }
    out
}

fn dedup(mut entries: Vec<Entry>) -> Vec<Entry> {
    let key = |e: &Entry| (e.package.clone(), e.range.from.clone());
    entries.sort_by_key(key);
    entries.dedup_by(|a, b| key(a) == key(b));
    entries
}
