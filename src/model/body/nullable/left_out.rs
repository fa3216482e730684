//! Bodies that what is `null` is left out of before they are sent.

use crate::facts::{Kind, NodeId};
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// Functions that a body is looked for in, and names on the way to it.
const MAX_FUNCTIONS: usize = 12;
const MAX_PLACES: usize = 24;

impl Project {
    /// Whether the function around a request, or one that makes what it sends, turns something into JSON without
    /// what is `null`, or copies only what is there: `body.model_dump_json(exclude_none=True)`,
    /// `{k: v for k, v in body.items() if v is not None}`.
    pub(super) fn leaves_out_null(&self, request: NodeRef, null: NodeRef) -> bool {
        let mut functions = vec![self.whole_function(request)];
        functions.extend(self.makers_of_arguments(request, null));
        functions.into_iter().any(|function| self.leaves_out_null_in(function))
    }

    fn leaves_out_null_in(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        file.facts.descendants(function.node).into_iter().any(|n| match file.facts.kind(n) {
            _ if self.sifted(function.sibling(n)).is_some_and(|copy| copy.sifts && !copy.by_name) => true,
            Kind::Call(call) => call.args.iter().any(|arg| {
                let named =
                    arg.name.as_deref().is_some_and(|name| file.sdk.has_word("leaves-out-null", name));
                named && !matches!(file.facts.kind(arg.value), Kind::Bool(false))
            }),
            _ => false,
        })
    }

    /// The functions of the project that are called for what a request is given, in place or by a variable: for the
    /// argument that a `null` stands in, if it stands there.
    fn makers_of_arguments(&self, request: NodeRef, null: NodeRef) -> Vec<NodeRef> {
        let file = self.file(request.file);
        let facts = &file.facts;
        let around = enclosing_function(facts, request.node);
        let Kind::Call(call) = facts.kind(request.node) else { return Vec::new() };
        let mut places: Vec<NodeId> = call.args.iter().map(|a| a.value).collect();
        let holding = |&n: &NodeId| self.contains(request.sibling(n), null);
        if let Some(argument) = places.iter().copied().find(holding) {
            places = vec![argument];
        }
        let mut functions = Vec::new();
        let mut next = 0;
        while let Some(&place) = places.get(next).filter(|_| next < MAX_PLACES) {
            next += 1;
            for node in facts.descendants(place) {
                match facts.kind(node) {
                    Kind::Name(name) => {
                        for def in file.scopes.lookup(facts, name, node) {
                            if let Origin::Value { expr, .. } = &def.origin
                                && enclosing_function(facts, def.node) == around
                                && !places.contains(expr)
                            {
                                places.push(*expr);
                            }
                        }
                    }
                    Kind::Call(call) if functions.len() < MAX_FUNCTIONS => {
                        functions.extend(self.eval(request.sibling(call.callee)).iter().filter_map(
                            |v| match v {
                                Value::Function(f) => Some(*f),
                                _ => None,
                            },
                        ));
                    }
                    _ => {}
                }
            }
        }
        functions
    }
}
