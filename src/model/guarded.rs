//! What a `try` guards, and what a file uses a package for.

use super::Project;
use super::request::Request;
use super::value::{NodeRef, Value};
use crate::facts::Kind;
use crate::sdk::errors::ErrorTree;

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
