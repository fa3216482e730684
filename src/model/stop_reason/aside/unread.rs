//! Stop reasons that a function gives back beside the text, and of which its caller makes nothing.

use std::cell::OnceCell;

use super::{MAX_CALLERS, way_in};
use crate::facts::Kind;
use crate::model::Project;
use crate::model::response::{Use, What};
use crate::model::values::flow::{End, Sink};
use crate::model::values::value::{Hop, NodeRef, Value};

impl Project {
    /// The call of a function that only gives the stop reason back beside the text, whose caller
    /// brings the text to its `end` and does nothing with the reason.
    pub fn left_unread_by(&self, seen: &Use, used: &Use, end: &End) -> Option<NodeRef> {
        if seen.what != What::Stop || !seen.covers(used) {
            return None;
        }
        let read = self.read_before_helpers(seen);
        let through = self.leaves_with(read, used, end)?;
        // What is logged whole, the text with it, is not looked at; what is put into the log by its name is.
        let of_text = OnceCell::new();
        let with_text = |e: &End| {
            let ends: &Vec<End> = of_text.get_or_init(|| self.sinks_by_caller(used.at));
            ends.iter().any(|text| text.at == e.at && text.sink == Sink::Shown)
        };
        let named = |e: &End| self.contains(e.at, read) || e.through.is_none() && !with_text(e);
        let logged = |e: &End| e.inside && e.sink == Sink::Shown && !named(e);
        let elsewhere = |e: &End| e.through.is_some_and(|t| t != through) || logged(e);
        // What it was compared with and what came of that may be given back in its place.
        let forgotten = |e: &End| {
            let outcome = self.kept_outcome(read, e).filter(|_| e.through.is_none());
            outcome.is_some_and(|outcome| {
                let ends = self.sinks_by_caller(outcome.at);
                ends.iter().all(|e| elsewhere(e) || self.asks_for_other_words(e, &outcome))
            })
        };
        let ends = self.sinks_by_caller(read);
        ends.iter().all(|e| elsewhere(e) || forgotten(e)).then_some(through)
    }

    /// Where a stop reason is read that a helper is given: `word_for(reply.stop_reason)`.
    fn read_before_helpers(&self, seen: &Use) -> NodeRef {
        let Some(&outermost) = way_in(seen).last().filter(|&&at| at != seen.at) else { return seen.at };
        let Kind::Call(call) = self.kind(outermost) else { return seen.at };
        let is_reason = |v: &Value| match v {
            Value::Response(r) => r.request == seen.response.request && self.use_of(r) == Some(What::Stop),
            _ => false,
        };
        let given = call.args.iter().map(|a| outermost.sibling(a.value));
        given.into_iter().find(|&at| self.eval(at).iter().any(is_reason)).unwrap_or(seen.at)
    }

    /// The call by which a text comes out of the function that the stop reason is read in, on its way to an end.
    fn leaves_with(&self, read: NodeRef, used: &Use, end: &End) -> Option<NodeRef> {
        let own = |call: &NodeRef| self.is_call_of_a_function_around(*call, read);
        let places = way_in(used).into_iter().chain(end.through);
        let Some(at) = places.into_iter().find(|&at| self.share_function(read, at)) else {
            // The caller takes it out of what it was given.
            let given_back = used.response.hops.iter().rev().find_map(|hop| match hop {
                Hop::Return(call) => Some(*call).filter(own),
                Hop::Argument(_) => None,
            });
            return given_back.or_else(|| self.only_call_for(read, used.at));
        };
        if at == used.at {
            return end.through.filter(own);
        }
        // A helper takes it, and gives back what is given back with it.
        let ends = self.sinks_by_caller(at);
        let through = ends.iter().find(|e| e.at == end.at && e.sink == end.sink)?.through;
        through.filter(own)
    }

    /// The one call of the function around a place that stands in the function around another, or in one that
    /// calls that.
    fn only_call_for(&self, read: NodeRef, at: NodeRef) -> Option<NodeRef> {
        let (asks, takes) = (self.named_function(read)?, self.named_function(at)?);
        let calls = || self.callers(asks).iter().filter(|&&call| !self.is_test(call)).take(MAX_CALLERS);
        let within = |function: NodeRef| {
            let mut found = calls().filter(move |&&call| self.named_function(call) == Some(function));
            (found.next().copied(), found.next().is_some())
        };
        match within(takes) {
            (Some(call), false) => Some(call),
            (Some(_), true) => None,
            (None, _) => {
                let callers = self.callers(takes);
                let [caller] = callers else { return None };
                match within(self.named_function(*caller)?) {
                    (found, false) => found,
                    (_, true) => None,
                }
            }
        }
    }

    /// Whether a call is one of a function that a place stands in: what stands there comes back by it.
    fn is_call_of_a_function_around(&self, call: NodeRef, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let functions = facts.ancestors(at.node).filter(|&n| matches!(facts.kind(n), Kind::Function(_)));
        let mut functions = functions.map(|n| at.sibling(n));
        functions.any(|f| self.callers(f).contains(&call) || self.possible_callers(f).contains(&call))
    }
}
