//! Names that patterns bind.

use smallvec::smallvec;

use super::super::{Def, Origin, ScopeId, Step};
use super::Builder;
use crate::facts::{Entry, Key, Kind, NodeId};
use crate::lang::Language;

impl Builder<'_> {
    pub(super) fn bind_pattern(&mut self, pattern: NodeId, scope: ScopeId, subject: NodeId) {
        self.bind(pattern, scope, None, &Origin::Value { expr: subject, path: smallvec![] });
    }

    /// Binds every name in a pattern to its part of the origin.
    pub(super) fn bind(&mut self, pattern: NodeId, scope: ScopeId, ty: Option<NodeId>, origin: &Origin) {
        self.out.of[pattern.0 as usize] = scope;
        let facts = self.facts;
        match facts.kind(pattern) {
            Kind::Name(name) => {
                let def = Def { name: name.clone(), node: pattern, origin: origin.clone(), ty };
                self.define(scope, def);
            }
            Kind::List(items) => {
                for (i, &item) in items.iter().enumerate() {
                    let step = match facts.kind(item) {
                        Kind::Spread(_) => Step::Each,
                        _ => Step::Item(i as u32),
                    };
                    self.bind(item, scope, None, &origin.then(step));
                }
            }
            Kind::Record(r) => {
                self.walk_opt(r.ty, scope);
                // Without its callbacks a value is as good as whole: `{ onText, ...rest }`.
                let whole = self.language == Language::TypeScript
                    && r.entries.iter().all(|e| match &e.key {
                        Some(Key::Known(key)) => is_callback(key),
                        key => key.is_none(),
                    });
                for Entry { key, value, .. } in &r.entries {
                    if whole && key.is_none() {
                        self.bind(*value, scope, None, origin);
                        continue;
                    }
                    let step = match key {
                        Some(Key::Known(key)) => Step::Key(key.clone()),
                        _ => Step::Each,
                    };
                    self.bind(*value, scope, None, &origin.then(step));
                }
            }
            // `{ a = 1 }`, `[a = 1]`: the value is a default.
            Kind::Assign(a) => {
                self.walk_opt(a.value, scope);
                self.bind(a.target, scope, a.ty.or(ty), origin);
            }
            Kind::Spread(inner) => self.bind(*inner, scope, None, origin),
            // `Some(x)`, `Ok(x)`, `Shape::Circle(r)`.
            Kind::Call(c) => {
                self.walk(c.callee, scope);
                for (i, arg) in c.args.iter().enumerate() {
                    let named = |names: &[&str]| matches!(facts.kind(c.callee), Kind::Name(n) if names.contains(&&**n));
                    let unwraps = named(&["Some", "Ok"]);
                    let path = match &arg.name {
                        // The error is not what was asked for.
                        _ if named(&["Err"]) => Origin::Opaque,
                        Some(name) => origin.then(Step::Key(name.clone())),
                        None if unwraps => origin.then(Step::Unwrap),
                        None => origin.then(Step::Item(i as u32)),
                    };
                    self.bind(arg.value, scope, None, &path);
                }
            }
            // Alternatives, bindings with sub-patterns.
            Kind::Binary { left, right, .. } => {
                self.bind(*left, scope, ty, origin);
                self.bind(*right, scope, ty, origin);
            }
            // `A { x } | B { x }` within another pattern: each takes the same value apart.
            Kind::Opaque(children) => children.iter().for_each(|&c| self.bind(c, scope, None, origin)),
            Kind::Cast { value, ty } => self.bind(*value, scope, *ty, origin),
            _ => self.walk(pattern, scope),
        }
    }
}

impl Origin {
    /// A part of this origin.
    fn then(&self, step: Step) -> Origin {
        let mut next = self.clone();
        match &mut next {
            Origin::Value { path, .. } | Origin::Param { path, .. } => path.push(step),
            _ => next = Origin::Opaque,
        }
        next
    }
}

/// Whether a field is called like what is called back: `onText`.
fn is_callback(name: &str) -> bool {
    name.strip_prefix("on").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}
