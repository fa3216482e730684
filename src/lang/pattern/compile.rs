//! From the text of a query to [`Pattern`]s, and what is wrong with it, where it stands.

use std::ops::Range;

use smol_str::SmolStr;
use tree_sitter::{CaptureQuantifier, Query, QueryErrorKind, QueryPredicateArg};

use super::ask::{self, Inside, Takes};
use super::scan::{Predicate, Scan, scan};
use super::{Ask, FINDING, Pattern, Question};
use crate::error::nearest;
use crate::lang::{Dialect, Language};

/// A mistake in a query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flaw {
    /// Where, in bytes.
    pub at: Range<usize>,
    /// What is wrong there; lower case, no full stop.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
}

impl Flaw {
    fn new(at: Range<usize>, label: impl Into<String>, help: Option<String>) -> Flaw {
        Flaw { at, label: label.into(), help }
    }
}

/// Compiles a query for every dialect of a language. A pattern has to suit one of them: types of
/// TypeScript and JSX exclude each other here and there.
pub fn compile(language: Language, text: &str) -> Result<Vec<(Dialect, Pattern)>, Flaw> {
    let too_deep = |at| Flaw::new(at, "patterns are nested too deep here", None);
    let scan = scan(text).map_err(too_deep)?;
    if scan.patterns.is_empty() {
        let help = format!("write a pattern that captures `@{FINDING}`");
        return Err(Flaw::new(character(text, 0), "there is no pattern in this file", Some(help)));
    }
    for predicate in &scan.predicates {
        check(predicate)?;
    }
    let mut compiled = Vec::new();
    let mut left_out: Vec<(usize, Flaw)> = Vec::new();
    let dialects = language.dialects();
    for &dialect in dialects {
        let mut fitting = text.to_string();
        let mut unfit = Vec::new();
        let query = loop {
            match query(dialect, &fitting, text, &scan) {
                Ok(query) => break query,
                // Only a kind of node that is missing may be there in the other dialect.
                Err((QueryErrorKind::NodeType | QueryErrorKind::Structure | QueryErrorKind::Field, flaw))
                    if dialects.len() > 1 && unfit.len() < scan.patterns.len() =>
                {
                    let Some(index) = scan.patterns.iter().position(|at| at.contains(&flaw.at.start)) else {
                        return Err(flaw);
                    };
                    blank(&mut fitting, scan.patterns[index].clone());
                    unfit.push((index, flaw));
                }
                Err((_, flaw)) => return Err(flaw),
            }
        };
        for (index, flaw) in unfit {
            // What no dialect takes is told in the words of the last one, which has JSX.
            if left_out.iter().any(|(other, _)| *other == index) {
                return Err(flaw);
            }
            left_out.push((index, flaw));
        }
        if query.pattern_count() > 0 {
            compiled.push((dialect, pattern(query, &scan)?));
        }
    }
    Ok(compiled)
}

/// The character at a place; the last one at the end, where there is nothing to point at.
fn character(text: &str, at: usize) -> Range<usize> {
    let mut start = at.min(text.len().saturating_sub(1));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    start..start + text[start..].chars().next().map_or(0, char::len_utf8)
}

/// Puts blanks in the place of a part, so that all others keep theirs.
fn blank(text: &mut String, at: Range<usize>) {
    let blanks: String =
        text[at.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    text.replace_range(at, &blanks);
}

/// The names that a predicate and its arguments may have.
fn check(predicate: &Predicate) -> Result<(), Flaw> {
    let name = &predicate.name;
    let Some(takes) = ask::takes(name) else {
        let help = match nearest(name, ask::names()) {
            Some(near) => format!("did you mean `#{near}`?"),
            None => {
                let names: Vec<String> = ask::names().map(|name| format!("`#{name}`")).collect();
                format!("it may be {}", names.join(", "))
            }
        };
        return Err(Flaw::new(predicate.at.clone(), format!("there is no predicate `#{name}`"), Some(help)));
    };
    let form = || Some(format!("`#{name}` takes {}", takes.form()));
    let [capture, rest @ ..] = &predicate.arguments[..] else {
        return Err(Flaw::new(predicate.at.clone(), "this predicate is given nothing", form()));
    };
    if !capture.is_capture {
        return Err(Flaw::new(capture.at.clone(), "this is no capture", form()));
    }
    let (least, most) = match takes {
        Takes::Nothing => (0, 0),
        Takes::One | Takes::Text => (1, 1),
        Takes::Texts | Takes::Surroundings => (1, usize::MAX),
    };
    if rest.len() < least {
        return Err(Flaw::new(predicate.at.clone(), "this predicate is given too little", form()));
    }
    if let Some(extra) = rest.get(most) {
        return Err(Flaw::new(extra.at.clone(), "this is more than the predicate takes", form()));
    }
    if let Some(other) = rest.iter().find(|argument| argument.is_capture && takes != Takes::One) {
        return Err(Flaw::new(other.at.clone(), "this is a capture, not a text", form()));
    }
    if takes == Takes::Surroundings
        && let Some(unknown) = rest.iter().find(|argument| Inside::find(&argument.text).is_none())
    {
        let help = match nearest(&unknown.text, Inside::NAMES.iter().map(|(name, _)| *name)) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None => form(),
        };
        return Err(Flaw::new(unknown.at.clone(), "nothing of that name can be around code", help));
    }
    Ok(())
}

