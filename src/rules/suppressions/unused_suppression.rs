//! A suppression that suppresses nothing.

use crate::finding::{Finding, Location, Severity};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::date::Date;

pub(crate) static RULE: Rule = Rule {
    id: "unused-suppression",
    summary: "a suppression names a rule that reports nothing there",
    docs: include_str!("unused_suppression.md"),
    category: Category::Suppressions,
    severity: Severity::Info,
    pedantic: false,
    languages: ALL_LANGUAGES,
    // Only when all other findings are known can it be said; see `suppress::apply`.
    check: |_, _| {},
};

/// The finding for a name that suppresses nothing; `ended` is its last day where it would otherwise.
pub(crate) fn finding(at: Location, name: &str, ended: Option<Date>) -> Finding {
    if let Some(day) = ended {
        return Finding::new(&RULE, at, format!("`{name}` was suppressed here until {day}"))
            .label("ended")
            .help("mend what is reported, or give it a new day with the reason for that");
    }
    Finding::new(&RULE, at, format!("`{name}` reports nothing that this comment would suppress"))
        .label("not needed")
        .help(format!("remove `{name}` from the comment, or move the comment to the line it is about"))
}
