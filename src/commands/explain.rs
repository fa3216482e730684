//! `claude-lint explain RULE`.

use claude_lint::error::Error;
use claude_lint::rules::{Rule, page};
use claude_lint::selection::find_rule;

use super::{CLEAN, terminal};
use crate::cli::ExplainArgs;

/// Prints the page of a rule.
pub(crate) fn run(args: &ExplainArgs) -> Result<u8, Error> {
    let rule = find_rule(args.rule.trim())?;
    terminal::print(&page::with_arrows(&with_facts(rule)))?;
    Ok(CLEAN)
}

/// The page, with what the catalogue says of the rule below its title.
fn with_facts(rule: &Rule) -> String {
    let tier = if rule.pedantic { "only with --pedantic" } else { "on by default" };
    let facts = format!("Category {}, severity {}, {tier}.", rule.category.name(), rule.severity.name());
    let page = rule.docs.trim();
    match page.split_once('\n') {
        Some((title, rest)) => format!("{title}\n\n{facts}\n{rest}\n"),
        None => format!("{page}\n\n{facts}\n"),
    }
}
