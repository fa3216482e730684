//! Parts of statements: loops, branches, handlers, assignments.

use super::BinaryOp;
use crate::facts::{NodeId, NodeList};
use crate::source::Span;

/// Kinds of loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoopKind {
    /// `for x in y`, `for (const x of y)`.
    ForEach,
    /// `for (init; cond; update)`.
    ForCounter,
    /// `while`, `while let`.
    While,
    /// `do … while`.
    DoWhile,
    /// Rust `loop`.
    Forever,
}

/// A loop.
#[derive(Debug)]
pub struct Loop {
    /// Which kind.
    pub kind: LoopKind,
    /// Loop variable pattern of a for-each.
    pub pattern: Option<NodeId>,
    /// What a for-each runs over.
    pub iterable: Option<NodeId>,
    /// First clause of a counter loop.
    pub init: Option<NodeId>,
    /// Condition.
    pub condition: Option<NodeId>,
    /// Last clause of a counter loop.
    pub update: Option<NodeId>,
    /// Body.
    pub body: NodeId,
    /// Python `else`.
    pub otherwise: Option<NodeId>,
    /// `async for`, `for await`.
    pub is_async: bool,
}

/// A `match` or `switch`.
#[derive(Debug)]
pub struct Match {
    /// What is examined.
    pub subject: NodeId,
    /// Arms in order.
    pub arms: Box<[Arm]>,
}

/// One arm of a match.
#[derive(Debug)]
pub struct Arm {
    /// Alternatives (`A | B` are two); empty for `default`.
    pub patterns: NodeList,
    /// Extra condition.
    pub guard: Option<NodeId>,
    /// Body: a block or expression.
    pub body: NodeId,
    /// Whether it has no body of its own and goes on with that of the next: `case 1: default: …`. One that does
    /// nothing (`case 1: pass`, `1 => {}`) ends there.
    pub falls: bool,
    /// The whole arm.
    pub span: Span,
}

/// A `try` statement.
#[derive(Debug)]
pub struct Try {
    /// What is tried.
    pub body: NodeId,
    /// Handlers in order.
    pub handlers: Box<[Handler]>,
    /// Python `else`.
    pub otherwise: Option<NodeId>,
    /// `finally`.
    pub finally: Option<NodeId>,
}

/// An `except` or `catch` clause.
#[derive(Debug)]
pub struct Handler {
    /// Classes caught, flattened; empty when it catches everything.
    pub types: NodeList,
    /// Name or pattern of the error.
    pub name: Option<NodeId>,
    /// Body.
    pub body: NodeId,
    /// The whole clause.
    pub span: Span,
}

/// A `with` statement.
#[derive(Debug)]
pub struct With {
    /// Items in order.
    pub items: Box<[WithItem]>,
    /// Body.
    pub body: NodeId,
    /// `async with`.
    pub is_async: bool,
}

/// One item of a `with`.
#[derive(Debug, Clone, PartialEq)]
pub struct WithItem {
    /// Context manager.
    pub value: NodeId,
    /// `as target`.
    pub target: Option<NodeId>,
}

/// A binding, assignment or field.
#[derive(Debug)]
pub struct Assign {
    /// Name, member, index or pattern.
    pub target: NodeId,
    /// Value; `None` for a bare declaration.
    pub value: Option<NodeId>,
    /// Declared type.
    pub ty: Option<NodeId>,
    /// Operator of an augmented assignment.
    pub op: Option<BinaryOp>,
    /// Introduces the name (`let`, `const`, `var`, `static`, a field) rather than rebinding it.
    pub declares: bool,
    /// `let … else { }` in Rust.
    pub otherwise: Option<NodeId>,
    /// Decorators and attributes of a field.
    pub decorators: NodeList,
    /// `export`, `pub`.
    pub exported: bool,
}

/// A comprehension.
#[derive(Debug)]
pub struct Comprehension {
    /// Element; for dicts the value.
    pub element: NodeId,
    /// Key of a dict comprehension.
    pub key: Option<NodeId>,
    /// `for` clauses in order.
    pub clauses: Box<[Clause]>,
    /// A generator expression rather than a collection.
    pub lazy: bool,
}

/// A `for` clause of a comprehension with the conditions after it.
#[derive(Debug)]
pub struct Clause {
    /// Loop variable.
    pub pattern: NodeId,
    /// What it runs over.
    pub iterable: NodeId,
    /// Conditions.
    pub conditions: NodeList,
}
