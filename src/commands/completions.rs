//! `claude-lint completions`.

use clap::CommandFactory as _;
use claude_lint::error::Error;

use super::CLEAN;
use super::terminal::print;
use crate::cli::{Cli, CompletionsArgs};

/// Prints the script for a shell.
pub(crate) fn run(args: &CompletionsArgs) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), env!("CARGO_PKG_NAME"), &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(CLEAN)
}
