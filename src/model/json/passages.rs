//! The expressions that a literal comes by on its way from where it is made to where it is read.

use crate::model::Project;
use crate::model::came_from::WalkBack;
use crate::model::value::{External, NodeRef, Value};

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
}
