//! `select!`.

use tree_sitter::Node as Syntax;

use super::embedded::{self, Batch, Parsed, Slot, Window};
use super::macros::plain;
use super::tokens;
use crate::facts::{Arg, BinaryOp, Kind, Lowerer, NodeId, Span};

/// `pattern = future, if condition => handler`; `else => handler` has no future.
struct Branch<'t> {
    span: Span,
    pattern: Vec<Syntax<'t>>,
    future: Option<Slot>,
    condition: Option<Slot>,
    handler: Slot,
}

/// Each branch as `if let pattern = future.await { handler }`.
pub(super) fn arguments(lowerer: &mut Lowerer<'_>, all: &[Syntax<'_>], id: NodeId) -> Box<[Arg]> {
    let mut batch = Batch::new();
    let branches = branches(all, &mut batch);
    let parsed = batch.parse(lowerer);
    branches.iter().map(|branch| plain(lower(lowerer, branch, &parsed, id))).collect()
}

fn branches<'t>(all: &[Syntax<'t>], batch: &mut Batch<'t>) -> Vec<Branch<'t>> {
    let mut branches = Vec::new();
    let mut rest = all;
    // `biased;` comes before the branches.
    if let [_, semicolon, after @ ..] = rest
        && semicolon.kind() == ";"
    {
        rest = after;
    }
    while let Some(arrow) = tokens::find(rest, "=>") {
        let (head, after) = (&rest[..arrow], &rest[arrow + 1..]);
        // A block ends its branch without a comma.
        let end = match after {
            [block, next, ..] if block.kind() == "token_tree" && !matches!(next.kind(), "." | "?") => 1,
            _ => tokens::first(after).len(),
        };
        let (handler, mut after) = after.split_at(end);
        if let [comma, next @ ..] = after
            && comma.kind() == ","
        {
            after = next;
        }
        rest = after;
        let (pattern, future) = match tokens::find(head, "=") {
            Some(equals) => (&head[..equals], &head[equals + 1..]),
            None => (&head[..0], &head[..0]),
        };
        let pieces = tokens::split(future);
        let guard = pieces.last().filter(|p| pieces.len() > 1 && p[0].kind() == "if");
        let condition = guard.map_or(&head[..0], |p| &p[1..]);
        let future = guard.map_or(future, |p| &future[..future.len() - p.len() - 1]);
        let mut add = |piece: &[Syntax<'t>]| (!piece.is_empty()).then(|| batch.add(piece));
        branches.push(Branch {
            span: Span {
                start: embedded::span(head).start,
                end: embedded::span(handler).end.max(embedded::span(head).end),
            },
            pattern: pattern.to_vec(),
            future: add(future),
            condition: add(condition),
            handler: batch.add(handler),
        });
    }
    branches
}

fn lower(lowerer: &mut Lowerer<'_>, branch: &Branch<'_>, parsed: &Parsed<'_>, parent: NodeId) -> NodeId {
    let Some(future) = branch.future else { return parsed.lower(lowerer, branch.handler, parent) };
    let id = lowerer.reserve(branch.span, parent);
    let both = branch.condition.map(|_| lowerer.reserve(branch.span, id));
    let guard = branch.condition.map(|c| parsed.lower(lowerer, c, both.unwrap_or(id)));
    let head = Span { end: parsed.span(future).end, ..branch.span };
    let arrival = lowerer.reserve(head, both.unwrap_or(id));
    let value = lowerer.reserve(parsed.span(future), arrival);
    let awaited = parsed.lower(lowerer, future, value);
    lowerer.set(value, Kind::Await(awaited));
    let pattern = pattern(lowerer, &branch.pattern, arrival);
    lowerer.set(arrival, Kind::Let { pattern, value });
    let mut condition = arrival;
    if let (Some(both), Some(left)) = (both, guard) {
        lowerer.set(both, Kind::Binary { op: BinaryOp::And, left, right: arrival });
        condition = both;
    }
    let then = parsed.lower(lowerer, branch.handler, id);
    lowerer.set(id, Kind::If { condition, then, otherwise: None });
    id
}

fn pattern(lowerer: &mut Lowerer<'_>, tokens: &[Syntax<'_>], parent: NodeId) -> NodeId {
    let span = embedded::span(tokens);
    let window = Window { before: "let ", span, after: " =0;" };
    let tree = embedded::parse(lowerer, &[window]).filter(|t| !t.root_node().has_error());
    let binding = tree.as_ref().and_then(|t| t.root_node().named_child(0));
    match binding.and_then(|b| b.child_by_field_name("pattern")) {
        Some(pattern) => lowerer.lower_or_opaque(pattern, parent),
        None => embedded::opaque(lowerer, tokens, span, parent),
    }
}
