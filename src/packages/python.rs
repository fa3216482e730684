//! `pyproject.toml`, `setup.cfg` and `setup.py`: where packages begin.

use toml::{Table, Value};

use super::path::join;

/// Folders beyond this number are not read.
const MAX_FOLDERS: usize = 64;

/// The folders that the packages of a project stand in: those it names, itself, its `src`.
pub(super) fn roots(here: &str, named: &[String]) -> Vec<String> {
    let mut roots: Vec<String> = named.iter().take(MAX_FOLDERS).filter_map(|f| join(here, f)).collect();
    roots.push(here.to_string());
    roots.extend(join(here, "src"));
    roots.dedup();
    roots
}

/// The folders a `pyproject.toml` names.
pub(super) fn pyproject(table: &Table) -> Vec<String> {
    let mut out = Vec::new();
    let tool = table.get("tool");
    let at = |path: &[&str]| path.iter().try_fold(tool?, |v, key| v.get(key));
    if let Some(Value::Table(folders)) = at(&["setuptools", "package-dir"]) {
        out.extend(folders.get("").and_then(Value::as_str).map(str::to_string));
    }
    if let Some(Value::Array(folders)) = at(&["setuptools", "packages", "find", "where"]) {
        out.extend(folders.iter().filter_map(Value::as_str).map(str::to_string));
    }
    if let Some(Value::Array(packages)) = at(&["poetry", "packages"]) {
        let from = packages.iter().filter_map(|p| p.get("from")?.as_str());
        out.extend(from.map(str::to_string));
    }
    if let Some(Value::Array(packages)) = at(&["hatch", "build", "targets", "wheel", "packages"]) {
        // `src/name` is the package itself.
        let above = packages.iter().filter_map(|p| Some(super::path::folder(p.as_str()?)));
        out.extend(above.map(str::to_string));
    }
    if let Some(root) = at(&["uv", "build-backend", "module-root"]).and_then(Value::as_str) {
        out.push(root.to_string());
    }
    for key in ["pytest", "pyright"] {
        let list = match key {
            "pytest" => at(&["pytest", "ini_options", "pythonpath"]),
            _ => at(&["pyright", "extraPaths"]),
        };
        match list {
            Some(Value::Array(folders)) => {
                out.extend(folders.iter().filter_map(Value::as_str).map(str::to_string));
            }
            Some(Value::String(folder)) => out.push(folder.clone()),
            _ => {}
        }
    }
    out
}

/// The folder a `setup.py` or `setup.cfg` names, as far as it says so in plain words:
/// `package_dir={"": "lib"}`, `where="lib"`, `find_packages("lib")`.
pub(super) fn setup(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for key in ["package_dir", "where", "find_packages(", "find_namespace_packages("] {
        for (at, _) in text.match_indices(key).take(8) {
            let rest = &text[at + key.len()..];
            let line: String = rest.chars().take(120).take_while(|c| !matches!(c, ')' | '}')).collect();
            let quoted: Vec<&str> = line.split(['"', '\'']).skip(1).step_by(2).collect();
            match quoted.iter().find(|q| !q.is_empty()) {
                Some(folder) => out.push((*folder).to_string()),
                // `where = lib` and `package_dir =\n    = lib` of a `setup.cfg`.
                None => {
                    let plain = line.trim_start().strip_prefix('=').map(str::trim_start).unwrap_or_default();
                    let plain = plain.strip_prefix('=').map_or(plain, str::trim_start);
                    let word = plain.split_whitespace().next().unwrap_or_default();
                    if !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "_-./".contains(c)) {
                        out.push(word.to_string());
                    }
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{pyproject, roots, setup};

    #[test]
    fn folders_of_packages() {
        let table = toml::from_str(
            "[tool.setuptools.packages.find]\nwhere = ['lib']\n\
             [[tool.poetry.packages]]\ninclude = 'x'\nfrom = 'python'\n\
             [tool.hatch.build.targets.wheel]\npackages = ['code/x']\n",
        );
        assert_eq!(pyproject(&table.unwrap_or_default()), ["lib", "python", "code"]);
        assert_eq!(setup("setup(package_dir={'': 'lib'}, packages=find_packages())"), ["lib"]);
        assert_eq!(setup("packages=find_packages(where=\"lib\")"), ["lib", "lib"]);
        assert_eq!(setup("[options]\npackage_dir =\n    = lib\n"), ["lib"]);
        assert_eq!(roots("a", &["lib".into(), "../..".into()]), ["a/lib", "a", "a/src"]);
    }
}
