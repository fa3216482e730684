//! Parsing pieces of a token tree as Rust, at their own positions.
//!
//! The grammar leaves the tokens of a macro unparsed. A piece is parsed a second time
//! in a view of the file that shows only the piece, with a little text around it to
//! make it a statement: that text covers bytes that are not part of any piece, and the rest
//! is blank, so every node stands where the source has it.

use std::cell::RefCell;

use tree_sitter::{Node as Syntax, Parser, Point, Range, Tree};

use crate::facts::{Kind, Lowerer, NodeId, Span, span_of};
use crate::lang::parse::parse_range;

thread_local! {
    static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
}

/// Bytes of the source and what is shown around them.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) before: &'static str,
    pub(super) span: Span,
    pub(super) after: &'static str,
}

impl Window {
    fn first(&self) -> usize {
        (self.span.start as usize).saturating_sub(self.before.len())
    }

    fn last(&self) -> usize {
        self.span.end as usize + self.after.len()
    }

    /// What is shown from a byte on.
    fn text<'s>(&self, source: &'s str, byte: usize) -> &'s [u8]
    where
        'static: 's,
    {
        let span = self.span.range();
        let shown = if byte < span.start {
            self.before.as_bytes().get(byte.saturating_sub(self.first())..)
        } else if byte < span.end {
            source.as_bytes().get(byte..span.end)
        } else {
            self.after.as_bytes().get(byte - span.end..)
        };
        shown.unwrap_or_default()
    }
}

/// What is shown between windows.
const BLANKS: &[u8] = &[b' '; 64];

/// Parses windows, in source order and apart from each other, as one file.
pub(super) fn parse(lowerer: &mut Lowerer<'_>, windows: &[Window]) -> Option<Tree> {
    let source = lowerer.source();
    // What is shown before a window needs that many bytes.
    if windows.iter().any(|w| w.span.start < w.before.len() as u32) {
        return None;
    }
    let range = Range {
        start_byte: windows.first()?.first(),
        end_byte: windows.last()?.last(),
        start_point: Point::default(),
        end_point: Point::default(),
    };
    let mut read = |byte: usize| {
        let at = windows.partition_point(|w| w.last() <= byte);
        let Some(window) = windows.get(at) else { return &b""[..] };
        match window.first().checked_sub(byte) {
            Some(gap @ 1..) => &BLANKS[..gap.min(BLANKS.len())],
            _ => window.text(source, byte),
        }
    };
    let bytes = range.end_byte - range.start_byte;
    if !lowerer.spend(bytes) {
        return None;
    }
    let tree = PARSER.with_borrow_mut(|slot| {
        let parser = slot.get_or_insert_with(Parser::new);
        parser.set_language(&crate::lang::Dialect::Rust.grammar()).ok()?;
        parser.set_included_ranges(&[range]).ok()?;
        parse_range(parser, range.start_byte..range.end_byte, &mut read)
    });
    // To look for what is wrong takes a parser several times as long.
    if tree.as_ref().is_none_or(|tree| tree.root_node().has_error()) {
        lowerer.spend(3 * bytes);
    }
    tree
}

/// Expressions of one macro, parsed together.
pub(super) struct Batch<'t> {
    windows: Vec<Window>,
    slots: Vec<Vec<Syntax<'t>>>,
}

/// An expression of a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(usize);

/// A batch after parsing.
pub(super) struct Parsed<'t> {
    tree: Option<Tree>,
    slots: Vec<Vec<Syntax<'t>>>,
}

