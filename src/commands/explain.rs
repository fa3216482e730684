//! `claude-lint explain RULE`.

use claude_lint::error::Error;
use claude_lint::selection::find_rule;

use super::{CLEAN, terminal};
use crate::cli::ExplainArgs;

/// Prints the page of a rule.
pub(crate) fn run(args: &ExplainArgs) -> Result<u8, Error> {
    let rule = find_rule(args.rule.trim())?;
    terminal::print(&format!("{}\n", rule.docs.trim_end()))?;
    Ok(CLEAN)
}
