//! Files that stand in a project more than once.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Finding, Label, Location};
use crate::lang::Language;
use crate::model::Project;
use crate::sdk::Sdk;
use crate::source::{FileId, SourceFile, Span};

/// Digits of a day: `20260102`.
const DAY_DIGITS: usize = 8;
/// A few lines are alike by chance.
const MIN_LINES: usize = 20;

/// What is found in a file and, word for word, in a copy of it is reported once, with the copies
/// beside it.
pub(super) fn once(project: &Project, findings: &mut Vec<Finding>) {
    leave_out_backups(project, findings);
    let sources = sources(project, findings);
    if sources.is_empty() {
        return;
    }
    let mut told: FxHashMap<Key<'_>, usize> = FxHashMap::default();
    for (index, finding) in findings.iter().enumerate() {
        told.insert(key(finding, finding.primary.at.file), index);
    }
    // The copies of each finding that stays, by its index.
    let mut copies: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        let source = sources.get(&finding.primary.at.file);
        if let Some(&first) = source.and_then(|&source| told.get(&key(finding, source))) {
            copies.entry(first).or_default().push(index);
        }
    }
    let mut stays = vec![true; findings.len()];
    for (first, copies) in copies {
        for copy in copies {
            let at: Location = findings[copy].primary.at;
            findings[first].related.push(Label { at, text: "the same file stands here as well".into() });
            stays[copy] = false;
        }
    }
    let mut stays = stays.into_iter();
    findings.retain(|_| stays.next().unwrap_or(true));
}

/// Leaves out what is found in an older copy of a file that stands elsewhere in the project.
fn leave_out_backups(project: &Project, findings: &mut Vec<Finding>) {
    let backup = |finding: &Finding| is_backup(&project.source_file(finding.primary.at.file).path);
    if !findings.iter().any(backup) {
        return;
    }
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_string();
    let current: FxHashSet<String> = project
        .files()
        .iter()
        .filter(|file| !is_backup(&file.source.path))
        .map(|file| name(&file.source.path))
        .collect();
    findings.retain(|f| !backup(f) || !current.contains(&name(&project.source_file(f.primary.at.file).path)));
}

/// Whether a file stands in a folder for older copies, below one that is named after a day: `bak/20260102/app.py`.
fn is_backup(path: &str) -> bool {
    let sdk = Sdk::of(Language::Python);
    let dated = |part: &str| {
        let digits = part.chars().filter(char::is_ascii_digit).count();
        digits >= DAY_DIGITS && part.chars().all(|c| c.is_ascii_digit() || "-_T.:".contains(c))
    };
    let parts: Vec<&str> = path.split('/').collect();
    parts.windows(2).any(|w| sdk.has_word("backup-folders", &w[0].to_lowercase()) && dated(w[1]))
}

/// A finding as it would be in a file.
type Key<'f> = (FileId, Span, &'static str, &'f str);

fn key(finding: &Finding, file: FileId) -> Key<'_> {
    (file, finding.primary.at.span, finding.rule.id, &finding.message)
}

/// Of the files in which something is found, those that are copies of another, with that one.
fn sources(project: &Project, findings: &[Finding]) -> FxHashMap<FileId, FileId> {
    let mut files: Vec<FileId> = findings.iter().map(|finding| finding.primary.at.file).collect();
    files.sort_unstable_by_key(|&file| rank(project.source_file(file)));
    files.dedup();
    let mut first: FxHashMap<&str, FileId> = FxHashMap::default();
    let mut sources = FxHashMap::default();
    for file in files {
        let text = &project.source_file(file).text;
        if text.lines().nth(MIN_LINES - 1).is_none() {
            continue;
        }
        let source = *first.entry(text).or_insert(file);
        let (one, other) = (project.source_file(source), project.source_file(file));
        if source != file && one.dialect == other.dialect && one.cells == other.cells {
            sources.insert(file, source);
        }
    }
    sources
}

/// Of the same files the one comes first that stands least deep, outside of hidden folders.
fn rank(file: &SourceFile) -> (bool, usize, &str) {
    let hidden = file.path.split('/').any(|part| part.starts_with('.') && part.len() > 2);
    (hidden, file.path.matches('/').count(), &file.path)
}
