//! One walk over one syntax tree, from grammar nodes to [`FileFacts`].

use smallvec::SmallVec;
use tree_sitter::Node as Syntax;

use super::query::{Selected, Table};
use super::vocabulary::{Fact, Part};
use super::{FileFacts, Kind, Node, NodeId};
use crate::lang::Grammar;
use crate::source::Span;

/// Nesting beyond this is kept as an opaque leaf: real code stays far below it,
/// and the stack of a worker thread holds it.
pub const MAX_DEPTH: u32 = 600;

/// Embedded texts within embedded texts beyond this are not read.
const MAX_EMBEDDED: u32 = 16;

/// Bytes of embedded texts that are parsed of any file, and for each of its bytes.
const EMBEDDED_BYTES_BASE: usize = 1 << 16;
const EMBEDDED_BYTES_PER_BYTE: usize = 8;

/// Lowers a syntax tree. Broken or unknown syntax gives opaque nodes, never an error.
pub fn lower(root: Syntax<'_>, text: &str, table: &Table, grammar: &dyn Grammar) -> FileFacts {
    let mut lowerer = Lowerer {
        table,
        grammar,
        text,
        facts: FileFacts::default(),
        depth: 0,
        pending_decorators: Vec::new(),
        yields: Vec::new(),
        embedded: 0,
        embedded_bytes: 0,
    };
    let id = lowerer.reserve(span_of(root), NodeId::NONE);
    let body = lowerer.children(root, id);
    lowerer.set(id, Kind::Block { body, tail: false });
    let mut facts = lowerer.facts;
    // Some nodes are looked at twice, and not always in source order.
    facts.comments.sort_by_key(|c| c.span.start);
    facts.comments.dedup_by_key(|c| c.span.start);
    errors(root, &mut facts.errors);
    facts
}

/// The outermost errors of a tree. Only broken parts are entered, which makes this free for sound files.
fn errors(root: Syntax<'_>, out: &mut Vec<Span>) {
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        if node.is_error() || node.is_missing() {
            out.push(span_of(node));
        } else if node.has_error() {
            let mut cursor = node.walk();
            let broken: Vec<_> = node.children(&mut cursor).filter(|c| c.has_error()).collect();
            pending.extend(broken.into_iter().rev());
        }
    }
}

/// The state of one walk; also what a language's hooks work with.
pub struct Lowerer<'a> {
    table: &'a Table,
    pub(super) grammar: &'a dyn Grammar,
    text: &'a str,
    pub(super) facts: FileFacts,
    depth: u32,
    /// Decorators and attributes waiting for the definition that follows them.
    pub(super) pending_decorators: Vec<NodeId>,
    /// For each function being lowered: whether it yields.
    pub(super) yields: Vec<bool>,
    /// How many embedded texts are being read.
    embedded: u32,
    /// How much embedded text has been parsed; what is within another counts again.
    embedded_bytes: usize,
}

/// The children of a node by the part they play.
pub(super) struct Parts<'t>(Selected<'t>);

impl<'t> Parts<'t> {
    pub(super) fn get(&self, part: Part) -> Option<Syntax<'t>> {
        self.0.iter().find(|p| p.0 == part).map(|p| p.1)
    }

    pub(super) fn all(&self, part: Part) -> impl Iterator<Item = Syntax<'t>> + '_ {
        self.0.iter().filter(move |p| p.0 == part).map(|p| p.1)
    }

    pub(super) fn has(&self, part: Part) -> bool {
        self.get(part).is_some()
    }

    /// Parts in source order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Part, Syntax<'t>)> + '_ {
        self.0.iter().copied()
    }
}

