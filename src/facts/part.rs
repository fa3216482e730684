//! What the nodes of the lowered tree are made of.

mod statement;

#[cfg(doc)]
use super::Kind;
use super::{Name, NodeId, NodeList};
use crate::source::Span;

pub use statement::*;

/// A part of a string literal.
#[derive(Debug, Clone, PartialEq)]
pub enum StrPart {
    /// Literal text with escapes resolved.
    Text(Name),
    /// An interpolated expression.
    Hole(NodeId),
}

/// How a call is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallStyle {
    /// `f(x)`.
    Plain,
    /// `new F(x)`.
    New,
    /// `f!(x)` in Rust.
    Macro,
}

/// A call.
#[derive(Debug)]
pub struct Call {
    /// What is called.
    pub callee: NodeId,
    /// Arguments in source order.
    pub args: Box<[Arg]>,
    /// Explicit type arguments: `parse::<T>()`, `get<T>()`.
    pub type_args: NodeList,
    /// How it is written.
    pub style: CallStyle,
}

/// One argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// Keyword, where there is one.
    pub name: Option<Name>,
    /// Value.
    pub value: NodeId,
    /// `*x` or `...x`.
    pub spread: bool,
    /// `**x`.
    pub keyword_spread: bool,
    /// The whole argument, keyword included; empty where it is not written as one.
    pub span: Span,
}

/// A record literal or pattern.
#[derive(Debug)]
pub struct Record {
    /// The type in front of a struct literal.
    pub ty: Option<NodeId>,
    /// Entries in source order.
    pub entries: Box<[Entry]>,
}

impl Record {
    /// The value of the first entry with that key.
    pub fn value_of(&self, key: &str) -> Option<NodeId> {
        self.entries.iter().find(|entry| entry.has_key(key)).map(|entry| entry.value)
    }
}

impl Entry {
    /// Whether its key is known and that one.
    pub fn has_key(&self, key: &str) -> bool {
        matches!(&self.key, Some(Key::Known(known)) if &**known == key)
    }
}

/// One entry of a record.
#[derive(Debug)]
pub struct Entry {
    /// The key; `None` for a spread and for the positional parts of a pattern.
    pub key: Option<Key>,
    /// The value; for shorthand `{ x }` a [`Kind::Name`].
    pub value: NodeId,
    /// The whole entry.
    pub span: Span,
}

/// Key of a record entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// A literal key or field name.
    Known(Name),
    /// A computed key.
    Computed(NodeId),
}

/// A function of any kind.
#[derive(Debug)]
pub struct Function {
    /// Its name; `None` for lambdas.
    pub name: Option<Name>,
    /// Where the name stands.
    pub name_span: Span,
    /// Parameters, receiver included.
    pub params: Box<[Param]>,
    /// Body: a block, or the expression of a lambda; [`NodeId::NONE`] for a bare signature.
    pub body: NodeId,
    /// Decorators and attributes, outermost first.
    pub decorators: NodeList,
    /// Declared result.
    pub return_type: Option<NodeId>,
    /// `async`.
    pub is_async: bool,
    /// An `async` block: nobody calls it, whoever awaits it runs it.
    pub is_block: bool,
    /// Yields (Python: found in the body; JavaScript: `function*`).
    pub is_generator: bool,
    /// A getter: reading the member calls it (`get x()`).
    pub is_getter: bool,
    /// Reachable from other modules by declaration (`export`, `pub`); always true in Python.
    pub exported: bool,
}

/// A parameter.
#[derive(Debug)]
pub struct Param {
    /// Name or pattern.
    pub pattern: NodeId,
    /// Declared type.
    pub ty: Option<NodeId>,
    /// Default value.
    pub default: Option<NodeId>,
    /// What it takes.
    pub kind: ParamKind,
    /// Decorators and attributes.
    pub decorators: NodeList,
    /// TypeScript `constructor(private x: T)`: also a field.
    pub is_field: bool,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// One argument.
    Plain,
    /// `self` of a Rust method.
    Receiver,
    /// `*args`, `...rest`.
    Rest,
    /// `**kwargs`.
    KeywordRest,
}

/// Kinds of type definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassKind {
    /// Python or JavaScript class.
    Class,
    /// Rust struct.
    Struct,
    /// Enumeration.
    Enum,
    /// Rust trait.
    Trait,
    /// TypeScript interface or object type alias.
    Interface,
    /// Rust `impl` block: `name` is the type, `bases` the trait.
    Impl,
    /// Rust `mod m { … }`, TypeScript namespace.
    Module,
}

/// A type definition.
#[derive(Debug)]
pub struct Class {
    /// Name; empty when anonymous.
    pub name: Name,
    /// Where the name stands.
    pub name_span: Span,
    /// Which kind.
    pub kind: ClassKind,
    /// Base classes, implemented traits and interfaces.
    pub bases: NodeList,
    /// Methods ([`Kind::Function`]) and fields ([`Kind::Assign`]); enum variants are
    /// [`Kind::Assign`] whose target is the variant's name and whose `ty` is its payload.
    pub body: NodeList,
    /// Decorators and attributes.
    pub decorators: NodeList,
    /// Keyword arguments of a Python class statement (`metaclass=…`).
    pub keywords: Box<[Arg]>,
    /// `export`, `pub`; always true in Python.
    pub exported: bool,
}

/// An import.
#[derive(Debug)]
pub struct Import {
    /// Module as written: `a.b`, `./x`, `crate::a::b`. Rust paths are written with `.`.
    pub module: Name,
    /// Leading dots of a relative Python import.
    pub level: u32,
    /// Names brought in.
    pub names: Box<[ImportName]>,
    /// Also exported from here: `export { x } from`, `pub use`.
    pub reexport: bool,
}

/// One name of an import.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportName {
    /// Which of the module's names: `None` is the module itself, `*` all of them,
    /// `default` the default export.
    pub imported: Option<Name>,
    /// The local name. `import a.b` without alias binds `a`, though its module is `a.b`;
    /// for `*` it is `*`.
    pub local: Name,
    /// Where the local name stands.
    pub span: Span,
}

/// An export of a value or of local names.
#[derive(Debug)]
pub struct Export {
    /// `(local, exported)` pairs of `export { a as b }`.
    pub names: Box<[(Name, Name)]>,
    /// The declaration or the default value.
    pub value: Option<NodeId>,
    /// `export default`.
    pub default: bool,
}

/// Unary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `not`, `!`.
    Not,
    /// `-`.
    Minus,
    /// Anything else.
    Other,
}

/// Binary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the languages")]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    And,
    Or,
    /// `??`.
    Coalesce,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Is,
    IsNot,
    InstanceOf,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    Other,
}

impl BinaryOp {
    /// Whether the right side is worked out only for some values of the left: `and`, `or`, `??`.
    pub fn may_skip_right(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Coalesce)
    }
}
