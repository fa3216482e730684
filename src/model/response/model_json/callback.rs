//! Code that parses in a closure which a function of the project is given: it runs where that calls it.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// Calls of one closure that are looked at.
const MAX_RUNS: usize = 16;

impl Project {
    /// The calls by which functions of the project run the closures around a place that they are given, up to
    /// the function that the place runs in.
    pub(super) fn runs_of_closures(&self, at: NodeRef, outer: Option<NodeRef>) -> Vec<NodeRef> {
        let facts = self.facts(at.file);
        let within = |&n: &NodeId| outer.is_none_or(|outer| outer.node != n);
        let mut out = Vec::new();
        for closure in facts.ancestors(at.node).skip(1).take_while(within) {
            if !matches!(facts.kind(closure), Kind::Function(_)) {
                continue;
            }
            let Some(call) = facts.parent(closure) else { continue };
            let Kind::Call(c) = facts.kind(call) else { continue };
            if c.callee == closure {
                continue;
            }
            for function in self.functions_of(at.sibling(c.callee)) {
                out.extend(self.runs_of_argument(at.sibling(call), function, at.sibling(closure)));
            }
        }
        out.truncate(MAX_RUNS);
        out
    }

    /// The calls of what a function is given as an argument: `onDone(text)`.
    fn runs_of_argument(&self, call: NodeRef, function: NodeRef, argument: NodeRef) -> Vec<NodeRef> {
        let Some(index) = self.parameter_for_argument(call, function, argument) else { return Vec::new() };
        let file = self.file(function.file);
        let run = |reader: NodeRef| {
            let parent = file.facts.parent(reader.node)?;
            let called = matches!(file.facts.kind(parent), Kind::Call(c) if c.callee == reader.node);
            called.then(|| reader.sibling(parent))
        };
        self.parameter_readers(function, index).filter_map(run).collect()
    }
}