/// The query of a dialect. `fitting` is `text` with blanks for what does not suit it.
fn query(dialect: Dialect, fitting: &str, text: &str, scan: &Scan) -> Result<Query, (QueryErrorKind, Flaw)> {
    Query::new(&dialect.grammar(), fitting).map_err(|error| {
        let at = character(text, error.offset).start;
        let rest = &text[at..];
        let word = |c: char| !c.is_alphanumeric() && c != '_' && c != '-';
        let quoted = at > 0 && text.as_bytes()[at - 1] == b'"';
        let length = if quoted { rest.find('"') } else { rest.find(word) };
        let name = &rest[..length.unwrap_or(rest.len())];
        let one = character(text, at);
        let whole = at..at + name.len();
        let flaw = match error.kind {
            QueryErrorKind::NodeType => {
                let label = format!("the grammar has no node `{name}`");
                Flaw::new(whole, label, near_kind(dialect, name, quoted))
            }
            QueryErrorKind::Field => {
                Flaw::new(whole, format!("the grammar has no field `{name}`"), near_field(dialect, name))
            }
            QueryErrorKind::Capture => {
                let help =
                    format!("a predicate stands behind what it asks about: `((_) @{name} (#… @{name}))`");
                let label = format!("nothing before this is captured as `@{name}`");
                Flaw::new(whole, label, Some(help))
            }
            QueryErrorKind::Structure => {
                Flaw::new(one, "this can never match: the grammar allows no such node here", None)
            }
            QueryErrorKind::Predicate => regex(text, scan, &error.message),
            QueryErrorKind::Syntax | QueryErrorKind::Language => match &scan.unclosed {
                Some(open) if error.offset >= text.trim_end().len() => {
                    Flaw::new(open.clone(), "nothing closes this", None)
                }
                _ => Flaw::new(one, "this is not a query", None),
            },
        };
        (error.kind, flaw)
    })
}

/// The predicate that the engine does not take: by now only for its regular expression.
fn regex(text: &str, scan: &Scan, message: &str) -> Flaw {
    let bad = scan
        .predicates
        .iter()
        .filter(|predicate| predicate.name.ends_with("match?"))
        .filter_map(|predicate| predicate.arguments.get(1))
        .find(|argument| message.contains(&format!("'{}'", argument.text)));
    match bad {
        Some(argument) => Flaw::new(argument.at.clone(), "this is not a regular expression", None),
        None => Flaw::new(character(text, 0), message.lines().next().unwrap_or_default(), None),
    }
}

/// The kind of node most like a name.
fn near_kind(dialect: Dialect, name: &str, anonymous: bool) -> Option<String> {
    let grammar = dialect.grammar();
    let wanted = |id: &u16| grammar.node_kind_is_named(*id) != anonymous && grammar.node_kind_is_visible(*id);
    let ids = (0..grammar.node_kind_count() as u16).filter(wanted);
    meant(nearest(name, ids.filter_map(|id| grammar.node_kind_for_id(id))))
}

/// The field most like a name.
fn near_field(dialect: Dialect, name: &str) -> Option<String> {
    let grammar = dialect.grammar();
    let ids = 1..=grammar.field_count() as u16;
    meant(nearest(name, ids.filter_map(|id| grammar.field_name_for_id(id))))
}

fn meant(near: Option<&str>) -> Option<String> {
    near.map(|near| format!("did you mean `{near}`?"))
}

fn pattern(query: Query, scan: &Scan) -> Result<Pattern, Flaw> {
    let finding = query.capture_index_for_name(FINDING);
    let mut asks: Vec<Box<[Ask]>> = Vec::new();
    for index in 0..query.pattern_count() {
        let start = query.start_byte_for_pattern(index);
        let whole = scan.patterns.iter().find(|at| at.contains(&start)).cloned().unwrap_or(start..start);
        let quantifier = finding.and_then(|f| query.capture_quantifiers(index).get(f as usize).copied());
        if !matches!(quantifier, Some(CaptureQuantifier::One | CaptureQuantifier::OneOrMore)) {
            let label = match quantifier {
                None | Some(CaptureQuantifier::Zero) => format!("this pattern captures no `@{FINDING}`"),
                _ => format!("this pattern may match without `@{FINDING}`"),
            };
            let help = format!("write `@{FINDING}` behind the node that the finding is about");
            return Err(Flaw::new(start..start + 1.min(whole.len()), label, Some(help)));
        }
        let mut of_pattern = Vec::new();
        for predicate in query.general_predicates(index) {
            let operator = &*predicate.operator;
            let (name, negated) = match operator.strip_prefix("not-") {
                Some(name) => (name, true),
                None => (operator, false),
            };
            let mut capture = None;
            let mut texts: Vec<SmolStr> = Vec::new();
            for argument in &predicate.args {
                match argument {
                    QueryPredicateArg::Capture(index) => capture = capture.or(Some(*index)),
                    QueryPredicateArg::String(text) => texts.push((&**text).into()),
                }
            }
            match (capture, Question::of(name, texts)) {
                (Some(capture), Some(question)) => of_pattern.push(Ask { capture, question, negated }),
                _ => {
                    let label = format!("a predicate of this pattern is not known: `{operator}`");
                    return Err(Flaw::new(start..start + 1.min(whole.len()), label, None));
                }
            }
        }
        asks.push(of_pattern.into());
    }
    Ok(Pattern { query, asks: asks.into() })
}
