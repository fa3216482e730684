//! One file of the project.

mod exports;
mod marked;

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::custom::{CustomRule, Matched};
use crate::facts::{BinaryOp, Call, ClassKind, FileFacts, Kind, Name, NodeId};
use crate::lang::Language;
use crate::model::names::index::{constant, last_name, path_name};
use crate::model::names::scope::{self, Def, Origin, Scopes};
use crate::sdk::Sdk;
use crate::source::SourceFile;

/// A file with what can be said of it alone. One that has not changed serves many projects, in
/// any thread.
#[derive(Debug)]
pub struct FileModel {
    /// Path, text, role.
    pub source: SourceFile,
    /// Its lowered syntax.
    pub facts: FileFacts,
    /// Its names.
    pub scopes: Scopes,
    /// What the queries of custom rules match in it, one for each rule that holds for it.
    pub matches: Vec<Matched>,
    /// Its language.
    pub language: Language,
    /// What is known of the SDKs of its language.
    pub sdk: &'static Sdk,
    /// Exports with a value of their own: `default`, CommonJS members.
    pub(super) exports: FxHashMap<Name, NodeId>,
    /// Exported name → local name.
    pub(super) export_aliases: FxHashMap<Name, Name>,
    /// Re-exported names: import and index in it.
    pub(super) reexports: Vec<(NodeId, u32)>,
    /// Wildcard imports.
    pub(super) wildcards: Vec<(NodeId, u32)>,
    /// Places of names, by name.
    names: OnceLock<FxHashMap<Name, Vec<NodeId>>>,
    /// What is asked for its class: `isinstance(x, …)`, `isinstance(x.y, …)`.
    tested_names: OnceLock<FxHashSet<Name>>,
    /// Keys that are assigned to somewhere: `x.key = …`, `x["key"] = …`.
    assigned_keys: OnceLock<FxHashSet<Name>>,
    /// `__all__`, where it is a list of names.
    all: OnceLock<Option<FxHashSet<Name>>>,
    /// By name: bindings and the places that read them.
    readers: RwLock<FxHashMap<Name, Arc<Readers>>>,
    /// By node, whether it is in what is marked as a test; empty where nothing is.
    tests: OnceLock<Box<[bool]>>,
}

/// Places that may read a binding, in source order.
pub(super) type Readers = FxHashMap<NodeId, Vec<NodeId>>;

impl FileModel {
    /// Finds the names and exports of a file.
    pub fn new(source: SourceFile, facts: FileFacts) -> FileModel {
        // Only code gets here.
        let language = source.dialect.map_or(Language::Python, crate::lang::Dialect::language);
        let scopes = scope::scopes(&facts, language);
        let mut file = FileModel {
            source,
            matches: Vec::new(),
            scopes,
            language,
            sdk: Sdk::of(language),
            exports: FxHashMap::default(),
            export_aliases: FxHashMap::default(),
            reexports: Vec::new(),
            wildcards: Vec::new(),
            names: OnceLock::new(),
            tested_names: OnceLock::new(),
            assigned_keys: OnceLock::new(),
            all: OnceLock::new(),
            readers: RwLock::default(),
            tests: OnceLock::new(),
            facts: FileFacts::default(),
        };
        for id in facts.ids() {
            file.exports_of(&facts, id);
        }
        file.facts = facts;
        file
    }

    /// Adds what the queries of custom rules match.
    #[must_use]
    pub fn with_matches(mut self, matches: Vec<Matched>) -> FileModel {
        self.matches = matches;
        self
    }

