//! The commands: from arguments to output and an exit code.

mod baseline;
mod check;
mod completions;
mod environment;
mod explain;
mod fixes;
mod lsp;
mod man;
mod models;
mod output;
mod progress;
mod rules;
mod schema;
mod settings;
mod show_project;
mod table;
mod terminal;
mod test;

use std::process::ExitCode;

use crate::cli::{Cli, ColorWhen, Command};

/// Nothing found, or nothing that fails the run.
pub(crate) const CLEAN: u8 = 0;
/// Findings at or above `--fail-on`.
pub(crate) const FOUND: u8 = 1;
/// Could not run, or only partly.
pub(crate) const FAILED: u8 = 2;

/// Runs what the command line asks for. Failures are shown here.
pub(crate) fn run(cli: Cli) -> ExitCode {
    let (color, result) = match cli.command {
        None => (cli.check.output.color, check::run(&cli.check)),
        Some(Command::Check(args)) => (args.output.color, check::run(&args)),
        Some(Command::Baseline(args)) => (args.check.output.color, baseline::run(&args)),
        Some(Command::Lsp(_)) => (ColorWhen::Auto, lsp::run()),
        Some(Command::Explain(args)) => (ColorWhen::Auto, explain::run(&args)),
        Some(Command::Models(args)) => (ColorWhen::Auto, models::run(&args)),
        Some(Command::ShowProject(args)) => (ColorWhen::Auto, show_project::run(&args)),
        Some(Command::Schema) => (ColorWhen::Auto, schema::run()),
        Some(Command::Completions(args)) => (ColorWhen::Auto, completions::run(&args)),
        Some(Command::Man(args)) => (ColorWhen::Auto, man::run(&args)),
        Some(Command::Test(args)) => (ColorWhen::Auto, test::run(&args)),
        Some(Command::Rules(args)) => (ColorWhen::Auto, rules::run(&args)),
    };
    let code = result.unwrap_or_else(|error| {
        if error.is_broken_pipe() {
            return CLEAN;
        }
        terminal::show_failure(&error, color);
        FAILED
    });
    ExitCode::from(code)
}
