//! A folder of the editor, and how it is linted as a whole: in a thread of its own, when the keys rest.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::amendment::Amendment;
use super::board::Board;
use super::convert::{Shown, by_file};
use super::workspace::{Task, Workspace};
use crate::linter::Config;

/// How long nothing may be typed before everything is linted; the longer that takes, the longer it
/// waits.
const REST: Duration = Duration::from_millis(200);
const LONGEST_REST: Duration = Duration::from_secs(1);
const REST_PER_COST: u32 = 4;

/// A project that is linted in less is linted as a whole at every key.
const QUICK: Duration = Duration::from_millis(40);

/// Open files for which it is found out what cannot be seen from around them.
const MAX_AMENDED: usize = 16;

/// A folder of the editor, or a file opened without one.
pub(super) struct Root {
    pub(super) folder: PathBuf,
    /// Only this file of it.
    pub(super) alone: Option<PathBuf>,
    pub(super) workspace: Workspace,
    /// Everything is to be linted when the keys rest.
    pub(super) is_due: bool,
    /// Everything was linted once, and shown.
    is_known: Arc<AtomicBool>,
    /// How long that took the last time.
    cost: Option<Duration>,
    running: Option<JoinHandle<Done>>,
    amendments: FxHashMap<PathBuf, Amendment>,
    /// What was typed in last.
    typed: Option<PathBuf>,
}

/// What came of linting everything.
#[derive(Default)]
struct Done {
    /// How long it took; `None` where it was stopped.
    cost: Option<Duration>,
    amendments: FxHashMap<PathBuf, Amendment>,
}

impl Root {
    pub(super) fn new(folder: PathBuf, alone: Option<PathBuf>, workspace: Workspace) -> Root {
        let (is_known, amendments) = (Arc::default(), FxHashMap::default());
        let (cost, running, typed) = (None, None, None);
        Root { folder, alone, workspace, is_due: true, is_known, cost, running, amendments, typed }
    }

    pub(super) fn contains(&self, path: &Path) -> bool {
        self.alone.as_deref().map_or_else(|| path.starts_with(&self.folder), |alone| alone == path)
    }

    pub(super) fn configure(&mut self, config: Config) {
        self.workspace.configure(config);
        self.amendments.clear();
    }

    /// Whether everything was linted once, and shown.
    pub(super) fn is_known(&self) -> bool {
        self.is_known.load(Ordering::Relaxed)
    }

    /// Whether it can be linted as a whole at every key.
    pub(super) fn is_small(&self) -> bool {
        self.cost.is_some_and(|cost| cost < QUICK) && !self.workspace.is_stale()
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// How long to wait for keys before the next look after it; `None` where nothing is to be done.
    pub(super) fn rest(&self) -> Option<Duration> {
        let wait = self.cost.unwrap_or_default() / REST_PER_COST;
        match self.is_running() {
            true => Some(REST),
            false => self.is_due.then(|| wait.clamp(REST, LONGEST_REST)),
        }
    }

    /// Looks after what ran beside: what was stopped is due again.
    pub(super) fn collect(&mut self) {
        let Some(done) = self.running.take_if(|running| running.is_finished()) else { return };
        let Ok(done) = done.join() else { return };
        match done.cost {
            Some(cost) => self.cost = Some(cost),
            None => self.is_due = true,
        }
        self.amendments.extend(done.amendments);
    }

    /// Notes that everything was linted just now.
    pub(super) fn is_linted(&mut self, cost: Duration) {
        self.is_due = false;
        self.cost = Some(cost);
    }

    /// Finds out, for a file that was opened, what of that which is known of it cannot be seen from
    /// around it.
    pub(super) fn compare(&mut self, path: &Path, board: &Board, stop: &(dyn Fn() -> bool + Sync)) {
        let Some(all) = board.shown(path).filter(|_| !self.is_small()) else { return };
        let Some(said) = self.workspace.near(path).run(stop) else { return };
        let near = by_file(&said, board).remove(path).unwrap_or_default();
        self.amendments.insert(path.to_path_buf(), Amendment::new(near, all));
    }

    /// Makes what was found around an open file what is found in everything, as far as it was known
    /// when that was linted.
    pub(super) fn amend(&mut self, path: &Path, shown: &mut Shown) {
        self.typed = Some(path.to_path_buf());
        if let Some(amendment) = self.amendments.get(path) {
            amendment.amend(path, shown);
        }
    }

    /// Lints everything and shows it, in a thread of its own so that typing goes on.
    pub(super) fn lint(
        &mut self,
        board: Arc<Board>,
        inner: Vec<PathBuf>,
        stop: impl Fn() -> bool + Send + Sync + 'static,
    ) {
        let (all, folder) = (self.workspace.all(), self.folder.clone());
        let mut open = self.workspace.open();
        open.sort_by_key(|path| (self.typed.as_ref() != Some(path), path.clone()));
        open.truncate(MAX_AMENDED);
        self.amendments.retain(|path, _| open.contains(path));
        let near: Vec<(PathBuf, Task)> = open
            .into_iter()
            .map(|path| {
                let task = self.workspace.near(&path);
                (path, task)
            })
            .collect();
        let is_known = self.is_known.clone();
        let show = move |board: &Board, files| {
            // What is opened from now on is told by the one who opens it.
            is_known.store(true, Ordering::Relaxed);
            show_all(board, files, &folder, &inner);
        };
        let work = move || lint(all, near, &board, &show, &stop);
        self.running = std::thread::Builder::new().spawn(work).ok();
    }
}

/// Lints everything and shows it. Then, while nobody types, finds out what of it cannot be seen from
/// around the open files.
fn lint(
    all: Task,
    near: Vec<(PathBuf, Task)>,
    board: &Board,
    show: &dyn Fn(&Board, FxHashMap<PathBuf, Shown>),
    stop: &(dyn Fn() -> bool + Sync),
) -> Done {
    let mut done = Done::default();
    let start = Instant::now();
    let Some(said) = all.run(stop) else { return done };
    let files = by_file(&said, board);
    let of_open = |(path, task): (PathBuf, Task)| {
        let shown = files.get(&path)?.clone();
        Some((path, task, shown))
    };
    let open: Vec<_> = near.into_iter().filter_map(of_open).collect();
    show(board, files);
    drop(said);
    let cost = start.elapsed();
    done.cost = Some(cost);
    if cost < QUICK {
        return done;
    }
    for (path, task, all) in open {
        let Some(said) = task.run(stop) else { break };
        let near = by_file(&said, board).remove(&path).unwrap_or_default();
        done.amendments.insert(path, Amendment::new(near, all));
    }
    done
}

/// Shows what is found in a folder, and takes back what is not found any more.
pub(super) fn show_all(
    board: &Board,
    mut files: FxHashMap<PathBuf, Shown>,
    folder: &Path,
    inner: &[PathBuf],
) {
    for path in board.shown_paths().into_iter().filter(|path| path.starts_with(folder)) {
        files.entry(path).or_default();
    }
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, shown) in files {
        if !inner.iter().any(|inner| path.starts_with(inner)) {
            board.show(&path, shown);
        }
    }
}
