//! Format strings.

use rustc_hash::FxHashMap;
use tree_sitter::Node as Syntax;

use super::embedded::{Parsed, Slot};
use super::literals;
use crate::facts::{Kind, Lowerer, NodeId, Span, StrPart, span_of};

/// Macros that format: how many arguments come before the format string at least.
fn leading(name: &str) -> Option<usize> {
    Some(match name {
        "format" | "format_args" | "print" | "println" | "eprint" | "eprintln" | "panic" | "todo" => 0,
        "unreachable" | "unimplemented" | "anyhow" | "bail" | "eyre" | "format_err" | "concatdoc" => 0,
        "trace" | "debug" | "info" | "warn" | "error" | "log" | "event" | "span" => 0,
        "formatdoc" | "printdoc" | "format_compact" | "cformat" => 0,
        "trace_span" | "debug_span" | "info_span" | "warn_span" | "error_span" => 0,
        "assert" | "debug_assert" | "ensure" | "write" | "writeln" | "writedoc" => 1,
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => 2,
        _ => return None,
    })
}

/// Which of the pieces of a macro, each with whether it is a keyword and its tokens, is
/// the format string.
pub(super) fn position<'a, 't: 'a>(
    name: &str,
    pieces: impl Iterator<Item = (bool, &'a [Syntax<'t>])>,
) -> Option<usize> {
    let leading = leading(name)?;
    let is_literal = |tokens: &[Syntax<'_>]| matches!(tokens, [t] if t.kind().ends_with("string_literal"));
    let mut strings = pieces.enumerate().skip(leading);
    strings.find(|(_, (keyword, tokens))| !keyword && is_literal(tokens)).map(|found| found.0)
}

/// A piece of a format string.
#[derive(Debug, PartialEq)]
enum Segment {
    /// Literal text, escapes unresolved.
    Text(String),
    /// `{argument:…}`: the argument and where it stands in the literal.
    Hole { argument: String, at: usize, takes_precision: bool },
}

/// A format string with its holes filled from `operands`: position among the pieces,
/// keyword, expression. Marks the pieces it uses.
pub(super) fn string(
    lowerer: &mut Lowerer<'_>,
    literal: Syntax<'_>,
    operands: &[(usize, Option<&str>, Slot)],
    parsed: &Parsed<'_>,
    used: &mut [bool],
    parent: NodeId,
) -> NodeId {
    let id = lowerer.reserve(span_of(literal), parent);
    let text = lowerer.text(literal);
    let raw = text.trim_start_matches(['b', 'c']).starts_with('r');
    let named: FxHashMap<_, _> = operands.iter().filter_map(|o| Some((o.1?, o))).collect();
    let mut parts: Vec<StrPart> = Vec::new();
    let mut next = 0;
    for segment in segments(text) {
        match segment {
            Segment::Text(text) => {
                let text = if raw { text } else { literals::unescape(&text) };
                if !text.is_empty() {
                    parts.push(StrPart::Text(text.into()));
                }
            }
            Segment::Hole { argument, at, takes_precision } => {
                next += usize::from(takes_precision);
                let position = match argument.parse::<usize>() {
                    Ok(position) => Some(position),
                    Err(_) if argument.is_empty() => {
                        next += 1;
                        Some(next - 1)
                    }
                    Err(_) => None,
                };
                let operand = match position {
                    Some(position) => operands.get(position),
                    None => named.get(&*argument).copied(),
                };
                let start = literal.start_byte() + at;
                let span = Span::new(start, start + argument.len());
                let hole = match operand {
                    Some(&(piece, _, slot)) => {
                        let first = !std::mem::replace(&mut used[piece], true);
                        let simple = matches!(parsed.tokens(slot), [_]);
                        if first || simple {
                            parsed.lower(lowerer, slot, id)
                        } else {
                            lowerer.leaf(Kind::Opaque(Box::default()), span, id)
                        }
                    }
                    None if position.is_some() => lowerer.leaf(Kind::Opaque(Box::default()), span, id),
                    None => lowerer.leaf(Kind::Name(argument.into()), span, id),
                };
                parts.push(StrPart::Hole(hole));
            }
        }
    }
    lowerer.set(id, Kind::Str(parts.into()));
    id
}

/// Cuts a literal, given with its quotes, at its holes.
fn segments(literal: &str) -> Vec<Segment> {
    let open = literal.find('"').map_or(0, |at| at + 1);
    let hashes = literal[..open].matches('#').count();
    let end = literal.len().saturating_sub(hashes + 1).max(open);
    let raw = literal[..open].contains('r');
    let mut out = Vec::new();
    let mut text = String::new();
    let mut at = open;
    while let Some(rest) = literal.get(at..end).filter(|r| !r.is_empty()) {
        let special = rest.find(['{', '}', '\\']).unwrap_or(rest.len());
        text.push_str(&rest[..special]);
        at += special;
        let rest = &rest[special..];
        let (keep, skip) = match rest.as_bytes() {
            [] => (0, 0),
            // An escape is kept whole; its braces hold no argument.
            [b'\\', b'u', b'{', ..] if !raw => (rest.find('}').map_or(rest.len(), |e| e + 1), 0),
            [b'\\', ..] if !raw => (rest.char_indices().nth(2).map_or(rest.len(), |c| c.0), 0),
            [b'{', b'{', ..] | [b'}', b'}', ..] => (1, 1),
            [b'{', ..] => {
                let close = rest.find('}').unwrap_or(rest.len());
                let inner = rest.get(1..close).unwrap_or("");
                let (argument, spec) = inner.split_once(':').unwrap_or((inner, ""));
                let lead = argument.len() - argument.trim_start().len();
                out.push(Segment::Text(std::mem::take(&mut text)));
                out.push(Segment::Hole {
                    argument: argument.trim().to_string(),
                    at: at + 1 + lead,
                    takes_precision: spec.contains(".*"),
                });
                (0, (close + 1).min(rest.len()))
            }
            _ => (1, 0),
        };
        text.push_str(&rest[..keep]);
        at += keep + skip;
    }
    out.push(Segment::Text(text));
    out
}
