//! A line on the terminal that says how far a long run has come.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use claude_lint::linter::Progress;

/// Runs that are shorter show nothing.
const PATIENCE: Duration = Duration::from_millis(700);
const TICK: Duration = Duration::from_millis(100);

/// Does the work while showing its progress on standard error, if that is a terminal.
pub(crate) fn with_progress<R>(wanted: bool, progress: &Progress, work: impl FnOnce() -> R) -> R {
    if !wanted || !io::stderr().is_terminal() {
        return work();
    }
    let (done, waiting) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut pause = PATIENCE;
            let mut shown = false;
            while waiting.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let _ = write!(io::stderr().lock(), "\r\x1b[K{}", line(progress));
                shown = true;
                pause = TICK;
            }
            if shown {
                let _ = write!(io::stderr().lock(), "\r\x1b[K");
            }
        });
        let result = work();
        drop(done);
        result
    })
}

fn line(progress: &Progress) -> String {
    let seen = progress.seen.load(Ordering::Relaxed);
    let total = progress.total.load(Ordering::Relaxed);
    let parsed = progress.parsed.load(Ordering::Relaxed);
    match total {
        0 => format!("looking for code that calls Claude: {seen} files"),
        _ if parsed < total => format!("reading {parsed} of {total} files"),
        _ => format!("checking {total} files"),
    }
}
