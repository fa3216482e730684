//! What is linted and how: the options of `check`, and of the commands that lint as it does.

use std::path::PathBuf;

use clap::Args;
use claude_lint::sdk::date::Date;

use super::value::{ColorWhen, FailOn, SeverityArg, Wanted, category, switch, wanted};

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Files and folders; `-` for standard input
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) files: FileArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    #[command(flatten)]
    pub(crate) fixes: FixArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct ConfigArgs {
    /// A configuration file instead of the nearest ones, or a setting: `ignore = ["retry"]`
    #[arg(long, value_name = "FILE|'KEY = VALUE'", env = "CLAUDE_LINT_CONFIG", hide_env = true)]
    pub(crate) config: Vec<String>,
    /// Read no configuration file
    #[arg(long, env = "CLAUDE_LINT_NO_CONFIG", hide_env = true, value_parser = switch)]
    pub(crate) no_config: bool,
    /// Show which settings hold in the current folder and where they come from, and lint nothing
    #[arg(long)]
    pub(crate) show_config: bool,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Fixes")]
pub(crate) struct FixArgs {
    /// Fix what can be fixed safely; the text from standard input is printed fixed
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix or --diff, also make fixes that need a second look; alone, show them
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// Show what --fix would change, write nothing, and exit with 1 if there is anything
    #[arg(long, conflicts_with = "fix")]
    pub(crate) diff: bool,
    /// Write a comment that suppresses it, with this reason, at each finding; with --diff, show them
    #[arg(long, value_name = "REASON", conflicts_with_all = ["fix", "unsafe_fixes"], value_parser = reason)]
    pub(crate) add_ignore: Option<String>,
}

impl FixArgs {
    /// Whether files are written.
    pub(crate) fn writes(&self) -> bool {
        self.fix || (self.add_ignore.is_some() && !self.diff)
    }
}

/// What may stand behind the brackets of a comment that suppresses.
fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say why the findings do not hold, or are accepted".into()),
        text if text.contains(char::is_control) => Err("a reason stands on one line".into()),
        text => Ok(text.to_string()),
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Files")]
pub(crate) struct FileArgs {
    /// Leave out files and folders that match, as in .gitignore; several with commas between
    #[arg(long, value_name = "GLOB", env = "CLAUDE_LINT_EXCLUDE", hide_env = true)]
    pub(crate) exclude: Vec<String>,
    /// Leave out what is excluded also where it is named, as programs do that name what was changed
    #[arg(long, env = "CLAUDE_LINT_FORCE_EXCLUDE", hide_env = true, value_parser = switch)]
    pub(crate) force_exclude: bool,
    /// Pay no heed to .gitignore, .ignore and git's exclude files
    #[arg(long, env = "CLAUDE_LINT_NO_IGNORE", hide_env = true, value_parser = switch)]
    pub(crate) no_ignore: bool,
    /// The file that standard input stands for
    #[arg(long, value_name = "PATH")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// List the files that would be linted, and do not lint them
    #[arg(long)]
    pub(crate) show_files: bool,
    /// Number of threads; as many as there are processors by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), env = "CLAUDE_LINT_THREADS", hide_env = true)]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RuleArgs {
    /// Run only these rules and categories
    #[arg(
        long,
        value_name = "RULE|CATEGORY",
        value_delimiter = ',',
        env = "CLAUDE_LINT_SELECT",
        hide_env = true
    )]
    pub(crate) select: Vec<String>,
    /// Leave out these rules and categories
    #[arg(
        long,
        value_name = "RULE|CATEGORY",
        value_delimiter = ',',
        env = "CLAUDE_LINT_IGNORE",
        hide_env = true
    )]
    pub(crate) ignore: Vec<String>,
    /// Judge dates, such as the end of a model, as on this day; today by default
    #[arg(long, value_name = "YYYY-MM-DD", env = "CLAUDE_LINT_AS_OF", hide_env = true)]
    pub(crate) as_of: Option<Date>,
    /// Also run pedantic rules and show what is only likely
    #[arg(long, env = "CLAUDE_LINT_PEDANTIC", hide_env = true, value_parser = switch)]
    pub(crate) pedantic: bool,
    /// Show only findings of this severity and above; all by default
    #[arg(long, value_name = "SEVERITY", value_enum, env = "CLAUDE_LINT_MIN_SEVERITY", hide_env = true)]
    pub(crate) min_severity: Option<SeverityArg>,
    /// Also run the custom rules in this folder; several may be given
    #[arg(long, value_name = "FOLDER", env = "CLAUDE_LINT_RULES_DIR", hide_env = true)]
    pub(crate) rules_dir: Vec<PathBuf>,
    /// Findings that are accepted; by default claude-lint-baseline.json at the root, if it is there
    #[arg(long, value_name = "FILE", env = "CLAUDE_LINT_BASELINE", hide_env = true)]
    pub(crate) baseline: Option<PathBuf>,
    /// Accept nothing
    #[arg(long, conflicts_with = "baseline")]
    pub(crate) no_baseline: bool,
    /// Report only what is on lines changed since this commit, branch or tag
    #[arg(long, value_name = "REF", env = "CLAUDE_LINT_CHANGED_SINCE", hide_env = true)]
    pub(crate) changed_since: Option<String>,
    /// Exit with 1 at findings of this severity and above; `warning` by default
    #[arg(long, value_name = "SEVERITY", value_enum, env = "CLAUDE_LINT_FAIL_ON", hide_env = true)]
    pub(crate) fail_on: Option<FailOn>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Form of the report, and a file for it; several make several reports
    ///
    /// full (the default), concise, json, json-lines, sarif, github, gitlab, junit, checkstyle,
    /// rdjson, azure, agent. In GitHub Actions annotations are added where nothing is asked for.
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = wanted, env = "CLAUDE_LINT_OUTPUT_FORMAT", hide_env = true)]
    pub(crate) output_format: Vec<Wanted>,
    /// Write the report that has no file of its own to this one
    #[arg(long, value_name = "PATH", env = "CLAUDE_LINT_OUTPUT_FILE", hide_env = true)]
    pub(crate) output_file: Option<PathBuf>,
    /// What tells several SARIF logs of one repository apart, such as those of its parts
    #[arg(long, value_name = "NAME", default_value = env!("CARGO_PKG_NAME"), value_parser = category, env = "CLAUDE_LINT_SARIF_CATEGORY", hide_env = true)]
    pub(crate) sarif_category: String,
    /// Put findings that comments or the baseline accept into SARIF logs as well, marked as such
    #[arg(long)]
    pub(crate) show_suppressed: bool,
    /// Colours; NO_COLOR and CLICOLOR_FORCE count for `auto`
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        env = "CLAUDE_LINT_COLOR",
        hide_env = true
    )]
    pub(crate) color: ColorWhen,
    /// No summary, only findings and failures
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Also say what was left out, and why, ignore files and --exclude aside
    #[arg(long, short)]
    pub(crate) verbose: bool,
}
