//! What an object of a type becomes in JSON, where that is a text.

use crate::facts::{ClassKind, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::{Member, last_name};
use crate::model::values::value::NodeRef;

impl Project {
    /// The expressions that an object of a type may be written as: by `serialize`, or by the names that its
    /// variants are given. `variant` is the one that it is, where that is known.
    pub(super) fn written_as(&self, class: NodeRef, variant: Option<NodeRef>) -> Vec<NodeRef> {
        let by_hand: Vec<NodeRef> = self
            .class_member(class, "serialize")
            .into_iter()
            .filter_map(|member| match member {
                Member::Method(function) => Some(function),
                _ => None,
            })
            .flat_map(|function| self.written_texts(function))
            .collect();
        if !by_hand.is_empty() {
            return by_hand;
        }
        let file = self.file(class.file);
        let Kind::Class(c) = file.facts.kind(class.node) else { return Vec::new() };
        let is_it = |n: &&NodeId| variant.is_none_or(|v| v.file != class.file || v.node == **n);
        let variants = c.body.iter().filter(|_| c.kind == ClassKind::Enum).filter(is_it);
        variants.filter_map(|&n| self.renamed(class.sibling(n))).collect()
    }

    /// `serializer.serialize_str(self.id())`
    fn written_texts(&self, function: NodeRef) -> Vec<NodeRef> {
        let facts = self.facts(function.file);
        let text = |n| match facts.kind(n) {
            Kind::Call(c) => match &c.args[..] {
                [text] if last_name(facts, c.callee).is_some_and(|n| &*n == "serialize_str") => {
                    Some(function.sibling(text.value))
                }
                _ => None,
            },
            _ => None,
        };
        facts.descendants(function.node).into_iter().filter_map(text).collect()
    }

    /// `#[serde(rename = "…")]`
    fn renamed(&self, variant: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(variant.file);
        let Kind::Assign(a) = facts.kind(variant.node) else { return None };
        let renames = a.decorators.iter().filter_map(|&d| match facts.kind(d) {
            Kind::Call(c) if last_name(facts, c.callee).is_some_and(|n| &*n == "serde") => {
                c.args.iter().find(|arg| arg.name.as_deref() == Some("rename"))
            }
            _ => None,
        });
        renames.map(|arg| variant.sibling(arg.value)).next()
    }
}
