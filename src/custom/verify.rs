//! Whether the examples of a custom rule are reported as their marks say.
//!
//! `examples/` holds the cases: a file is one of its own, a folder is a project. `examples.py` and the
//! like beside the rule are cases as well. Only the rule itself runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::CustomRule;
use super::marks::{Case, Reported};
use crate::config::RulesOfFiles;
use crate::lang::Dialect;
use crate::linter;
use crate::source::{holds_claude_code, plain_text};

/// Bytes of an example.
const MAX_BYTES: u64 = 1 << 20;
/// Files in the examples of a rule.
const MAX_FILES: usize = 1000;

/// What came of the examples of a rule.
#[derive(Debug, Default)]
pub struct Verified {
    /// How many there are.
    pub cases: usize,
    /// How many lines are marked as those that must be reported.
    pub marks: usize,
    /// What is wrong with them, each beginning with the place.
    pub failures: Vec<String>,
}

/// Lints the examples of a rule with that rule alone. Paths are told relative to a folder.
pub fn verify(rule: &Arc<CustomRule>, directory: &Path) -> Verified {
    let mut verified = Verified::default();
    let mut left = MAX_FILES;
    for place in cases(&rule.folder) {
        match case(&place, directory, &mut left) {
            Ok(case) if case.sources.is_empty() => {}
            Ok(case) => {
                verified.cases += 1;
                verified.marks += case.sources.iter().map(|source| source.marks.len()).sum::<usize>();
                verified.failures.extend(failures(rule, &case, &place, directory));
            }
            Err(failure) => verified.failures.push(failure),
        }
    }
    verified
}

fn failures(rule: &Arc<CustomRule>, case: &Case, place: &Path, directory: &Path) -> Vec<String> {
    let shown = shown(place, directory);
    if !case.sources.iter().any(|source| holds_claude_code(source.text.as_bytes())) {
        return vec![format!("{shown}: nothing in it mentions Claude, so that it would never be linted\n")];
    }
    let sources = case.sources.iter().map(|source| (source.path.as_str(), source.text.as_str()));
    let (models, background) = linter::load(sources, RulesOfFiles::only(rule));
    let checked = linter::check(models, background);
    let mut failures = case.complaints(&Reported::of(&checked));
    failures.extend(
        checked.problems.iter().map(|problem| format!("{shown}: {}: {}\n", problem.path, problem.message)),
    );
    failures
}

/// The examples beside a rule and in its folder of examples, in order.
fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut places = entries(folder);
    let is_example = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem == "examples");
    places.retain(|path| is_example(path) && path.is_file() && dialect(path).is_some());
    let examples = folder.join("examples");
    match examples.is_symlink() {
        // Told of as a case: nothing is followed out of the rule.
        true => places.push(examples),
        false => places.extend(entries(&examples)),
    }
    places
}

/// A file, which may hold several, or a folder as one project.
fn case(place: &Path, directory: &Path, left: &mut usize) -> Result<Case, String> {
    let mut case = Case::default();
    let root = if place.is_dir() { place } else { place.parent().unwrap_or(place) };
    let mut waiting = vec![place.to_path_buf()];
    while let Some(path) = waiting.pop() {
        // Nothing is followed out of the rule.
        if path.is_symlink() {
            return Err(format!("{}: is a symbolic link, which is not followed\n", shown(&path, directory)));
        }
        if path.is_dir() {
            waiting.extend(entries(&path).into_iter().rev());
            continue;
        }
        if dialect(&path).is_none() && place == path {
            continue;
        }
        *left = left.saturating_sub(1);
        let text = plain_text(&path, MAX_BYTES).filter(|_| *left > 0).ok_or_else(|| {
            format!("{}: is not a plain text file of bearable size\n", shown(&path, directory))
        })?;
        let inside = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        case.sources.extend(Case::parse(&text, &shown(&path, directory), 0, &inside).sources);
    }
    Ok(case)
}

fn dialect(path: &Path) -> Option<Dialect> {
    Dialect::from_extension(path.extension()?.to_str()?)
}

/// What a folder holds, hidden things aside, in order; nothing where it is none.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}

fn shown(path: &Path, directory: &Path) -> String {
    path.strip_prefix(directory).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