    /// Whether those, and no other, custom rules were asked.
    pub fn is_asked<'r>(&self, rules: impl Iterator<Item = &'r Arc<CustomRule>>) -> bool {
        rules.map(Arc::as_ptr).eq(self.matches.iter().map(|matched| Arc::as_ptr(&matched.rule)))
    }

    /// Whether the last name of an expression is in a named list of words.
    pub(super) fn named_in(&self, at: NodeId, list: &str) -> bool {
        last_name(&self.facts, at).is_some_and(|name| self.sdk.has_word(list, &name))
    }

    /// The one expression that a name stands for, where it is bound once and to all of a value.
    pub(super) fn only_value(&self, at: NodeId) -> Option<NodeId> {
        let Kind::Name(name) = self.facts.kind(at) else { return None };
        match self.scopes.lookup(&self.facts, name, at)[..] {
            [Def { origin: Origin::Value { expr, path }, .. }] if path.is_empty() && *expr != at => {
                Some(*expr)
            }
            _ => None,
        }
    }

    /// What a node asks for its class, and that class: `isinstance(block, Text)`, `block instanceof Text`.
    pub(super) fn type_test(&self, at: NodeId) -> Option<(NodeId, NodeId)> {
        match self.facts.kind(at) {
            Kind::Binary { op: BinaryOp::InstanceOf, left, right } => Some((*left, *right)),
            Kind::Call(c) => match &c.args[..] {
                [subject, ty] if self.named_in(c.callee, "type-tests") => Some((subject.value, ty.value)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The names of what is asked for its class somewhere.
    pub(super) fn tested_names(&self) -> &FxHashSet<Name> {
        self.tested_names.get_or_init(|| {
            let tested = |id| path_name(&self.facts, self.type_test(id)?.0);
            self.facts.ids().filter_map(tested).collect()
        })
    }

    /// Every place where a plain name stands, bound or read.
    pub(super) fn names(&self, name: &str) -> &[NodeId] {
        let names = self.names.get_or_init(|| {
            let mut names: FxHashMap<Name, Vec<NodeId>> = FxHashMap::default();
            for id in self.facts.ids() {
                if let Kind::Name(name) = self.facts.kind(id) {
                    names.entry(name.clone()).or_default().push(id);
                }
            }
            names
        });
        names.get(name).map_or(&[], |n| n)
    }

    /// Whether a key of anything is assigned to somewhere in the file.
    pub(super) fn assigns_key(&self, key: &str) -> bool {
        let keys = self.assigned_keys.get_or_init(|| {
            let assigned = self.facts.ids().filter_map(|n| match self.facts.kind(n) {
                Kind::Assign(a) => match self.facts.kind(a.target) {
                    Kind::Index { index, .. } => constant(&self.facts, *index),
                    Kind::Member { name, .. } => Some(name.clone()),
                    _ => None,
                },
                _ => None,
            });
            assigned.collect()
        });
        keys.contains(key)
    }

    /// A module path of an import or expression as the file itself would write it: inside
    /// `mod m { … }`, `self` is `self.m` and `super` the file.
    pub(super) fn seen_from_file(&self, at: NodeId, module: &str) -> Name {
        let (first, rest) = module.split_at(module.find('.').unwrap_or(module.len()));
        if self.language != Language::Rust || !matches!(first, "self" | "super") {
            return module.into();
        }
        let mut around: Vec<&str> = Vec::new();
        for above in self.facts.ancestors(at).skip(1) {
            if let Kind::Class(class) = self.facts.kind(above)
                && class.kind == ClassKind::Module
            {
                around.push(&class.name);
            }
        }
        if around.is_empty() {
            return module.into();
        }
        around.reverse();
        let mut rest = if first == "super" { module } else { rest.trim_start_matches('.') };
        while let Some(after) = rest.strip_prefix("super")
            && (after.is_empty() || after.starts_with('.'))
            && around.pop().is_some()
        {
            rest = after.trim_start_matches('.');
        }
        // Above the file there is no `self` to start from.
        let start = if rest.split('.').next() == Some("super") { None } else { Some("self") };
        let parts = start.into_iter().chain(around).chain(Some(rest).filter(|r| !r.is_empty()));
        parts.collect::<Vec<_>>().join(".").into()
    }

    /// The bindings of a name that the file reads, and where.
    pub(super) fn readers(&self, name: &Name) -> Arc<Readers> {
        let known = self.readers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(name) {
            return known.clone();
        }
        drop(known);
        let mut readers = Readers::default();
        for &place in self.names(name).iter().filter(|&&place| !self.binds(place)) {
            for def in self.scopes.lookup(&self.facts, name, place) {
                if def.node != place {
                    readers.entry(def.node).or_default().push(place);
                }
            }
        }
        let readers = Arc::new(readers);
        let mut known = self.readers.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(name.clone(), readers.clone());
        readers
    }

    /// Whether a node is the name of the object that a method runs on: `self`, `this`.
    pub(super) fn is_own_object(&self, node: NodeId) -> bool {
        matches!(self.facts.kind(node), Kind::Name(name) if self.sdk.has_word("own-object", name))
    }

    /// The same, or of the type that a method runs on: `cls`.
    pub(super) fn is_receiver(&self, node: NodeId) -> bool {
        matches!(self.facts.kind(node), Kind::Name(name) if self.sdk.in_lists(&["own-object", "own-type"], name))
    }

    /// The list that a call adds an element to: `list.append(x)`.
    pub(super) fn list_added_to(&self, call: &Call) -> Option<NodeId> {
        match self.facts.kind(call.callee) {
            Kind::Member { object, name, .. } => self.sdk.has_word("adds-element", name).then_some(*object),
            _ => None,
        }
    }

    /// Whether a name is bound where it stands, rather than read.
    pub(super) fn binds(&self, at: NodeId) -> bool {
        self.scopes.binding(at).is_some_and(|def| !matches!(def.origin, Origin::Opaque))
    }

    /// The number a node writes, with its sign.
    pub fn number_of(&self, id: NodeId) -> Option<f64> {
        match self.facts.kind(id) {
            Kind::Number(n) => Some(*n),
            Kind::Unary { op: crate::facts::UnaryOp::Minus, operand } => self.number_of(*operand).map(|n| -n),
            _ => None,
        }
    }

    /// The text of a node.
    pub fn text_of(&self, id: NodeId) -> &str {
        self.source.text.get(self.facts.span(id).range()).unwrap_or("")
    }
}
