//! Stop reasons that a reader of a stream gives back beside the text, and of which its caller makes nothing.

use super::{Project, StreamReader, snake};
use crate::facts::Kind;
use crate::model::values::flow::{End, Sink};
use crate::model::values::keyed::key_of;
use crate::model::values::value::NodeRef;

/// Reads of the reason, and of texts, that are followed.
const MAX_READS: usize = 8;

/// A call of a reader whose caller uses the text alone.
#[derive(Clone, Copy, Debug)]
pub struct TextAlone {
    /// The call.
    pub call: NodeRef,
    /// Where the reader takes the stop reason out of the stream.
    pub read: NodeRef,
    /// The worst that is done with the text.
    pub worst: End,
}

impl Project {
    /// The calls of a reader that gives the stop reason back beside the text, of those who use only the text.
    pub fn text_alone(&self, reader: &StreamReader) -> Vec<TextAlone> {
        let own = self.callers(reader.function);
        let Some((first, looked_at)) = self.reasons_given_back(reader.function) else { return Vec::new() };
        let mut out: Vec<TextAlone> = Vec::new();
        for end in self.texts_given_back(reader.function) {
            let Some(call) = end.through.filter(|call| own.contains(call)) else { continue };
            let unread = !looked_at.contains(&call) && !self.is_test(call) && !self.is_passed_on(call);
            if end.sink < Sink::Used || !unread {
                continue;
            }
            match out.iter_mut().find(|t| t.call == call) {
                Some(known) if end.sink > known.worst.sink => known.worst = end,
                Some(_) => {}
                None => out.push(TextAlone { call, read: first, worst: end }),
            }
        }
        out.sort_by_key(|t| t.call);
        out
    }

    /// Whether what a call gives is given back whole by the function around it: those who call that are asked.
    fn is_passed_on(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let mut from = call.node;
        for up in facts.ancestors(call.node).skip(1) {
            match facts.kind(up) {
                Kind::Return(_) | Kind::Function(_) => return true,
                Kind::Block { body, tail } if *tail && body.last() == Some(&from) => {}
                Kind::Await(_) | Kind::Propagate(_) | Kind::Cast { .. } => {}
                _ => return false,
            }
            from = up;
        }
        false
    }

    /// Where a reader takes the stop reason out of its events, and the calls that anything is made of it behind;
    /// `None` where it is looked at in the reader, or goes out of sight.
    fn reasons_given_back(&self, function: NodeRef) -> Option<(NodeRef, Vec<NodeRef>)> {
        let facts = self.facts(function.file);
        let mut first = None;
        let mut looked_at = Vec::new();
        for node in facts.descendants(function.node).into_iter().filter(|&n| !facts.is_target(n)) {
            let taken = function.sibling(node);
            let is_reason = |key: &str| matches!(&*snake(key), "stop_reason" | "finish_reason");
            if !key_of(facts, node).is_some_and(|(_, key)| is_reason(&key)) || self.asks_for_presence(taken) {
                continue;
            }
            let ends = self.sinks_by_caller(taken);
            // What is only logged is given back to nobody.
            if !ends.is_empty() && ends.iter().all(|end| end.sink == Sink::Shown && end.through.is_none()) {
                continue;
            }
            first = first.or(Some(taken));
            for end in ends {
                match end.through {
                    Some(call) => looked_at.push(call),
                    None if end.sink == Sink::Shown => {}
                    None if end.sink == Sink::Tested && self.asks_for_presence(end.at) => {}
                    None => return None,
                }
            }
        }
        first.map(|first| (first, looked_at))
    }

    /// What becomes of the texts that a reader puts together.
    fn texts_given_back(&self, function: NodeRef) -> Vec<End> {
        let facts = self.facts(function.file);
        let inside = facts.descendants(function.node);
        let texts = inside
            .into_iter()
            .filter(|&n| !facts.is_target(n) && key_of(facts, n).is_some_and(|(_, key)| &*key == "text"));
        let ends = texts.take(MAX_READS).flat_map(|n| self.sinks_by_caller(function.sibling(n)));
        ends.filter(|end| end.gathered).collect()
    }
}