impl<'t> Batch<'t> {
    pub(super) fn new() -> Batch<'t> {
        Batch { windows: Vec::new(), slots: Vec::new() }
    }

    /// Adds an expression, given its tokens. Slots are added in source order.
    pub(super) fn add(&mut self, tokens: &[Syntax<'t>]) -> Slot {
        if !is_plain(tokens)
            && let (Some(first), Some(last)) = (tokens.first(), tokens.last())
        {
            let span = Span::new(first.start_byte(), last.end_byte());
            self.windows.push(Window { before: "", span, after: ";" });
        }
        self.slots.push(tokens.to_vec());
        Slot(self.slots.len() - 1)
    }

    pub(super) fn parse(self, lowerer: &mut Lowerer<'_>) -> Parsed<'t> {
        let tree = if self.windows.is_empty() { None } else { parse(lowerer, &self.windows) };
        Parsed { tree, slots: self.slots }
    }
}

impl<'t> Parsed<'t> {
    /// The tokens of a slot.
    pub(super) fn tokens(&self, slot: Slot) -> &[Syntax<'t>] {
        &self.slots[slot.0]
    }

    /// Bytes a slot covers.
    pub(super) fn span(&self, slot: Slot) -> Span {
        span(self.tokens(slot))
    }

    /// Whether every expression was understood.
    pub(super) fn is_sound(&self) -> bool {
        self.slots.iter().all(|s| is_plain(s) || self.statement(s).is_some())
    }

    /// The statement that is exactly these tokens.
    fn statement(&self, tokens: &[Syntax<'t>]) -> Option<Syntax<'_>> {
        statement(self.tree.as_ref()?, span(tokens))
    }

    pub(super) fn lower(&self, lowerer: &mut Lowerer<'_>, slot: Slot, parent: NodeId) -> NodeId {
        let tokens = self.tokens(slot);
        if let ([token], true) = (tokens, is_plain(tokens)) {
            return lowerer.lower_or_opaque(*token, parent);
        }
        if let Some(statement) = self.statement(tokens) {
            return lowerer.lower_or_opaque(statement, parent);
        }
        // An error next to it may have spoiled it; alone it may parse.
        let span = span(tokens);
        let alone = parse(lowerer, &[Window { before: "", span, after: ";" }]);
        if let Some(statement) = alone.as_ref().and_then(|tree| statement(tree, span)) {
            return lowerer.lower_or_opaque(statement, parent);
        }
        let typed = parse(lowerer, &[Window { before: "let _:", span, after: ";" }]);
        let typed = typed.as_ref().map(|t| t.root_node()).filter(|root| !root.has_error());
        let binding = typed.and_then(|root| root.named_child(0));
        match binding.and_then(|b| b.child_by_field_name("type")) {
            Some(ty) => lowerer.lower_or_opaque(ty, parent),
            None => opaque(lowerer, tokens, span, parent),
        }
    }
}

/// The only statement within a span, if it has no errors.
fn statement(tree: &Tree, span: Span) -> Option<Syntax<'_>> {
    let root = tree.root_node();
    let mut cursor = root.walk();
    cursor.goto_first_child_for_byte(span.start as usize)?;
    let mut found = None;
    loop {
        let node = cursor.node();
        if node.start_byte() >= span.end as usize {
            break;
        }
        if !node.is_extra() || node.is_error() {
            if found.is_some() || node.has_error() || node.start_byte() < span.start as usize {
                return None;
            }
            found = Some(node);
        }
        if !cursor.goto_next_sibling() {
            break;
        }
    }
    found.filter(|n| n.end_byte() <= span.end as usize + 1)
}

/// Whether the original tree has these tokens as the node they are.
fn is_plain(tokens: &[Syntax<'_>]) -> bool {
    match tokens {
        [] => true,
        [token] => token.is_named() && token.kind() != "token_tree" && token.kind() != "metavariable",
        _ => false,
    }
}

/// Bytes of a run of tokens.
pub(super) fn span(tokens: &[Syntax<'_>]) -> Span {
    match tokens {
        [first, .., last] => Span::new(first.start_byte(), last.end_byte()),
        [one] => span_of(*one),
        [] => Span::default(),
    }
}

/// How deep trees within trees are searched for literals and blocks.
const MAX_SEARCH: u32 = 12;

/// Tokens that are no expression: literals and blocks of statements within are kept.
pub(super) fn opaque(lowerer: &mut Lowerer<'_>, tokens: &[Syntax<'_>], span: Span, parent: NodeId) -> NodeId {
    let id = lowerer.reserve(span, parent);
    let mut found = Vec::new();
    search(lowerer, tokens, &mut found, id, 0);
    lowerer.set(id, Kind::Opaque(found.into()));
    id
}

fn search(
    lowerer: &mut Lowerer<'_>,
    tokens: &[Syntax<'_>],
    found: &mut Vec<NodeId>,
    parent: NodeId,
    depth: u32,
) {
    for &token in tokens {
        if token.kind().ends_with("_literal") {
            found.extend(lowerer.lower(token, parent));
        } else if token.kind() == "token_tree" && depth < MAX_SEARCH {
            match block(lowerer, token, parent).filter(|_| lowerer.text(token).starts_with('{')) {
                Some(block) => found.push(block),
                None => search(lowerer, &super::tokens::inside(token), found, parent, depth + 1),
            }
        }
    }
}

/// A token tree as a block of statements, if it is one.
pub(super) fn block(lowerer: &mut Lowerer<'_>, tree: Syntax<'_>, parent: NodeId) -> Option<NodeId> {
    let inside = Span::new(tree.start_byte() + 1, tree.end_byte().checked_sub(1)?);
    if inside.start > inside.end {
        return None;
    }
    let mut windows = vec![Window { before: "{", span: inside, after: "}" }];
    // `static ref` of `lazy_static!` is read as `static`, `for await` of a generator as `for`.
    let tokens = super::tokens::inside(tree);
    for pair in tokens.windows(2) {
        if matches!((pair[0].kind(), pair[1].kind()), ("static", "ref") | ("for", "await")) {
            let last = windows.len() - 1;
            let rest = Span { start: pair[1].end_byte() as u32, ..windows[last].span };
            windows[last].span.end = pair[1].start_byte() as u32;
            windows[last].after = "";
            windows.push(Window { before: "", span: rest, after: "}" });
        }
    }
    let parsed = parse(lowerer, &windows)?;
    let root = parsed.root_node();
    if root.has_error() {
        return None;
    }
    lowerer.lower(root.named_child(0)?, parent)
}
