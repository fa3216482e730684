//! The closed set of capture names. `queries/README.md` explains each one.

macro_rules! vocabulary {
    ($($fact:ident $name:literal [$($part:ident $pname:literal)*])*) => {
        /// What a captured node is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "explained in queries/README.md")]
        pub enum Fact { $($fact),* }

        /// Every fact with its capture name and the names of its parts.
        pub const FACTS: &[(Fact, &str, &[&str])] = &[
            $((Fact::$fact, $name, &[$($pname),*])),*
        ];

        /// The part called `part` of `fact`.
        pub fn part(fact: Fact, part: &str) -> Option<Part> {
            match fact {
                $(Fact::$fact => match part {
                    $($pname => Some(Part::$part),)*
                    _ => None,
                }),*
            }
        }

        /// What `part` is called under `fact`; empty when the fact has no such part.
        pub fn part_name(fact: Fact, part: Part) -> &'static str {
            match fact {
                $(Fact::$fact => match part {
                    $(Part::$part => $pname,)*
                    _ => "",
                }),*
            }
        }
    };
}

/// The role of a child in a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "explained in queries/README.md")]
pub enum Part {
    Async,
    Argument,
    Arguments,
    Base,
    Body,
    Callee,
    Clause,
    Condition,
    Decorator,
    Default,
    Definition,
    Element,
    Else,
    Escape,
    Exported,
    Field,
    Finally,
    Generator,
    Getter,
    Guard,
    Handler,
    Index,
    Init,
    Item,
    Iterable,
    Key,
    Left,
    Member,
    Message,
    Name,
    Object,
    Operand,
    Operator,
    Optional,
    Parameter,
    Pattern,
    Repeat,
    Return,
    Right,
    Subject,
    Target,
    Text,
    Then,
    Type,
    TypeArgument,
    Update,
    Value,
}

vocabulary! {
    Comment "comment" []
    Skip "skip" []
    Opaque "opaque" [Item "child"]
    Group "group" [Item "inner"]
    Block "block" []
    ValueBlock "value_block" []
    Name "name" []
    Member "member" [Object "object" Name "name" Optional "optional"]
    Global "global" [Name "name"]
    Nonlocal "nonlocal" [Name "name"]
    Path "path" []
    Index "index" [Object "object" Index "index"]
    Slice "slice" [Item "bound" Operator "separator"]
    Call "call" [Callee "callee" Arguments "arguments" Argument "argument" TypeArgument "type_argument"]
    New "new" [Callee "callee" Arguments "arguments" TypeArgument "type_argument"]
    Macro "macro" [Callee "callee" Arguments "tokens"]
    Arguments "arguments" [Item "item"]
    KeywordArgument "keyword_argument" [Name "name" Value "value"]
    Generic "generic" [Object "object" TypeArgument "type_argument"]
    String "string" [Text "text" Value "hole"]
    Interpolation "interpolation" [Value "value"]
    Concat "concat" [Item "item"]
    Number "number" []
    True "true" []
    False "false" []
    Bool "bool" []
    Null "null" []
    List "list" [Item "item" Operator "separator" Repeat "repeat"]
    Record "record" [Type "type" Item "entry" Key "key" Value "value"]
    Entry "entry" [Key "key" Value "value"]
    Shorthand "shorthand" []
    Spread "spread" [Value "value"]
    KeywordSpread "keyword_spread" [Value "value"]
    Function "function" [Name "name" Parameter "parameter" Body "body" Return "return" Async "async" Generator "generator" Getter "getter" Exported "exported"]
    Parameter "parameter" [Pattern "pattern" Type "type" Default "default" Decorator "decorator" Exported "field"]
    Receiver "receiver" []
    Class "class" [Name "name" Base "base" Body "member" Decorator "decorator" Exported "exported"]
    Struct "struct" [Name "name" Body "member" Item "item" Exported "exported"]
    TupleFields "tuple_fields" [Field "field" Decorator "decorator" Exported "exported"]
    Enum "enum" [Name "name" Body "member" Exported "exported"]
    Trait "trait" [Name "name" Base "base" Body "member" Exported "exported"]
    Interface "interface" [Name "name" Base "base" Body "member" Item "item"]
    TypeAlias "type_alias" [Name "name" Value "value"]
    Union "union" [Item "item"]
    Intersection "intersection" [Item "item"]
    Impl "impl" [Name "type" Base "trait" Body "member"]
    Module "module" [Name "name" Body "member" Exported "exported"]
    Field "field" [Target "name" Type "type" Value "value" Decorator "decorator" Exported "exported"]
    Decorator "decorator" [Value "value"]
    Attribute "attribute" [Callee "callee" Arguments "tokens" Value "value"]
    Decorated "decorated" [Decorator "decorator" Definition "definition"]
    Assign "assign" [Target "target" Value "value" Type "type" Operator "operator"]
    Declare "declare" [Target "target" Value "value" Type "type" Else "else" Exported "exported"]
    Update "update" [Target "target" Operator "operator"]
    Sequence "sequence" [Item "item"]
    Declarations "declarations" [Item "item"]
    If "if" [Condition "condition" Then "then" Else "else"]
    Conjunction "conjunction" [Item "item"]
    Let "let" [Pattern "pattern" Value "value"]
    ForEach "for_each" [Pattern "pattern" Iterable "iterable" Body "body" Else "else" Async "async"]
    ForCounter "for_counter" [Init "init" Condition "condition" Update "update" Body "body"]
    While "while" [Condition "condition" Body "body" Else "else"]
    DoWhile "do_while" [Condition "condition" Body "body"]
    Forever "forever" [Body "body"]
    Match "match" [Subject "subject" Item "arm"]
    Guarded "guarded" [Pattern "pattern" Guard "guard"]
    Alternatives "alternatives" [Item "item"]
    Arm "arm" [Pattern "pattern" Guard "guard" Body "body"]
    Try "try" [Body "body" Handler "handler" Else "else" Finally "finally"]
    Handler "handler" [Type "type" Name "name" Body "body"]
    With "with" [Item "item" Body "body" Async "async"]
    WithItem "with_item" [Value "value"]
    AsPattern "as_pattern" [Value "value" Target "target"]
    Return "return" [Value "value"]
    Throw "throw" [Value "value"]
    Break "break" [Value "value"]
    Continue "continue" []
    Await "await" [Value "value"]
    Propagate "propagate" [Value "value"]
    Yield "yield" [Value "value"]
    Cast "cast" [Value "value" Type "type"]
    Unary "unary" [Operator "operator" Operand "operand"]
    Binary "binary" [Left "left" Operator "operator" Right "right"]
    Comparison "comparison" [Operand "operand" Operator "operator"]
    Comprehension "comprehension" [Element "element" Clause "clause"]
    LazyComprehension "lazy_comprehension" [Element "element" Clause "clause"]
    ForClause "for_clause" [Pattern "pattern" Iterable "iterable"]
    IfClause "if_clause" [Condition "condition"]
    Import "import" []
    Export "export" []
    Delete "delete" [Item "item"]
    Assert "assert" [Condition "condition" Message "message"]
}

impl Fact {
    /// The fact captured as `@name`.
    pub fn from_name(name: &str) -> Option<Fact> {
        FACTS.iter().find(|f| f.1 == name).map(|f| f.0)
    }

    /// The capture name of the fact.
    pub fn name(self) -> &'static str {
        FACTS.iter().find(|f| f.0 == self).map_or("", |f| f.1)
    }
}
