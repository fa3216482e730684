//! Stop reasons that may never come, and pass as that of a complete answer then.

use super::Project;
use crate::facts::{Kind, Name, NodeId};
use crate::model::names::index::{constant, path_name};
use crate::model::values::flow::Sink;
use crate::model::values::value::NodeRef;
use crate::sdk::api::api;

/// Reads of one variable that are followed.
const MAX_READS: usize = 12;
/// Steps from a value to the comparison that it stands in.
const MAX_STEPS: usize = 8;

impl Project {
    /// Whether a value says nothing yet: `null`, `None`, `""`.
    pub(super) fn is_unset(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Null => true,
            Kind::Call(_) => self.makes_empty(at),
            _ => constant(facts, at.node).is_some_and(|text| text.is_empty()),
        }
    }

    /// Whether a variable that holds the stop reason is only asked for reasons of answers that are not whole: one
    /// that was never set passes as complete.
    pub(super) fn passes_unset(&self, function: NodeRef, inside: &[NodeId], name: &Name) -> bool {
        let facts = self.facts(function.file);
        let file = self.file(function.file);
        let reads = inside.iter().filter(|&&n| {
            path_name(facts, n).as_ref() == Some(name) && !facts.is_target(n) && !file.binds(n)
        });
        let reads: Vec<NodeRef> = reads.map(|&n| function.sibling(n)).take(MAX_READS + 1).collect();
        if reads.len() > MAX_READS {
            return false;
        }
        let mut asked = false;
        for end in reads.into_iter().flat_map(|read| self.sinks(read)) {
            match end.sink {
                Sink::Shown => {}
                Sink::Tested if self.tells_complete(end.at) == Some(false) => asked = true,
                _ => return false,
            }
        }
        asked
    }

    /// Whether the comparison that a stop reason stands in tells that of a complete answer from others.
    fn tells_complete(&self, at: NodeRef) -> Option<bool> {
        let facts = self.facts(at.file);
        let up = facts.ancestors(at.node).take(MAX_STEPS).map(|n| at.sibling(n));
        let (_, test) = up.into_iter().find_map(|up| self.stop_test(up))?;
        let complete = |name: &String| api().stop_words.iter().any(|w| w.complete == *name);
        (!test.open).then(|| test.groups.iter().flatten().any(complete))
    }
}
