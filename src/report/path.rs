//! Paths as services want them: from the root of the repository.

use std::path::{Component, Path, PathBuf};

use crate::source::SourceFile;

/// The folder that paths in reports for services are relative to: the nearest one from
/// `directory` upwards that holds `.git`, else `directory` itself.
pub fn repository_root(directory: &Path) -> PathBuf {
    repository(directory).unwrap_or(directory).to_path_buf()
}

/// The same for what is named in `directory`: the repository that all of it lies in counts where
/// that is another one than that of `directory`.
pub fn root_of(directory: &Path, named: &[PathBuf]) -> PathBuf {
    let here = repository_root(directory);
    let named: Vec<PathBuf> =
        named.iter().filter_map(|path| directory.join(path).canonicalize().ok()).collect();
    let inside = |root: &Path| named.iter().all(|path| path.starts_with(root));
    let shared = named.first().and_then(|path| repository(path)).filter(|root| inside(root));
    match shared {
        Some(root) if repository(directory).is_none() || !inside(&here) => root.to_path_buf(),
        _ => here,
    }
}

fn repository(path: &Path) -> Option<&Path> {
    path.ancestors().find(|folder| folder.join(".git").exists())
}

/// The path of a file from the root of the repository, forward slashes, no `./`; of files
/// elsewhere the absolute one.
pub(crate) fn from_root(file: &SourceFile, root: &Path) -> String {
    if let Ok(relative) = file.absolute.strip_prefix(root) {
        return with_slashes(relative);
    }
    if file.absolute.has_root() {
        return with_slashes(&file.absolute);
    }
    file.path.trim_start_matches("./").trim_start_matches('/').to_string()
}

/// The same as a URI.
pub(super) fn uri(file: &SourceFile, root: &Path) -> String {
    let path = from_root(file, root);
    let outside = file.absolute.has_root() && file.absolute.strip_prefix(root).is_err();
    if outside {
        return format!("file:///{}", percent_encoded(&path).trim_start_matches('/'));
    }
    percent_encoded(&path)
}

/// The path of a problem from the root of the repository, given as it is shown in a directory; of
/// what is elsewhere the absolute one.
pub(super) fn shown_from_root(shown: &str, directory: &Path, root: &Path) -> String {
    let path = directory.join(shown);
    let path = path.canonicalize().unwrap_or_else(|_| normal(&path));
    match path.strip_prefix(root) {
        Ok(relative) if relative.as_os_str().is_empty() => ".".into(),
        Ok(relative) => with_slashes(relative),
        Err(_) => with_slashes(&path),
    }
}

/// A path without `.` and `..`, as far as its letters say.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            _ => out.push(part),
        }
    }
    out
}

fn with_slashes(path: &Path) -> String {
    let path = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { path.into_owned() } else { path.replace('\\', "/") }
}

/// Everything but what RFC 3986 allows in every segment of a relative path; no colons, which
/// would make the first segment a scheme.
fn percent_encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(byte as char);
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Dialect;

    #[track_caller]
    fn check(absolute: &str, root: &str, path: &str, expected: &str) {
        let file = SourceFile::new("./shown.py", absolute, "", Dialect::Python);
        assert_eq!(from_root(&file, Path::new(root)), path);
        assert_eq!(uri(&file, Path::new(root)), expected);
    }

    #[test]
    fn uris_are_relative_and_encoded() {
        check(
            "/repo/src/app/[id]/a b#1.ts",
            "/repo",
            "src/app/[id]/a b#1.ts",
            "src/app/%5Bid%5D/a%20b%231.ts",
        );
        check("/repo/c:d/é%.py", "/repo", "c:d/é%.py", "c%3Ad/%C3%A9%25.py");
        check("/repo/(group)/x.ts", "/repo", "(group)/x.ts", "(group)/x.ts");
        check("/elsewhere/x y.py", "/repo", "/elsewhere/x y.py", "file:///elsewhere/x%20y.py");
        check("stdin.py", "/repo", "shown.py", "shown.py");
    }

    #[test]
    fn problems_are_named_from_the_root() {
        let check = |shown: &str, expected: &str| {
            assert_eq!(shown_from_root(shown, Path::new("/no/repo/src"), Path::new("/no/repo")), expected);
        };
        check("broken.py", "src/broken.py");
        check("../lib/a b.py", "lib/a b.py");
        check(".", "src");
        check("..", ".");
        check("../../other/x.py", "/no/other/x.py");
        check("/no/repo/x.py", "x.py");
    }

    #[test]
    fn the_root_is_where_git_is() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let inner = folder.path().join("a/b");
        std::fs::create_dir_all(&inner).expect("a temporary folder can be made");
        std::fs::create_dir_all(folder.path().join(".git")).expect("a temporary folder can be made");
        assert_eq!(repository_root(&inner), folder.path());
    }

    #[test]
    fn the_root_is_that_of_what_is_named_from_elsewhere() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let top = folder.path().canonicalize().expect("it is there");
        for inner in ["one/.git", "one/src", "one/sub/.git", "two/.git", "none"] {
            std::fs::create_dir_all(top.join(inner)).expect("a temporary folder can be made");
        }
        let check = |directory: &str, named: &[&str], expected: &str| {
            let named: Vec<PathBuf> = named.iter().map(PathBuf::from).collect();
            assert_eq!(root_of(&top.join(directory), &named), top.join(expected), "{directory} {named:?}");
        };
        check("none", &["../one/src", "../one"], "one");
        check("none", &["../one", "../two"], "none");
        check("none", &["."], "none");
        check("two", &["../one/src"], "one");
        check("two", &[".", "../one"], "two");
        check("one", &["sub"], "one");
        check("one/src", &[".."], "one");
        check("one", &[], "one");
    }
}
