//! Where files are worked on: fixes are applied in memory and what came of them is linted.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::choose::Edits;
use super::done::Done;
use super::draft::Draft;
use super::{Change, Narrow, is_wanted};
use crate::facts::FileFacts;
use crate::finding::{Accepted, Finding, Fix};
use crate::linter::{self, Checked};
use crate::model::{Background, FileModel, Project};
use crate::parallel;
use crate::source::{FileId, Problem, SourceFile};

/// A fix may uncover what another rule can fix; this is deeper than any such chain.
const MAX_ROUNDS: usize = 10;

/// Gives the bytes of a file, or says why it cannot be changed.
pub(super) type Read<'r> = dyn Fn(&SourceFile) -> Result<Vec<u8>, String> + 'r;

/// Where files are worked on.
pub(super) struct Bench<'r> {
    /// The bytes of a file, or why it cannot be changed.
    read: &'r Read<'r>,
    threads: usize,
    unsafe_too: bool,
    /// How many findings were fixed.
    pub(super) count: usize,
    drafts: BTreeMap<FileId, Draft>,
    /// Files that cannot be changed, with what there is to say of them.
    pub(super) closed: BTreeMap<FileId, Problem>,
    done: Done,
}

impl<'r> Bench<'r> {
    pub(super) fn new(read: &'r Read<'r>, threads: usize, unsafe_too: bool) -> Bench<'r> {
        let (drafts, closed, done) = (BTreeMap::new(), BTreeMap::new(), Done::default());
        Bench { read, threads: threads.max(1), unsafe_too, count: 0, drafts, closed, done }
    }

    /// Lints and fixes until nothing more changes.
    pub(super) fn rounds(
        &mut self,
        models: Vec<Arc<FileModel>>,
        mut background: Background,
        narrow: Narrow<'_>,
    ) -> (Checked, Vec<Accepted>) {
        let mut checked = linter::check(models, background.clone());
        let mut accepted = narrow(&mut checked.findings, &checked.project);
        for _ in 0..MAX_ROUNDS {
            let changed = self.round(&checked);
            if changed.is_empty() {
                break;
            }
            let code = checked.project.files().len();
            for (index, settings) in background.settings.iter_mut().enumerate() {
                if let Some(draft) = self.drafts.get(&FileId((code + index) as u32)) {
                    settings.source = draft.source(&settings.source);
                }
            }
            let models = self.models(checked.project, &changed, &background);
            checked = linter::check(models, background.clone());
            accepted = narrow(&mut checked.findings, &checked.project);
        }
        (checked, accepted)
    }

    /// Applies what can be applied together; gives the files that changed.
    fn round(&mut self, checked: &Checked) -> Vec<FileId> {
        let unsafe_too = self.unsafe_too;
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
            return Vec::new();
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
        self.count += chosen.len();
        files
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
        let changed = || "not fixed: it no longer holds what was linted; run again".to_string();
        let draft = (self.read)(source).and_then(|bytes| Draft::open(bytes, source).ok_or_else(changed));
        match draft {
            Ok(draft) => {
                self.drafts.insert(id, draft);
                true
            }
            Err(reason) => {
                self.closed.insert(id, Problem::new(&source.path, reason));
                false
            }
        }
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
    fn models(&self, project: Project, changed: &[FileId], background: &Background) -> Vec<Arc<FileModel>> {
        let mut models = project.into_files();
        let sources: Vec<(usize, SourceFile)> = changed
            .iter()
            .filter_map(|id| {
                let index = id.0 as usize;
                Some((index, self.drafts.get(id)?.source(&models.get(index)?.source)))
            })
            .collect();
        let parsed = parallel::map(self.threads, &sources, |(_, source)| {
            let model = linter::understood(source.clone(), background.rules.of(&source.absolute));
            model.unwrap_or_else(|| FileModel::new(source.clone(), FileFacts::default()).into())
        });
        for ((index, _), model) in sources.iter().zip(parsed) {
            if let Some(model) = model {
                models[*index] = model;
            }
        }
        models
    }

    pub(super) fn changes(&self, project: &Project) -> Vec<Change> {
        let changes = self.drafts.iter().filter_map(|(&id, draft)| {
            let source = project.source_file(id);
            let after = draft.after();
            (after != draft.before).then(|| Change {
                path: source.path.clone(),
                absolute: source.absolute.clone(),
                before: draft.before.clone(),
                after,
                given: false,
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
