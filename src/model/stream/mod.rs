//! Streams of Claude that are read by hand: code that parses the events of an answer itself
//! and tells them apart by their names.

mod chunk;
mod consumer;
mod dispatch;
mod ends_alike;
mod event;
mod left;
mod limit;
mod origin;
mod reason;
mod relay;
mod rest;
mod scope;
mod sdk;
mod success;
mod tool_json;
mod unread;
mod unset;
mod usage;

use std::collections::BTreeMap;

use super::Project;
use crate::facts::{Kind, NodeId};
use crate::finding::Location;
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;

pub use chunk::{ChunkFault, ChunkUse};
use dispatch::Dispatch;
pub use limit::StreamLimit;
pub use reason::Reason;
pub use tool_json::{PartialFault, PartialJson};
pub use unread::TextAlone;

/// Code that reads the events of a stream by hand.
#[derive(Debug, Clone)]
pub struct StreamReader {
    /// The outermost function around it, or the file.
    pub function: NodeRef,
    /// Functions that call it, and those that call these.
    pub fed_by: Vec<NodeRef>,
    /// Functions that cut the events out of the bytes for it.
    pub cut_in: Vec<NodeRef>,
    /// Where an event that nobody expects ends up: the catch-all arm, the first comparison, or the
    /// parsing whose failure is dropped.
    pub place: Location,
    /// Where the text of an event is parsed; the first comparison where that is out of sight.
    pub parse: NodeRef,
    /// The loop the events come from, within the function.
    pub around: Option<NodeRef>,
    /// Whether `error` events are told from the others, or everything unexpected fails.
    pub sees_errors: bool,
    /// Whether something looks at `message_stop` or the stop reason.
    pub sees_end: bool,
    /// The branch for `message_stop`, where the end of the bytes comes to the same and nothing else is looked at.
    pub ends_alike: Option<NodeRef>,
    /// Where its pieces are taken, into a stop reason that is a success where none came.
    pub taken_as_success: Option<NodeRef>,
    /// What is done with the stop reason.
    pub reason: Reason,
    /// Whether the text is shown as it comes.
    pub shows_text: bool,
    /// Whether texts, or the arguments of tools, are put together.
    pub gathers: bool,
    /// A comparison with the line that ends streams of other vendors.
    pub sentinel: Option<NodeRef>,
    /// Whether streams of other vendors are read here as well.
    pub several_vendors: bool,
    /// Whether events or their texts are handed on whole, so that others may look at them.
    pub hands_on: bool,
}

/// Files without any of these read no streams of Claude.
const MARKS: [&str; 7] =
    ["content_block_", "ContentBlock", "message_stop", "MessageStop", "text_delta", "TextDelta", "delta"];

impl Project {
    /// Code that reads streams of Claude by hand, in file order.
    pub fn stream_readers(&self) -> &[StreamReader] {
        self.stream_readers.get_or_init(|| self.find_stream_readers())
    }

