//! `json!`.

use tree_sitter::Node as Syntax;

use super::embedded::{Batch, Parsed, Slot};
use super::macros::plain;
use super::{literals, tokens};
use crate::facts::{Arg, Entry, Key, Kind, Lowerer, NodeId, Record, Span, span_of};

/// Values nested deeper are opaque.
const MAX_NESTING: u32 = 128;

/// A value before its expressions are parsed.
enum Value {
    Object(Span, Vec<(Slot, Value)>),
    Array(Span, Vec<Value>),
    Null(Span),
    Expression(Slot),
}

/// The argument of a `json!` with these tokens.
pub(super) fn arguments(lowerer: &mut Lowerer<'_>, all: &[Syntax<'_>], id: NodeId) -> Box<[Arg]> {
    let mut batch = Batch::new();
    let plan = plan(lowerer, all, &mut batch, 0);
    let parsed = batch.parse(lowerer);
    [plain(lower(lowerer, plan, &parsed, id))].into()
}

/// A token tree in braces as an object.
pub(super) fn object(lowerer: &mut Lowerer<'_>, tree: Syntax<'_>, id: NodeId) -> NodeId {
    let mut batch = Batch::new();
    let plan = plan(lowerer, &[tree], &mut batch, 0);
    let parsed = batch.parse(lowerer);
    lower(lowerer, plan, &parsed, id)
}

/// Whether tokens are `"key": value, …`.
pub(super) fn looks_like_object(all: &[Syntax<'_>]) -> bool {
    all.len() > 2 && all[0].kind() == "string_literal" && all[1].kind() == ":"
}

fn plan<'t>(lowerer: &Lowerer<'_>, value: &[Syntax<'t>], batch: &mut Batch<'t>, depth: u32) -> Value {
    if let [tree] = value
        && depth < MAX_NESTING
    {
        let text = lowerer.text(*tree);
        if tree.kind() == "token_tree" && text.starts_with('{') {
            let mut entries = Vec::new();
            for entry in tokens::split(&tokens::inside(*tree)) {
                let Some(colon) = tokens::find(entry, ":") else { continue };
                let key = batch.add(&entry[..colon]);
                entries.push((key, plan(lowerer, &entry[colon + 1..], batch, depth + 1)));
            }
            return Value::Object(span_of(*tree), entries);
        }
        if tree.kind() == "token_tree" && text.starts_with('[') {
            let inside = tokens::inside(*tree);
            let items = tokens::split(&inside);
            let items = items.into_iter().map(|item| plan(lowerer, item, batch, depth + 1));
            return Value::Array(span_of(*tree), items.collect());
        }
        if text == "null" {
            return Value::Null(span_of(*tree));
        }
    }
    Value::Expression(batch.add(value))
}

fn lower(lowerer: &mut Lowerer<'_>, value: Value, parsed: &Parsed<'_>, parent: NodeId) -> NodeId {
    match value {
        Value::Null(span) => lowerer.leaf(Kind::Null, span, parent),
        Value::Expression(slot) => parsed.lower(lowerer, slot, parent),
        Value::Array(span, items) => {
            let id = lowerer.reserve(span, parent);
            let items = items.into_iter().map(|item| lower(lowerer, item, parsed, id)).collect();
            lowerer.set(id, Kind::List(items));
            id
        }
        Value::Object(span, fields) => {
            let id = lowerer.reserve(span, parent);
            let mut entries = Vec::new();
            for (slot, value) in fields {
                let key = key(lowerer, parsed, slot, id);
                let value = lower(lowerer, value, parsed, id);
                let end = lowerer.span(value).end;
                let span = Span { start: parsed.span(slot).start, end };
                entries.push(Entry { key: Some(key), value, span });
            }
            lowerer.set(id, Kind::Record(Box::new(Record { ty: None, entries: entries.into() })));
            id
        }
    }
}

/// The key in a slot: known when it is a literal.
pub(super) fn key(lowerer: &mut Lowerer<'_>, parsed: &Parsed<'_>, slot: Slot, parent: NodeId) -> Key {
    match parsed.tokens(slot) {
        [literal] if matches!(literal.kind(), "string_literal" | "raw_string_literal") => {
            Key::Known(literals::string(lowerer.text(*literal)).into())
        }
        [] => Key::Known("".into()),
        _ => Key::Computed(parsed.lower(lowerer, slot, parent)),
    }
}
