//! Reads `claude-lint: …` in comments.

use super::cover::{Lines, Place, Places};
use super::{Name, Suppression};
use crate::facts::Comment;
use crate::model::FileModel;
use crate::rules::{self, Category, Rule};
use crate::sdk::date::Date;
use crate::source::Span;

/// What a directive begins with, in letters of any case, and a colon.
const MARK: &str = "claude-lint";

/// Why a suppression does not do what it should.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Flaw {
    /// Neither `ignore` nor `ignore-file`.
    Word(String),
    /// No rule in brackets.
    NoRule,
    /// No closing bracket.
    Unclosed,
    /// Neither a rule nor a category.
    UnknownName(String),
    /// `ignore-file` next to code.
    FileBesideCode,
    /// What stands behind `until=` is no day.
    NoDay(String),
}

/// A comment that addresses the linter.
struct Directive {
    comment: Span,
    place: Place,
    whole_file: bool,
    names: Vec<(Name, Span)>,
    reason: String,
    until: Option<Date>,
    flaws: Vec<(Flaw, Span)>,
}

/// What the comments of a file suppress. They may name built-in rules and some others.
pub(super) fn suppressions(file: &FileModel, custom: &[&'static Rule]) -> Vec<Suppression> {
    let directives = directives(file, custom);
    if directives.is_empty() {
        return Vec::new();
    }
    let lines = Lines::new(file);
    let mut suppressions = Vec::new();
    for directive in directives {
        let lines =
            if directive.whole_file { 1..u32::MAX } else { lines.about(directive.comment, directive.place) };
        suppressions.extend(directive.names.into_iter().map(|(name, span)| Suppression {
            name,
            spans: vec![span],
            lines: lines.clone(),
            own_line: file.source.lines().line(span.start),
            reason: directive.reason.clone(),
            until: directive.until,
            used: false,
        }));
    }
    suppressions
}

/// What is wrong with the suppressions of a file, and where.
pub(crate) fn flaws(file: &FileModel, custom: &[&'static Rule]) -> Vec<(Flaw, Span)> {
    directives(file, custom).into_iter().flat_map(|directive| directive.flaws).collect()
}

fn directives(file: &FileModel, custom: &[&'static Rule]) -> Vec<Directive> {
    let mut places = Places::new(file);
    file.facts.comments.iter().flat_map(|comment| in_comment(file, comment, &mut places, custom)).collect()
}

/// The directives in the lines of a comment.
fn in_comment(
    file: &FileModel,
    comment: &Comment,
    places: &mut Places<'_>,
    custom: &[&'static Rule],
) -> Vec<Directive> {
    let text = file.source.text.get(comment.span.range()).unwrap_or_default();
    let mut directives = Vec::new();
    let mut start = comment.span.start as usize;
    for line in text.split_inclusive('\n') {
        if let Some(at) = directive_start(line) {
            directives.extend(parse(comment.span, start + at, &line[at..], places, custom));
        }
        start += line.len();
    }
    directives
}

/// Where the mark ends in a line of a comment. Prose that mentions it does not count: before
/// it stands nothing but the marks of the comment, or those of another comment within it.
fn directive_start(line: &str) -> Option<usize> {
    line.match_indices(':').find_map(|(colon, _)| {
        let at = colon.checked_sub(MARK.len())?;
        let mark = line.get(at..colon).filter(|mark| mark.eq_ignore_ascii_case(MARK))?;
        let before = line[..colon - mark.len()].trim_end();
        let starts = before.is_empty() || before.ends_with(['#', '/', '*', '!']);
        starts.then_some(colon + 1)
    })
}

/// Reads what follows the mark, up to the end of its line. `start` is where that stands.
fn parse(
    comment: Span,
    start: usize,
    text: &str,
    places: &mut Places<'_>,
    custom: &[&'static Rule],
) -> Option<Directive> {
    let rest = text.trim_start();
    let start = start + text.len() - rest.len();
    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len());
    let (word, rest) = rest.split_at(length);
    let word_span = Span::new(start, start + length);
    let mut directive = Directive {
        comment,
        place: places.place(comment),
        whole_file: word == "ignore-file",
        names: Vec::new(),
        reason: String::new(),
        until: None,
        flaws: Vec::new(),
    };
    if !directive.whole_file && word != "ignore" {
        if !is_meant_to_suppress(word) {
            return None;
        }
        directive.flaws.push((Flaw::Word(word.into()), word_span));
        return Some(directive);
    }
    let list = rest.trim_start();
    let list_start = start + length + rest.len() - list.len() + 1;
    match list.strip_prefix('[').map(|list| list.split_once(']')) {
        None => directive.flaws.push((Flaw::NoRule, word_span)),
        Some(None) => directive.flaws.push((Flaw::Unclosed, word_span)),
        Some(Some((list, reason))) => {
            directive.read_names(list, list_start, custom);
            directive.read_reason(reason, list_start + list.len() + 1);
        }
    }
    if directive.names.is_empty() && directive.flaws.is_empty() {
        directive.flaws.push((Flaw::NoRule, word_span));
    }
    if directive.whole_file && directive.place != Place::Alone {
        directive.names.clear();
        directive.flaws.push((Flaw::FileBesideCode, word_span));
    }
    Some(directive)
}

impl Directive {
    /// Reads what stands behind the brackets: a reason, and perhaps a last day.
    fn read_reason(&mut self, text: &str, start: usize) {
        const UNTIL: &str = "until=";
        let text = text.trim_end_matches(['*', '/', '}', '-', '>']);
        self.reason = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(at) = text.find(UNTIL).filter(|&at| at == 0 || text[..at].ends_with([' ', '\t'])) else {
            return;
        };
        let day = text[at + UNTIL.len()..].split_whitespace().next().unwrap_or_default();
        let day = day.trim_end_matches([',', ';', ':', '.', ')']);
        match day.parse() {
            Ok(day) => self.until = Some(day),
            // It suppresses nothing: the day its author had in mind may be past.
            Err(_) => {
                self.names.clear();
                let span = Span::new(start + at, start + at + UNTIL.len() + day.len());
                self.flaws.push((Flaw::NoDay(day.into()), span));
            }
        }
    }

    fn read_names(&mut self, list: &str, start: usize, custom: &[&'static Rule]) {
        let mut at = start;
        for piece in list.split(',') {
            let name = piece.trim();
            let span_start = at + piece.len() - piece.trim_start().len();
            let span = Span::new(span_start, span_start + name.len());
            at += piece.len() + 1;
            if name.is_empty() {
                continue;
            }
            match resolve(name, custom) {
                Some(known) => self.names.push((known, span)),
                None => self.flaws.push((Flaw::UnknownName(name.into()), span)),
            }
        }
    }
}

fn resolve(name: &str, custom: &[&'static Rule]) -> Option<Name> {
    let category = || Category::ALL.iter().find(|category| category.name() == name).copied();
    let rule = rules::find(name).or_else(|| custom.iter().copied().find(|rule| rule.id == name));
    rule.map(Name::Rule).or_else(|| category().map(Name::Category))
}

/// Words of other tools, and slips of the pen. Anything else is prose.
fn is_meant_to_suppress(word: &str) -> bool {
    let word = word.to_lowercase();
    ["allow", "disable", "expect", "noqa", "nolint", "off", "skip", "suppress"]
        .iter()
        .any(|other| word.starts_with(other))
        || word.starts_with("ignore")
        || strsim::damerau_levenshtein(&word, "ignore") <= 2
}
