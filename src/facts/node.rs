//! The node types of the lowered tree.

use super::part::*;
use crate::source::Span;
pub use smol_str::SmolStr as Name;

/// Index of a node in [`FileFacts::nodes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The parent of the root.
    pub const NONE: NodeId = NodeId(u32::MAX);
    /// The root of every file.
    pub const ROOT: NodeId = NodeId(0);

    /// Whether this points at a node at all.
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }
}

/// A list of children, in source order.
pub type NodeList = Box<[NodeId]>;

/// One node of the lowered tree.
#[derive(Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in bytes of the file's text.
    pub span: Span,
    /// The node around it; [`NodeId::NONE`] for the root.
    pub parent: NodeId,
}

/// What a node is. Parentheses, references and borrows, which change no value,
/// are dropped while lowering.
///
/// Types are lowered like the expressions they look like: names, members,
/// [`Kind::Index`] for arguments (`Promise<T>`), [`Kind::Binary`] with
/// [`BinaryOp::BitOr`] and [`BinaryOp::BitAnd`] for unions and intersections,
/// [`Kind::List`] for `T[]` and tuples, an unnamed [`ClassKind::Interface`] for
/// `{ x: T }`, a [`Kind::Function`] without body for function types.
#[derive(Debug)]
pub enum Kind {
    /// A sequence of statements: a file, a block, a suite. In Rust the last
    /// item may be the block's value (`tail`), as it is of JavaScript's `a, b`.
    Block {
        /// The statements.
        body: NodeList,
        /// Whether the last item is the value of the block.
        tail: bool,
    },
    /// A plain name, `self`, `this`, `_`.
    Name(Name),
    /// `object.name`, `object::name`, `object?.name`.
    Member {
        /// What the member is taken from.
        object: NodeId,
        /// The member's name.
        name: Name,
        /// Where the member's name stands.
        name_span: Span,
        /// Whether it is nothing when the object is: `object?.name`.
        optional: bool,
    },
    /// `object[index]`; also a generic type applied to arguments.
    Index {
        /// What is indexed.
        object: NodeId,
        /// The index; a [`Kind::List`] when there are several, [`Kind::Slice`] for ranges.
        index: NodeId,
    },
    /// `a:b` in an index, `a..b`.
    Slice {
        /// Lower bound.
        start: Option<NodeId>,
        /// Upper bound.
        end: Option<NodeId>,
        /// Whether the upper bound belongs to it: `a..=b`.
        inclusive: bool,
    },
    /// A call, construction or macro invocation.
    Call(Box<Call>),
    /// A string literal, with interpolated parts.
    Str(Box<[StrPart]>),
    /// A number, as far as `f64` holds it.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `None`, `null`, `undefined`, `()`.
    Null,
    /// List, tuple, array, set and their patterns; `vec![a, b]`.
    List(NodeList),
    /// Dictionary, object literal, struct literal and their patterns.
    Record(Box<Record>),
    /// `*x`, `...x`, `**x` outside a call's arguments and records.
    Spread(NodeId),
    /// Function, method, lambda, closure; an `async` block is one without parameters.
    Function(Box<Function>),
    /// Class, struct, enum, trait, interface or `impl` block.
    Class(Box<Class>),
    /// `await x`, `x.await`.
    Await(NodeId),
    /// `x?` in Rust.
    Propagate(NodeId),
    /// `yield`, `yield x`, `yield from x`, `yield* x`.
    Yield(Option<NodeId>),
    /// A type conversion or assertion; `x!` in TypeScript has no type.
    Cast {
        /// The converted value.
        value: NodeId,
        /// The type, where one is named.
        ty: Option<NodeId>,
    },
    /// Unary operation.
    Unary {
        /// Operator.
        op: UnaryOp,
        /// Operand.
        operand: NodeId,
    },
    /// Binary operation; chained comparisons are nested from the left with [`BinaryOp::And`].
    Binary {
        /// Operator.
        op: BinaryOp,
        /// Left operand.
        left: NodeId,
        /// Right operand.
        right: NodeId,
    },
    /// `if` statement or expression, ternary.
    If {
        /// Condition; may be a [`Kind::Let`].
        condition: NodeId,
        /// Taken when it holds.
        then: NodeId,
        /// Taken otherwise; an `elif` chain nests here.
        otherwise: Option<NodeId>,
    },
    /// `let pattern = value` as a condition.
    Let {
        /// Pattern.
        pattern: NodeId,
        /// Value matched against it.
        value: NodeId,
    },
    /// Any loop.
    Loop(Box<Loop>),
    /// `match`, `switch`.
    Match(Box<Match>),
    /// `try` with its handlers.
    Try(Box<Try>),
    /// `with` and friends.
    With(Box<With>),
    /// Binding and assignment, also class and struct fields. `i++` is `i += 1`.
    Assign(Box<Assign>),
    /// `return x`.
    Return(Option<NodeId>),
    /// `raise x`, `throw x`, `panic!` stays a call.
    Throw(Option<NodeId>),
    /// `break`; in Rust perhaps with a value.
    Break(Option<NodeId>),
    /// `continue`.
    Continue,
    /// List, set, dict or generator comprehension.
    Comprehension(Box<Comprehension>),
    /// Import of names from another module.
    Import(Box<Import>),
    /// Export of names or values (TypeScript, JavaScript); `pub use` is an import.
    Export(Box<Export>),
    /// `del x`, `delete x`.
    Delete(NodeList),
    /// `assert cond, message`.
    Assert {
        /// Condition.
        condition: NodeId,
        /// Message.
        message: Option<NodeId>,
    },
    /// Syntax without a meaning of its own here; its children are kept.
    Opaque(NodeList),
}

