//! Names and what they are bound to, within one file.

mod build;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::facts::{FileFacts, Kind, Name, NodeId};

pub(super) use build::scopes;

/// Index of a scope in [`Scopes`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct ScopeId(u32);

/// What a scope belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ScopeKind {
    /// The file.
    File,
    /// A function, lambda or comprehension.
    Function,
    /// A class body; invisible from the methods inside.
    Class,
    /// A block that limits `let` (TypeScript, Rust).
    Block,
}

#[derive(Debug)]
struct Scope {
    parent: Option<ScopeId>,
    kind: ScopeKind,
    names: FxHashMap<Name, Bindings>,
}

/// The bindings of one name in one scope.
#[derive(Debug, Default)]
struct Bindings {
    /// Indexes of definitions, in source order.
    ids: SmallVec<[u32; 1]>,
    /// The function around all of them, if it is the same; `Some(None)` at file level.
    function: Option<Option<NodeId>>,
}

/// One step from a value to a part of it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// Element at a position of a tuple or list.
    Item(u32),
    /// Entry or field of that name.
    Key(Name),
    /// Any element: iteration, unknown index, rest.
    Each,
    /// What a context manager gives.
    Enter,
    /// The payload of `Some`, `Ok` and the like.
    Unwrap,
}

/// Where a bound value comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A part of an expression's value.
    Value {
        /// The expression.
        expr: NodeId,
        /// Which part.
        path: SmallVec<[Step; 2]>,
    },
    /// A parameter.
    Param {
        /// The function.
        function: NodeId,
        /// Position, receiver included.
        index: u32,
        /// Which part of the argument a pattern binds.
        path: SmallVec<[Step; 2]>,
    },
    /// An imported name.
    Import {
        /// The import.
        node: NodeId,
        /// Index into its names.
        index: u32,
    },
    /// A function or class defined here.
    Definition(NodeId),
    /// The error a handler caught.
    Caught(NodeId),
    /// Declared or bound in a way that is not followed.
    Opaque,
}

/// A binding of a name.
#[derive(Clone, Debug)]
pub struct Def {
    /// The name.
    pub name: Name,
    /// The node that binds it: a pattern's name, a function, a class.
    pub node: NodeId,
    /// Where the value comes from.
    pub origin: Origin,
    /// Declared type.
    pub ty: Option<NodeId>,
}

/// All scopes and bindings of a file.
#[derive(Debug)]
pub struct Scopes {
    scopes: Vec<Scope>,
    defs: Vec<Def>,
    /// Scope of each node.
    of: Vec<ScopeId>,
    /// For each definition the statement it is in, directly in a block.
    statements: Vec<NodeId>,
    /// The first definition at each node that has one.
    at: FxHashMap<NodeId, u32>,
    /// Bindings by the expression whose value they take.
    values: FxHashMap<NodeId, SmallVec<[u32; 1]>>,
    /// Bindings by function and position of the parameter.
    params: FxHashMap<(NodeId, u32), SmallVec<[u32; 1]>>,
    /// The scope that a name belongs to which a function takes from outside.
    outer: FxHashMap<(ScopeId, Name), ScopeId>,
}

impl Scopes {
    /// Bindings of a name at file level.
    pub fn top_level(&self, name: &str) -> impl Iterator<Item = &Def> {
        self.in_scope(ScopeId(0), name)
    }

    /// What is bound at file level, by name.
    pub(super) fn names_at_top(&self) -> impl Iterator<Item = &Name> {
        self.scopes[0].names.keys()
    }

    fn in_scope(&self, scope: ScopeId, name: &str) -> impl Iterator<Item = &Def> {
        let bindings = self.scopes[scope.0 as usize].names.get(name);
        bindings.into_iter().flat_map(|b| &b.ids).map(|&d| &self.defs[d as usize])
    }

