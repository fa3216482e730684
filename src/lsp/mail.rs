//! What the main loop leaves for the thread that lints.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rustc_hash::FxHashMap;

use super::settings::Options;

/// What the main loop tells the linter.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    /// Texts that are open now, or closed.
    pub(super) texts: FxHashMap<PathBuf, Option<Arc<str>>>,
    /// Files that changed on disk.
    pub(super) on_disk: Vec<PathBuf>,
    /// The folders, where they are others than before.
    pub(super) folders: Option<Vec<PathBuf>>,
    /// The settings, where they are others than before.
    pub(super) options: Option<Options>,
    /// The end.
    pub(super) quit: bool,
}

impl Inbox {
    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
            && self.on_disk.is_empty()
            && self.folders.is_none()
            && self.options.is_none()
            && !self.quit
    }
}

/// An inbox with a bell.
#[derive(Debug, Default)]
pub(super) struct Mail {
    inbox: Mutex<Inbox>,
    bell: Condvar,
}

impl Mail {
    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves word.
    pub(super) fn put(&self, write: impl FnOnce(&mut Inbox)) {
        write(&mut self.inbox());
        self.bell.notify_one();
    }

    /// Takes everything there is, and waits for something, but not beyond a moment.
    pub(super) fn take(&self, until: Option<Instant>) -> Inbox {
        let mut inbox = self.inbox();
        while inbox.is_empty() {
            inbox = match until {
                None => self.bell.wait(inbox).unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        break;
                    }
                    self.bell.wait_timeout(inbox, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        std::mem::take(&mut inbox)
    }

    /// Whether what is known of a file is old already.
    pub(super) fn is_older(&self, path: &Path) -> bool {
        let inbox = self.inbox();
        inbox.quit || inbox.texts.contains_key(path)
    }
}