/// A comment.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Where it stands, markers included.
    pub span: Span,
}

/// A name that a function takes from outside, to assign to it: `global x`, `nonlocal x`.
#[derive(Debug, Clone)]
pub struct OuterName {
    /// The block that says so.
    pub block: NodeId,
    /// The name.
    pub name: Name,
    /// Whether it is one of the file; else of the functions around.
    pub global: bool,
}

/// Everything the model knows of one file's syntax.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// Arena; node 0 is the root block.
    pub nodes: Vec<Node>,
    /// Comments in source order.
    pub comments: Vec<Comment>,
    /// Names that functions take from outside, in source order.
    pub outer_names: Vec<OuterName>,
    /// Spans of syntax errors, outermost only.
    pub errors: Vec<Span>,
    /// Whether something was nested too deep to be lowered.
    pub too_deep: bool,
}

impl FileFacts {
    /// The node itself; nothing for `NONE`, as for the body of a function without one.
    pub fn node(&self, id: NodeId) -> &Node {
        const NOTHING: &Node =
            &Node { kind: Kind::Null, span: Span { start: 0, end: 0 }, parent: NodeId::NONE };
        let node = self.nodes.get(id.0 as usize);
        debug_assert!(
            node.is_some() || !id.is_some(),
            "{id:?} is none of the {} nodes of this file",
            self.nodes.len()
        );
        node.unwrap_or(NOTHING)
    }

    /// What the node is.
    pub fn kind(&self, id: NodeId) -> &Kind {
        &self.node(id).kind
    }

    /// Where the node stands.
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// The node around it, unless it is the root.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        Some(self.node(id).parent).filter(|p| p.is_some())
    }

    /// The node and everything around it, from the inside out.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(id), |&n| self.parent(n))
    }

    /// Whether a node is what an assignment sets.
    pub fn is_target(&self, node: NodeId) -> bool {
        self.parent(node).is_some_and(|p| matches!(self.kind(p), Kind::Assign(a) if a.target == node))
    }

    /// What an expression is without what only points to it or converts it: `&messages`, `messages as Message[]`.
    pub fn bare(&self, mut node: NodeId) -> NodeId {
        while let Kind::Unary { operand: x, .. } | Kind::Cast { value: x, .. } = self.kind(node) {
            node = *x;
        }
        node
    }

    /// Whether a variable is named in a piece of code.
    pub fn names(&self, root: NodeId, name: &str) -> bool {
        self.descendants(root).into_iter().any(|n| matches!(self.kind(n), Kind::Name(n) if **n == *name))
    }

    /// All node ids, parents before their children; only decorators may come before what they decorate.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }
}
