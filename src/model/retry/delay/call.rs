//! How what a call gives changes from attempt to attempt.

use super::{Basis, Shape};
use crate::facts::{Key, Kind, NodeId};
use crate::model::Project;
use crate::model::request::Tri;
use crate::model::retry::Growth;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whether a call gives something that varies by itself. Clocks do only where they are part
    /// of the delay: elsewhere they measure.
    pub(in crate::model::retry) fn is_random_call(&self, at: NodeRef) -> bool {
        let Some(callee) = self.callee_of(at) else { return false };
        let sdk = self.file(at.file).sdk;
        let Some(name) = self.last_name_at(callee) else { return false };
        self.has_part(at, "random-parts", &name)
            || sdk.has_word("random", &format!(".{name}"))
            || self.eval(callee).iter().any(|v| match v {
                Value::External(e) => sdk.has_word("random", &e.path) && !sdk.has_word("clock-names", &name),
                _ => false,
            })
    }

    pub(super) fn shape_of_call(&self, at: NodeRef, basis: &Basis, depth: u32) -> Shape {
        let Kind::Call(call) = self.kind(at) else { return Shape::unknown() };
        let sdk = self.file(at.file).sdk;
        let callee = at.sibling(call.callee);
        let Some(name) = self.last_name_at(callee) else { return Shape::unknown() };
        let of = |n: NodeId| match self.kind(at.sibling(n)) {
            // `.and_then(|v| v.parse().ok())`
            Kind::Function(_) => {
                let given = self.return_values(at.sibling(n));
                let shapes = given.iter().map(|&v| self.shape_within(v, basis, depth + 2));
                shapes.reduce(Shape::with).unwrap_or_else(Shape::unknown)
            }
            _ => self.shape_within(at.sibling(n), basis, depth + 1),
        };
        // A setting of the process is the same for every attempt.
        if self.environment_read(at).is_some() {
            return Shape::fixed();
        }
        let args: Vec<Shape> = call.args.iter().map(|a| of(a.value)).collect();
        let object = match self.kind(callee) {
            Kind::Member { object, .. } => Some(of(*object)),
            _ => None,
        };
        let mut joined =
            args.iter().cloned().chain(object.clone()).reduce(Shape::with).unwrap_or_else(Shape::fixed);
        let listed = self.eval(callee).iter().any(|v| match v {
            Value::External(e) => sdk.has_word("random", &e.path),
            _ => false,
        });
        if listed || self.is_random_call(at) || sdk.has_word("random-names", &name) {
            joined.random = Tri::Yes;
            return joined;
        }
        let grows = args.iter().chain(&object).any(Shape::grows);
        if sdk.has_word("power-names", &name) && grows {
            return joined.growing(Growth::Exponential, at);
        }
        for value in self.eval(callee).iter() {
            if let Value::Function(f) = value {
                return self
                    .shape_of_result(*f, at, basis, depth)
                    .with(Shape { growth: Growth::None, ..joined_server(&joined) });
            }
        }
        let known = ["power-names", "product-names", "sum-names", "arithmetic"]
            .iter()
            .any(|list| sdk.has_word(list, &name));
        if known {
            let product = sdk.has_word("product-names", &name) || sdk.has_word("sum-names", &name);
            if product && joined.growth == Growth::Linear {
                return joined.growing(Growth::Linear, at);
            }
            return joined;
        }
        Shape {
            server: joined.server,
            random: if joined.random == Tri::Yes { Tri::Yes } else { Tri::Unknown },
            ..Shape::unknown()
        }
    }

    /// Whether a value becomes a named part of something that is no delay: `{"id": str(uuid4())}`.
    pub(in crate::model::retry) fn is_kept_by_name(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for up in facts.ancestors(at.node).skip(1) {
            let name = match facts.kind(up) {
                Kind::Record(r) => r.entries.iter().find(|e| e.value == from).and_then(|e| match &e.key {
                    Some(Key::Known(key)) => Some(key),
                    _ => None,
                }),
                Kind::Call(c) => match c.args.iter().find(|a| a.value == from).map(|a| &a.name) {
                    Some(Some(name)) => Some(name),
                    _ => None,
                },
                Kind::Str(_)
                | Kind::Cast { .. }
                | Kind::Member { .. }
                | Kind::Index { .. }
                | Kind::Binary { .. } => None,
                _ => return false,
            };
            if let Some(name) = name {
                return !self.has_part(at, "wait-parts", name) && !self.has_part(at, "random-parts", name);
            }
            from = up;
        }
        false
    }

    /// What a function of the project gives for a call.
    fn shape_of_result(&self, f: NodeRef, call: NodeRef, basis: &Basis, depth: u32) -> Shape {
        let facts = self.facts(f.file);
        let Kind::Function(function) = facts.kind(f.node) else { return Shape::unknown() };
        if !function.body.is_some()
            || self.facts(call.file).ancestors(call.node).any(|n| call.sibling(n) == f)
        {
            return Shape::unknown();
        }
        let varying = self.arguments(f, call, basis, depth + 3);
        let inner = basis.within(f, varying);
        let mut shape = Shape::fixed();
        let returned = self.return_values(f);
        if returned.is_empty() {
            return Shape::unknown();
        }
        for &value in returned.iter().filter(|&&value| !self.is_ruled_out(value)) {
            shape = shape.with(self.shape_within(value, &inner, depth + 3));
        }
        let own = facts.descendants(f.node);
        if own.iter().any(|&n| self.is_random_call(f.sibling(n))) {
            shape.random = Tri::Yes;
        }
        shape.server |=
            own.iter().any(|&n| self.reads_server_wish(f.sibling(n))) || self.reads_carried_wish(f);
        if function.name.as_ref().is_some_and(|n| self.has_part(f, "random-parts", n)) {
            shape.random = Tri::Yes;
        }
        shape
    }
}

fn joined_server(shape: &Shape) -> Shape {
    Shape { server: shape.server, ..Shape::fixed() }
}
