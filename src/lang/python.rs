//! Python.

use smallvec::SmallVec;
use tree_sitter::Node as Syntax;

use super::Grammar;
use crate::facts::{Import, ImportName, Span, span_of};

macro_rules! queries {
    ($($name:literal)*) => {
        &[$((
            concat!("queries/python/", $name, ".scm"),
            include_str!(concat!("../../queries/python/", $name, ".scm")),
        )),*]
    };
}

pub(super) const QUERIES: &[(&str, &str)] =
    queries!["expressions" "literals" "definitions" "statements" "imports" "comments"];

/// Hooks for Python.
pub(super) struct Python;

impl Grammar for Python {
    fn unescape(&self, literal: &str, piece: &str) -> String {
        unescape(Prefix::of(literal), piece)
    }

    fn number(&self, literal: &str) -> Option<f64> {
        number(literal)
    }

    fn bare_keys_are_variables(&self) -> bool {
        true
    }

    fn imports(&self, node: Syntax<'_>, text: &str) -> Vec<Import> {
        match node.kind() {
            "import_statement" => modules(node, text),
            "future_import_statement" => vec![Import {
                module: "__future__".into(),
                level: 0,
                names: names(node, text),
                reexport: false,
            }],
            _ => vec![from_import(node, text)],
        }
    }
}

fn slice<'a>(node: Syntax<'_>, text: &'a str) -> &'a str {
    text.get(node.byte_range()).unwrap_or("")
}

/// A dotted name without the blanks and line breaks that may stand around its dots.
fn dotted(node: Syntax<'_>, text: &str) -> String {
    slice(node, text)
        .split('.')
        .map(|part| part.trim_matches(|c: char| c.is_whitespace() || c == '\\'))
        .collect::<Vec<_>>()
        .join(".")
}

/// The imported name or module of a list item, its alias, and where the local name stands.
fn item<'t>(node: Syntax<'t>, text: &str) -> Option<(String, Option<String>, Syntax<'t>)> {
    if node.kind() != "aliased_import" {
        return Some((dotted(node, text), None, node.named_child(0).unwrap_or(node)));
    }
    let alias = node.child_by_field_name("alias")?;
    Some((dotted(node.child_by_field_name("name")?, text), Some(slice(alias, text).into()), alias))
}

fn items<'t>(node: Syntax<'t>, text: &str) -> Vec<(String, Option<String>, Span)> {
    let mut cursor = node.walk();
    node.children_by_field_name("name", &mut cursor)
        .filter_map(|n| item(n, text))
        .map(|(name, alias, at)| (name, alias, span_of(at)))
        .collect()
}

/// `import a.b, c as d`: one import for each module.
fn modules(node: Syntax<'_>, text: &str) -> Vec<Import> {
    let one = |(module, alias, span): (String, Option<String>, Span)| {
        let local = alias.as_deref().unwrap_or(module.split('.').next().unwrap_or("")).into();
        let names = [ImportName { imported: None, local, span }].into();
        Import { module: module.into(), level: 0, names, reexport: false }
    };
    items(node, text).into_iter().map(one).collect()
}

fn names(node: Syntax<'_>, text: &str) -> Box<[ImportName]> {
    let one = |(name, alias, span): (String, Option<String>, Span)| ImportName {
        local: alias.unwrap_or_else(|| name.clone()).into(),
        imported: Some(name.into()),
        span,
    };
    items(node, text).into_iter().map(one).collect()
}

/// `from ..a import b as c`, `from a import *`.
fn from_import(node: Syntax<'_>, text: &str) -> Import {
    let (mut module, mut level) = (String::new(), 0);
    if let Some(from) = node.child_by_field_name("module_name") {
        let parts: SmallVec<[_; 2]> = match from.kind() {
            "relative_import" => from.named_children(&mut from.walk()).collect(),
            _ => [from].into_iter().collect(),
        };
        for part in parts {
            match part.kind() {
                "import_prefix" => level = slice(part, text).matches('.').count() as u32,
                "dotted_name" => module = dotted(part, text),
                _ => {}
            }
        }
    }
    let mut cursor = node.walk();
    let names = match node.named_children(&mut cursor).find(|n| n.kind() == "wildcard_import") {
        Some(star) => {
            [ImportName { imported: Some("*".into()), local: "*".into(), span: span_of(star) }].into()
        }
        None => names(node, text),
    };
    Import { module: module.into(), level, names, reexport: false }
}

