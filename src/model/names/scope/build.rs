//! Scopes and bindings of a file, collected in one walk.

mod bind;
mod outer;
mod place;

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::{Def, Origin, Scope, ScopeId, ScopeKind, Scopes, Step};
use crate::facts::{CallStyle, FileFacts, Import, Kind, NodeId, OuterName, ParamKind};
use crate::lang::Language;

/// Finds the scopes and bindings of a file.
pub(in crate::model) fn scopes(facts: &FileFacts, language: Language) -> Scopes {
    let mut builder = Builder {
        facts,
        language,
        taken: outer::taken(facts),
        out: Scopes {
            scopes: Vec::new(),
            defs: Vec::new(),
            of: vec![ScopeId(0); facts.nodes.len()],
            statements: Vec::new(),
            at: FxHashMap::default(),
            values: FxHashMap::default(),
            params: FxHashMap::default(),
            outer: FxHashMap::default(),
            found: Default::default(),
        },
    };
    let file = builder.scope(None, ScopeKind::File);
    if !facts.nodes.is_empty() {
        builder.walk_children(NodeId::ROOT, file);
    }
    builder.out
}

struct Builder<'a> {
    facts: &'a FileFacts,
    language: Language,
    /// The names that functions take from outside.
    taken: FxHashMap<NodeId, Vec<&'a OuterName>>,
    out: Scopes,
}

