//! What decides whether a call of a tool gets a result: the tool, what it gave back, its failure.

use super::super::parts::Part;
use super::Walk;
use crate::facts::{Kind, NodeId};
use crate::model::scope::Origin;
use crate::model::tool_words::snake;

impl Walk<'_> {
    /// Whether the nearest condition around a statement is about the tool that is called.
    pub(super) fn is_decided_by_tool(&self, node: NodeId) -> bool {
        let facts = self.project.facts(self.body.file);
        let mut from = node;
        for around in facts.ancestors(node).skip(1) {
            match facts.kind(around) {
                Kind::If { condition, .. } if *condition != from => {
                    return self.is_about_tool(*condition) || self.is_about_outcome(*condition);
                }
                Kind::Match(m) if m.subject != from => return self.is_about_tool(m.subject),
                Kind::Assign(a) if a.otherwise == Some(from) => {
                    return a.value.is_some_and(|v| self.is_about_tool(v));
                }
                _ if around == self.body.node => return false,
                _ => {}
            }
            from = around;
        }
        false
    }

    /// The handler around a statement that catches what running the tool raises.
    pub(super) fn handler_of_run(&self, node: NodeId) -> Option<NodeId> {
        let facts = self.project.facts(self.body.file);
        let mut from = node;
        for around in facts.ancestors(node).skip(1).take_while(|&n| n != self.body.node) {
            match facts.kind(around) {
                Kind::Try(t) => {
                    let handler = t.handlers.iter().find(|h| h.body == from)?;
                    let runs = |p: Part| matches!(p, Part::Name | Part::Input | Part::Tool);
                    return self
                        .project
                        .mentions_part(self.at(t.body), &self.parts, runs)
                        .then_some(handler.body);
                }
                Kind::If { .. } | Kind::Match(_) | Kind::Loop(_) | Kind::Function(_) => return None,
                _ => {}
            }
            from = around;
        }
        None
    }

    /// Whether a condition is about what a function gave back that got the input or name of the
    /// call and not its id, so that it cannot have written the result.
    pub(super) fn is_about_outcome(&self, condition: NodeId) -> bool {
        let project = self.project;
        let file = project.file(self.body.file);
        let facts = &file.facts;
        let span = facts.span(self.body.node);
        facts.descendants(condition).into_iter().any(|n| {
            let Kind::Name(name) = facts.kind(n) else { return false };
            let defs = file.scopes.lookup(facts, name, n);
            let [def] = &defs[..] else { return false };
            let Origin::Value { expr, path } = &def.origin else { return false };
            let value = self.peeled(*expr);
            path.is_empty()
                && span.contains(facts.span(value))
                && matches!(facts.kind(value), Kind::Call(_))
                && project.mentions_part(self.at(value), &self.parts, |p| {
                    matches!(p, Part::Name | Part::Input | Part::Tool)
                })
                && !project
                    .mentions_part(self.at(value), &self.parts, |p| matches!(p, Part::Whole | Part::Id))
        })
    }

    /// Whether a condition is about the name of the tool, what was found by it, or a permission.
    pub(super) fn is_about_tool(&self, condition: NodeId) -> bool {
        let facts = self.project.facts(self.body.file);
        let at = self.at(condition);
        let parts = &self.parts;
        if self.project.mentions_part(at, parts, |p| p == Part::Id) {
            return false;
        }
        if self.project.mentions_part(at, parts, |p| matches!(p, Part::Name | Part::Tool)) {
            return true;
        }
        facts.descendants(condition).into_iter().any(|n| {
            let (Kind::Name(word) | Kind::Member { name: word, .. }) = facts.kind(n) else { return false };
            let word = snake(word);
            PERMISSIONS.iter().any(|p| word.contains(p))
        })
    }
}

/// What a permission to run a tool is called.
const PERMISSIONS: &[&str] = &[
    "approv",
    "confirm",
    "permit",
    "permission",
    "denied",
    "deny",
    "reject",
    "consent",
    "allowed",
    "is_allow",
];
