//! Macro invocations and attributes.
//!
//! Arguments of most macros are expressions and are lowered as such. What differs:
//!
//! - `format!` and its kin: the format string is a string with holes. An expression it
//!   formats stands in the hole, not among the arguments, so that it is there once.
//! - `json!`: records, lists and literals. `vec![a, b]` is a list, `vec![x; n]` spreads `[x] * n`.
//! - `matches!(x, p if g)`: one argument, the condition `let p = x` and `g`.
//! - `select!`: one `if let pattern = future.await { handler }` for each branch.
//! - `stream!`, `try_stream!`: one asynchronous generator without parameters.
//! - Statements in braces: one block. `a => b, …`: one record.
//! - Templates of code (`quote!`) hold nothing; anything else is opaque and keeps the
//!   literals and blocks found in it.

use tree_sitter::Node as Syntax;

use super::embedded::{self, Batch, Slot, Window};
use super::{format, json, tokens};
use crate::facts::{
    Arg, BinaryOp, Call, CallStyle, Entry, Function, Kind, Lowerer, Name, NodeId, Record, Span, span_of,
};

/// Macros whose tokens are code for later or no code at all.
const TEMPLATES: &[&str] = &["quote", "quote_spanned", "parse_quote", "macro_rules", "stringify"];

pub(super) fn arguments(lowerer: &mut Lowerer<'_>, name: &str, tree: Syntax<'_>, id: NodeId) -> Box<[Arg]> {
    let tokens = tokens::inside(tree);
    let braces = lowerer.text(tree).starts_with('{');
    match name {
        _ if tokens.is_empty() || TEMPLATES.contains(&name) => Box::default(),
        "json" | "json_internal" => json::arguments(lowerer, &tokens, id),
        "matches" | "assert_matches" | "debug_assert_matches" => matches(lowerer, &tokens, id),
        "select" | "select_biased" if tokens::find(&tokens, "=>").is_some() => {
            super::select::arguments(lowerer, &tokens, id)
        }
        "stream" | "try_stream" | "stream_block" | "try_stream_block" => stream(lowerer, tree, id),
        _ if tokens::find(&tokens, "=>").is_some() => pairs(lowerer, &tokens, id),
        _ if braces && json::looks_like_object(&tokens) => [plain(json::object(lowerer, tree, id))].into(),
        _ if braces => match embedded::block(lowerer, tree, id) {
            Some(block) => [plain(block)].into(),
            None => expressions(lowerer, name, &tokens, id),
        },
        _ => expressions(lowerer, name, &tokens, id),
    }
}

/// A piece between commas with the keyword in front of it.
struct Piece {
    name: Option<Name>,
    value: Slot,
}

fn expressions(lowerer: &mut Lowerer<'_>, name: &str, all: &[Syntax<'_>], id: NodeId) -> Box<[Arg]> {
    if let Some(at) = tokens::find(all, ";") {
        return repeat(lowerer, &all[..at], &all[at + 1..], id);
    }
    let mut batch = Batch::new();
    let mut pieces = Vec::new();
    for piece in tokens::split(all) {
        let (mut name, mut value) = (None, piece);
        if let Some(end) = tokens::keyword(piece) {
            let text = lowerer.source().get(embedded::span(&piece[..end]).range()).unwrap_or("");
            name = Some(text.trim_matches('"').into());
            value = &piece[end + 1..];
        }
        pieces.push(Piece { name, value: batch.add(without_sigil(value)) });
    }
    let parsed = batch.parse(lowerer);
    let template = format::position(name, pieces.iter().map(|p| (p.name.is_some(), parsed.tokens(p.value))));
    let mut args = Vec::new();
    let mut used = vec![false; pieces.len()];
    if let Some(at) = template {
        let operands: Vec<_> = pieces.iter().enumerate().skip(at + 1).collect();
        let operands = operands.iter().map(|(i, p)| (*i, p.name.as_deref(), p.value)).collect::<Vec<_>>();
        for piece in &pieces[..at] {
            args.push(Arg { name: piece.name.clone(), ..plain(parsed.lower(lowerer, piece.value, id)) });
        }
        let literal = parsed.tokens(pieces[at].value)[0];
        args.push(plain(format::string(lowerer, literal, &operands, &parsed, &mut used, id)));
        used[..=at].fill(true);
    }
    for (piece, used) in pieces.iter().zip(used) {
        if !used {
            args.push(Arg { name: piece.name.clone(), ..plain(parsed.lower(lowerer, piece.value, id)) });
        }
    }
    args.into()
}