impl Builder<'_> {
    fn scope(&mut self, parent: Option<ScopeId>, kind: ScopeKind) -> ScopeId {
        let id = ScopeId(self.out.scopes.len() as u32);
        self.out.scopes.push(Scope { parent, kind, names: FxHashMap::default() });
        id
    }

    /// Whether a block holds what a macro declares for everybody: `lazy_static! { static ref A: B = c(); }`.
    fn is_items(&self, block: NodeId) -> bool {
        let mut around = self.facts.ancestors(block).skip(1).map(|n| (n, self.facts.kind(n)));
        let is_macro = matches!(around.next(), Some((_, Kind::Call(c))) if c.style == CallStyle::Macro);
        is_macro
            && around.next().is_some_and(|(n, kind)| match kind {
                Kind::Class(c) => c.kind == crate::facts::ClassKind::Module,
                _ => n == NodeId::ROOT,
            })
    }

    fn walk_children(&mut self, id: NodeId, scope: ScopeId) {
        let mut children: SmallVec<[NodeId; 8]> = SmallVec::new();
        self.facts.for_each_child(id, |c| children.push(c));
        for child in children {
            self.walk(child, scope);
        }
    }

    fn walk(&mut self, id: NodeId, scope: ScopeId) {
        self.out.of[id.0 as usize] = scope;
        let facts = self.facts;
        match facts.kind(id) {
            Kind::Function(f) => {
                if let Some(name) = &f.name {
                    let at = if self.in_type(id) { None } else { Some(scope) };
                    if let Some(at) = at {
                        let origin = Origin::Definition(id);
                        self.define(at, Def { name: name.clone(), node: id, origin, ty: None });
                    }
                }
                let inner = self.scope(Some(scope), ScopeKind::Function);
                for &decorator in &f.decorators {
                    self.walk(decorator, scope);
                }
                for (index, param) in f.params.iter().enumerate() {
                    for part in [param.ty, param.default].into_iter().flatten() {
                        self.walk(part, scope);
                    }
                    let path = match param.kind {
                        ParamKind::Plain | ParamKind::Receiver => smallvec![],
                        ParamKind::Rest | ParamKind::KeywordRest => smallvec![Step::Each],
                    };
                    let index = index as u32;
                    self.bind(param.pattern, inner, param.ty, &Origin::Param { function: id, index, path });
                }
                self.walk_opt(f.return_type, scope);
                if f.body.is_some() {
                    self.take_outer_names(id, inner, scope);
                    self.walk(f.body, inner);
                }
            }
            Kind::Class(c) => {
                if !c.name.is_empty() {
                    let origin = Origin::Definition(id);
                    if c.kind != crate::facts::ClassKind::Impl {
                        self.define(scope, Def { name: c.name.clone(), node: id, origin, ty: None });
                    }
                }
                let kind = match c.kind {
                    crate::facts::ClassKind::Module => ScopeKind::Block,
                    _ => ScopeKind::Class,
                };
                let inner = self.scope(Some(scope), kind);
                for &part in c.decorators.iter().chain(&c.bases) {
                    self.walk(part, scope);
                }
                c.keywords.iter().for_each(|k| self.walk(k.value, scope));
                for &member in &c.body {
                    self.walk(member, inner);
                }
            }
            Kind::Block { .. } if self.is_items(id) => self.walk_children(id, scope),
            Kind::Block { .. } if self.language != Language::Python => {
                let inner = self.scope(Some(scope), ScopeKind::Block);
                self.walk_children(id, inner);
            }
            Kind::Import(import) => self.import(id, import, scope),
            Kind::Assign(a) => {
                let target_scope = match facts.kind(a.target) {
                    _ if a.declares || self.language == Language::Python => {
                        if a.declares {
                            scope
                        } else {
                            self.assignment_scope(scope)
                        }
                    }
                    Kind::Name(name) => self.declared_scope(scope, name),
                    _ => self.assignment_scope(scope),
                };
                for part in [a.ty, a.value, a.otherwise].into_iter().flatten() {
                    self.walk(part, scope);
                }
                a.decorators.iter().for_each(|&d| self.walk(d, scope));
                let origin = match a.value {
                    Some(expr) if a.op.is_none() => Origin::Value { expr, path: smallvec![] },
                    _ => Origin::Opaque,
                };
                if a.op.is_some() || (a.value.is_none() && a.ty.is_none() && !a.declares) {
                    self.walk(a.target, scope);
                    if let Kind::Name(name) = facts.kind(a.target) {
                        let def =
                            Def { name: name.clone(), node: a.target, origin: Origin::Opaque, ty: None };
                        let at = self.declared_scope(scope, name);
                        self.define(at, def);
                    }
                } else {
                    self.bind(a.target, target_scope, a.ty, &origin);
                    self.out.of[a.target.0 as usize] = scope;
                }
            }
            Kind::Loop(l) => {
                let inner = if self.language == Language::Python {
                    scope
                } else {
                    self.scope(Some(scope), ScopeKind::Block)
                };
                self.walk_opt(l.init, inner);
                self.walk_opt(l.iterable, scope);
                if let (Some(pattern), Some(expr)) = (l.pattern, l.iterable) {
                    self.bind(pattern, inner, None, &Origin::Value { expr, path: smallvec![Step::Each] });
                }
                for part in [l.condition, Some(l.body), l.update, l.otherwise].into_iter().flatten() {
                    self.walk(part, inner);
                }
            }
            Kind::With(w) => {
                for item in &w.items {
                    self.walk(item.value, scope);
                    if let Some(target) = item.target {
                        let path = smallvec![Step::Enter];
                        self.bind(target, scope, None, &Origin::Value { expr: item.value, path });
                    }
                }
                self.walk(w.body, scope);
            }
            Kind::Try(t) => {
                self.walk(t.body, scope);
                for (i, handler) in t.handlers.iter().enumerate() {
                    let inner = self.scope(Some(scope), ScopeKind::Block);
                    let inner = if self.language == Language::Python { scope } else { inner };
                    handler.types.iter().for_each(|&ty| self.walk(ty, scope));
                    if let Some(name) = handler.name {
                        let _ = i;
                        self.bind(name, inner, handler.types.first().copied(), &Origin::Caught(id));
                    }
                    self.walk(handler.body, inner);
                }
                self.walk_opt(t.otherwise, scope);
                self.walk_opt(t.finally, scope);
            }
            Kind::Match(m) => {
                self.walk(m.subject, scope);
                for arm in &m.arms {
                    let inner = self.scope(Some(scope), ScopeKind::Block);
                    let inner = if self.language == Language::Rust { inner } else { scope };
                    for &pattern in &arm.patterns {
                        if self.language == Language::TypeScript {
                            self.walk(pattern, scope);
                        } else {
                            self.bind_pattern(pattern, inner, m.subject);
                        }
                    }
                    self.walk_opt(arm.guard, inner);
                    self.walk(arm.body, inner);
                }
            }
            Kind::If { condition, then, otherwise } => {
                // `if let` binds for the branch only.
                let inner = if self.language == Language::Rust {
                    self.scope(Some(scope), ScopeKind::Block)
                } else {
                    scope
                };
                self.walk(*condition, inner);
                self.walk(*then, inner);
                self.walk_opt(*otherwise, scope);
            }
            Kind::Let { pattern, value } => {
                self.walk(*value, scope);
                self.bind_pattern(*pattern, scope, *value);
            }
            Kind::Comprehension(c) => {
                let inner = self.scope(Some(scope), ScopeKind::Function);
                for clause in &c.clauses {
                    self.walk(clause.iterable, inner);
                    let origin = Origin::Value { expr: clause.iterable, path: smallvec![Step::Each] };
                    self.bind(clause.pattern, inner, None, &origin);
                    clause.conditions.iter().for_each(|&x| self.walk(x, inner));
                }
                self.walk_opt(c.key, inner);
                self.walk(c.element, inner);
            }
            _ => self.walk_children(id, scope),
        }
    }

    fn walk_opt(&mut self, id: Option<NodeId>, scope: ScopeId) {
        if let Some(id) = id {
            self.walk(id, scope);
        }
    }

    /// Whether a function is a member of a class rather than a name in a scope.
    fn in_type(&self, id: NodeId) -> bool {
        self.facts.parent(id).is_some_and(|p| {
            matches!(self.facts.kind(p), Kind::Class(c) if c.kind != crate::facts::ClassKind::Module)
                || matches!(self.facts.kind(p), Kind::Record(_))
        })
    }

    fn import(&mut self, node: NodeId, import: &Import, scope: ScopeId) {
        let at = if self.language == Language::Python { self.assignment_scope(scope) } else { scope };
        for (index, name) in import.names.iter().enumerate() {
            if import.reexport && self.language == Language::TypeScript {
                continue;
            }
            let origin = Origin::Import { node, index: index as u32 };
            self.define(at, Def { name: name.local.clone(), node, origin, ty: None });
        }
    }
}
