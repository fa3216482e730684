//! `claude-lint lsp`.

use claude_lint::error::Error;
use claude_lint::lsp::{Ended, serve};
use lsp_server::Connection;

use super::{CLEAN, FOUND};

/// Serves an editor over standard input and output. The protocol asks for exit code 1 where the
/// editor leaves without `shutdown`.
pub(crate) fn run() -> Result<u8, Error> {
    let (connection, threads) = Connection::stdio();
    let ended = serve(&connection);
    drop(connection);
    match ended {
        Ended::Properly => threads.join().map_err(Error::Stdin).map(|()| CLEAN),
        // Reading ended in the midst of something, and may have left threads waiting.
        Ended::Abruptly => Ok(FOUND),
    }
}