/// `%x` and `?x` say how a field is logged.
fn without_sigil<'a, 't>(tokens: &'a [Syntax<'t>]) -> &'a [Syntax<'t>] {
    match tokens {
        [sigil, rest @ ..] if matches!(sigil.kind(), "%" | "?") => rest,
        _ => tokens,
    }
}

/// `[x; n]` of a list macro.
fn repeat(lowerer: &mut Lowerer<'_>, item: &[Syntax<'_>], count: &[Syntax<'_>], id: NodeId) -> Box<[Arg]> {
    let mut batch = Batch::new();
    let (item, count) = (batch.add(item), batch.add(count));
    let parsed = batch.parse(lowerer);
    if !parsed.is_sound() || parsed.tokens(count).is_empty() || parsed.tokens(item).is_empty() {
        let span = Span { start: parsed.span(item).start, end: parsed.span(count).end };
        let all: Vec<_> = [parsed.tokens(item), parsed.tokens(count)].concat();
        return [plain(embedded::opaque(lowerer, &all, span, id))].into();
    }
    let span = Span { start: parsed.span(item).start, end: parsed.span(count).end };
    let product = lowerer.reserve(span, id);
    let left = lowerer.reserve(parsed.span(item), product);
    let only = parsed.lower(lowerer, item, left);
    lowerer.set(left, Kind::List([only].into()));
    let right = parsed.lower(lowerer, count, product);
    lowerer.set(product, Kind::Binary { op: BinaryOp::Mul, left, right });
    [Arg { spread: true, ..plain(product) }].into()
}

/// `key => value, …` as one record.
fn pairs(lowerer: &mut Lowerer<'_>, all: &[Syntax<'_>], id: NodeId) -> Box<[Arg]> {
    let mut batch = Batch::new();
    let mut slots = Vec::new();
    for piece in tokens::split(all) {
        if let Some(at) = tokens::find(piece, "=>") {
            slots.push((batch.add(&piece[..at]), batch.add(&piece[at + 1..])));
        }
    }
    let parsed = batch.parse(lowerer);
    if slots.len() != tokens::split(all).len() || !parsed.is_sound() {
        return [plain(embedded::opaque(lowerer, all, embedded::span(all), id))].into();
    }
    let record = lowerer.reserve(embedded::span(all), id);
    let mut entries = Vec::new();
    for (key, value) in slots {
        let span = Span { start: parsed.span(key).start, end: parsed.span(value).end };
        let key = json::key(lowerer, &parsed, key, record);
        entries.push(Entry { key: Some(key), value: parsed.lower(lowerer, value, record), span });
    }
    lowerer.set(record, Kind::Record(Box::new(Record { ty: None, entries: entries.into() })));
    [plain(record)].into()
}

fn matches(lowerer: &mut Lowerer<'_>, all: &[Syntax<'_>], id: NodeId) -> Box<[Arg]> {
    let pieces = tokens::split(all);
    let subject = pieces.first().copied().unwrap_or_default();
    let mut pattern = all.get(subject.len() + 1..).unwrap_or_default();
    if let [rest @ .., last] = pattern
        && last.kind() == ","
    {
        pattern = rest;
    }
    let mut batch = Batch::new();
    let subject = batch.add(subject);
    let span = embedded::span(pattern);
    let window = Window { before: "match 0{", span, after: " =>0}" };
    let parsed = embedded::parse(lowerer, &[window]).filter(|t| !t.root_node().has_error());
    let case = parsed.as_ref().and_then(|tree| {
        let mut node = tree.root_node().descendant_for_byte_range(span.start as usize, span.end as usize)?;
        while node.kind() != "match_pattern" {
            node = node.parent()?;
        }
        Some(node)
    });
    let subjects = batch.parse(lowerer);
    let Some(case) = case.filter(|_| !pattern.is_empty()) else {
        return [plain(embedded::opaque(lowerer, all, embedded::span(all), id))].into();
    };
    let guard = case.child_by_field_name("condition");
    let whole = embedded::span(all);
    let outer = guard.map(|_| lowerer.reserve(whole, id));
    let condition = lowerer.reserve(whole, outer.unwrap_or(id));
    let value = subjects.lower(lowerer, subject, condition);
    let pattern = match case.child(0) {
        Some(pattern) => lowerer.lower_or_opaque(pattern, condition),
        None => lowerer.opaque(case, condition),
    };
    lowerer.set(condition, Kind::Let { pattern, value });
    let (Some(outer), Some(guard)) = (outer, guard) else { return [plain(condition)].into() };
    let right = lowerer.lower_or_opaque(guard, outer);
    lowerer.set(outer, Kind::Binary { op: BinaryOp::And, left: condition, right });
    [plain(outer)].into()
}

