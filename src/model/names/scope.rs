//! Names and what they are bound to, within one file.

mod build;
mod reaching;

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::facts::{FileFacts, Kind, Name, NodeId};

pub(in crate::model) use build::scopes;

/// Index of a scope in [`Scopes`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::model) struct ScopeId(u32);

/// What a scope belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::model) enum ScopeKind {
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
    /// What names stand for where they were asked for before.
    found: Mutex<FxHashMap<NodeId, Found>>,
}

/// Indexes of definitions that may reach a use.
type Found = SmallVec<[u32; 2]>;

impl Scopes {
    /// Bindings of a name at file level.
    pub fn top_level(&self, name: &str) -> impl Iterator<Item = &Def> {
        self.in_scope(ScopeId(0), name)
    }

    /// What is bound at file level, by name.
    pub(in crate::model) fn names_at_top(&self) -> impl Iterator<Item = &Name> {
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
        if !matches!(facts.kind(at), Kind::Name(own) if &**own == name) {
            let found = self.look_up(facts, name, at);
            return found.into_iter().map(|d| &self.defs[d as usize]).collect();
        }
        if let Some(known) = self.found().get(&at) {
            return known.iter().map(|&d| &self.defs[d as usize]).collect();
        }
        let found = self.look_up(facts, name, at);
        let defs = found.iter().map(|&d| &self.defs[d as usize]).collect();
        self.found().insert(at, found);
        defs
    }

    fn found(&self) -> MutexGuard<'_, FxHashMap<NodeId, Found>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look_up(&self, facts: &FileFacts, name: &str, at: NodeId) -> Found {
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
                let def = |d: u32| &self.defs[d as usize];
                let is_valued = |&d: &u32| match &def(d).origin {
                    Origin::Value { expr, .. } => !matches!(facts.kind(*expr), Kind::Null),
                    _ => false,
                };
                if reaching.len() > 1 && reaching.iter().any(is_valued) {
                    reaching.retain(|&mut d| !matches!(def(d).origin, Origin::Opaque) || def(d).ty.is_none());
                }
                self.leave_out_stand_ins(facts, &mut reaching);
                if !reaching.is_empty() {
                    return reaching;
                }
            }
            first &= s.kind == ScopeKind::Block;
            match s.parent {
                Some(parent) => scope = parent,
                None => return Found::new(),
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
}

/// The innermost function around a node (the node itself aside).
pub fn enclosing_function(facts: &FileFacts, node: NodeId) -> Option<NodeId> {
    facts.ancestors(node).skip(1).find(|&n| matches!(facts.kind(n), Kind::Function(_)))
}

/// The statement directly in a block, or a branch without one of its own, that holds the node.
fn statement(facts: &FileFacts, node: NodeId) -> NodeId {
    let mut at = node;
    while let Some(parent) = facts.parent(at) {
        match facts.kind(parent) {
            Kind::Block { .. } | Kind::Function(_) | Kind::Loop(_) | Kind::Try(_) => return at,
            _ if is_branch(facts, parent, at) => return at,
            _ => at = parent,
        }
    }
    at
}

/// Whether a node is run on one way only where another one is: `if (a) b = 1`, `case 1: b = 1`.
fn is_branch(facts: &FileFacts, around: NodeId, node: NodeId) -> bool {
    match facts.kind(around) {
        Kind::If { then, otherwise, .. } => *then == node || *otherwise == Some(node),
        Kind::Match(m) => {
            let start = facts.span(node).start;
            let here = m.arms.partition_point(|arm| facts.span(arm.body).start < start);
            m.arms.get(here).is_some_and(|arm| arm.body == node)
        }
        _ => false,
    }
}
