//! Whether a dispatch asks for every tool that is declared: another one is made up by the model.

use super::super::Project;
use super::super::value::NodeRef;
use super::Unanswered;
use crate::facts::{Kind, Name, NodeId};
use crate::source::FileId;

/// Conditions of one chain.
const MAX_CHAIN: usize = 64;

impl Project {
    /// Whether a chain of conditions or a choice names every tool that its file declares.
    pub fn names_every_tool(&self, way: Unanswered) -> bool {
        let Unanswered::Unmatched(at) = way else { return false };
        let declared = self.declared_tools(at.file);
        let asked = self.asked_tools(at);
        !declared.is_empty() && declared.iter().all(|name| asked.contains(name))
    }

    /// The names of the tools that a file declares.
    fn declared_tools(&self, file: FileId) -> Vec<Name> {
        let model = self.file(file);
        let input_keys = model.sdk.words("input-form-keys");
        let text = |value: NodeId| self.text(NodeRef { file, node: value }).known();
        let declared = |node: NodeId| match model.facts.kind(node) {
            Kind::Record(r) => {
                input_keys.iter().find_map(|key| r.value_of(key))?;
                text(r.value_of("name")?)
            }
            Kind::Call(c) => {
                let value =
                    |key: &str| c.args.iter().find(|a| a.name.as_deref() == Some(key)).map(|a| a.value);
                input_keys.iter().find_map(|key| value(key))?;
                text(value("name")?)
            }
            _ => None,
        };
        let mut out: Vec<Name> = model.facts.ids().filter_map(declared).map(Name::from).collect();
        out.sort();
        out.dedup();
        out
    }

    /// The texts that a chain of conditions, a choice or a filter asks for.
    fn asked_tools(&self, at: NodeRef) -> Vec<Name> {
        let facts = self.facts(at.file);
        let mut places: Vec<NodeId> = Vec::new();
        let mut next = Some(at.node);
        while let Some(node) = next.take()
            && places.len() < MAX_CHAIN
        {
            match facts.kind(node) {
                Kind::If { condition, otherwise, .. } => {
                    places.push(*condition);
                    next = *otherwise;
                }
                Kind::Match(m) => places.extend(m.arms.iter().flat_map(|a| a.patterns.iter().copied())),
                Kind::Block { body, .. } if body.len() == 1 => next = body.first().copied(),
                _ if node == at.node => match facts.parent(node).map(|p| (p, facts.kind(p))) {
                    // The arm for all others.
                    Some((parent, Kind::Match(m))) if m.arms.iter().any(|a| a.body == node) => {
                        next = Some(parent);
                    }
                    _ => places.push(node),
                },
                _ => {}
            }
        }
        let mut out: Vec<Name> = Vec::new();
        for node in places.into_iter().flat_map(|place| facts.descendants(place)) {
            if matches!(facts.kind(node), Kind::Str(_) | Kind::Name(_) | Kind::Member { .. }) {
                out.extend(self.text(at.sibling(node)).known().map(Name::from));
            }
        }
        out
    }
}
