//! Paths below the root, written with forward slashes and without `.` and `..`.

/// A path without empty components and `.`; `None` when it leads out of the root.
pub(crate) fn normal(path: &str) -> Option<String> {
    join("", path)
}

/// A relative path seen from a folder; `None` when it leads out of the root.
pub(crate) fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            // A tree may be named from beside it: `../other`.
            ".." if parts.is_empty() && folder.is_empty() => parts.push(".."),
            ".." => match parts.pop() {
                None | Some("..") => return None,
                Some(_) => {}
            },
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The folder a path is in; the root is empty.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last component of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A folder and those above it, nearest first, the root last.
pub(crate) fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |f: &&str| {
        let f: &str = f;
        (!f.is_empty()).then(|| self::folder(f))
    })
}

/// How many leading components two folders share.
pub(crate) fn common(a: &str, b: &str) -> usize {
    let parts = |path| str::split(path, '/').filter(|part| !part.is_empty());
    parts(a).zip(parts(b)).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::{ancestors, common, join, normal};

    #[test]
    fn paths_stay_below_the_root() {
        assert_eq!(join("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(join("a", ".."), Some(String::new()));
        assert_eq!(join("a", "../.."), None);
        assert_eq!(join("", "../x").as_deref(), Some("../x"));
        assert_eq!(join("../x", "../y"), Some("../y".into()));
        assert_eq!(join("../x", "../../y"), None);
        assert_eq!(normal("/a//b/").as_deref(), Some("a/b"));
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(common("a/b/c", "a/b/d"), 2);
        assert_eq!(common("", ""), 0);
    }
}
