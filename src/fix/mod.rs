//! Fixes: applied in memory, linted again, until nothing more changes; then written, or not.
//!
//! Which fixes can be made together is decided in [`choose`]; [`draft`] knows how the text that is
//! linted stands in the file; [`write`] replaces files.

mod choose;
mod diff;
mod done;
mod draft;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::error::Error;
use crate::finding::{Accepted, Finding, Fix, Safety};
use crate::linter::{self, Checked, Config, Outcome, Progress, Reading};
use crate::model::{FileModel, Project};
use crate::parallel;
use crate::source::{FileId, Problem, SourceFile};

use choose::Edits;
use done::Done;
use draft::Draft;

/// A fix may uncover what another rule can fix; this is deeper than any such chain.
const MAX_ROUNDS: usize = 10;

/// What came of fixing.
#[derive(Debug)]
pub struct Fixed {
    /// What remains, as if the changes were written.
    pub outcome: Outcome,
    /// The files that change, by path.
    pub changes: Vec<Change>,
    /// How many findings were fixed.
    pub count: usize,
}

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Path as shown.
    pub path: String,
    /// Where it is on disk.
    pub absolute: PathBuf,
    /// Its bytes as they were read.
    pub before: Vec<u8>,
    /// Its bytes with the fixes.
    pub after: Vec<u8>,
    /// Whether it is the text from standard input, which is not written.
    pub given: bool,
}

impl Change {
    /// Replaces the file, unless it changed since it was read.
    pub fn write(&self) -> Result<(), Problem> {
        let written = write::replace(&self.absolute, &self.before, &self.after);
        written.map_err(|reason| Problem::new(&self.path, reason))
    }
}

impl Fixed {
    /// What came of a run that fixes nothing.
    pub fn nothing(outcome: Outcome) -> Fixed {
        Fixed { outcome, changes: Vec::new(), count: 0 }
    }

    /// Replaces the files that change. What cannot be replaced is a problem of the run.
    pub fn write(&mut self) {
        let changes = self.changes.iter().filter(|change| !change.given);
        self.outcome.problems.extend(changes.filter_map(|change| change.write().err()));
    }
}

/// Whether a fix is among those asked for.
pub fn is_wanted(fix: &Fix, unsafe_too: bool) -> bool {
    unsafe_too || fix.safety == Safety::Safe
}

/// Takes findings away that are not to be seen, and gives those that a baseline accepts.
pub type Narrow<'n> = &'n dyn Fn(&mut Vec<Finding>, &Project) -> Vec<Accepted>;

/// Lints, and applies fixes in memory until nothing more changes. Only what `narrow` leaves is fixed.
pub fn fix(
    config: &Config,
    unsafe_too: bool,
    progress: &Progress,
    narrow: Narrow<'_>,
) -> Result<Fixed, Error> {
    let start = Instant::now();
    let Reading { models, mut background, seen, notes, mut problems } = linter::prepare(config, progress)?;
    let rules = background.rules.rules();
    let mut checked = linter::check(models, background.clone());
    let mut accepted = narrow(&mut checked.findings, &checked.project);
    let mut bench = Bench { config, drafts: BTreeMap::new(), closed: BTreeMap::new(), done: Done::default() };
    let mut count = 0;
    for _ in 0..MAX_ROUNDS {
        let fixed = bench.round(&checked, unsafe_too);
        if fixed.count == 0 {
            break;
        }
        count += fixed.count;
        let code = checked.project.files().len();
        for (index, settings) in background.settings.iter_mut().enumerate() {
            if let Some(draft) = bench.drafts.get(&FileId((code + index) as u32)) {
                settings.source = draft.source(&settings.source);
            }
        }
        let models = bench.models(checked.project, &fixed.files, config.walk.threads);
        checked = linter::check(models, background.clone());
        accepted = narrow(&mut checked.findings, &checked.project);
    }
    let Checked { project, findings, mut suppressed, problems: failed } = checked;
    suppressed.extend(accepted);
    problems.extend(failed);
    problems.extend(bench.closed.values().cloned());
    let changes = bench.changes(&project);
    let files_linted = project.files().iter().filter(|file| !file.source.context).count();
    let outcome = Outcome {
        files_linted,
        rules,
        project,
        findings,
        accepted: suppressed,
        files_seen: seen,
        notes,
        problems,
        elapsed: start.elapsed(),
    };
    Ok(Fixed { outcome, changes, count })
}

/// Where files are worked on.
struct Bench<'c> {
    config: &'c Config,
    drafts: BTreeMap<FileId, Draft>,
    /// Files that cannot be changed, with what there is to say of them.
    closed: BTreeMap<FileId, Problem>,
    done: Done,
}

/// What one round did.
struct Round {
    count: usize,
    files: Vec<FileId>,
}

