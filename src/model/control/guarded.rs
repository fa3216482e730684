//! What a `try` guards, and what a file uses a package for.

use crate::facts::Kind;
use crate::model::request::Request;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{NamedError, Project};
use crate::sdk::errors::ErrorTree;

/// Functions of the project that are looked into.
const MAX_HOPS: u32 = 2;

impl Project {
    /// The requests in the body of a `try`.
    pub fn requests_in(&self, at: NodeRef) -> Vec<&Request> {
        let Kind::Try(t) = self.kind(at) else { return Vec::new() };
        let inside = self.facts(at.file).descendants(t.body).into_iter();
        inside.filter_map(|n| self.request_at(at.sibling(n))).collect()
    }

    /// The classes that an error is tested for in a piece of code.
    pub fn tested_classes(&self, body: NodeRef) -> Vec<NodeRef> {
        let inside = self.facts(body.file).descendants(body.node).into_iter();
        inside.filter_map(|n| self.class_test(body.sibling(n))).flat_map(|t| t.classes).collect()
    }

    /// Whether everything called in the body of a `try` is known and of other packages, so that
    /// none of it can raise the errors of this one.
    pub fn cannot_raise(&self, at: NodeRef, tree: &ErrorTree) -> bool {
        let Kind::Try(t) = self.kind(at) else { return false };
        let heads: Vec<&str> = tree.modules.iter().map(|m| head(m)).collect();
        self.is_apart(at.sibling(t.body), &heads, 0)
    }

    /// The error classes that the options of each retry library name which decorates the function around a request.
    pub fn retried_classes(&self, request: &Request) -> Vec<(NodeRef, Vec<NamedError>)> {
        let Some(function) = self.function_of(request.at) else { return Vec::new() };
        let Kind::Function(f) = self.kind(function) else { return Vec::new() };
        let facts = self.facts(function.file);
        let repeats = f.decorators.iter().filter(|&&d| self.is_retry_facility(function.sibling(d)));
        let named = repeats.map(|&decorator| {
            let args = match facts.kind(decorator) {
                Kind::Call(call) => &call.args[..],
                _ => &[],
            };
            let inside = args.iter().flat_map(|arg| facts.descendants(arg.value));
            inside.flat_map(|n| self.named_errors(function.sibling(n))).collect::<Vec<_>>()
        });
        named.filter(|classes| !classes.is_empty()).map(|classes| (function, classes)).collect()
    }

    /// The requests in a function, and whether everything else that it calls is known and of other packages than
    /// that of an error.
    pub fn requests_of_function(&self, function: NodeRef, tree: &ErrorTree) -> (Vec<&Request>, bool) {
        let heads: Vec<&str> = tree.modules.iter().map(|m| head(m)).collect();
        let inside = self.facts(function.file).descendants(function.node).into_iter();
        let requests = inside.filter_map(|n| self.request_at(function.sibling(n))).collect();
        let Kind::Function(f) = self.kind(function) else { return (requests, false) };
        (requests, f.body.is_some() && self.is_apart(function.sibling(f.body), &heads, 0))
    }

    fn is_apart(&self, region: NodeRef, heads: &[&str], depth: u32) -> bool {
        let facts = self.facts(region.file);
        facts.descendants(region.node).into_iter().all(|n| {
            let Kind::Call(c) = facts.kind(n) else { return true };
            let callee = region.sibling(c.callee);
            let values = self.eval(callee);
            // `", ".join(names)`
            let of_text = matches!(self.kind(callee), Kind::Member { object, .. } if matches!(facts.kind(*object), Kind::Str(_)));
            of_text || !values.is_empty()
                && values.iter().all(|v| match v {
                    Value::External(e) => !heads.contains(&head(&e.path)),
                    Value::Client(c) => !c.kind.new.iter().any(|n| heads.contains(&head(n))),
                    Value::Response(_) | Value::Node(_) => true,
                    Value::Function(f) => depth < MAX_HOPS && self.is_apart(*f, heads, depth + 1),
                    _ => false,
                })
        })
    }

    /// Whether a file uses a package for nothing but the classes of its errors, so that no call
    /// in it can raise them.
    pub fn only_names_errors(&self, at: NodeRef, tree: &ErrorTree) -> bool {
        let facts = self.facts(at.file);
        let mut heads: Vec<&str> = tree.modules.iter().map(|m| head(m)).collect();
        heads.dedup();
        !facts.ids().any(|node| {
            let Kind::Call(c) = facts.kind(node) else { return false };
            self.eval(at.sibling(c.callee)).iter().any(|v| match v {
                Value::External(e) => heads.contains(&head(&e.path)),
                Value::Client(c) => c.kind.new.iter().any(|n| heads.contains(&head(n))),
                _ => false,
            })
        })
    }
}

/// The package a path starts with.
fn head(path: &str) -> &str {
    match path.strip_prefix('@') {
        Some(_) => path.match_indices(['.']).next().map_or(path, |(i, _)| &path[..i]),
        None => path.split('.').next().unwrap_or(path),
    }
}
