//! From the texts of a rule to the rule.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;

use super::document::RuleDocument;
use super::load::{RULE, Sources};
use super::{CustomRule, Message};
use crate::config::{BadConfig, understood};
use crate::error::nearest;
use crate::finding::Severity;
use crate::lang::pattern::{Pattern, compile};
use crate::lang::{Dialect, Language};
use crate::report::neutralize;
use crate::rules::{self, Category, Rule};

const UNUSABLE: &str = "the rule cannot be used";

/// The rule that texts make.
pub(super) fn build(sources: Sources) -> Result<CustomRule, Box<BadConfig>> {
    let id = id(&sources.folder)?;
    let path = sources.folder.join(RULE);
    let text = &sources.toml;
    let (document, mistakes) = understood::<RuleDocument>(&path, text, "the rule cannot be read");
    BadConfig::all(mistakes)?;
    let Some(document) = document else { return Err(BadConfig::whole("rule", &path, "cannot be read")) };
    let patterns = patterns(&sources)?;
    let texts = Texts { path: &path, sources: &sources, patterns: &patterns };
    let message = texts.line(&document.message)?;
    let summary = document.summary.as_ref().map(|summary| texts.line(summary)).transpose()?;
    let help = document.help.as_ref().map(|help| texts.message(help)).transpose()?;
    let mut labels = Vec::new();
    for (capture, label) in &document.labels {
        texts.captured(capture.get_ref(), capture.span())?;
        labels.push((capture.get_ref().clone(), texts.message(label)?));
    }
    let url = document.url.as_ref().map(|url| texts.address(url)).transpose()?;

    let mut languages: Vec<Language> = sources.queries.iter().map(|(language, _)| *language).collect();
    languages.sort_unstable();
    let plain = |message: &Message| message.with(|_| None);
    let summary = plain(summary.as_ref().unwrap_or(&message));
    let docs = page(&id, &summary, help.as_ref().map(plain), url);
    // What is said of a rule lives as long as the program, as that of built-in rules does: findings
    // refer to it. It is little, and made anew only where somebody changes a rule under an editor.
    let rule = Box::leak(Box::new(Rule {
        id: id.leak(),
        summary: summary.leak(),
        docs: docs.leak(),
        category: Category::Custom,
        severity: document.severity.unwrap_or(Severity::Warning),
        pedantic: document.pedantic,
        languages: languages.leak(),
        // Its query runs where files are parsed; see `answer`.
        check: |_, _| {},
    }));
    let folder = sources.folder.clone();
    Ok(CustomRule { rule, folder, sources, patterns, message, help, labels })
}

fn patterns(sources: &Sources) -> Result<Vec<(Dialect, Pattern)>, Box<BadConfig>> {
    let mut patterns = Vec::new();
    for (language, query) in &sources.queries {
        let path = sources.folder.join(format!("{}.scm", language.name()));
        if query.trim().is_empty() {
            return Err(BadConfig::whole("query", &path, "is empty"));
        }
        let compiled = compile(*language, query).map_err(|flaw| {
            // What it names goes to a terminal.
            let (label, help) =
                (neutralize(&flaw.label), flaw.help.map(|help| neutralize(&help).into_owned()));
            BadConfig::at(&path, query, flaw.at, "the query cannot be used", label, help)
        })?;
        patterns.extend(compiled);
    }
    Ok(patterns)
}

/// The texts of a `rule.toml`, with what they may speak of.
struct Texts<'a> {
    path: &'a Path,
    sources: &'a Sources,
    patterns: &'a [(Dialect, Pattern)],
}

impl Texts<'_> {
    fn bad(&self, at: Range<usize>, label: impl Into<String>, help: Option<String>) -> Box<BadConfig> {
        BadConfig::at(self.path, &self.sources.toml, at, UNUSABLE, label, help)
    }

    fn message(&self, text: &Spanned<String>) -> Result<Message, Box<BadConfig>> {
        let message = Message::read(text.get_ref()).map_err(|label| self.bad(text.span(), label, None))?;
        message.captures().try_for_each(|capture| self.captured(capture, text.span()))?;
        Ok(message)
    }

    fn line(&self, text: &Spanned<String>) -> Result<Message, Box<BadConfig>> {
        if text.get_ref().trim().contains(['\n', '\r']) {
            return Err(self.bad(text.span(), "this is more than one line", None));
        }
        self.message(text)
    }

    fn address<'t>(&self, text: &'t Spanned<String>) -> Result<&'t str, Box<BadConfig>> {
        let url = text.get_ref().as_str();
        let plain = url.chars().all(|c| !c.is_whitespace() && !c.is_control());
        match ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme)) && plain {
            true => Ok(url),
            false => Err(self.bad(text.span(), "this is no address", Some("write `https://…`".into()))),
        }
    }

    /// Whether the query of each language captures something under a name.
    fn captured(&self, capture: &str, at: Range<usize>) -> Result<(), Box<BadConfig>> {
        for (language, _) in &self.sources.queries {
            let of = self.patterns.iter().filter(|(dialect, _)| dialect.language() == *language);
            let mut captures = of.flat_map(|(_, pattern)| pattern.captures().iter().copied());
            if captures.clone().any(|other| other == capture) {
                continue;
            }
            let help = nearest(capture, &mut captures).map(|near| format!("did you mean `{near}`?"));
            return Err(self.bad(at, format!("`{}.scm` captures no `@{capture}`", language.name()), help));
        }
        Ok(())
    }
}

/// The name of a rule is that of its folder.
fn id(folder: &Path) -> Result<String, Box<BadConfig>> {
    let bad = |reason: &str| BadConfig::whole("rule", folder, reason);
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !name.split('-').all(is_word) {
        let help = "its folder is its name: small letters, digits and `-` between words";
        return Err(bad("has no name in kebab-case").with_help(help));
    }
    if rules::find(name).is_some() {
        return Err(bad("has the name of a built-in rule").with_help("rename its folder"));
    }
    if Category::ALL.iter().any(|category| category.name() == name) {
        return Err(bad("has the name of a category").with_help("rename its folder"));
    }
    Ok(name.to_string())
}

/// The page of a rule, with the headings of all pages as far as there is something to say.
fn page(id: &str, summary: &str, help: Option<String>, url: Option<&str>) -> String {
    let mut page = format!("# {id}\n\n## What it does\n\n{summary}\n");
    if let Some(help) = help {
        page.push_str(&format!("\n## How to fix\n\n{help}\n"));
    }
    if let Some(url) = url {
        page.push_str(&format!("\n## {}\n\n{url}\n", rules::page::MORE));
    }
    page
}