    /// What is bound at a node.
    pub fn binding(&self, at: NodeId) -> Option<&Def> {
        self.at.get(&at).map(|&d| &self.defs[d as usize])
    }

    /// Bindings of an expression's value or of parts of it.
    pub fn bound_to(&self, expr: NodeId) -> impl Iterator<Item = &Def> {
        self.values.get(&expr).into_iter().flatten().map(|&d| &self.defs[d as usize])
    }

    /// Bindings of a parameter or of parts of it.
    pub fn bound_to_param(&self, function: NodeId, index: u32) -> impl Iterator<Item = &Def> {
        self.params.get(&(function, index)).into_iter().flatten().map(|&d| &self.defs[d as usize])
    }

    /// All bindings.
    pub fn defs(&self) -> &[Def] {
        &self.defs
    }

    /// The bindings that may reach the use of a name at a node, in source order. Of very many,
    /// the nearest.
    pub fn lookup<'s>(&'s self, facts: &FileFacts, name: &str, at: NodeId) -> Vec<&'s Def> {
        let mut scope = self.of[at.0 as usize];
        let mut first = true;
        loop {
            scope = self.outer_scope(scope, name);
            let s = &self.scopes[scope.0 as usize];
            if let Some(bindings) = s.names.get(name)
                && (s.kind != ScopeKind::Class || first)
            {
                let mut reaching = self.reaching(facts, bindings, at);
                // `let client: Client;` says nothing where the value is known.
                let is_valued = |d: &&Def| match &d.origin {
                    Origin::Value { expr, .. } => !matches!(facts.kind(*expr), Kind::Null),
                    _ => false,
                };
                if reaching.len() > 1 && reaching.iter().any(is_valued) {
                    reaching.retain(|d| !matches!(d.origin, Origin::Opaque) || d.ty.is_none());
                }
                if !reaching.is_empty() {
                    return reaching;
                }
            }
            first &= s.kind == ScopeKind::Block;
            match s.parent {
                Some(parent) => scope = parent,
                None => return Vec::new(),
            }
        }
    }

    /// Where a name that is bound or used in a scope belongs: further out, where a function says so.
    fn outer_scope(&self, scope: ScopeId, name: &str) -> ScopeId {
        if self.outer.is_empty() {
            return scope;
        }
        self.outer.get(&(scope, name.into())).copied().unwrap_or(scope)
    }

    /// Leaves out bindings that a later one on the same path replaces.
    fn reaching<'s>(&'s self, facts: &FileFacts, bindings: &'s Bindings, at: NodeId) -> Vec<&'s Def> {
        let defs = bindings.ids.iter().map(|&d| &self.defs[d as usize]);
        let single = bindings.ids.len() < 2;
        if single && !defs.clone().any(|d| matches!(d.origin, Origin::Value { .. })) {
            return defs.collect();
        }
        // The variable of a comprehension stands behind its uses.
        let comprehension = |d: &Def| {
            let around = facts.ancestors(d.node).find(|&n| matches!(facts.kind(n), Kind::Comprehension(_)));
            around.is_some_and(|c| facts.span(c).contains(facts.span(at)))
        };
        let function = enclosing_function(facts, at);
        if bindings.function != Some(function) || defs.clone().all(comprehension) {
            return defs.take(MAX_REACHING).collect();
        }
        let start = facts.span(at).start;
        let split = bindings.ids.partition_point(|&d| facts.span(self.defs[d as usize].node).start < start);
        let (before, after) = bindings.ids.split_at(split);
        let in_loop = LoopAround::new(facts, at);
        let mut out: Vec<&Def> = Vec::new();
        let mut later: Vec<&Def> = Vec::new();
        let mut replaced = false;
        for &id in before.iter().rev().take(MAX_REACHING) {
            let (def, statement) = (&self.defs[id as usize], self.statements[id as usize]);
            // `if let Some(x) = x`: the second is not the first.
            if matches!(def.origin, Origin::Value { expr, .. } if is_within(facts, at, expr))
                && !matches!(facts.kind(statement), Kind::Assign(_))
            {
                continue;
            }
            // `let x = x + 1`; not `let y = match x { Some(x) => x }`.
            let within_own_value = facts.span(statement).contains(facts.span(at))
                && matches!(facts.kind(statement), Kind::Assign(a) if facts.span(a.target).contains(facts.span(def.node)));
            if within_own_value {
                if in_loop.holds(facts, def.node) && !binds_anew(facts, statement) {
                    later.push(def);
                }
                continue;
            }
            out.push(def);
            // Whatever is before it on the way here is replaced.
            if facts.parent(statement).is_some_and(|block| is_within(facts, at, block))
                && !is_left_out_elsewhere(facts, statement)
            {
                replaced = true;
                break;
            }
        }
        out.reverse();
        later.reverse();
        for def in after.iter().map(|&d| &self.defs[d as usize]).take(MAX_REACHING) {
            if facts.span(def.node) == facts.span(at) {
                out.push(def);
            } else if function.is_none() && !replaced
                || in_loop.holds(facts, def.node) && !binds_anew(facts, statement(facts, def.node))
            {
                later.push(def);
            } else if in_loop.ends_before(facts, def.node) {
                break;
            }
        }
        out.extend(later);
        out
    }
}

