//! Manifests and lock files of Rust, and the form of lock files that Python's tools share.

use toml::{Table, Value};

use super::{Entry, Place, Range, exactly};
use crate::sdk::packages::Registry;

fn entry(package: &str, range: Range, locked: bool, place: Place) -> Entry {
    Entry { registry: Registry::Crates, package: package.replace('_', "-"), range, locked, place }
}

/// `Cargo.toml`, of a package or a workspace.
pub(super) fn manifest(text: &str) -> Vec<Entry> {
    let Ok(file) = text.parse::<Table>() else { return Vec::new() };
    let mut places: Vec<&Table> = vec![&file];
    places.extend(file.get("workspace").and_then(Value::as_table));
    let targets = file.get("target").and_then(Value::as_table);
    places.extend(targets.into_iter().flat_map(Table::values).filter_map(Value::as_table));
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = places.iter().flat_map(|place| kinds.into_iter().filter_map(|k| place.get(k)?.as_table()));
    let one = |(name, value): (&String, &Value)| {
        let version = value.as_str().or_else(|| value.get("version")?.as_str());
        // `workspace = true`: the workspace says it.
        version?;
        let package = value.get("package").and_then(Value::as_str).unwrap_or(name);
        let range = version.map_or(Range::ANY, |v| Range::semver(v, true));
        Some(entry(package, range, false, Place::Text(name.clone())))
    };
    tables.flatten().filter_map(one).collect()
}

/// `Cargo.lock`.
pub(super) fn lock(text: &str) -> Vec<Entry> {
    packages(text)
        .into_iter()
        .map(|(name, version, line)| entry(&name, exactly(&version), true, Place::Line(line)))
        .collect()
}

/// Name, version and line of every `[[package]]`. Read by line: lock files are long and of
/// one form.
pub(super) fn packages(text: &str) -> Vec<(String, String, u32)> {
    let mut out = Vec::new();
    let mut name: Option<(&str, u32)> = None;
    for (line, number) in text.lines().zip(1..) {
        let value = |key: &str| {
            line.strip_prefix(key)?.trim_start().strip_prefix('=').map(|v| v.trim().trim_matches('"'))
        };
        if line.starts_with('[') {
            name = None;
        } else if let Some(found) = value("name") {
            name = Some((found, number));
        } else if let (Some(version), Some((name, line))) = (value("version"), name) {
            out.push((name.to_string(), version.to_string(), line));
        }
    }
    out
}
