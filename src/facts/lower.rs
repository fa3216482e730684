//! One walk over one syntax tree, from grammar nodes to [`FileFacts`].

use smallvec::SmallVec;
use tree_sitter::Node as Syntax;

use super::query::Table;
use super::vocabulary::{Fact, Part};
use super::{FileFacts, Kind, Node, NodeId};
use crate::lang::Grammar;
use crate::source::Span;

/// Nesting beyond this is kept as an opaque leaf: real code stays far below it,
/// and the stack of a worker thread holds it.
pub const MAX_DEPTH: u32 = 600;

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
    };
    let id = lowerer.reserve(span_of(root), NodeId::NONE);
    let body = lowerer.children(root, id);
    lowerer.set(id, Kind::Block { body, tail: false });
    lowerer.facts
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
}

/// The children of a node by the part they play.
pub(super) struct Parts<'t>(SmallVec<[(Part, Syntax<'t>); 8]>);

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

    /// Adds a node without children.
    pub fn leaf(&mut self, kind: Kind, span: Span, parent: NodeId) -> NodeId {
        let id = self.reserve(span, parent);
        self.set(id, kind);
        id
    }

    pub(super) fn fact(&self, node: Syntax<'_>) -> Option<Fact> {
        self.table.rule(node.kind_id()).map(|r| r.fact)
    }

    /// The parts of a node under its rule. Comments met on the way are kept.
    pub(super) fn parts<'t>(&mut self, node: Syntax<'t>) -> Parts<'t> {
        let mut parts = Parts(SmallVec::new());
        let Some(rule) = self.table.rule(node.kind_id()) else { return parts };
        if rule.selectors.is_empty() && node.named_child_count() == 0 {
            return parts;
        }
        let mut cursor = node.walk();
        let mut more = cursor.goto_first_child();
        let mut position = 0;
        while more {
            let child = cursor.node();
            if child.is_extra() && self.fact(child) == Some(Fact::Comment) {
                self.comment(child);
            } else {
                let field = cursor.field_id().map(|f| f.get());
                let named = child.is_named();
                for s in &rule.selectors {
                    if s.accepts(field, child.kind_id(), named, position) {
                        parts.0.push((s.part, child));
                    }
                }
                position += usize::from(named);
            }
            more = cursor.goto_next_sibling();
        }
        parts
    }

    fn comment(&mut self, node: Syntax<'_>) {
        self.facts.comments.push(super::Comment { span: span_of(node) });
    }

    /// Lowers the named children of a node, comments and skipped nodes aside.
    pub fn children(&mut self, node: Syntax<'_>, parent: NodeId) -> Box<[NodeId]> {
        let mut out = Vec::new();
        let mut cursor = node.walk();
        let mut more = cursor.goto_first_child();
        while more {
            let child = cursor.node();
            if child.is_named() {
                out.extend(self.lower(child, parent));
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
        if node.is_error() || node.is_missing() {
            let nested = self.facts.errors.last().is_some_and(|e| e.contains(span_of(node)));
            if !nested {
                self.facts.errors.push(span_of(node));
            }
        }
        if self.depth >= MAX_DEPTH {
            self.facts.too_deep = true;
            return Some(self.leaf(Kind::Opaque(Box::default()), span_of(node), parent));
        }
        self.depth += 1;
        let id = match self.fact(node) {
            Some(fact) => self.build(fact, node, parent),
            None => Some(self.opaque(node, parent)),
        };
        self.depth -= 1;
        id
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
