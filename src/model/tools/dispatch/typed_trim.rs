//! Cuts of histories that are known by their declared type alone: the beginning and the end of a
//! conversation are put together, and what lay between is left out.

use super::Trim;
use crate::facts::{Kind, Name, NodeId};
use crate::model::names::index::{constant, last_name, path_name};
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// What a message of the SDK is called in a declared type.
const MESSAGE_TYPES: &[&str] = &["MessageParam", "BetaMessageParam"];

impl Project {
    /// Such cuts in files that handle tool results.
    pub(super) fn typed_trims(&self) -> Vec<Trim> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids().filter(|(_, m)| m.source.text.contains("tool_result")) {
            let speaks = model.facts.ids().find(|&n| {
                matches!(model.facts.kind(n), Kind::Str(_))
                    && constant(&model.facts, n).is_some_and(|t| &*t == "tool_result")
            });
            let Some(speaks) = speaks else { continue };
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                if self.is_joined_tail(at) && !self.is_test(at) && !self.looks_for_boundary(at) {
                    out.push(Trim { at, grows: at.sibling(speaks), by_name: true });
                }
            }
        }
        out
    }

    /// `messages.slice(n)` or `messages[n:]` of a parameter that holds messages, in a function that
    /// also takes its beginning and gives both back as one list.
    fn is_joined_tail(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Some((object, start)) = self.tail_of(at) else { return false };
        // All but the first is no cut, and neither is a copy.
        if file.number_of(start).is_some_and(|n| n >= 0.0) {
            return false;
        }
        let Kind::Name(name) = facts.kind(object) else { return false };
        let Some(function) = enclosing_function(facts, at.node) else { return false };
        self.is_history_parameter(at.sibling(object), name)
            && facts
                .descendants(function)
                .into_iter()
                .any(|n| self.head_of(at.sibling(n)).as_ref() == Some(name))
            && self.is_put_together(at)
    }

    fn tail_of(&self, at: NodeRef) -> Option<(NodeId, NodeId)> {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Call(c) => match facts.kind(c.callee) {
                Kind::Member { object, name, .. } if &**name == "slice" && c.args.len() == 1 => {
                    Some((*object, c.args[0].value))
                }
                _ => None,
            },
            Kind::Index { object, index } => match facts.kind(*index) {
                Kind::Slice { start: Some(start), end: None, .. } => Some((*object, *start)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The list that an expression takes the beginning of.
    fn head_of(&self, at: NodeRef) -> Option<Name> {
        let file = self.file(at.file);
        let facts = &file.facts;
        match facts.kind(at.node) {
            Kind::Call(c) => match facts.kind(c.callee) {
                Kind::Member { object, name, .. } if &**name == "slice" && c.args.len() == 2 => {
                    (file.number_of(c.args[0].value) == Some(0.0))
                        .then(|| path_name(facts, *object))
                        .flatten()
                }
                _ => None,
            },
            Kind::Index { object, index } => match facts.kind(*index) {
                Kind::Slice { start, end: Some(_), .. } => {
                    let first = start.is_none_or(|s| file.number_of(s) == Some(0.0));
                    first.then(|| path_name(facts, *object)).flatten()
                }
                _ => (file.number_of(*index) == Some(0.0)).then(|| path_name(facts, *object)).flatten(),
            },
            _ => None,
        }
    }

    /// Whether a name is a parameter whose type is a list of messages: the SDK's, or of a type like theirs.
    fn is_history_parameter(&self, at: NodeRef, name: &Name) -> bool {
        let file = self.file(at.file);
        file.scopes.lookup(&file.facts, name, at.node).iter().any(|d| {
            let Origin::Param { function, index, path } = &d.origin else { return false };
            let Kind::Function(f) = file.facts.kind(*function) else { return false };
            let declared = f.params.get(*index as usize).and_then(|p| p.ty);
            path.is_empty()
                && declared.is_some_and(|ty| {
                    MESSAGE_TYPES.iter().any(|t| file.text_of(ty).contains(t))
                        || self.names_message_type(at.sibling(ty))
                })
        })
    }

    /// Whether a cut is spread into or added to a list, itself or by the variable that holds it.
    fn is_put_together(&self, cut: NodeRef) -> bool {
        let file = self.file(cut.file);
        let facts = &file.facts;
        let joins = |n: NodeId| {
            let mut from = n;
            for up in facts.ancestors(n).skip(1).take(4) {
                match facts.kind(up) {
                    Kind::Spread(_) | Kind::Cast { .. } => {}
                    Kind::List(_) => return matches!(facts.kind(from), Kind::Spread(_)),
                    Kind::Binary { .. } => return true,
                    Kind::Call(c) => return last_name(facts, c.callee).is_some_and(|n| &*n == "concat"),
                    _ => return false,
                }
                from = up;
            }
            false
        };
        if joins(cut.node) {
            return true;
        }
        let held = file.scopes.bound_to(cut.node).find_map(|d| path_name(facts, d.node));
        held.is_some_and(|name| {
            let function = enclosing_function(facts, cut.node);
            file.names(&name).iter().any(|&n| enclosing_function(facts, n) == function && joins(n))
        })
    }
}
