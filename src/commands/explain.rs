//! `claude-lint explain RULE`.

use claude_lint::error::Error;
use claude_lint::finding::Safety;
use claude_lint::rules::{self, Rule, fixes, page};
use claude_lint::selection::find_rule;

use super::{CLEAN, settings, terminal};
use crate::cli::ExplainArgs;

/// Prints the page of a rule.
pub(crate) fn run(args: &ExplainArgs) -> Result<u8, Error> {
    let name = args.rule.trim();
    // A configuration with mistakes in it keeps nobody from reading about built-in rules.
    let rule = match rules::find(name) {
        Some(rule) => rule,
        None => find_rule(name, &settings::custom_rules()?.rules().collect::<Vec<_>>())?,
    };
    terminal::print(&page::with_arrows(&with_facts(rule)))?;
    Ok(CLEAN)
}

/// The page, with what the catalogue says of the rule below its title.
fn with_facts(rule: &Rule) -> String {
    let tier = if rule.pedantic { "only with --pedantic" } else { "on by default" };
    let mut facts = format!("Category {}, severity {}, {tier}.", rule.category.name(), rule.severity.name());
    facts.push_str(match fixes(rule) {
        [] => "",
        [Safety::Safe] => " `--fix` mends it where that is certain.",
        [Safety::Unsafe] => " `--fix --unsafe-fixes` mends some of it.",
        _ => " `--fix` mends it where that is certain, `--unsafe-fixes` some more.",
    });
    let page = rule.docs.trim();
    match page.split_once('\n') {
        Some((title, rest)) => format!("{title}\n\n{facts}\n{rest}\n"),
        None => format!("{page}\n\n{facts}\n"),
    }
}
