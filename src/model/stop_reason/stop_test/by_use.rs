//! Tests that see one use of an answer, where others have tests of their own.

use super::StopTest;
use crate::model::response::{Use, What};
use crate::model::values::flow::{End, Sink};
use crate::model::values::value::{Hop, NodeRef};
use crate::model::{Project, Request};

impl Project {
    /// The tests of the stop reason of a request that see a use of the text, each with that use, and let a
    /// value go the way of a complete answer, though others may tell it apart who are given answers to it.
    pub fn passing_tests(&self, request: &Request, value: &str) -> Vec<(NodeRef, &Use)> {
        let mut out: Vec<(NodeRef, &Use)> = Vec::new();
        let Some(words) = self.stop_words(request) else { return out };
        let uses = self.uses(request.at);
        let tests = self.stop_tests(request.at);
        if tests.is_empty() || self.names_a_stop(request) {
            return out;
        }
        let stops: Vec<&Use> = uses.iter().filter(|u| u.what == What::Stop && !self.is_test(u.at)).collect();
        let texts = uses.iter().filter(|u| u.what == What::Text && !self.is_test(u.at));
        for used in texts.filter(|u| !u.response.is_piece()) {
            for end in self.ends_by_way(used).iter().filter(|end| end.sink >= Sink::Yielded) {
                let seen = stops.iter().filter(|s| self.is_seen(s, used, end));
                let seen: Vec<&StopTest> = seen.flat_map(|s| self.tests_behind(s, tests)).collect();
                let passes = |t: &&StopTest| {
                    !t.separates(value, &words.complete) && !self.both_fail(t, tests, value, &words.complete)
                };
                let Some(first) = seen.first().filter(|_| seen.iter().all(passes)) else { continue };
                if !out.iter().any(|(at, _)| *at == first.at) {
                    out.push((first.at, used));
                }
            }
        }
        out
    }

    /// What becomes of a part of an answer; where it came into a function by a call, by that call.
    fn ends_by_way(&self, used: &Use) -> Vec<End> {
        let mut ends = self.sinks_by_caller(used.at);
        if let Some(Hop::Argument(entry)) = used.response.hops.last() {
            ends.retain(|end| end.through.is_none_or(|call| call == *entry));
        }
        ends
    }

    /// The tests that a look at the stop reason ends in.
    fn tests_behind<'t>(&self, seen: &Use, tests: &'t [StopTest]) -> Vec<&'t StopTest> {
        let at = End {
            at: seen.at,
            sink: Sink::Tested,
            gathered: false,
            closed: false,
            inside: false,
            through: None,
        };
        let mut ends = self.sinks_of(seen);
        ends.retain(|end| end.sink != Sink::Shown);
        ends.push(at);
        let of_it =
            |t: &&StopTest| !t.words && ends.iter().any(|end| self.is_within(end, std::slice::from_ref(*t)));
        tests.iter().filter(of_it).collect()
    }
}
