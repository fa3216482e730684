//! The thread that lints: the file that is typed in at once, with the files around it, and everything
//! when the keys rest.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::board::Board;
use super::convert::{Shown, by_file, said};
use super::mail::{Inbox, Mail};
use super::root::{Root, show_all};
use super::settings::{Options, config};
use super::workspace::{Change, Workspace, is_of_rule};
use crate::config::load::NAMES;

/// The linter with all folders.
pub(super) struct Linting {
    board: Arc<Board>,
    mail: Arc<Mail>,
    options: Options,
    roots: Vec<Root>,
    /// Folders whose configuration is no good.
    waiting: Vec<PathBuf>,
    /// Whether the editor named folders: files outside of these are not linted then.
    has_folders: bool,
    /// Counts changes; what was begun before the last one is stopped.
    changes: Arc<AtomicU64>,
}

impl Linting {
    pub(super) fn new(board: Arc<Board>, mail: Arc<Mail>, options: Options) -> Linting {
        let (roots, waiting) = (Vec::new(), Vec::new());
        Linting { board, mail, options, roots, waiting, has_folders: false, changes: Arc::default() }
    }

    /// Works until the end is told.
    pub(super) fn run(mut self) {
        let mut rest: Option<Instant> = None;
        loop {
            let inbox = self.mail.take(rest);
            if inbox.quit {
                self.changes.fetch_add(1, Ordering::Relaxed);
                return;
            }
            self.roots.iter_mut().for_each(Root::collect);
            if inbox.is_empty() {
                self.lint_all();
            } else {
                self.receive(inbox);
            }
            rest = self.roots.iter().filter_map(Root::rest).min().map(|rest| Instant::now() + rest);
        }
    }

    fn receive(&mut self, inbox: Inbox) {
        if let Some(options) = inbox.options {
            self.options = options;
            for index in 0..self.roots.len() {
                self.configure(index);
            }
        }
        if let Some(folders) = inbox.folders {
            self.set_folders(folders);
        }
        for path in inbox.on_disk {
            self.changed_on_disk(&path);
        }
        for (path, text) in inbox.texts {
            self.typed(&path, text);
        }
    }

    fn set_folders(&mut self, folders: Vec<PathBuf>) {
        self.has_folders = !folders.is_empty();
        let kept = |root: &Root| root.alone.is_none() && folders.contains(&root.folder);
        let before = self.roots.len();
        self.roots.retain(kept);
        self.changes.fetch_add(1, Ordering::Relaxed);
        self.waiting.clear();
        let known: Vec<PathBuf> = self.roots.iter().map(|root| root.folder.clone()).collect();
        for folder in folders.iter().filter(|folder| !known.contains(folder)) {
            self.add(folder.clone(), None);
        }
        if before > 0 {
            self.hide(|path, linting| linting.owner(path).is_none());
        }
    }

    fn add(&mut self, folder: PathBuf, alone: Option<PathBuf>) -> Option<usize> {
        match config(&folder, alone.as_deref(), &self.options) {
            Ok(config) => {
                self.roots.push(Root::new(folder, alone, Workspace::new(config)));
                Some(self.roots.len() - 1)
            }
            Err(error) => {
                self.board.say(1, &said(&error));
                if alone.is_none() {
                    self.waiting.push(folder);
                }
                None
            }
        }
    }

    /// Tries those folders again whose configuration was no good.
    fn add_waiting(&mut self, changed: &Path) {
        let waiting = std::mem::take(&mut self.waiting);
        let (again, others): (Vec<_>, _) =
            waiting.into_iter().partition(|folder| changed.starts_with(folder));
        self.waiting = others;
        for folder in again {
            self.add(folder, None);
        }
    }

    fn configure(&mut self, index: usize) {
        let root = &mut self.roots[index];
        match config(&root.folder, root.alone.as_deref(), &self.options) {
            Ok(config) => root.configure(config),
            Err(error) => self.board.say(1, &said(&error)),
        }
        root.is_due = true;
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// Of nested folders, the inner one has a file.
    fn owner(&self, path: &Path) -> Option<usize> {
        let within = self.roots.iter().enumerate().filter(|(_, root)| root.contains(path));
        within.max_by_key(|(_, root)| root.folder.as_os_str().len()).map(|(index, _)| index)
    }

    fn changed_on_disk(&mut self, path: &Path) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let configures = NAMES.contains(&name) || is_of_rule(path);
        if configures {
            self.add_waiting(path);
        }
        for index in 0..self.roots.len() {
            let root = &mut self.roots[index];
            if !path.starts_with(&root.folder) || !root.workspace.watches(path) {
                continue;
            }
            if configures {
                self.configure(index);
            } else {
                root.workspace.set_stale();
                root.is_due = true;
                self.changes.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// A text is another one than before.
    fn typed(&mut self, path: &Path, text: Option<Arc<str>>) {
        let closed = text.is_none();
        let index = match self.owner(path) {
            Some(index) => index,
            None if closed || self.has_folders => return,
            None => {
                let folder = path.parent().unwrap_or(path).to_path_buf();
                let Some(index) = self.add(folder, Some(path.to_path_buf())) else { return };
                index
            }
        };
        let root = &mut self.roots[index];
        let change = root.workspace.set_text(path, text);
        if closed && root.alone.is_some() {
            self.roots.remove(index);
            self.board.show(path, Shown::default());
            return;
        }
        if change == Change::Nothing {
            // What is opened is told what is known of it.
            if root.is_known() && root.workspace.holds(path) {
                self.board.show_again(path);
                let mail = self.mail.clone();
                root.compare(path, &self.board, &|| mail.is_older(path));
            }
            return;
        }
        root.is_due = true;
        self.changes.fetch_add(1, Ordering::Relaxed);
        if change == Change::Folder {
            return;
        }
        let small = root.is_small();
        let task = if small { root.workspace.all() } else { root.workspace.near(path) };
        let mail = self.mail.clone();
        let start = Instant::now();
        let Some(said) = task.run(&|| mail.is_older(path)) else { return };
        let mut files = by_file(&said, &self.board);
        if small {
            self.roots[index].is_linted(start.elapsed());
            let folder = self.roots[index].folder.clone();
            show_all(&self.board, files, &folder, &self.inner(index));
        } else {
            let mut shown = files.remove(path).unwrap_or_default();
            root.amend(path, &mut shown);
            self.board.show(path, shown);
        }
    }

    /// Lints everything that is due, each folder in a thread of its own so that typing goes on.
    fn lint_all(&mut self) {
        for index in 0..self.roots.len() {
            let inner = self.inner(index);
            let root = &mut self.roots[index];
            if !root.is_due || root.is_running() {
                continue;
            }
            root.is_due = false;
            if root.workspace.is_stale()
                && let Err(error) = root.workspace.read()
            {
                self.board.say(1, &said(&error));
                continue;
            }
            let (changes, begun) = (self.changes.clone(), self.changes.load(Ordering::Relaxed));
            let stop = move || changes.load(Ordering::Relaxed) != begun;
            root.lint(self.board.clone(), inner, stop);
        }
    }

    /// The folders within one, which have their own findings.
    fn inner(&self, index: usize) -> Vec<PathBuf> {
        let folder = &self.roots[index].folder;
        let others = self.roots.iter().map(|root| &root.folder);
        others.filter(|other| *other != folder && other.starts_with(folder)).cloned().collect()
    }

    /// Takes back what is shown of some files.
    fn hide(&self, of: impl Fn(&Path, &Linting) -> bool) {
        for path in self.board.shown_paths().into_iter().filter(|path| of(path, self)) {
            self.board.show(&path, Shown::default());
        }
    }
}
