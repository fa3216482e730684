//! What in a tool may fail.

use super::MAX_HOPS;
use crate::facts::{Kind, NodeId, ParamKind};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::values::keyed::keyed;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// What in a function may fail and is caught neither there nor in what it calls.
    pub(super) fn tool_may_raise(&self, function: NodeRef, depth: u32) -> Option<NodeRef> {
        if self.catches_itself(function) || depth > MAX_HOPS {
            return None;
        }
        let region = self.function_region(function);
        let sdk = self.file(function.file).sdk;
        region.nodes.iter().copied().find_map(|node| match self.kind(node) {
            Kind::Throw(_) => Some(node),
            // `handlers[name](**arguments)`: the model may leave one out, or make one up.
            Kind::Call(call)
                if call
                    .args
                    .iter()
                    .any(|a| a.keyword_spread && self.is_given_to(node.sibling(a.value), function))
                    && !self.takes_whatever_it_is_given(node.sibling(call.callee)) =>
            {
                Some(node)
            }
            Kind::Call(call) => {
                let callee = self.eval(node.sibling(call.callee));
                let waited = || {
                    let parent = self.facts(node.file).parent(node.node);
                    parent.is_some_and(|p| {
                        matches!(self.kind(node.sibling(p)), Kind::Await(_) | Kind::Return(_))
                    })
                };
                callee.iter().find_map(|value| match value {
                    Value::External(e) if sdk.has_word("fails", &e.path) => Some(node),
                    Value::External(e) if sdk.has_word("fails-as-promise", &e.path) && waited() => Some(node),
                    Value::External(e)
                        if sdk.has_word("fails-on-patterns", &e.path)
                            && call
                                .args
                                .first()
                                .is_some_and(|a| self.is_unescaped(node.sibling(a.value), function)) =>
                    {
                        Some(node)
                    }
                    Value::Function(f) => self.tool_may_raise(*f, depth + 1),
                    _ => None,
                })
            }
            _ => None,
        })
    }

    /// Whether a pattern is what a function was given, as it came: what a call made of it may be escaped.
    fn is_unescaped(&self, at: NodeRef, function: NodeRef) -> bool {
        let file = self.file(at.file);
        let of_given = |n: NodeId| {
            // `input["query"]`
            let held = self.key_of(at.sibling(n)).map_or(n, |(object, _)| object.node);
            let mut from = held;
            loop {
                from = match file.facts.kind(from) {
                    Kind::Member { object, .. } => *object,
                    // `String(input.query)`
                    Kind::Call(c) if file.named_in(c.callee, "makes-text") && c.args.len() == 1 => {
                        c.args[0].value
                    }
                    _ => break,
                };
            }
            let Kind::Name(name) = file.facts.kind(from) else { return false };
            let defs = file.scopes.lookup(&file.facts, name, from);
            !defs.is_empty()
                && defs.iter().all(|d| {
                    matches!(&d.origin, Origin::Param { function: f, path, .. } if *f == function.node && path.is_empty())
                })
        };
        of_given(at.node) || file.only_value(at.node).is_some_and(of_given)
    }

    /// Whether a function takes any keyword, `def execute(self, **given)`, or a method out of sight, or what a
    /// decorator makes of a function, may.
    fn takes_whatever_it_is_given(&self, callee: NodeRef) -> bool {
        let functions = self.functions_of(callee);
        let takes_any = |f: &NodeRef| match self.kind(*f) {
            Kind::Function(f) => {
                !f.decorators.is_empty() || f.params.iter().any(|p| p.kind == ParamKind::KeywordRest)
            }
            _ => false,
        };
        match functions.is_empty() {
            true => {
                let kept = self.kept_in_table(callee);
                matches!(self.kind(callee), Kind::Member { .. })
                    || !kept.is_empty() && kept.iter().all(takes_any)
            }
            false => functions.iter().all(takes_any),
        }
    }

    /// The functions that are put under keys into the table that one is looked up in: `table[name] = guarded`.
    fn kept_in_table(&self, callee: NodeRef) -> Vec<NodeRef> {
        let file = self.file(callee.file);
        let facts = &file.facts;
        let looked_up = file.only_value(callee.node).unwrap_or(callee.node);
        let Some(Kind::Name(table)) = keyed(facts, looked_up).map(|found| facts.kind(found.object)) else {
            return Vec::new();
        };
        let put = facts.ids().filter_map(|n| match facts.kind(n) {
            Kind::Assign(a) => match facts.kind(a.target) {
                Kind::Index { object, .. } if matches!(facts.kind(*object), Kind::Name(of) if of == table) => a.value,
                _ => None,
            },
            _ => None,
        });
        put.flat_map(|value| self.functions_of(callee.sibling(value))).collect()
    }

    /// Whether an expression is a parameter of a function.
    fn is_given_to(&self, at: NodeRef, function: NodeRef) -> bool {
        let file = self.file(at.file);
        // `**call.arguments`, `**Arguments(given)`
        let mut from = at.node;
        loop {
            match file.facts.kind(from) {
                Kind::Member { object, .. } => from = *object,
                Kind::Call(c) if c.args.len() == 1 => from = c.args[0].value,
                _ => break,
            }
        }
        let Kind::Name(name) = file.facts.kind(from) else { return false };
        file.scopes.lookup(&file.facts, name, from).iter().any(|d| {
            matches!(&d.origin, Origin::Param { function: f, path, .. } if *f == function.node && path.is_empty())
        })
    }
}
