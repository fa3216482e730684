//! A suppression that does not do what its author thinks.

use crate::error::nearest;
use crate::finding::{Finding, Location, Severity};
use crate::model::Project;
use crate::rules::{ALL, ALL_LANGUAGES, Category, Rule};
use crate::suppress::{Flaw, flaws};

pub(crate) static RULE: Rule = Rule {
    id: "invalid-suppression",
    summary: "a suppression is not understood or names a rule that does not exist",
    docs: include_str!("invalid_suppression.md"),
    category: Category::Suppressions,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

const FORM: &str = "write `claude-lint: ignore[rule-id] reason`";

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let custom = project.custom_rules();
    for (id, file) in project.file_ids() {
        let flaws = flaws(file, &custom).into_iter();
        findings.extend(flaws.map(|(flaw, span)| finding(Location { file: id, span }, &flaw, &custom)));
    }
}

fn finding(at: Location, flaw: &Flaw, custom: &[&'static Rule]) -> Finding {
    let (message, help) = match flaw {
        Flaw::Word(word) => (format!("`{word}` is no way to suppress findings"), FORM.to_string()),
        Flaw::NoRule => ("this suppression names no rule, so it suppresses nothing".into(), FORM.into()),
        Flaw::Unclosed => ("the list of rules is not closed by `]`".into(), FORM.into()),
        Flaw::FileBesideCode => (
            "`ignore-file` stands beside code, so it suppresses nothing".into(),
            "put it on a line of its own, or write `ignore` to suppress findings of this line".into(),
        ),
        Flaw::NoDay(day) => (
            format!("`{day}` is no day, so this comment suppresses nothing"),
            "write the last day on which it holds as `until=2027-01-31`".into(),
        ),
        Flaw::UnknownName(name) => {
            let rules = ALL.iter().chain(custom).map(|rule| rule.id);
            let known = rules.chain(Category::ALL.iter().map(|c| c.name()));
            let help = match nearest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`claude-lint rules` lists all rules".into(),
            };
            (format!("there is no rule `{name}`"), help)
        }
    };
    Finding::new(&RULE, at, message).help(help)
}
