//! A folder that is linted again and again while texts in it change.
//!
//! What was parsed is kept. A change of one text costs its own parsing and a look at the files
//! around it ([`Workspace::near`]); the whole folder is linted again when nobody is waiting.

#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::baseline::{self, Baseline};
use crate::config::load::NAMES;
use crate::error::Error;
use crate::finding::Finding;
use crate::lang::Dialect;
use crate::linter::{self, Checked, Config, Held, Progress, Reading, understood};
use crate::model::{Background, FileModel, Project};
use crate::parallel;
use crate::report::repository_root;
use crate::source::{Neighbours, Notebook, NotebookError, SourceFile, Ties, settings_kind};

/// How much text around a file is linted at every key, beside its own: what takes a few hundredths of
/// a second.
const AROUND_BYTES: usize = 64 << 10;

/// A folder with its files as they are understood now.
#[derive(Debug)]
pub struct Workspace {
    config: Config,
    /// What the baseline of the repository accepts, with the root of its paths.
    accepted: Option<Arc<(Baseline, PathBuf)>>,
    held: Held,
    /// In path order, as the linter wants them.
    models: Vec<Arc<FileModel>>,
    places: FxHashMap<PathBuf, usize>,
    background: Arc<Background>,
    neighbours: Neighbours,
    /// Of open texts: what of them decided which files there are.
    ties: FxHashMap<PathBuf, Ties>,
    is_stale: bool,
}

/// What is to be linted: a part of a workspace or all of it.
#[derive(Debug, Clone)]
pub struct Task {
    models: Vec<Arc<FileModel>>,
    background: Arc<Background>,
    accepted: Option<Arc<(Baseline, PathBuf)>>,
}

/// What the linter says.
#[derive(Debug)]
pub struct Said {
    /// The files; a finding's `FileId` is the index.
    pub project: Project,
    /// By path, then place, then rule.
    pub findings: Vec<Finding>,
}

/// What a change of a text asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Nothing: the text matters to no finding.
    Nothing,
    /// The file is understood anew; its findings may be others, and those around it.
    File,
    /// Other files may matter now, which takes a new look at the folder.
    Folder,
}

impl Workspace {
    /// A folder nobody has looked at yet.
    pub fn new(config: Config) -> Workspace {
        Workspace {
            config,
            accepted: None,
            held: Held::default(),
            models: Vec::new(),
            places: FxHashMap::default(),
            background: Arc::new(Background::default()),
            neighbours: Neighbours::default(),
            ties: FxHashMap::default(),
            is_stale: true,
        }
    }

    /// Whether files may have come or gone since the last look.
    pub fn is_stale(&self) -> bool {
        self.is_stale
    }

    /// Says that something changed on disk.
    pub fn set_stale(&mut self) {
        self.is_stale = true;
    }

    /// Replaces the configuration.
    pub fn configure(&mut self, config: Config) {
        self.config = config;
        self.is_stale = true;
    }

    /// Whether a file is linted, or read for others.
    pub fn holds(&self, path: &Path) -> bool {
        self.places.contains_key(path)
    }

    /// Looks at the folder: which files matter, and what they say. What has not changed is not
    /// parsed again.
    pub fn read(&mut self) -> Result<(), Error> {
        let root = repository_root(&self.config.walk.directory);
        self.accepted = match baseline::place(None, &root) {
            Some(path) => Some(Arc::new((Baseline::read(&path)?, root))),
            None => None,
        };
        self.held.models =
            self.models.iter().map(|model| (model.source.absolute.clone(), model.clone())).collect();
        let reading = linter::read(&self.config, &Progress::default(), &self.held);
        self.held.models.clear();
        // After a failure the next change tries anew.
        let Reading { models, background, neighbours, .. } = reading?;
        self.places = models.iter().map(|m| m.source.absolute.clone()).zip(0..).collect();
        self.models = models;
        self.background = Arc::new(background);
        self.neighbours = neighbours.indexed();
        let open = self.held.buffers.iter();
        self.ties = open.filter_map(|(path, text)| Some((path.to_path_buf(), ties(path, text)?))).collect();
        self.is_stale = false;
        Ok(())
    }