/// Whether each turn of a loop has a variable of its own: `let`.
fn binds_anew(facts: &FileFacts, statement: NodeId) -> bool {
    matches!(facts.kind(statement), Kind::Assign(a) if a.declares)
}

/// Whether a declaration is one of several of which a build takes one: `#[cfg(unix)] let …`.
fn is_left_out_elsewhere(facts: &FileFacts, statement: NodeId) -> bool {
    let Kind::Assign(a) = facts.kind(statement) else { return false };
    a.decorators.iter().any(|&decorator| {
        let name = match facts.kind(decorator) {
            Kind::Call(c) => c.callee,
            _ => decorator,
        };
        matches!(facts.kind(name), Kind::Name(name) if &**name == "cfg")
    })
}

/// More bindings than this that may reach a use are not told apart: values are cut off earlier.
const MAX_REACHING: usize = 64;

/// The outermost loop around a node in its function.
struct LoopAround(Option<crate::source::Span>);

impl LoopAround {
    fn new(facts: &FileFacts, at: NodeId) -> LoopAround {
        let around = facts.ancestors(at).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        let outermost = around.filter(|&n| matches!(facts.kind(n), Kind::Loop(_))).last();
        LoopAround(outermost.map(|n| facts.span(n)))
    }

    /// Whether a binding in the same function is in the loop.
    fn holds(&self, facts: &FileFacts, node: NodeId) -> bool {
        self.0.is_some_and(|span| span.contains(facts.span(node)))
    }

    fn ends_before(&self, facts: &FileFacts, node: NodeId) -> bool {
        self.0.is_none_or(|span| span.end <= facts.span(node).start)
    }
}

/// Whether a node is another one or within it.
fn is_within(facts: &FileFacts, node: NodeId, around: NodeId) -> bool {
    facts.span(around).contains(facts.span(node)) && facts.ancestors(node).any(|n| n == around)
}

/// The innermost function around a node (the node itself aside).
pub fn enclosing_function(facts: &FileFacts, node: NodeId) -> Option<NodeId> {
    facts.ancestors(node).skip(1).find(|&n| matches!(facts.kind(n), Kind::Function(_)))
}

/// The statement directly in a block that holds the node.
fn statement(facts: &FileFacts, node: NodeId) -> NodeId {
    let mut at = node;
    while let Some(parent) = facts.parent(at) {
        match facts.kind(parent) {
            Kind::Block { .. } | Kind::Function(_) | Kind::Loop(_) | Kind::Try(_) => return at,
            _ => at = parent,
        }
    }
    at
}
