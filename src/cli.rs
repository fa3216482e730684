//! The command line, as types. Values in, no effects.

mod check;
mod value;

use std::path::PathBuf;

pub(crate) use check::{CheckArgs, ConfigArgs, FileArgs, FixArgs, OutputArgs};
use clap::{Args, Parser, Subcommand, ValueEnum};
use claude_lint::sdk::date::Date;
pub(crate) use value::{ColorWhen, FailOn, ListFormat, SeverityArg, Wanted};

/// Finds what will break in code that calls the Claude API, before production does.
#[derive(Debug, Parser)]
#[command(
    name = "claude-lint",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 could not run or only partly.\n\
                  A folder called like a command is given as ./check.\n\
                  Options may also be set as CLAUDE_LINT_SELECT, CLAUDE_LINT_FAIL_ON and so on."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) check: CheckArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lint files and folders; the same as no command at all
    Check(Box<CheckArgs>),
    /// Accept what is found now, so that only new findings fail a run
    Baseline(Box<BaselineArgs>),
    /// Show what a rule finds, why that matters, and how to fix it
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Show what is understood of a project: SDKs and versions, clients, requests, limits, models
    ShowProject(Box<ShowProjectArgs>),
    /// Lint the examples of custom rules and compare what is found with their marks
    Test(TestArgs),
    /// Serve an editor over standard input and output: the Language Server Protocol
    Lsp(LspArgs),
    /// Print the JSON Schema of configuration files
    Schema,
    /// List the models: status, dates, replacement, limits
    Models(ModelsArgs),
    /// Print what makes a shell complete the options, to be put where the shell looks for it
    Completions(CompletionsArgs),
    /// Print the manual page, or write it and those of all commands to a folder
    #[command(hide = true)]
    Man(ManArgs),
}

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(crate) struct BaselineArgs {
    /// What to do with it
    #[arg(value_name = "ACTION", value_enum)]
    pub(crate) action: BaselineAction,
    #[command(flatten)]
    pub(crate) check: CheckArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BaselineAction {
    /// Accept all that is found now
    Write,
    /// Drop what is not found any more
    Prune,
    /// List what is accepted, and what of it is not found any more
    Show,
}

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Folders of custom rules, or rules; by default those that the configuration names
    #[arg(value_name = "FOLDER")]
    pub(crate) folders: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct LspArgs {
    /// Given by editors; there is no other way
    #[arg(long, hide = true)]
    pub(crate) stdio: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Name of the rule
    pub(crate) rule: String,
}

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// Form of the list
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub(crate) output_format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ShowProjectArgs {
    /// Files and folders
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Leave out files and folders that match, as in .gitignore; several with commas between
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Pay no heed to .gitignore, .ignore and git's exclude files
    #[arg(long)]
    pub(crate) no_ignore: bool,
    /// The day for which the status of models is told; today by default
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) as_of: Option<Date>,
    /// Form of the report
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub(crate) output_format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ModelsArgs {
    /// The day for which the status is told; today by default
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) as_of: Option<Date>,
    /// Form of the list
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub(crate) output_format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Where to write the pages; standard output, and only the first of them, by default
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
}
