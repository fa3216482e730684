//! Which rules run, by `--select` and `--ignore`.

use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::rules::{self, Category, Rule};

/// The rules of a run and which of their findings are shown.
#[derive(Debug, Clone)]
pub struct Selection {
    /// In the order of the catalogue.
    rules: Vec<Selected>,
    pedantic: bool,
    min_severity: Severity,
}

#[derive(Debug, Clone, Copy)]
struct Selected {
    rule: &'static Rule,
    /// Named itself, not through its category.
    by_name: bool,
}

impl Default for Selection {
    /// Every rule that is on by default.
    fn default() -> Selection {
        Selection {
            rules: rules::ALL.iter().map(|&rule| Selected { rule, by_name: false }).collect(),
            pedantic: false,
            min_severity: Severity::Info,
        }
    }
}

/// What a name stands for.
#[derive(Clone, Copy)]
enum Name {
    Rule(&'static Rule),
    Category(Category),
}

impl Name {
    fn covers(self, rule: &'static Rule) -> bool {
        match self {
            Name::Rule(named) => std::ptr::eq(named, rule),
            Name::Category(category) => rule.category == category,
        }
    }
}

impl Selection {
    /// Reads names of rules and categories. Without `select` all rules are taken; a rule
    /// beats its category, and among equals `ignore` beats `select`. An error where a name is
    /// neither.
    pub fn new(
        select: &[String],
        ignore: &[String],
        pedantic: bool,
        min_severity: Severity,
    ) -> Result<Selection, Error> {
        Selection::among(Custom::default(), select, ignore, pedantic, min_severity)
    }

    /// Selects among the built-in rules and those of a project.
    pub(crate) fn among(
        custom: Custom<'_>,
        select: &[String],
        ignore: &[String],
        pedantic: bool,
        min_severity: Severity,
    ) -> Result<Selection, Error> {
        let select = names(select, custom)?;
        let ignore = names(ignore, custom)?;
        let mut rules = Vec::new();
        for &rule in rules::ALL.iter().chain(custom.here) {
            let by = |list: &[Name], single: bool| {
                list.iter().any(|n| matches!(n, Name::Rule(_)) == single && n.covers(rule))
            };
            let by_name = by(&select, true);
            let taken = by_name || select.is_empty() || by(&select, false);
            let left_out = by(&ignore, true) || (by(&ignore, false) && !by_name);
            if taken && !left_out {
                rules.push(Selected { rule, by_name });
            }
        }
        Ok(Selection { rules, pedantic, min_severity })
    }

    /// One rule and no other.
    pub(crate) fn only(rule: &'static Rule) -> Selection {
        let rules = vec![Selected { rule, by_name: true }];
        Selection { rules, pedantic: true, min_severity: Severity::Info }
    }

    /// Also takes a rule by its name, even where it is pedantic.
    #[must_use]
    pub fn with(mut self, rule: &'static Rule) -> Selection {
        self.rules.retain(|selected| !std::ptr::eq(selected.rule, rule));
        self.rules.push(Selected { rule, by_name: true });
        self
    }

    /// The rules to run.
    pub fn rules(&self) -> Vec<&'static Rule> {
        let runs = |s: &&Selected| self.pedantic || s.by_name || !s.rule.pedantic;
        self.rules.iter().filter(runs).map(|s| s.rule).collect()
    }

    /// Whether a finding is shown.
    pub fn shows(&self, finding: &Finding) -> bool {
        let Some(selected) = self.rules.iter().find(|s| std::ptr::eq(s.rule, finding.rule)) else {
            return false;
        };
        let sure = self.pedantic || finding.confidence > crate::finding::Confidence::Low;
        let tier = self.pedantic || selected.by_name || !finding.rule.pedantic;
        sure && tier && finding.severity >= self.min_severity
    }
}

/// The rules of projects.
#[derive(Clone, Copy, Default)]
pub(crate) struct Custom<'a> {
    /// Those that can be selected.
    pub(crate) here: &'a [&'static Rule],
    /// Those that hold elsewhere in the same run, so that nothing is wrong with their names.
    pub(crate) elsewhere: &'a [&'static Rule],
}

impl Custom<'_> {
    fn find(self, id: &str) -> Option<&'static Rule> {
        let custom = self.here.iter().chain(self.elsewhere).copied();
        rules::find(id).or_else(|| custom.into_iter().find(|rule| rule.id == id))
    }
}

fn names(given: &[String], custom: Custom<'_>) -> Result<Vec<Name>, Error> {
    let given = given.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    given.map(|text| name(text, custom)).collect()
}

fn name(text: &str, custom: Custom<'_>) -> Result<Name, Error> {
    if let Some(rule) = custom.find(text) {
        return Ok(Name::Rule(rule));
    }
    match Category::ALL.iter().find(|c| c.name() == text) {
        Some(&category) => Ok(Name::Category(category)),
        None => Err(Error::unknown_rule(text, rule_names(custom.here).chain(category_names()))),
    }
}

/// The rule of that name, built-in or one of `custom`, or an error that offers the nearest.
pub fn find_rule(text: &str, custom: &[&'static Rule]) -> Result<&'static Rule, Error> {
    if let Some(rule) = (Custom { here: custom, elsewhere: &[] }).find(text) {
        return Ok(rule);
    }
    let within: Vec<String> = rules::ALL
        .iter()
        .chain(custom)
        .filter(|rule| rule.category.name() == text)
        .map(|rule| format!("`{}`", rule.id))
        .collect();
    if within.is_empty() {
        return Err(Error::unknown_rule(text, rule_names(custom).chain(category_names())));
    }
    let help = format!("`{text}` is a category; its rules are {}", within.join(", "));
    Err(Error::UnknownRule { name: text.into(), help })
}

fn category_names() -> impl Iterator<Item = &'static str> {
    Category::ALL.iter().map(|category| category.name())
}

fn rule_names<'a>(custom: &'a [&'static Rule]) -> impl Iterator<Item = &'static str> + 'a {
    rules::ALL.iter().chain(custom).map(|rule| rule.id)
}
