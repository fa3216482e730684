//! Values that become fields of new objects.

use super::member::steps_into;
use super::{Part, Parts, Walk};
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::names::index::takes_receiver;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

impl Walk<'_> {
    /// Into the object of a type that a call makes of the value and others.
    pub(super) fn construct(&mut self, at: NodeRef, call: NodeRef, class: NodeRef, parts: Parts, depth: u32) {
        let field = self.project.filled_field(class, call, at);
        if let Some(field) = &field {
            for reader in self.project.readers_at_birth(class, &field.name) {
                let read = matches!(self.project.kind(reader), Kind::Member { .. } | Kind::Name(_));
                if read {
                    self.follow(reader, parts.clone(), depth + 1);
                }
            }
        }
        // Its methods may read the field whenever they run.
        self.kept |= self.project.has_methods(class);
        let part = match field {
            Some(field) => Part::Field(field.name, field.place),
            None => Part::Any,
        };
        self.inside(call, parts, part, depth);
    }
}

impl Project {
    /// Whether the objects of a type can do something once they are made.
    fn has_methods(&self, class: NodeRef) -> bool {
        let Kind::Class(c) = self.kind(class) else { return false };
        let file = self.file(class.file);
        c.body.iter().any(|&member| match file.facts.kind(member) {
            Kind::Function(f) => !f
                .name
                .as_deref()
                .is_some_and(|n| file.sdk.in_lists(&["constructors", "after-constructors"], n)),
            _ => false,
        })
    }

    /// Where a type itself looks at a field while one of its objects is made: in its constructor, in what
    /// runs behind it, in what validates the field.
    pub(in crate::model) fn readers_at_birth(&self, class: NodeRef, field: &str) -> Vec<NodeRef> {
        let Kind::Class(c) = self.kind(class) else { return Vec::new() };
        let file = self.file(class.file);
        let facts = &file.facts;
        let mut out = Vec::new();
        for &member in &c.body {
            let Kind::Function(f) = facts.kind(member) else { continue };
            let runs = f
                .name
                .as_deref()
                .is_some_and(|n| file.sdk.in_lists(&["constructors", "after-constructors"], n));
            let validates = f.decorators.iter().find(|&&d| file.named_in(d, "validators"));
            if !runs && validates.is_none() {
                continue;
            }
            // `self.why`, and the parameter that a constructor keeps as it.
            let own = |&n: &NodeId| match facts.kind(n) {
                Kind::Member { object, name, .. } => {
                    &**name == field && !facts.is_target(n) && matches!(facts.kind(*object), Kind::Name(_))
                }
                Kind::Name(name) => runs && &**name == field && !file.binds(n) && !is_kept(facts, n),
                _ => false,
            };
            out.extend(facts.descendants(f.body).into_iter().filter(own).map(|n| class.sibling(n)));
            // `@field_validator("why") def check(cls, value)`
            let names_field = |d: &&NodeId| match facts.kind(**d) {
                Kind::Call(c) => {
                    c.args.iter().any(|a| constant(facts, a.value).is_some_and(|n| &*n == field))
                }
                _ => false,
            };
            if validates.is_some_and(|d| names_field(&d)) {
                let first = u32::from(takes_receiver(self.files(), class.sibling(member)));
                let defs = file.scopes.bound_to_param(member, first);
                let plain = defs.filter(|d| match &d.origin {
                    Origin::Param { path, .. } => steps_into(path, Parts::new()).is_some(),
                    _ => false,
                });
                out.extend(plain.flat_map(|d| self.readers(class.sibling(d.node))));
            }
        }
        out
    }
}

/// Whether a parameter is only kept: `self.why = why`.
fn is_kept(facts: &crate::facts::FileFacts, node: NodeId) -> bool {
    facts.parent(node).is_some_and(|p| match facts.kind(p) {
        Kind::Assign(a) => a.value == Some(node) && matches!(facts.kind(a.target), Kind::Member { .. }),
        _ => false,
    })
}
