//! `claude-lint rules`.

use claude_lint::error::Error;
use claude_lint::finding::Safety;
use claude_lint::rules::{ALL, Rule, fixes};
use serde::Serialize;

use super::table::table;
use super::{CLEAN, settings, terminal};
use crate::cli::{ListFormat, RulesArgs};

/// One rule as programs see it.
#[derive(Serialize)]
struct Entry {
    id: &'static str,
    category: &'static str,
    severity: &'static str,
    tier: &'static str,
    fixes: &'static [Safety],
    languages: &'static [claude_lint::lang::Language],
    summary: &'static str,
}

/// Prints the list of rules.
pub(crate) fn run(args: &RulesArgs) -> Result<u8, Error> {
    let custom = settings::custom_rules()?;
    let entries: Vec<Entry> = ALL.iter().copied().chain(custom.rules()).map(entry).collect();
    let text = match args.output_format {
        ListFormat::Text => table(&rows(&entries)),
        ListFormat::Json => {
            let list = serde_json::json!({ "version": 1, "rules": entries });
            format!("{list:#}\n")
        }
    };
    terminal::print(&text)?;
    Ok(CLEAN)
}

fn entry(rule: &'static Rule) -> Entry {
    Entry {
        id: rule.id,
        category: rule.category.name(),
        severity: rule.severity.name(),
        tier: if rule.pedantic { "pedantic" } else { "default" },
        fixes: fixes(rule),
        languages: rule.languages,
        summary: rule.summary,
    }
}

fn rows(entries: &[Entry]) -> Vec<[String; 6]> {
    let row = |e: &Entry| {
        let fix = e.fixes.first().map_or("-", |safety| safety.name());
        [e.id, e.category, e.severity, e.tier, fix, e.summary].map(String::from)
    };
    let head = ["rule", "category", "severity", "tier", "fix", "summary"].map(String::from);
    [head].into_iter().chain(entries.iter().map(row)).collect()
}