/// Bytes a syntax node covers.
pub fn span_of(node: Syntax<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

impl<'a> Lowerer<'a> {
    /// The text of a syntax node.
    pub fn text(&self, node: Syntax<'_>) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// A name as others say it.
    pub fn bare_name(&self, node: Syntax<'_>) -> &'a str {
        self.grammar.bare_name(self.text(node))
    }

    /// Accounts for bytes that are parsed once more; false when there were too many already.
    pub fn spend(&mut self, bytes: usize) -> bool {
        self.embedded_bytes += bytes;
        let limit = EMBEDDED_BYTES_BASE + self.text.len() * EMBEDDED_BYTES_PER_BYTE;
        let fits = self.embedded_bytes <= limit;
        self.facts.too_deep |= !fits;
        fits
    }

    /// The whole text.
    pub fn source(&self) -> &'a str {
        self.text
    }

    /// A place for a node whose children are lowered before its kind is known.
    pub fn reserve(&mut self, span: Span, parent: NodeId) -> NodeId {
        let id = NodeId(self.facts.nodes.len() as u32);
        self.facts.nodes.push(Node { kind: Kind::Opaque(Box::default()), span, parent });
        id
    }

    /// Fills a reserved place.
    pub fn set(&mut self, id: NodeId, kind: Kind) {
        self.facts.nodes[id.0 as usize].kind = kind;
    }

    /// Takes back the last reserved place.
    pub(super) fn unreserve(&mut self, id: NodeId) {
        debug_assert_eq!(id.0 as usize + 1, self.facts.nodes.len(), "only the last node can go");
        self.facts.nodes.pop();
    }

    /// Adds a node without children.
    pub fn leaf(&mut self, kind: Kind, span: Span, parent: NodeId) -> NodeId {
        let id = self.reserve(span, parent);
        self.set(id, kind);
        id
    }

    pub(super) fn fact(&self, node: Syntax<'_>) -> Option<Fact> {
        self.table.rule(node.kind_id()).map(|r| r.fact)
    }

    /// Whether the rule of a literal names its pieces; else it is read as a whole.
    pub(super) fn reads_pieces(&self, node: Syntax<'_>) -> bool {
        self.table.rule(node.kind_id()).is_some_and(|r| !r.selectors.is_empty())
    }

    /// The parts of a node under its rule; skipped nodes play none. Comments met on the way are kept.
    pub(super) fn parts<'t>(&mut self, node: Syntax<'t>) -> Parts<'t> {
        let mut left_out = SmallVec::<[_; 4]>::new();
        let mut parts = self.table.select(node, |child| left_out.push(child));
        parts.retain(|p| self.fact(p.1) != Some(Fact::Skip));
        for child in left_out {
            self.comments_below(child);
        }
        Parts(parts)
    }

    /// Keeps the comments of a subtree that is not lowered: they count everywhere.
    pub fn comments_below(&mut self, root: Syntax<'_>) {
        let mut pending = vec![root];
        while let Some(node) = pending.pop() {
            if self.fact(node) == Some(Fact::Comment) {
                self.comment(node);
            }
            let mut cursor = node.walk();
            pending.extend(node.named_children(&mut cursor));
        }
    }

    fn comment(&mut self, node: Syntax<'_>) {
        // Doc comments of some grammars include the end of their line.
        let end = node.start_byte() + self.text(node).trim_end().len();
        self.facts.comments.push(super::Comment { span: Span::new(node.start_byte(), end) });
    }

    /// Lowers the named children of a node, comments and skipped nodes aside.
    pub fn children(&mut self, node: Syntax<'_>, parent: NodeId) -> Box<[NodeId]> {
        let mut out = Vec::new();
        let mut cursor = node.walk();
        let mut more = cursor.goto_first_child();
        while more {
            let child = cursor.node();
            if child.is_named() && (!child.is_extra() || child.is_error() || self.fact(child).is_some()) {
                match self.pairs(child, parent) {
                    Some(pairs) => out.extend(pairs),
                    None => out.extend(self.lower(child, parent)),
                }
            }
            more = cursor.goto_next_sibling();
        }
        out.into()
    }

    /// Lowers a node; `None` for comments and for syntax without meaning.
    pub fn lower(&mut self, node: Syntax<'_>, parent: NodeId) -> Option<NodeId> {
        match self.fact(node) {
            Some(Fact::Comment) => {
                self.comment(node);
                return None;
            }
            Some(Fact::Skip) => return None,
            _ => {}
        }
        if !self.enter() {
            return Some(self.leaf(Kind::Opaque(Box::default()), span_of(node), parent));
        }
        let id = match self.fact(node) {
            Some(fact) => self.build(fact, node, parent),
            None => Some(self.opaque(node, parent)),
        };
        self.leave();
        id
    }

    /// One level deeper, unless that is too deep. To be followed by [`Self::leave`] when true.
    pub(super) fn enter(&mut self) -> bool {
        let fits = self.depth < MAX_DEPTH;
        self.depth += u32::from(fits);
        self.facts.too_deep |= !fits;
        fits
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// A node without the groups around it.
    pub(super) fn peel<'t>(&mut self, mut node: Syntax<'t>) -> Syntax<'t> {
        while self.fact(node) == Some(Fact::Group) {
            let parts = self.parts(node);
            match (parts.get(Part::Item), parts.all(Part::Item).nth(1)) {
                (Some(inner), None) => node = inner,
                _ => break,
            }
        }
        node
    }

    /// Reads text the grammar left unparsed, whose comments are kept. `None` when such texts
    /// are nested too deep: each level is parsed anew.
    pub fn embed<T>(&mut self, node: Syntax<'_>, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.embedded >= MAX_EMBEDDED {
            self.facts.too_deep = true;
            return None;
        }
        if self.embedded == 0 {
            self.comments_below(node);
        }
        self.embedded += 1;
        let result = read(self);
        self.embedded -= 1;
        Some(result)
    }

    /// Lowers the body of a function: a `yield` in it does not make the one around it a generator.
    pub fn function_body<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        self.yields.push(false);
        let result = read(self);
        (result, self.yields.pop().unwrap_or(false))
    }

    /// Where a node stands.
    pub fn span(&self, id: NodeId) -> Span {
        self.facts.span(id)
    }

    /// As [`Self::lower`], with an empty opaque node where nothing remains.
    pub fn lower_or_opaque(&mut self, node: Syntax<'_>, parent: NodeId) -> NodeId {
        match self.lower(node, parent) {
            Some(id) => id,
            None => self.leaf(Kind::Opaque(Box::default()), span_of(node), parent),
        }
    }

    /// Keeps a node's children without a meaning for the node itself.
    pub fn opaque(&mut self, node: Syntax<'_>, parent: NodeId) -> NodeId {
        let id = self.reserve(span_of(node), parent);
        let children = self.children(node, id);
        self.set(id, Kind::Opaque(children));
        id
    }
}
