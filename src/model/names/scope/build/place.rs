//! The scope that a name is bound in.

use super::Builder;
use crate::model::names::scope::{Def, Origin, ScopeId, ScopeKind, enclosing_function, statement};

impl Builder<'_> {
    /// Binds a name in a scope, or further out where a function says that it belongs there.
    pub(super) fn define(&mut self, scope: ScopeId, def: Def) {
        let scope = self.out.outer_scope(scope, &def.name);
        let id = self.out.defs.len() as u32;
        let names = &mut self.out.scopes[scope.0 as usize].names;
        let bindings = names.entry(def.name.clone()).or_default();
        let function = enclosing_function(self.facts, def.node);
        bindings.function = match bindings.ids.is_empty() {
            true => Some(function),
            false => bindings.function.filter(|&other| other == function),
        };
        // Values are walked before the patterns they are bound to: nearly in order.
        let start = self.facts.span(def.node).start;
        let later = |&&d: &&u32| self.facts.span(self.out.defs[d as usize].node).start > start;
        let behind = bindings.ids.iter().rev().take_while(later).count();
        bindings.ids.insert(bindings.ids.len() - behind, id);
        self.out.at.entry(def.node).or_insert(id);
        match &def.origin {
            Origin::Value { expr, .. } => self.out.values.entry(*expr).or_default().push(id),
            Origin::Param { function, index, .. } => {
                self.out.params.entry((*function, *index)).or_default().push(id);
            }
            _ => {}
        }
        self.out.statements.push(statement(self.facts, def.node));
        self.out.defs.push(def);
    }

    /// The scope in which an assignment without declaration binds: in Python the function's.
    pub(super) fn assignment_scope(&self, mut scope: ScopeId) -> ScopeId {
        while self.out.scopes[scope.0 as usize].kind == ScopeKind::Block {
            match self.out.scopes[scope.0 as usize].parent {
                Some(parent) => scope = parent,
                None => break,
            }
        }
        scope
    }

    /// The scope that already declares a name, for `x = …` in TypeScript and Rust.
    pub(super) fn declared_scope(&self, scope: ScopeId, name: &str) -> ScopeId {
        let mut at = Some(scope);
        while let Some(s) = at {
            if self.out.scopes[s.0 as usize].names.contains_key(name) {
                return s;
            }
            at = self.out.scopes[s.0 as usize].parent;
        }
        self.assignment_scope(scope)
    }
}
