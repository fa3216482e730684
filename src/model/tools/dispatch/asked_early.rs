//! Requests that are sent while some calls of the same turn still lack their results.

use super::ToolDispatch;
use crate::facts::{Kind, NodeId};
use crate::model::Request;
use crate::model::names::index::path_name;
use crate::model::request::Tri;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

impl Project {
    /// The place in a loop over the calls of one turn that sends the conversation on, once for each of them:
    /// with several, the first goes without the results of the others.
    pub fn asks_between_results(&self, dispatch: &ToolDispatch) -> Option<NodeRef> {
        let Kind::Loop(l) = self.kind(dispatch.at) else { return None };
        let one = !dispatch.each || dispatch.pick.is_some() || self.stops_after_first(dispatch).is_some();
        if one || dispatch.responses.is_empty() || self.calls_in_parallel(dispatch) != Tri::Yes {
            return None;
        }
        let facts = self.facts(dispatch.at.file);
        let function = enclosing_function(facts, dispatch.at.node);
        let (list, written) = dispatch.results.iter().find_map(|&result| {
            let (list, written) = self.added_to(self.message_per_result(dispatch, result)?)?;
            Some((path_name(facts, list.node)?, written))
        })?;
        let mut nodes = facts.descendants(l.body);
        nodes.sort_unstable();
        let sent = nodes.into_iter().find(|&n| {
            matches!(facts.kind(n), Kind::Call(_))
                && facts.span(n).start >= facts.span(written.node).end
                && enclosing_function(facts, n) == function
                && self.sends_list(dispatch.at.sibling(n), &list)
        })?;
        self.is_reached_in_each_turn(dispatch.at.sibling(sent), l.body).then(|| dispatch.at.sibling(sent))
    }

    /// Whether a call sends what a list of messages holds, itself or as the function that it calls.
    fn sends_list(&self, call: NodeRef, list: &str) -> bool {
        let sends = |request: &Request| {
            let messages = self.body_field(request, "messages");
            messages.nodes().iter().any(|m| path_name(self.facts(m.file), m.node).as_deref() == Some(list))
        };
        if let Some(request) = self.request_at(call) {
            return sends(request);
        }
        let Some(callee) = self.callee_of(call) else { return false };
        // `ask()`, a closure over the same list; a method of the same object.
        self.eval(callee).iter().any(|v| match v {
            Value::Function(f) if f.file == call.file => {
                let inside = self
                    .requests_of_file(f.file)
                    .iter()
                    .filter(|r| self.facts(f.file).ancestors(r.at.node).any(|n| n == f.node));
                inside.into_iter().any(sends)
            }
            _ => false,
        })
    }

    /// Whether every turn of a loop over blocks that writes a result comes to a place, and goes on from there.
    fn is_reached_in_each_turn(&self, at: NodeRef, body: NodeId) -> bool {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for parent in facts.ancestors(at.node).skip(1) {
            match facts.kind(parent) {
                Kind::Block { body: statements, .. } => {
                    let after = statements.iter().skip_while(|&&s| s != child);
                    let leaves = |&&s: &&NodeId| matches!(facts.kind(s), Kind::Break(_) | Kind::Return(_));
                    if after.into_iter().any(|s| leaves(&s)) {
                        return false;
                    }
                }
                Kind::Assign(_) | Kind::Await(_) | Kind::Propagate(_) | Kind::With(_) | Kind::Cast { .. } => {
                }
                Kind::Try(t) if t.body == child => {}
                // `if block.type == "tool_use": …`, where the result is written as well
                Kind::If { then, otherwise: None, .. } if *then == child => {}
                _ if parent == body => {}
                Kind::Loop(l) => return l.body == body,
                _ => return false,
            }
            child = parent;
        }
        false
    }
}
