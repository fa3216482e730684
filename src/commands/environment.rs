//! What is set in the environment for nothing.

use clap::CommandFactory as _;
use claude_lint::error::nearest;

use crate::cli::Cli;

const PREFIX: &str = "CLAUDE_LINT_";
/// `packaging/gitlab-ci.yml` takes these.
const OF_THE_JOB: [&str; 2] = ["CLAUDE_LINT_VERSION", "CLAUDE_LINT_PATHS"];

/// A word about each variable that looks like one of ours and is none.
pub(super) fn unread() -> Vec<String> {
    let program = Cli::command();
    let known: Vec<String> = program
        .get_arguments()
        .filter_map(|argument| Some(argument.get_env()?.to_string_lossy().into_owned()))
        .collect();
    let set = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    let mut unread: Vec<String> = set
        .filter(|name| name.starts_with(PREFIX))
        .filter(|name| !known.contains(name) && !OF_THE_JOB.contains(&&**name))
        .collect();
    unread.sort();
    unread.iter().map(|name| format!("nothing reads `{name}`: {}", instead(name, &known))).collect()
}

fn instead(name: &str, known: &[String]) -> String {
    let option = |name: &str| name.trim_start_matches(PREFIX).to_lowercase().replace('_', "-");
    let known: Vec<String> = known.iter().map(|name| option(name)).collect();
    match nearest(&option(name), known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{PREFIX}{}`?", near.to_uppercase().replace('-', "_")),
        None => "`claude-lint --help` says which options there are".into(),
    }
}
