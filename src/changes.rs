//! Which lines were changed since a commit, by asking git.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustc_hash::FxHashMap;

use crate::error::Error;
use crate::finding::Finding;
use crate::model::Project;
use crate::source::SourceFile;

/// Changed lines of the files of a repository.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// By absolute path; `None` for files that are new as a whole.
    files: FxHashMap<PathBuf, Option<Vec<Range<u32>>>>,
}

impl Changes {
    /// What was changed since the commit at which the current one and a named one went apart, and
    /// what is not committed yet. `Ok(None)` outside of a repository.
    pub fn since(reference: &str, directory: &Path) -> Result<Option<Changes>, Error> {
        let git = Git { directory, reference };
        let root = match git.run(&["rev-parse", "--show-toplevel"]) {
            Ok(root) => root,
            // Git may be missing, or take a folder of somebody else for an attack.
            Err(reason) if directory.ancestors().any(|folder| folder.join(".git").exists()) => {
                return Err(git.failed(&reason));
            }
            Err(_) => return Ok(None),
        };
        let root = PathBuf::from(root.trim_end_matches(['\n', '\r']));
        let root = root.canonicalize().unwrap_or(root);
        if reference.starts_with('-') {
            return Err(git.failed("a reference does not begin with `-`"));
        }
        let commit =
            git.run(&["rev-parse", "--verify", "--end-of-options", &format!("{reference}^{{commit}}")]);
        let commit = commit.map_err(|_| git.unknown())?;
        // Without a common ancestor, as in shallow clones, the commit itself.
        let base = git.run(&["merge-base", commit.trim(), "HEAD"]).unwrap_or(commit);
        let diff = git
            .run(&[
                "diff",
                "--unified=0",
                "--no-color",
                "--no-ext-diff",
                "--no-textconv",
                "--no-renames",
                "--ignore-submodules",
                "--src-prefix=a/",
                "--dst-prefix=b/",
                base.trim(),
                "--",
            ])
            .map_err(|reason| git.failed(&reason))?;
        let mut changes = Changes { files: changed_lines(&diff, &root) };
        let new = git.run(&["ls-files", "--others", "--exclude-standard", "-z", "--full-name", ":/"]);
        for path in new.map_err(|reason| git.failed(&reason))?.split('\0').filter(|path| !path.is_empty()) {
            changes.files.insert(root.join(path), None);
        }
        Ok(Some(changes))
    }

    /// Keeps the findings on changed lines.
    pub fn keep(&self, findings: &mut Vec<Finding>, project: &Project) {
        findings.retain(|finding| {
            let at = finding.primary.at;
            let file = project.source_file(at.file);
            let lines = lines_on_disk(file, at.span.start, at.span.end);
            match self.files.get(&file.absolute) {
                Some(None) => true,
                Some(Some(changed)) => changed.iter().any(|c| c.start < lines.end && lines.start < c.end),
                None => false,
            }
        });
    }
}

fn lines_on_disk(file: &SourceFile, start: u32, end: u32) -> Range<u32> {
    let on_disk = |offset| {
        let line = file.position(offset).line;
        file.cell(line).map_or(line, |cell| cell.file_line(line))
    };
    let first = on_disk(start);
    first..on_disk(end).max(first) + 1
}

/// Git in the working directory. What a repository may set to have programs run is switched off.
struct Git<'a> {
    directory: &'a Path,
    reference: &'a str,
}

impl Git<'_> {
    fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new("git")
            .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "--no-pager"])
            .args(["-c", "diff.relative=false", "-c", "diff.interHunkContext=0"])
            .args(arguments)
            .current_dir(self.directory)
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .output()
            .map_err(|error| format!("git cannot be run: {error}"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(said.lines().next().unwrap_or("git failed").to_string())
    }

    fn failed(&self, reason: &str) -> Error {
        Error::Changes { reference: self.reference.to_string(), reason: reason.to_string(), help: None }
    }

    fn unknown(&self) -> Error {
        let reason = "there is no such commit here".into();
        let help =
            "name a commit, branch or tag; in CI, the history must reach back to it (`fetch-depth: 0`)";
        Error::Changes { reference: self.reference.to_string(), reason, help: Some(help) }
    }
}

/// The new lines of each file of a diff without context.
fn changed_lines(diff: &str, root: &Path) -> FxHashMap<PathBuf, Option<Vec<Range<u32>>>> {
    let mut files: FxHashMap<PathBuf, Option<Vec<Range<u32>>>> = FxHashMap::default();
    let mut current: Option<PathBuf> = None;
    // Lines of code that follow a hunk: they may look like anything.
    let mut code = 0_u32;
    for line in diff.lines() {
        if code > 0 && line.starts_with(['+', '-', '\\']) {
            code -= u32::from(!line.starts_with('\\'));
        } else if let Some(path) = line.strip_prefix("+++ ") {
            let path = unquoted(path.trim_end_matches('\t'));
            current = path.strip_prefix("b/").map(|path| root.join(path));
            if let Some(path) = &current {
                files.insert(path.clone(), Some(Vec::new()));
            }
        } else if let Some((removed, start, added)) = hunk(line) {
            code = removed.saturating_add(added);
            if let Some(Some(lines)) = current.as_ref().and_then(|path| files.get_mut(path))
                && added > 0
            {
                lines.push(start..start.saturating_add(added));
            }
        }
    }
    files
}

/// `@@ -a,b +c,d @@`: lines removed, first line added, lines added.
fn hunk(line: &str) -> Option<(u32, u32, u32)> {
    let mut parts = line.strip_prefix("@@ -")?.split(' ');
    let counts = |part: &str| -> Option<(u32, u32)> {
        let (start, count) = part.split_once(',').unwrap_or((part, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let (_, removed) = counts(parts.next()?)?;
    let (start, added) = counts(parts.next()?.strip_prefix('+')?)?;
    Some((removed, start, added))
}

/// A path as git writes it: in quotes where it holds control characters, quotes or backslashes.
fn unquoted(path: &str) -> String {
    let Some(inner) = path.strip_prefix('"').and_then(|path| path.strip_suffix('"')) else {
        return path.to_string();
    };
    let mut bytes = Vec::new();
    let mut rest = inner.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'r') => bytes.push(b'\r'),
            Some(digit @ b'0'..=b'3') => {
                let octal = |byte: Option<u8>| byte.map_or(0, |b| b.wrapping_sub(b'0') & 7);
                let (second, third) = (octal(rest.next()), octal(rest.next()));
                bytes.push(((digit - b'0') << 6) | (second << 3) | third);
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_those_of_the_new_side() {
        let diff = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1 @@ def f():\n-x\n-+++ b/no.py\n+++ y\n\
                    @@ -9,0 +8,3 @@\n+1\n+@@ -1 +99 @@\n+3\n@@ -20 +22,0 @@\n-gone\n\
                    diff --git a/b b/b\n--- \"a/\\303\\251\\t.py\"\n+++ \"b/\\303\\251\\t.py\"\n@@ -0,0 +1,2 @@\n+1\n+2\n\\ No newline at end of file\n\
                    --- a/gone.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";
        let files = changed_lines(diff, Path::new("/r"));
        assert_eq!(files.len(), 2, "{files:?}");
        assert_eq!(files[Path::new("/r/a.py")], Some(vec![1..2, 8..11]));
        let new = files[Path::new("/r/é\t.py")].as_deref().unwrap_or_default();
        assert_eq!(new.iter().map(|lines| (lines.start, lines.end)).collect::<Vec<_>>(), [(1, 3)]);
    }
}
