//! The expressions that a literal comes by on its way from where it is made to where it is read, and the names
//! it is held by there.

use crate::facts::{CallStyle, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::path_name;
use crate::model::values::came_from::WalkBack;
use crate::model::values::value::{External, NodeRef, Value};

/// Expressions that one literal is followed through.
const MAX_PASSAGES: usize = 24;

impl Project {
    /// The names and calls that a literal is handed on by until it is read through a place, from there
    /// back: `body = build(); body["messages"] = …; send(body)`.
    pub(in crate::model) fn passages(&self, node: NodeRef, through: NodeRef) -> Vec<NodeRef> {
        let is_it = |v: &Value| match v {
            Value::Node(n)
            | Value::Instance { made: Some(n), .. }
            | Value::External(External { made: Some(n), .. }) => *n == node,
            _ => false,
        };
        let handed_on = |at| {
            let before = self.came_from(at).into_iter();
            before.filter(|&b| b != node && self.eval(b).iter().any(is_it)).collect()
        };
        WalkBack::new(through, MAX_PASSAGES, handed_on).collect()
    }

    /// The variables under which a literal is held: where it is made and where it is read.
    pub(super) fn holders(&self, node: NodeRef, through: NodeRef) -> Vec<(NodeRef, Name)> {
        let made =
            self.bound_at(node).and_then(|(at, target)| Some((at, path_name(self.facts(at.file), target)?)));
        let mut out: Vec<(NodeRef, Name)> = made.into_iter().collect();
        let defs = |at: NodeRef, name: &Name| -> Vec<NodeId> {
            let file = self.file(at.file);
            match self.bound_at(at) {
                Some((_, target)) if at == node && !name.contains('.') => vec![target],
                _ => file.scopes.lookup(&file.facts, name, at.node).iter().map(|def| def.node).collect(),
            }
        };
        for at in self.passages(node, through).into_iter().rev() {
            let Some(name) = path_name(self.facts(at.file), at.node) else { continue };
            let is_known = |(known, held): &(NodeRef, Name)| {
                *held == name
                    && self.function_of(*known) == self.function_of(at)
                    && defs(*known, held) == defs(at, &name)
            };
            if !out.iter().any(is_known) {
                out.push((at, name));
            }
        }
        out
    }

    /// The target that a literal is assigned to where it is made, macros and casts around it aside.
    pub(in crate::model) fn bound_at(&self, node: NodeRef) -> Option<(NodeRef, NodeId)> {
        let facts = self.facts(node.file);
        let mut at = node.node;
        for _ in 0..4 {
            let parent = facts.parent(at)?;
            match facts.kind(parent) {
                Kind::Assign(a) if a.value == Some(at) => return Some((node, a.target)),
                Kind::Cast { .. } | Kind::Await(_) | Kind::Propagate(_) => at = parent,
                Kind::Call(call) if call.style == CallStyle::Macro => at = parent,
                _ => return None,
            }
        }
        None
    }
}