    fn find_stream_readers(&self) -> Vec<StreamReader> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            if model.source.role.is_test || !MARKS.iter().any(|m| model.source.text.contains(m)) {
                continue;
            }
            // Only with a request in sight does a `delta` alone tell whose stream it is.
            let sends = self.requests_of_file(file).iter().any(|r| r.road == crate::sdk::Road::Http);
            let mut found: BTreeMap<NodeRef, Vec<Dispatch>> = BTreeMap::new();
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                if let Some(dispatch) = self.dispatch(at, sends)
                    && !self.is_test(at)
                {
                    found.entry(self.whole_function(at)).or_default().push(dispatch);
                }
            }
            // What takes a delta apart is given it by what tells the events apart.
            let given: Vec<NodeRef> = found
                .iter()
                .filter(|(function, list)| {
                    let from_reader = |d: &Dispatch| {
                        d.parse.is_some_and(|parse| {
                            let outer = self.whole_function(parse);
                            outer != **function
                                && found
                                    .get(&outer)
                                    .is_some_and(|l| l.iter().any(|o| self.tells_events(o.at)))
                        })
                    };
                    list.iter().all(|d| self.names_deltas_only(d.at) && from_reader(d))
                })
                .map(|(function, _)| *function)
                .collect();
            found.retain(|function, _| !given.contains(function));
            out.extend(found.iter().filter_map(|(function, list)| {
                let own = self.reader(*function, list, None)?;
                let apart = |call: &NodeRef| !found.contains_key(&self.whole_function(*call));
                let call = self.called_for_each(*function).filter(apart);
                match call.filter(|_| !own.hands_on && !own.several_vendors) {
                    Some(call) => self.reader(self.whole_function(call), list, Some(call)),
                    None => Some(own),
                }
            }));
        }
        out
    }

    /// `call` is where the function calls another one that takes the events apart.
    fn reader(&self, function: NodeRef, list: &[Dispatch], call: Option<NodeRef>) -> Option<StreamReader> {
        let first = list.first()?;
        let places: Vec<NodeRef> = list.iter().map(|d| d.at).chain(call).collect();
        let parses: Vec<NodeRef> = list.iter().filter_map(|d| d.parse).collect();
        let scope = self.stream_scope(function, &places, &parses);
        let fed_by = self.feeders(function);
        if scope.wraps_events || self.takes_no_answer(function) || self.comes_otherwise(function, &fed_by) {
            return None;
        }
        let facts = self.facts(function.file);
        let here =
            |p: &NodeRef| p.file == function.file && facts.ancestors(p.node).any(|n| n == function.node);
        let parse =
            list.iter().filter_map(|d| d.parse).find(|p| call.is_some() || here(p)).unwrap_or(first.at);
        let mut matches = list.iter().filter(|d| matches!(facts.kind(d.at.node), Kind::Match(_)));
        // One that tells the parts of an event apart comes after.
        let matched = matches.clone().find(|d| self.tells_events(d.at)).or_else(|| matches.next());
        // A loop that sends as well goes around more than one stream.
        let sends = |n: NodeId| {
            let requests = self.requests_of_file(function.file);
            requests.iter().any(|r| facts.span(n).contains(facts.span(r.at.node)))
        };
        let around = facts
            .ancestors(call.unwrap_or(parse).node)
            .take_while(|&n| n != function.node)
            .filter(|&n| matches!(facts.kind(n), Kind::Loop(_)) && !sends(n))
            .last();
        let raises = list.iter().any(|d| self.rest_raises(d.at) || self.fails_to_parse(d));
        let variants = list.iter().filter_map(|d| d.variants.clone()).collect::<Vec<_>>();
        let sees_errors = raises || scope.sees_errors || self.matches_error(&scope.roots, &variants);
        let mut cut_in: Vec<NodeRef> = list
            .iter()
            .filter_map(|d| d.parse)
            .filter(|p| !here(p))
            .map(|p| self.whole_function(p))
            .filter(|f| f.node != NodeId::ROOT)
            .collect();
        cut_in.sort();
        cut_in.dedup();
        let around = around.map(|n| function.sibling(n));
        let sees_end = scope.sees_stop || scope.sees_reason && !self.begins_as_success(function);
        let ends_alike = self.ends_alike(function, around, &scope);
        let taken_as_success = match ends_alike {
            None if sees_end && scope.sees_reason => self.taken_as_success(function, around),
            _ => None,
        };
        Some(StreamReader {
            function,
            cut_in,
            fed_by,
            place: match list.iter().find(|d| d.variants.is_some()).and_then(|d| self.drops_unparsed(d)) {
                Some(parse) => self.call_location(parse),
                None => match matched {
                    Some(matched) => self.rest_of(self.outermost_match(function, matched.at)),
                    // Of a delta: what is none went past all of it.
                    None if self.names_deltas_only(first.at) => self.call_location(parse),
                    None => self.rest_of(first.at),
                },
            },
            parse,
            around,
            sees_errors,
            sees_end,
            ends_alike,
            taken_as_success,
            reason: self.reason_in(&scope.inner),
            shows_text: self.shows_text(function),
            gathers: self.gathers_text(function),
            sentinel: scope.sentinel,
            several_vendors: scope.several_vendors,
            hands_on: self.relays_events(function, parse),
        })
    }

    /// The functions that call a reader, within two steps.
    fn feeders(&self, function: NodeRef) -> Vec<NodeRef> {
        let mut out = Vec::new();
        let mut last = vec![function];
        for _ in 0..2 {
            let mut next = Vec::new();
            let callers = |&f: &NodeRef| self.callers(f).iter().chain(self.mentions(f)).copied().take(8);
            for caller in last.iter().flat_map(callers) {
                let around = self.whole_function(caller);
                let known = around == function || out.contains(&around) || around.node == NodeId::ROOT;
                if !known && !self.is_test(caller) && out.len() < 16 {
                    out.push(around);
                    next.push(around);
                }
            }
            last = next;
        }
        out
    }
}