impl Bench<'_> {
    /// Applies what can be applied together.
    fn round(&mut self, checked: &Checked, unsafe_too: bool) -> Round {
        let wanted: Vec<(&Finding, &Fix)> = checked
            .findings
            .iter()
            .filter_map(|finding| Some((finding, finding.fix.as_ref()?)))
            .filter(|(finding, fix)| is_wanted(fix, unsafe_too) && self.may(&checked.project, finding, fix))
            .collect();
        let (mut chosen, mut edits) = choose(&wanted);
        let mut drafts = self.edited(&checked.project, &edits);
        if drafts.is_none() {
            // Some fix does harm: those are left out that do so alone.
            let harmless =
                wanted.into_iter().filter(|&one| self.edited(&checked.project, &choose(&[one]).1).is_some());
            (chosen, edits) = choose(&harmless.collect::<Vec<_>>());
            drafts = self.edited(&checked.project, &edits);
        }
        let Some(drafts) = drafts.filter(|drafts| !drafts.is_empty()) else {
            return Round { count: 0, files: Vec::new() };
        };
        let files: Vec<FileId> = edits.files().collect();
        for &file in &files {
            self.done.shift(file, &edits.of(file));
        }
        for (finding, fix) in &chosen {
            for edit in &fix.edits {
                let file = edit.at.file;
                self.done.add(finding.rule.id, file, edit.at.span, &edits.of(file));
            }
        }
        self.drafts.extend(drafts);
        Round { count: chosen.len(), files }
    }

    /// Whether a fix keeps to files that were asked for and can be changed, and was not made before.
    fn may(&mut self, project: &Project, finding: &Finding, fix: &Fix) -> bool {
        fix.edits.iter().all(|edit| {
            let (file, span) = (edit.at.file, edit.at.span);
            !self.done.has(finding.rule.id, file, span)
                && !project.source_file(file).context
                && self.open(project.source_file(file), file)
        })
    }

    /// Whether a file can be changed.
    fn open(&mut self, source: &SourceFile, id: FileId) -> bool {
        if self.drafts.contains_key(&id) || self.closed.contains_key(&id) {
            return !self.closed.contains_key(&id);
        }
        let bytes = match self.given(&source.absolute) {
            Some(bytes) => Some(bytes.to_vec()),
            None => std::fs::read(&source.absolute).ok(),
        };
        if let Some(draft) = bytes.and_then(|bytes| Draft::open(bytes, source)) {
            self.drafts.insert(id, draft);
            return true;
        }
        let reason = "not fixed: it no longer holds what was linted; run again";
        self.closed.insert(id, Problem::new(&source.path, reason));
        false
    }

    /// The bytes of standard input, where it stands for a file.
    fn given(&self, absolute: &Path) -> Option<&[u8]> {
        let given = self.config.given.as_ref()?;
        (given.absolute(&self.config.walk.directory) == absolute).then_some(&*given.bytes)
    }

    /// The drafts with edits; `None` when one would not parse as well as before.
    fn edited(&self, project: &Project, edits: &Edits) -> Option<Vec<(FileId, Draft)>> {
        let one = |file| {
            let draft = self.drafts.get(&file)?;
            let new = draft.edited(&edits.of(file))?;
            if let Some(dialect) = project.source_file(file).dialect {
                let errors = |draft: &Draft| dialect.syntax_errors(draft.linted());
                // `None` is more than any number: what is too costly to parse is worse.
                if errors(&new)? > errors(draft)? {
                    return None;
                }
            }
            Some((file, new))
        };
        edits.files().map(one).collect()
    }

    /// The files of a project, those that changed parsed anew.
    fn models(&self, project: Project, changed: &[FileId], threads: usize) -> Vec<FileModel> {
        let mut models = project.into_files();
        let sources: Vec<(usize, SourceFile)> = changed
            .iter()
            .filter_map(|id| {
                let index = id.0 as usize;
                Some((index, self.drafts.get(id)?.source(&models.get(index)?.source)))
            })
            .collect();
        let parsed = parallel::map(threads.max(1), &sources, |(_, source)| {
            let facts = source.dialect.and_then(|dialect| dialect.try_facts(&source.text));
            FileModel::new(source.clone(), facts.unwrap_or_default())
        });
        for ((index, _), model) in sources.iter().zip(parsed) {
            if let Some(model) = model {
                models[*index] = model;
            }
        }
        models
    }

    fn changes(self, project: &Project) -> Vec<Change> {
        let changes = self.drafts.iter().filter_map(|(&id, draft)| {
            let source = project.source_file(id);
            let after = draft.after();
            (after != draft.before).then(|| Change {
                path: source.path.clone(),
                absolute: source.absolute.clone(),
                before: draft.before.clone(),
                after,
                given: self.given(&source.absolute).is_some(),
            })
        });
        let mut changes: Vec<Change> = changes.collect();
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        changes
    }
}

/// The fixes that can be made together, in the order of the findings, with their edits.
fn choose<'f>(wanted: &[(&'f Finding, &'f Fix)]) -> (Vec<(&'f Finding, &'f Fix)>, Edits) {
    let mut edits = Edits::default();
    let chosen = wanted.iter().filter(|(_, fix)| edits.add(&fix.edits)).copied().collect();
    (chosen, edits)
}