/// The body of a generator macro, deferred like an `async` block.
fn stream(lowerer: &mut Lowerer<'_>, tree: Syntax<'_>, id: NodeId) -> Box<[Arg]> {
    let function = lowerer.reserve(span_of(tree), id);
    let (body, _) = lowerer.function_body(|lowerer| embedded::block(lowerer, tree, function));
    let Some(body) = body else {
        let tokens = tokens::inside(tree);
        let inner = embedded::opaque(lowerer, &tokens, span_of(tree), function);
        lowerer.set(function, Kind::Opaque([inner].into()));
        return [plain(function)].into();
    };
    let start = span_of(tree).start;
    lowerer.set(
        function,
        Kind::Function(Box::new(Function {
            name: None,
            name_span: Span { start, end: start + 1 },
            params: Box::default(),
            body,
            decorators: Box::default(),
            return_type: None,
            is_async: true,
            is_block: true,
            is_generator: true,
            is_getter: false,
            exported: false,
        })),
    );
    [plain(function)].into()
}

/// The arguments of an attribute: names, `name = value`, and calls of the same kind.
pub(super) fn attribute(lowerer: &mut Lowerer<'_>, tree: Syntax<'_>, id: NodeId, depth: u32) -> Box<[Arg]> {
    let all = tokens::inside(tree);
    let mut args = Vec::new();
    for piece in tokens::split(&all) {
        if let ([path @ .., tree], true) = (piece, depth < 16)
            && tree.kind() == "token_tree"
            && is_path(path)
        {
            let call = lowerer.reserve(embedded::span(piece), id);
            let callee = self::path(lowerer, path, call);
            let args_of = attribute(lowerer, *tree, call, depth + 1);
            let style = CallStyle::Macro;
            let kind = Call { callee, args: args_of, type_args: Box::default(), style };
            lowerer.set(call, Kind::Call(Box::new(kind)));
            args.push(plain(call));
        } else if is_path(piece) {
            args.push(plain(path(lowerer, piece, id)));
        } else {
            let name_end = tokens::keyword(piece);
            let mut batch = Batch::new();
            let value = batch.add(without_sigil(name_end.map_or(piece, |end| &piece[end + 1..])));
            let parsed = batch.parse(lowerer);
            let name = name_end.and_then(|end| lowerer.source().get(embedded::span(&piece[..end]).range()));
            args.push(Arg { name: name.map(Name::from), ..plain(parsed.lower(lowerer, value, id)) });
        }
    }
    args.into()
}

/// `a` or `a::b`, where keywords count as names.
fn is_path(tokens: &[Syntax<'_>]) -> bool {
    tokens.len() % 2 == 1
        && tokens.iter().enumerate().all(|(at, t)| match at % 2 {
            0 => t.kind() == "identifier" || !t.is_named() && t.kind().starts_with(char::is_alphabetic),
            _ => t.kind() == "::",
        })
}

fn path(lowerer: &mut Lowerer<'_>, tokens: &[Syntax<'_>], parent: NodeId) -> NodeId {
    let id = lowerer.reserve(embedded::span(tokens), parent);
    let kind = match tokens {
        [object @ .., _, name] => {
            let object = path(lowerer, object, id);
            Kind::Member {
                object,
                name: lowerer.bare_name(*name).into(),
                name_span: span_of(*name),
                optional: false,
            }
        }
        [name] => Kind::Name(lowerer.bare_name(*name).into()),
        [] => Kind::Opaque(Box::default()),
    };
    lowerer.set(id, kind);
    id
}

pub(super) fn plain(value: NodeId) -> Arg {
    Arg { name: None, value, spread: false, keyword_spread: false, span: Span::default() }
}
