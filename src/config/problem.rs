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
}

impl BadConfig {
    /// A file or folder as a whole.
    pub(crate) fn whole(what: &str, path: &Path, reason: &str) -> Box<BadConfig> {
        let message = format!("the {what} `{}` {reason}", path.display());
        Box::new(BadConfig { message, text: None, at: None, label: String::new(), help: None })
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

/// What was read, or where and why it could not be.
pub(crate) fn understood<T>(
    path: &Path,
    text: &str,
    failure: &str,
    read: Result<T, toml::de::Error>,
) -> Result<T, Box<BadConfig>> {
    read.map_err(|error| {
        let message = error.message();
        let at = error.span().unwrap_or(0..0);
        let (label, help) = match unknown(message) {
            Some((kind, name, known)) => (
                format!("there is no {kind} `{name}`"),
                Some(match nearest(&name, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it may be {}", listed(&known)),
                }),
            ),
            None => (message.lines().next().unwrap_or_default().to_string(), None),
        };
        BadConfig::at(path, text, at, failure, label, help)
    })
}

/// A key or value that is not known: what it is, its name and the known ones, from the words
/// of the deserializer.
fn unknown(message: &str) -> Option<(&'static str, String, Vec<String>)> {
    let kind = match message {
        m if m.starts_with("unknown field") => "setting",
        m if m.starts_with("unknown variant") => "value",
        _ => return None,
    };
    let mut quoted = message.split('`').skip(1).step_by(2).map(str::to_string);
    let name = quoted.next()?;
    Some((kind, name, quoted.collect()))
}

fn listed(known: &[String]) -> String {
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
    pub(super) fn check(&self, document: &Document) -> Result<(), Box<BadConfig>> {
        self.rules_or_categories(document.select.iter().flatten())?;
        self.rules_or_categories(document.ignore.iter().flatten())?;
        self.globs(document.exclude.iter().flatten())?;
        self.tables(&document.rules)?;
        self.wrappers(document.project.iter().filter_map(|project| project.wrappers.as_ref()).flatten())?;
        for table in document.overrides.iter().flatten() {
            self.globs(&table.paths)?;
            self.rules_or_categories(table.select.iter().flatten())?;
            self.rules_or_categories(table.ignore.iter().flatten())?;
            self.tables(&table.rules)?;
        }
        Ok(())
    }

    fn is_rule(&self, name: &str) -> bool {
        rules::find(name).is_some() || self.custom.find(name).is_some()
    }

    fn rule_ids(&self) -> impl Iterator<Item = &'static str> + '_ {
        rules::ALL.iter().copied().chain(self.custom.rules()).map(|rule: &Rule| rule.id)
    }

    fn bad(&self, at: Range<usize>, label: String, help: Option<String>) -> Box<BadConfig> {
        BadConfig::at(self.path, self.text, at, "the configuration cannot be used", label, help)
    }

    fn rules_or_categories<'n>(
        &self,
        names: impl IntoIterator<Item = &'n Spanned<String>>,
    ) -> Result<(), Box<BadConfig>> {
        for name in names {
            let text = name.get_ref().as_str();
            let category = Category::ALL.iter().any(|category| category.name() == text);
            if !category && !self.is_rule(text) {
                let known = self.rule_ids().chain(Category::ALL.iter().map(|category| category.name()));
                return Err(self.no_rule(name, known));
            }
        }
        Ok(())
    }

    fn no_rule(&self, name: &Spanned<String>, known: impl Iterator<Item = &'static str>) -> Box<BadConfig> {
        let text = name.get_ref();
        let help = unknown_rule_help(text, known);
        self.bad(name.span(), format!("there is no rule `{}`", neutralize(text)), Some(help))
    }

    fn globs<'n>(&self, globs: impl IntoIterator<Item = &'n Spanned<String>>) -> Result<(), Box<BadConfig>> {
        for glob in globs {
            if let Some(flaw) = Globs::flaw(glob.get_ref()) {
                return Err(self.bad(glob.span(), flaw, None));
            }
        }
        Ok(())
    }

    /// What they are like is known.
    fn wrappers<'n>(
        &self,
        wrappers: impl IntoIterator<Item = (&'n Spanned<String>, &'n Spanned<String>)>,
    ) -> Result<(), Box<BadConfig>> {
        for (_, like) in wrappers {
            let path = dotted(like.get_ref());
            if !Language::ALL.iter().any(|language| Sdk::of(*language).knows_package(&path)) {
                let label = format!("no SDK has `{}`", neutralize(like.get_ref()));
                let known = Language::ALL.iter().flat_map(|language| Sdk::of(*language).names());
                let mut known: Vec<&str> = known.collect();
                known.sort_unstable();
                let help = match nearest(&path, known.into_iter()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        "it is the path of a client, function or package: `anthropic.Anthropic`".to_string()
                    }
                };
                return Err(self.bad(like.span(), label, Some(help)));
            }
        }
        Ok(())
    }

    fn tables(&self, rules: &BTreeMap<Spanned<String>, RuleTable>) -> Result<(), Box<BadConfig>> {
        for (name, table) in rules {
            if !self.is_rule(name.get_ref()) {
                return Err(self.no_rule(name, self.rule_ids()));
            }
            if let Some(allow) = &table.allow
                && !ABOUT_MODELS.contains(&name.get_ref().as_str())
            {
                let label = format!("`{}` has no `allow`", name.get_ref());
                let help = format!("it is for {}", listed(&ABOUT_MODELS.map(String::from)));
                return Err(self.bad(allow.span(), label, Some(help)));
            }
        }
        Ok(())
    }
}