fn number(literal: &str) -> Option<f64> {
    let digits = literal.replace('_', "").to_ascii_lowercase();
    let digits = digits.strip_suffix('l').unwrap_or(&digits);
    let radix = match digits.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        // Octal in Python 2, an error in Python 3.
        Some(zero) if zero.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()) => {
            return digits.parse().ok().filter(|&n: &f64| n == 0.0);
        }
        _ => return digits.parse().ok(),
    };
    digits[2..].chars().try_fold(0.0, |n, c| Some(n * f64::from(radix) + f64::from(c.to_digit(radix)?)))
}

/// What the letters in front of a string literal say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Prefix {
    raw: bool,
    bytes: bool,
    format: bool,
}

impl Prefix {
    fn of(literal: &str) -> Prefix {
        let mut prefix = Prefix::default();
        for c in literal.chars().take_while(|c| c.is_ascii_alphabetic()) {
            match c.to_ascii_lowercase() {
                'r' => prefix.raw = true,
                'b' => prefix.bytes = true,
                'f' | 't' => prefix.format = true,
                _ => {}
            }
        }
        prefix
    }
}

fn unescape(prefix: Prefix, piece: &str) -> String {
    let mut out = String::with_capacity(piece.len());
    let mut rest = piece;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\r' => {
                rest = rest.strip_prefix('\n').unwrap_or(rest);
                out.push('\n');
            }
            '{' | '}' if prefix.format => {
                rest = rest.strip_prefix(c).unwrap_or(rest);
                out.push(c);
            }
            '\\' if !prefix.raw => rest = escape(prefix, rest, &mut out),
            _ => out.push(c),
        }
    }
    out
}

/// Reads what follows a backslash and gives back what follows that.
fn escape<'a>(prefix: Prefix, rest: &'a str, out: &mut String) -> &'a str {
    let Some(c) = rest.chars().next() else {
        out.push('\\');
        return rest;
    };
    let after = &rest[c.len_utf8()..];
    let simple = match c {
        '\n' => return after,
        '\r' => return after.strip_prefix('\n').unwrap_or(after),
        '\\' | '\'' | '"' => c,
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '0'..='7' => return code(8, 1, 3, rest, rest, out),
        'x' => return code(16, 2, 2, after, rest, out),
        'u' if !prefix.bytes => return code(16, 4, 4, after, rest, out),
        'U' if !prefix.bytes => return code(16, 8, 8, after, rest, out),
        'N' if !prefix.bytes && after.starts_with('{') => {
            // The names of characters are not known here; one stands for each.
            let Some(end) = after.find('}') else { return keep(rest, out) };
            out.push(char::REPLACEMENT_CHARACTER);
            return &after[end + 1..];
        }
        _ => return keep(rest, out),
    };
    out.push(simple);
    after
}

/// An unknown escape stands for itself.
fn keep<'a>(rest: &'a str, out: &mut String) -> &'a str {
    out.push('\\');
    rest
}

/// A character by its code of `least` to `most` digits at the start of `digits`.
fn code<'a>(
    radix: u32,
    least: usize,
    most: usize,
    digits: &'a str,
    rest: &'a str,
    out: &mut String,
) -> &'a str {
    let count = digits.chars().take(most).take_while(|c| c.is_digit(radix)).count();
    if count < least {
        return keep(rest, out);
    }
    let (number, after) = digits.split_at(count);
    let value = u32::from_str_radix(number, radix).unwrap_or(u32::MAX);
    out.push(char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER));
    after
}
