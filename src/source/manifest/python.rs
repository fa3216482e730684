//! Manifests and lock files of Python.

use toml::{Table, Value};

use super::{Entry, Place, Range, exactly};
use crate::sdk::packages::Registry;

fn entry(package: &str, range: Range, locked: bool, place: Place) -> Entry {
    // `Foo_Bar` and `foo-bar` are the same package.
    let package = package.trim().to_ascii_lowercase().replace(['_', '.'], "-");
    Entry { registry: Registry::Pypi, package, range, locked, place }
}

/// `name[extra]>=1,<2; python_version > "3"`.
fn requirement(text: &str, place: Place) -> Option<Entry> {
    let text = text.split(['#', ';']).next()?.trim();
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    if let Some(extras) = rest.trim_start().strip_prefix('[') {
        rest = extras.split_once(']')?.1;
    }
    let rest = rest.split(" --").next()?.trim().trim_matches(['(', ')']);
    let range = if rest.starts_with('@') { Range::ANY } else { Range::pep440(rest) };
    Some(entry(name, range, false, place))
}

/// `requirements.txt`.
pub(super) fn requirements(text: &str) -> Vec<Entry> {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim_start().starts_with(['-', '#']));
    lines.filter_map(|(line, number)| requirement(line.trim_end_matches('\\'), Place::Line(number))).collect()
}

/// `setup.cfg`: the lines below `install_requires` and the extras.
pub(super) fn setup_cfg(text: &str) -> Vec<Entry> {
    let mut out = Vec::new();
    let mut inside = false;
    for (line, number) in text.lines().zip(1..) {
        if !line.starts_with([' ', '\t']) {
            let section = line.starts_with("[options");
            inside = line.starts_with("install_requires") || inside && line.is_empty() && !section;
            if let Some((key, value)) = line.split_once('=')
                && key.trim() == "install_requires"
            {
                out.extend(requirement(value, Place::Line(number)));
            }
            continue;
        }
        if inside {
            out.extend(requirement(line, Place::Line(number)));
        }
    }
    out
}

/// `pyproject.toml`: PEP 621, dependency groups, Poetry, uv.
pub(super) fn pyproject(text: &str) -> Vec<Entry> {
    let Ok(file) = text.parse::<Table>() else { return Vec::new() };
    let mut out = Vec::new();
    let mut list = |value: Option<&Value>| {
        for item in value.and_then(Value::as_array).into_iter().flatten() {
            if let Some(requirement) = item.as_str().and_then(|s| requirement(s, Place::Text(s.to_string())))
            {
                out.push(requirement);
            }
        }
    };
    let project = file.get("project");
    list(project.and_then(|p| p.get("dependencies")));
    let groups = [project.and_then(|p| p.get("optional-dependencies")), file.get("dependency-groups")];
    for group in groups.into_iter().flatten().filter_map(Value::as_table) {
        group.values().for_each(|items| list(Some(items)));
    }
    let tool = file.get("tool");
    list(tool.and_then(|t| t.get("uv")?.get("dev-dependencies")));
    if let Some(poetry) = tool.and_then(|t| t.get("poetry")) {
        let groups = poetry.get("group").and_then(Value::as_table).into_iter().flat_map(Table::values);
        let tables = [poetry.get("dependencies"), poetry.get("dev-dependencies")].into_iter();
        for table in tables.chain(groups.map(|g| g.get("dependencies"))).flatten().filter_map(Value::as_table)
        {
            out.extend(versions(table, false));
        }
    }
    out
}

/// `name = "^1"` and `name = { version = "^1" }`.
fn versions(table: &Table, locked: bool) -> Vec<Entry> {
    let one = |(name, value): (&String, &Value)| {
        let version = value.as_str().or_else(|| value.get("version")?.as_str());
        let range = version.map_or(Range::ANY, Range::pep440);
        Some(entry(name, range, locked, Place::Text(name.clone())))
    };
    table.iter().filter_map(one).collect()
}

/// `Pipfile`.
pub(super) fn pipfile(text: &str) -> Vec<Entry> {
    let Ok(file) = text.parse::<Table>() else { return Vec::new() };
    let tables = ["packages", "dev-packages"].into_iter().filter_map(|t| file.get(t)?.as_table());
    tables.flat_map(|t| versions(t, false)).collect()
}

/// `Pipfile.lock`.
pub(super) fn pipfile_lock(text: &str) -> Vec<Entry> {
    let Ok(file) = serde_json::from_str::<serde_json::Value>(text) else { return Vec::new() };
    let mut out = Vec::new();
    for group in ["default", "develop"] {
        for (name, package) in file.get(group).and_then(|g| g.as_object()).into_iter().flatten() {
            if let Some(version) = package.get("version").and_then(|v| v.as_str()) {
                out.push(entry(name, Range::pep440(version), true, Place::Text(format!("\"{name}\""))));
            }
        }
    }
    out
}

/// `uv.lock`, `poetry.lock`, `pdm.lock`.
pub(super) fn toml_lock(text: &str) -> Vec<Entry> {
    super::cargo::packages(text)
        .into_iter()
        .map(|(name, version, line)| entry(&name, exactly(&version), true, Place::Line(line)))
        .collect()
}
