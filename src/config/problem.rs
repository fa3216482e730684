//! What is wrong with a configuration, shown where it stands.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use miette::{Diagnostic, NamedSource, SourceSpan};
use toml::Spanned;

use super::document::{Document, RuleTable};
use super::wrappers::dotted;
use crate::custom::RuleSet;
use crate::error::{nearest, unknown_rule_help};
use crate::lang::Language;
use crate::report::neutralize;
use crate::rules::{self, Category, Rule};
use crate::sdk::Sdk;
use crate::source::Globs;

/// Rules about model ids: those that take `allow`.
pub(super) const ABOUT_MODELS: [&str; 3] = ["unknown-model", "retired-model", "deprecated-model"];

/// A configuration, or a custom rule, that cannot be understood.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
pub struct BadConfig {
    message: String,
    #[source_code]
    text: Option<NamedSource<String>>,
    #[label("{label}")]
    at: Option<SourceSpan>,
    label: String,
    #[help]
    help: Option<String>,
    /// What else is wrong there.
    #[related]
    others: Vec<BadConfig>,
}

impl BadConfig {
    /// A file or folder as a whole.
    pub(crate) fn whole(what: &str, path: &Path, reason: &str) -> Box<BadConfig> {
        let message = format!("the {what} `{}` {reason}", path.display());
        Box::new(BadConfig {
            message,
            text: None,
            at: None,
            label: String::new(),
            help: None,
            others: Vec::new(),
        })
    }

    /// All of several, by place; nothing where there is none.
    pub(crate) fn all(several: Vec<BadConfig>) -> Result<(), Box<BadConfig>> {
        let mut all: Vec<BadConfig> = Vec::new();
        for mut one in several {
            let others = std::mem::take(&mut one.others);
            all.push(one);
            all.extend(others);
        }
        all.sort_by_key(|one| one.at.map(|at| at.offset()));
        let mut all = all.into_iter();
        let Some(mut first) = all.next() else { return Ok(()) };
        first.others = all.collect();
        Err(Box::new(first))
    }

    /// Each mistake alone.
    pub fn each(&self) -> impl Iterator<Item = &BadConfig> {
        std::iter::once(self).chain(&self.others)
    }

    /// Says what to do.
    pub(crate) fn with_help(mut self: Box<Self>, help: &str) -> Box<BadConfig> {
        self.help = Some(help.to_string());
        self
    }

    /// A place in a file.
    pub(crate) fn at(
        path: &Path,
        text: &str,
        at: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) -> Box<BadConfig> {
        // Its text goes to a terminal.
        let lines: Vec<String> = text.split('\n').map(line_of).collect();
        // What is missing at the end of the text is marked at its last line.
        let last = text.trim_end().char_indices().next_back().map_or(0, |(at, _)| at);
        let at = if at.start >= text.trim_end().len() { last..text.trim_end().len() } else { at };
        let name = neutralize(&path.to_string_lossy()).into_owned();
        Box::new(BadConfig {
            message: message.into(),
            text: Some(NamedSource::new(name, lines.join("\n"))),
            at: Some(SourceSpan::from(at)),
            label: label.into(),
            help,
            others: Vec::new(),
        })
    }
}

/// A line whose bytes keep their places, so that marks stay where they belong.
fn line_of(line: &str) -> String {
    let harmless = neutralize(line);
    if harmless.len() == line.len() { harmless.into_owned() } else { line.chars().map(blank).collect() }
}

/// The character, or blanks of the same length.
fn blank(c: char) -> String {
    let harmless = neutralize(c.encode_utf8(&mut [0; 4])) == c.to_string();
    if harmless { c.to_string() } else { " ".repeat(c.len_utf8()) }
}

pub(super) fn listed(known: &[String]) -> String {
    known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Checks what no type can: names of rules, globs, options.
pub(super) struct Names<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
    /// The rules that the project brings along.
    pub(super) custom: &'a RuleSet,
}

