//! What a `try` guards, and what a file uses a package for.

use super::Project;
use super::request::Request;
use super::value::{NodeRef, Value};
use crate::facts::Kind;
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

    fn is_apart(&self, region: NodeRef, heads: &[&str], depth: u32) -> bool {
        let facts = self.facts(region.file);
        facts.descendants(region.node).into_iter().all(|n| {
            let Kind::Call(c) = facts.kind(n) else { return true };
            let callee = region.sibling(c.callee);
            let values = self.eval(callee);
            !values.is_empty()
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