    /// Puts an open text in the place of a file; `None` when it is closed.
    pub fn set_text(&mut self, path: &Path, text: Option<Arc<str>>) -> Change {
        let on_disk = || fs::read_to_string(path).ok().map(Arc::from);
        let before: Option<Arc<str>> = match self.held.buffers.get(path) {
            Some(text) => Some(text.clone()),
            None => on_disk(),
        };
        let now: Option<Arc<str>> = text.clone().or_else(on_disk);
        match text {
            Some(text) => self.held.buffers.set(path.to_path_buf(), text),
            None => self.held.buffers.remove(path),
        }
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if Dialect::from_extension(extension).is_none() {
            return Change::Nothing;
        }
        // What is shown of a notebook looks another way while its cells are open.
        if before == now && extension != "ipynb" {
            return Change::Nothing;
        }
        let Some(now) = now else {
            self.is_stale = true;
            return Change::Folder;
        };
        let of = |text: &str| ties(path, text);
        let ties = of(&now);
        let known = self.ties.get(path).cloned().or_else(|| before.and_then(|text| of(&text)));
        // What is typed matters as soon as it mentions Claude, or imports what does.
        let same_files = known.is_some() && known == ties;
        if let Some(known) = known {
            self.ties.entry(path.to_path_buf()).or_insert(known);
        }
        let held = self.set_model(path, &now);
        if !same_files {
            self.is_stale = true;
            return if held { Change::File } else { Change::Folder };
        }
        if held { Change::File } else { Change::Nothing }
    }

    /// Parses a held file anew; `false` where it is not held, or cannot be parsed.
    fn set_model(&mut self, path: &Path, text: &str) -> bool {
        let Some(&place) = self.places.get(path) else { return false };
        let known = &self.models[place].source;
        let Some(dialect) = known.dialect else { return false };
        let mut source = match notebook(path, text) {
            Some(Ok(notebook)) if notebook.other_language.is_none() => {
                SourceFile::new(known.path.clone(), path, &notebook.text, dialect).with_cells(notebook.cells)
            }
            Some(_) => return false,
            None => SourceFile::new(known.path.clone(), path, text, dialect),
        };
        source.role = known.role;
        source.context = known.context;
        let model = {
            let rules = self.background.rules.of(path);
            parallel::on_large_stack(|| understood(source, rules)).flatten()
        };
        let Some(model) = model else { return false };
        self.models[place] = model;
        true
    }

    /// A file with the nearest files around it.
    pub fn near(&self, path: &Path) -> Task {
        let mut places: Vec<usize> = self.places.get(path).copied().into_iter().collect();
        let mut left = AROUND_BYTES;
        for around in self.neighbours.around(path) {
            let Some(&place) = self.places.get(around) else { continue };
            // What is too large leaves its room to others.
            if let Some(rest) = left.checked_sub(self.models[place].source.text.len()) {
                left = rest;
                places.push(place);
            }
        }
        places.sort_unstable();
        places.dedup();
        let models = places.into_iter().map(|place| self.models[place].clone()).collect();
        self.task(models)
    }

    /// The files that are open, of those that are linted or read for others, in no order.
    pub fn open(&self) -> Vec<PathBuf> {
        let open = self.held.buffers.iter().map(|(path, _)| path);
        open.filter(|path| self.holds(path)).map(Path::to_path_buf).collect()
    }

    /// Everything.
    pub fn all(&self) -> Task {
        self.task(self.models.clone())
    }

    fn task(&self, models: Vec<Arc<FileModel>>) -> Task {
        Task { models, background: self.background.clone(), accepted: self.accepted.clone() }
    }

    /// Whether a change of a file on disk can change what is known.
    pub fn watches(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let code = path.extension().and_then(|e| e.to_str()).and_then(Dialect::from_extension).is_some();
        // What is open is known already.
        let open = self.held.buffers.get(path).is_some();
        (code && !open)
            || crate::packages::is_config(name)
            || crate::source::manifest::is_manifest(name)
            || settings_kind(name).is_some()
            || matches!(name, ".gitignore" | ".ignore")
            || NAMES.contains(&name)
            || name == baseline::FILE
            || is_of_rule(path)
    }
}

impl Task {
    /// Runs the rules; `None` when it was stopped. What the baseline accepts is not said.
    pub fn run(self, stop: &(dyn Fn() -> bool + Sync)) -> Option<Said> {
        let Checked { project, mut findings, .. } = linter::check_until(self.models, self.background, stop);
        if let Some(accepted) = self.accepted {
            accepted.0.take(&mut findings, &project, &accepted.1);
        }
        (!stop()).then_some(Said { project, findings })
    }
}

/// Whether a file makes a custom rule what it is.
pub(super) fn is_of_rule(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "rule.toml") || path.extension().is_some_and(|e| e == "scm")
}

/// The notebook that a text is, where it is that of one.
fn notebook(path: &Path, text: &str) -> Option<Result<Notebook, NotebookError>> {
    path.extension().is_some_and(|extension| extension == "ipynb").then(|| Notebook::from_text(text))
}

fn ties(path: &Path, text: &str) -> Option<Ties> {
    let extension = path.extension().and_then(|e| e.to_str())?;
    let dialect = Dialect::from_extension(extension)?;
    match notebook(path, text) {
        Some(notebook) => Some(Ties::of(path, dialect, &notebook.ok()?.text)),
        None => Some(Ties::of(path, dialect, text)),
    }
}
