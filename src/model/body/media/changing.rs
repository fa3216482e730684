//! Parts of texts that are others each time: clocks, random numbers, new ids.

use crate::facts::{Call, CallStyle, Kind, NodeId};
use crate::model::names::index::{constant, path_name};
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// Variables between a text and the call that gives the part.
const MAX_NAMES: u32 = 2;
/// Nodes of one text that are looked at.
const MAX_NODES: usize = 400;
/// Steps of a chain behind a clock.
const MAX_STEPS: usize = 6;

impl Project {
    /// The part of a text that is another one each time.
    pub fn changing_part(&self, at: NodeRef) -> Option<NodeRef> {
        self.changing_within(self.written(at), MAX_NAMES)
    }

    fn changing_within(&self, written: NodeRef, left: u32) -> Option<NodeRef> {
        let facts = self.facts(written.file);
        let inside = |n: NodeId| facts.ancestors(n).any(|a| a == written.node);
        let end = facts.span(written.node).end;
        let first = written.node.0;
        let ids = (first..facts.nodes.len() as u32).map(NodeId).take(MAX_NODES);
        let ids = ids.take_while(|&n| facts.span(n).start < end);
        ids.filter(|&n| inside(n)).map(|n| written.sibling(n)).find_map(|n| match self.kind(n) {
            Kind::Call(call) => {
                let changes = self.gives_another(n, call) && !self.is_day_only(n) && !self.is_run_once(n);
                changes.then_some(n)
            }
            Kind::Name(_) => self.changing_variable(n, left),
            _ => None,
        })
    }

    /// Whether code runs when its file is loaded, and then no more.
    fn is_run_once(&self, at: NodeRef) -> bool {
        self.function_of(at).is_none() && self.class_of(at).is_none()
    }

    /// Whether a call gives something else each time.
    fn gives_another(&self, at: NodeRef, call: &Call) -> bool {
        let file = self.file(at.file);
        let Some(path) = path_name(&file.facts, call.callee) else { return false };
        let name = path.rsplit('.').next().unwrap_or(&path);
        // `new Date()`
        let clock = call.style == CallStyle::New && call.args.is_empty() && &*path == "Date";
        clock || file.sdk.has_word("changing-calls", &path) || file.sdk.has_word("changing-names", name)
    }

    /// Whether no more than the day is taken of a time.
    fn is_day_only(&self, at: NodeRef) -> bool {
        let (facts, sdk) = (self.facts(at.file), self.file(at.file).sdk);
        let mut from = at.node;
        for up in facts.ancestors(at.node).skip(1).take(MAX_STEPS) {
            match facts.kind(up) {
                Kind::Member { object, name, .. } if *object == from => {
                    if sdk.has_word("day-only-steps", name) {
                        return true;
                    }
                }
                Kind::Index { object, .. } if *object == from => return true,
                Kind::Call(call) if call.callee == from => {
                    // `.strftime("%Y-%m-%d")`
                    let mut formats = call.args.iter().filter_map(|a| constant(facts, a.value));
                    if let Some(format) = formats.find(|f| f.contains('%') || f.contains("yyyy")) {
                        return !sdk
                            .words("finer-than-days")
                            .iter()
                            .any(|mark| format.contains(mark.as_str()));
                    }
                }
                Kind::Cast { .. } => {}
                _ => return false,
            }
            from = up;
        }
        false
    }

    /// What a variable of a function is set from each time the function runs, where no loop of it uses the same
    /// value again.
    fn changing_variable(&self, at: NodeRef, left: u32) -> Option<NodeRef> {
        let left = left.checked_sub(1)?;
        let file = self.file(at.file);
        let facts = &file.facts;
        let value = file.only_value(at.node)?;
        let function = enclosing_function(facts, value)?;
        let again =
            |n: NodeId| matches!(facts.kind(n), Kind::Loop(_)) && !facts.span(n).contains(facts.span(value));
        if facts.descendants(function).into_iter().any(again) {
            return None;
        }
        self.changing_within(at.sibling(value), left)
    }
}
