//! Turns of the assistant that an object keeps by a method of its own: `history.addAssistant(text)`.

use crate::facts::{Kind, Name};
use crate::model::names::scope::{Def, Origin};
use crate::model::response::What;
use crate::model::values::eval::Argument;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{AgentLoop, Project};

/// A turn of the assistant that a method adds to a field.
pub(super) struct KeptTurn {
    /// Its content: what the call gives for it, or what the method makes.
    pub(super) content: NodeRef,
    /// The field.
    field: Name,
    /// The object that is told to, as it is written.
    object: String,
}

impl Project {
    /// The turn of the assistant that the method which is called adds to a field of its object.
    pub(super) fn kept_by_method(&self, call: NodeRef) -> Option<KeptTurn> {
        let Kind::Call(c) = self.kind(call) else { return None };
        let Kind::Member { object, .. } = self.kind(call.sibling(c.callee)) else { return None };
        let [Value::Function(method)] = self.eval(call.sibling(c.callee))[..] else { return None };
        let file = self.file(method.file);
        let turns = self.own_nodes(method).into_iter().map(|n| method.sibling(n));
        let mut turns = turns.filter_map(|at| Some((at, self.assistant_content(at)?)));
        let (record, content) = turns.next()?;
        if turns.next().is_some() {
            return None;
        }
        let (list, _) = self.added_to(record)?;
        let field = match self.kind(list) {
            Kind::Member { object, name, .. } if file.is_receiver(*object) => name.clone(),
            _ => return None,
        };
        let content = match self.kind(content) {
            Kind::Name(name) => match &file.scopes.lookup(&file.facts, name, content.node)[..] {
                [Def { origin: Origin::Param { index, path, .. }, .. }] if path.is_empty() => {
                    match self.argument_of(call, method, *index as usize) {
                        Argument::Given(given) => given,
                        _ => return None,
                    }
                }
                _ => content,
            },
            _ => content,
        };
        let object = self.file(call.file).text_of(*object).to_string();
        Some(KeptTurn { content, field, object })
    }

    /// Whether a request of a loop sends the field that a turn is kept in, and nothing else of an answer than its
    /// text is given to that object there.
    pub(super) fn is_sent_as_kept(&self, kept: &KeptTurn, around: &AgentLoop, nodes: &[NodeRef]) -> bool {
        let sends = |at: &NodeRef| matches!(self.kind(*at), Kind::Member { name, .. } if *name == kept.field);
        let sent = around
            .turns
            .iter()
            .filter_map(|turn| self.request_at(turn.request))
            .any(|request| self.body_field(request, "messages").nodes().iter().any(sends));
        let other = |v: &Value| match v {
            Value::Response(r) => self.use_of(r) != Some(What::Text),
            _ => false,
        };
        let gives_more = |call: &NodeRef| {
            let Kind::Call(c) = self.kind(*call) else { return false };
            let Kind::Member { object, .. } = self.kind(call.sibling(c.callee)) else { return false };
            self.file(call.file).text_of(*object) == kept.object
                && self.kept_by_method(*call).is_none()
                && c.args.iter().any(|a| self.eval(call.sibling(a.value)).iter().any(other))
        };
        sent && !nodes.iter().any(gives_more)
    }
}
