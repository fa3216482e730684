//! Globs of a configuration file.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Globs, written as in .gitignore, and the folder they are relative to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Globs {
    /// Absolute, links resolved.
    pub folder: PathBuf,
    /// As written.
    pub globs: Vec<String>,
}

impl Globs {
    /// Why a text is no glob, if it is none.
    pub fn flaw(glob: &str) -> Option<String> {
        if glob.starts_with('!') {
            return Some("give what is meant, without `!`".into());
        }
        // Git takes a bracket that nothing closes for itself, `--exclude` and people for a slip.
        match GitignoreBuilder::new("").allow_unclosed_class(false).add_line(None, glob) {
            Ok(_) => None,
            Err(ignore::Error::Glob { err, .. }) => Some(format!("this is not a glob: {err}")),
            Err(error) => Some(format!("this is not a glob: {error}")),
        }
    }

    /// Ready for use. A text that is no glob matches nothing.
    pub fn matcher(&self) -> Matcher {
        let mut builder = GitignoreBuilder::new(&self.folder);
        for glob in &self.globs {
            let _ = builder.add_line(None, glob);
        }
        let globs = builder.build().unwrap_or_else(|_| Gitignore::empty());
        Matcher { folder: self.folder.clone(), globs }
    }
}

/// Globs ready for use.
#[derive(Clone, Debug)]
pub struct Matcher {
    folder: PathBuf,
    globs: Gitignore,
}

impl Matcher {
    /// Whether they match a path or one of the folders it lies in.
    pub fn matches(&self, path: &Path, is_folder: bool) -> bool {
        let Ok(below) = path.strip_prefix(&self.folder) else { return false };
        !self.globs.is_empty() && self.globs.matched_path_or_any_parents(below, is_folder).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_those_of_gitignore_below_their_folder() {
        let globs = |list: &[&str]| {
            let globs = list.iter().map(|g| (*g).to_string()).collect();
            Globs { folder: "/repo".into(), globs }.matcher()
        };
        let matcher = globs(&["legacy/", "*_pb2.py", "/top.py"]);
        assert!(matcher.matches(Path::new("/repo/a/legacy/b/c.py"), false));
        assert!(matcher.matches(Path::new("/repo/a/x_pb2.py"), false));
        assert!(matcher.matches(Path::new("/repo/top.py"), false));
        assert!(!matcher.matches(Path::new("/repo/a/top.py"), false));
        assert!(!matcher.matches(Path::new("/repo/legacy"), false), "a file of that name");
        assert!(!matcher.matches(Path::new("/elsewhere/legacy/x.py"), false));
        assert!(!globs(&[]).matches(Path::new("/repo/a.py"), false));
        assert!(Globs::flaw("!a").is_some() && Globs::flaw("{a").is_some());
        assert!(
            Globs::flaw("[a").is_some() && Globs::flaw("[ab].py").is_none() && Globs::flaw("a/**").is_none()
        );
    }
}
