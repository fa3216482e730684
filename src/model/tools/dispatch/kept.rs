//! Turns that stay in a conversation after the function that handles their calls is left.

use super::ToolDispatch;
use crate::facts::{Kind, NodeId};
use crate::model::names::index::{last_name, path_name};
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// Names between a variable and what it stands for.
const MAX_NAMES: u32 = 3;

impl Project {
    /// Where the turn whose calls a dispatch handles was put into a conversation that outlives the function:
    /// the call that adds it, and what the conversation is called.
    pub(super) fn kept_turn(&self, dispatch: &ToolDispatch) -> Option<(NodeRef, NodeRef)> {
        let at = dispatch.at;
        let file = self.file(at.file);
        let function = enclosing_function(&file.facts, at.node)?;
        file.facts.descendants(function).into_iter().find_map(|node| {
            let Kind::Call(call) = file.facts.kind(node) else { return None };
            let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
            let adds = file.sdk.has_word("gather", name) && self.precedes(at.sibling(node), at);
            let turn = call.args.iter().any(|a| {
                self.assistant_content(at.sibling(a.value)).is_some_and(|c| self.is_content_of(c, dispatch))
            });
            (adds && turn && self.outlives_function(at.sibling(*object), MAX_NAMES))
                .then(|| (at.sibling(node), at.sibling(*object)))
        })
    }

    /// Whether an expression is the content of an answer whose calls are handled.
    fn is_content_of(&self, content: NodeRef, dispatch: &ToolDispatch) -> bool {
        self.eval(content).iter().any(|v| {
            matches!(v, Value::Response(r) if r.path.last().is_some_and(|p| &**p == "content")
                && dispatch.responses.iter().any(|own| own.request == r.request))
        })
    }

    /// Whether a list belongs to an object or to the program: `this.messages`, `histories[id]`.
    fn outlives_function(&self, list: NodeRef, left: u32) -> bool {
        let file = self.file(list.file);
        match file.facts.kind(list.node) {
            Kind::Member { object, .. } | Kind::Index { object, .. } => {
                file.is_own_object(*object) || self.outlives_function(list.sibling(*object), left)
            }
            Kind::Name(name) => {
                file.scopes.lookup(&file.facts, name, list.node).iter().all(|def| match &def.origin {
                    Origin::Value { expr, path } => {
                        enclosing_function(&file.facts, def.node).is_none()
                            || path.is_empty()
                                && left > 0
                                && !matches!(file.facts.kind(*expr), Kind::List(_) | Kind::Call(_))
                                && self.outlives_function(list.sibling(*expr), left - 1)
                    }
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// Whether the statements around a place, up to a block, speak of a conversation: they may take the turn
    /// out of it again.
    pub(super) fn mends_turn(&self, place: NodeRef, conversation: NodeRef, body: NodeRef) -> bool {
        let facts = self.facts(place.file);
        let name = path_name(facts, conversation.node);
        let root = |n: NodeId| path_name(facts, n).or_else(|| last_name(facts, n));
        let around = facts.ancestors(place.node).find(|&n| matches!(facts.kind(n), Kind::Block { .. }));
        let Some(around) = around.filter(|&n| n != body.node) else { return true };
        facts.descendants(around).into_iter().any(|n| match facts.kind(n) {
            Kind::Name(_) | Kind::Member { .. } => root(n).is_some() && root(n) == name,
            Kind::Delete(_) => true,
            _ => false,
        })
    }

    /// Whether a picked block is one of a turn that was stored, while the project writes such turns with the
    /// calls that it chose: then nothing is dropped here.
    pub fn is_stored_choice(&self, dispatch: &ToolDispatch) -> bool {
        let Some(pick) = dispatch.pick.filter(|_| dispatch.responses.is_empty()) else { return false };
        let file = self.file(pick.file);
        // `message.content.find(…)`
        let Kind::Call(call) = file.facts.kind(pick.node) else { return false };
        let Kind::Member { object: list, .. } = file.facts.kind(call.callee) else { return false };
        let Kind::Member { object, .. } = file.facts.kind(*list) else { return false };
        let text = file.text_of(*object);
        let scope = enclosing_function(&file.facts, pick.node).unwrap_or(NodeId::ROOT);
        // `const before = messages[index - 1]`: the role that is asked may be that of the message beside.
        let of_history = match file.facts.kind(*object) {
            Kind::Name(name) => match &file.scopes.lookup(&file.facts, name, *object)[..] {
                [def] => matches!(&def.origin, Origin::Value { expr, path }
                    if path.is_empty() && matches!(file.facts.kind(*expr), Kind::Index { .. })),
                _ => false,
            },
            _ => false,
        };
        let asks_role = file.facts.descendants(scope).into_iter().any(|n| {
            matches!(file.facts.kind(n), Kind::Member { object, name, .. }
                if &**name == "role" && (of_history || file.text_of(*object) == text))
        });
        asks_role && self.chooses_calls()
    }

    /// Whether every turn of the assistant with content of its own is written block by block, and none whole.
    fn chooses_calls(&self) -> bool {
        let mut chosen = false;
        for (id, model) in self.file_ids().filter(|(_, m)| !m.source.role.is_test) {
            for node in model.facts.ids() {
                let Some(content) = self.assistant_content(NodeRef { file: id, node }) else { continue };
                if matches!(self.kind(content), Kind::List(_)) {
                    chosen = true;
                } else if self.may_be_of_answer(content) {
                    return false;
                }
            }
        }
        chosen
    }
}
