//! Whether a dispatch asks for every tool that is declared: another one is made up by the model.

use super::{ToolDispatch, Unanswered};
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::values::value::NodeRef;
use crate::source::FileId;

/// Conditions of one chain.
const MAX_CHAIN: usize = 64;

impl Project {
    /// Whether a chain of conditions or a choice names every tool that the answered requests offer, or that
    /// its file declares.
    pub fn names_every_tool(&self, dispatch: &ToolDispatch, way: Unanswered) -> bool {
        let Unanswered::Unmatched(at) = way else { return false };
        let asked = self.asked_tools(at);
        let all = |names: &[Name]| !names.is_empty() && names.iter().all(|name| asked.contains(name));
        let offered = dispatch.responses.iter().map(|response| self.offered_tools(response.request));
        let offered: Option<Vec<Vec<Name>>> = offered.collect();
        all(&offered.unwrap_or_default().concat()) || all(&self.declared_tools(at.file))
    }

    /// The names of the tools that a request offers, where they are all in sight.
    fn offered_tools(&self, call: NodeRef) -> Option<Vec<Name>> {
        let request = self.request_at(call)?;
        let mut out = Vec::new();
        for &given in self.body_field(request, "tools").nodes() {
            let tools = self.written(given);
            match self.kind(tools) {
                Kind::List(items) => {
                    for &item in items {
                        let name = self.json(tools.sibling(item)).get("name").map(|name| self.text(name.at));
                        out.push(name?.known()?.into());
                    }
                }
                _ => out.extend(self.names_kept(tools)?),
            }
        }
        Some(out)
    }

    /// The names that a list of tools is cut down to: `[t for t in TOOLS if t["name"] == "save"]`.
    fn names_kept(&self, tools: NodeRef) -> Option<Vec<Name>> {
        let facts = self.facts(tools.file);
        let conditions = match facts.kind(tools.node) {
            Kind::Comprehension(c) => {
                c.clauses.iter().flat_map(|clause| clause.conditions.to_vec()).collect()
            }
            // `TOOLS.filter((t) => t.name === "save")`
            Kind::Call(call) if self.file(tools.file).named_in(call.callee, "filter-names") => {
                call.args.iter().map(|arg| arg.value).collect::<Vec<NodeId>>()
            }
            _ => return None,
        };
        let compared = conditions.into_iter().flat_map(|n| facts.descendants(n)).filter_map(|n| {
            let Kind::Binary { op: BinaryOp::Eq | BinaryOp::In, left, right } = facts.kind(n) else {
                return None;
            };
            self.key_of(tools.sibling(*left)).filter(|(_, key)| &**key == "name")?;
            Some(tools.sibling(*right))
        });
        let names: Vec<Name> = compared.flat_map(|names| self.texts_under(names)).collect();
        (!names.is_empty()).then_some(names)
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
        places.into_iter().flat_map(|place| self.texts_under(at.sibling(place))).collect()
    }

    /// The texts that stand in an expression, or that names in it stand for.
    fn texts_under(&self, at: NodeRef) -> Vec<Name> {
        let facts = self.facts(at.file);
        let named = |n: &NodeId| matches!(facts.kind(*n), Kind::Str(_) | Kind::Name(_) | Kind::Member { .. });
        let texts = facts.descendants(at.node).into_iter().filter(named);
        texts.filter_map(|n| self.text(at.sibling(n)).known().map(Name::from)).collect()
    }
}
