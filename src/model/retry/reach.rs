//! Who else may run a method: base classes, libraries, servers.

use rustc_hash::FxHashMap;

use super::path::Walk;
use crate::facts::Kind;
use crate::model::Project;
use crate::model::names::index::Member;
use crate::model::values::value::{NodeRef, Value};

impl Walk<'_> {
    /// Whether a method belongs to a type with further public methods that send requests and that
    /// nobody here calls: a library, whatever its own file demonstrates.
    pub(super) fn is_library_class(&self, method: NodeRef) -> bool {
        let project = self.project;
        let Some(class) = project.class_of(method) else { return false };
        project.sending_methods(class).iter().any(|&other| {
            let Kind::Function(f) = project.kind(other) else { return false };
            other != method
                && f.name.as_ref().is_some_and(|n| !n.starts_with('_'))
                && project.callers(other).is_empty()
                && project.mentions(other).is_empty()
        })
    }
}

impl Project {
    /// The methods of base classes and interfaces that a method is written over.
    pub(super) fn overridden(&self, function: NodeRef) -> Vec<NodeRef> {
        let Kind::Function(f) = self.kind(function) else { return Vec::new() };
        let (Some(name), Some(class)) = (&f.name, self.class_of(function)) else { return Vec::new() };
        let mut out = Vec::new();
        let mut seen = vec![class];
        let mut next = 0;
        while next < seen.len() && seen.len() <= 8 {
            for base in self.bases(seen[next]) {
                let Value::Class(base) = base else { continue };
                if seen.contains(&base) {
                    continue;
                }
                seen.push(base);
                for member in self.class_member(base, name) {
                    if let Member::Method(m) = member
                        && self.class_of(m) == Some(base)
                        && m != function
                    {
                        out.push(m);
                    }
                }
            }
            next += 1;
        }
        out
    }

    /// Whether the class of a method derives from one of the same project that is out of sight:
    /// what is called through it may be repeated there.
    pub(super) fn has_base_out_of_sight(&self, function: NodeRef) -> bool {
        let Some(class) = self.class_of(function) else { return false };
        let Kind::Class(c) = self.kind(class) else { return false };
        c.bases.iter().any(|&base| {
            let at = class.sibling(base);
            self.is_foreign_import(at)
                && self.eval(at).iter().any(|v| match v {
                    Value::Unknown => true,
                    Value::External(e) => self.is_of_own_package(class, &e.path),
                    _ => false,
                })
        })
    }

    /// Whether a path begins with a folder that the file lies in.
    fn is_of_own_package(&self, at: NodeRef, path: &str) -> bool {
        let head = path.split('.').next().unwrap_or(path);
        let mut folders = self.file(at.file).source.path.split(['/', '\\']).rev().skip(1);
        !head.is_empty() && folders.any(|folder| folder == head)
    }

    /// Whether a file starts a server, so that its top-level code is no one-shot program.
    pub(super) fn starts_server(&self, at: NodeRef) -> bool {
        if let Some(&known) = self.servers.borrow().get(&at.file) {
            return known;
        }
        let file = self.file(at.file);
        let starts = file.facts.ids().any(|n| {
            let Kind::Call(c) = file.facts.kind(n) else { return false };
            self.eval(at.sibling(c.callee)).iter().any(|v| match v {
                Value::External(e) => file.sdk.has_word("server-start", &e.path),
                _ => false,
            })
        });
        self.servers.borrow_mut().insert(at.file, starts);
        starts
    }

    /// The methods of a type that send requests themselves.
    pub(super) fn sending_methods(&self, class: NodeRef) -> &[NodeRef] {
        let methods = self.sending_methods.get_or_init(|| {
            let mut methods: FxHashMap<NodeRef, Vec<NodeRef>> = FxHashMap::default();
            for request in self.requests() {
                if let Some(method) = self.function_of(request.at)
                    && let Some(class) = self.class_of(method)
                {
                    let methods = methods.entry(class).or_default();
                    if methods.last() != Some(&method) {
                        methods.push(method);
                    }
                }
            }
            methods
        });
        methods.get(&class).map_or(&[], |m| m)
    }
}
