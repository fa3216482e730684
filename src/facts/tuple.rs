//! Members that have a position instead of a name, and members in general.

use tree_sitter::Node as Syntax;

use super::lower::{Lowerer, Parts, span_of};
use super::vocabulary::{Fact, Part};
use super::*;

impl Lowerer<'_> {
    /// The members of a type, in a container or direct.
    pub(super) fn class_body(&mut self, parts: &Parts<'_>, id: NodeId) -> NodeList {
        match parts.get(Part::Body) {
            Some(fields) if self.fact(fields) == Some(Fact::TupleFields) => self.tuple_fields(fields, id),
            Some(_) => self.members(parts, Part::Body, id),
            None => self.list(parts, Part::Item, id),
        }
    }

    /// The fields of a tuple struct, named by their position.
    fn tuple_fields(&mut self, container: Syntax<'_>, id: NodeId) -> NodeList {
        let parts = self.parts(container);
        let mut fields = Vec::new();
        let mut exported = false;
        for (part, node) in parts.iter() {
            match part {
                Part::Decorator => {
                    self.lower(node, id);
                }
                Part::Exported => exported = true,
                _ => {
                    let decorators = std::mem::take(&mut self.pending_decorators);
                    let field = self.reserve(span_of(node), id);
                    self.adopt(field, &decorators);
                    let ty = self.lower(node, field);
                    let name = fields.len().to_string();
                    let target = self.leaf(Kind::Name(name.into()), span_of(node), field);
                    let field_kind = Assign {
                        target,
                        value: None,
                        ty,
                        op: None,
                        declares: true,
                        otherwise: None,
                        decorators: decorators.into(),
                        exported: std::mem::take(&mut exported),
                    };
                    self.set(field, Kind::Assign(Box::new(field_kind)));
                    fields.push(field);
                }
            }
        }
        fields.into()
    }

    /// Positional types outside a struct: one is itself, several are a list.
    pub(super) fn tuple_type(&mut self, node: Syntax<'_>, parent: NodeId) -> Option<NodeId> {
        let parts = self.parts(node);
        let types: Vec<_> = parts.all(Part::Field).collect();
        if let [one] = types[..] {
            return self.lower(one, parent);
        }
        let id = self.reserve(span_of(node), parent);
        let items = self.list(&parts, Part::Field, id);
        self.set(id, Kind::List(items));
        Some(id)
    }

    /// The name in a type: `S` of `&a::S<T>`.
    pub(super) fn head_of_type<'t>(&mut self, mut ty: Syntax<'t>) -> Syntax<'t> {
        loop {
            let part = match self.fact(ty) {
                Some(Fact::Group) => Part::Item,
                Some(Fact::Generic) => Part::Object,
                Some(Fact::Member) => Part::Name,
                _ => return ty,
            };
            match self.parts(ty).get(part) {
                Some(inner) => ty = inner,
                None => return ty,
            }
        }
    }

    pub(super) fn adopt(&mut self, parent: NodeId, children: &[NodeId]) {
        for child in children {
            self.facts.nodes[child.0 as usize].parent = parent;
        }
    }
}