impl Names<'_> {
    /// All that is wrong.
    pub(super) fn check(&self, document: &Document) -> Vec<BadConfig> {
        let mut bad = Vec::new();
        let named = [&document.select, &document.ignore].into_iter().flatten().flatten();
        bad.extend(named.filter_map(|name| self.rule_or_category(name)));
        bad.extend(document.exclude.iter().flatten().filter_map(|glob| self.glob(glob)));
        bad.extend(self.tables(&document.rules));
        let wrappers = document.project.iter().filter_map(|project| project.wrappers.as_ref()).flatten();
        bad.extend(wrappers.filter_map(|(_, like)| self.likeness(like)));
        for table in document.overrides.iter().flatten() {
            bad.extend(table.paths.iter().filter_map(|glob| self.glob(glob)));
            let named = [&table.select, &table.ignore].into_iter().flatten().flatten();
            bad.extend(named.filter_map(|name| self.rule_or_category(name)));
            bad.extend(self.tables(&table.rules));
        }
        bad
    }

    fn is_rule(&self, name: &str) -> bool {
        rules::find(name).is_some() || self.custom.find(name).is_some()
    }

    fn rule_ids(&self) -> impl Iterator<Item = &'static str> + '_ {
        rules::ALL.iter().copied().chain(self.custom.rules()).map(|rule: &Rule| rule.id)
    }

    fn bad(&self, at: Range<usize>, label: String, help: Option<String>) -> BadConfig {
        *BadConfig::at(self.path, self.text, at, "the configuration cannot be used", label, help)
    }

    fn rule_or_category(&self, name: &Spanned<String>) -> Option<BadConfig> {
        let text = name.get_ref().as_str();
        let category = Category::ALL.iter().any(|category| category.name() == text);
        let known = || self.rule_ids().chain(Category::ALL.iter().map(|category| category.name()));
        (!category && !self.is_rule(text)).then(|| self.no_rule(name, known()))
    }

    fn no_rule(&self, name: &Spanned<String>, known: impl Iterator<Item = &'static str>) -> BadConfig {
        let text = name.get_ref();
        let help = unknown_rule_help(text, known);
        self.bad(name.span(), format!("there is no rule `{}`", neutralize(text)), Some(help))
    }

    fn glob(&self, glob: &Spanned<String>) -> Option<BadConfig> {
        Globs::flaw(glob.get_ref()).map(|flaw| self.bad(glob.span(), flaw, None))
    }

    /// What a wrapper is like is known.
    fn likeness(&self, like: &Spanned<String>) -> Option<BadConfig> {
        let path = dotted(like.get_ref());
        if Language::ALL.iter().any(|language| Sdk::of(*language).knows_package(&path)) {
            return None;
        }
        let label = format!("no SDK has `{}`", neutralize(like.get_ref()));
        let mut known: Vec<&str> =
            Language::ALL.iter().flat_map(|language| Sdk::of(*language).names()).collect();
        known.sort_unstable();
        let help = match nearest(&path, known.into_iter()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "it is the path of a client, function or package: `anthropic.Anthropic`".to_string(),
        };
        Some(self.bad(like.span(), label, Some(help)))
    }

    fn tables(&self, rules: &BTreeMap<Spanned<String>, RuleTable>) -> Vec<BadConfig> {
        let mut bad = Vec::new();
        for (name, table) in rules {
            if !self.is_rule(name.get_ref()) {
                bad.push(self.no_rule(name, self.rule_ids()));
            } else if let Some(allow) = &table.allow
                && !ABOUT_MODELS.contains(&name.get_ref().as_str())
            {
                let label = format!("`{}` has no `allow`", name.get_ref());
                let help = format!("it is for {}", listed(&ABOUT_MODELS.map(String::from)));
                bad.push(self.bad(allow.span(), label, Some(help)));
            }
        }
        bad
    }
}
