//! What the code around a reader looks at: the functions it calls and is called by included.

mod bad_status;
mod before;
mod idle;
mod raw_text;
mod sentinel;
mod unknown_event;

use super::{Project, snake};
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::{NodeRef, Value};

/// What is looked at in the reach of a reader.
pub(super) struct StreamScope {
    /// The functions.
    pub(super) roots: Vec<NodeRef>,
    /// Those that are given events, or parts of them.
    pub(super) inner: Vec<NodeRef>,
    pub(super) sees_errors: bool,
    /// `message_stop` is looked for.
    pub(super) sees_stop: bool,
    /// Where.
    pub(super) stops: Vec<NodeRef>,
    /// The stop reason is spoken of.
    pub(super) sees_reason: bool,
    pub(super) sentinel: Option<NodeRef>,
    pub(super) several_vendors: bool,
    /// Events come inside messages of another protocol.
    pub(super) wraps_events: bool,
    /// Where events are told apart.
    places: Vec<NodeRef>,
    /// Where their texts are parsed.
    parses: Vec<NodeRef>,
}

impl StreamScope {
    fn see_end(&mut self, project: &Project, at: NodeRef, end: Option<bool>) {
        let Some(stop) = end.filter(|_| !project.is_passed_by(at)) else { return };
        if stop {
            self.sees_stop = true;
            self.stops.push(at);
        }
        self.sees_reason |= !stop;
    }
}

const MAX_FUNCTIONS: usize = 24;

impl Project {
    /// `parses` are where the texts of events are parsed.
    pub(super) fn stream_scope(
        &self,
        function: NodeRef,
        places: &[NodeRef],
        parses: &[NodeRef],
    ) -> StreamScope {
        let mut scope = StreamScope {
            roots: self.reach_of(function, places, parses),
            inner: self.given_events(function, places),
            sees_errors: false,
            sees_stop: false,
            stops: Vec::new(),
            sees_reason: false,
            sentinel: None,
            several_vendors: false,
            wraps_events: false,
            places: places.to_vec(),
            parses: parses.to_vec(),
        };
        for root in scope.roots.clone() {
            for node in self.facts(root.file).descendants(root.node) {
                self.look(root.sibling(node), function, &mut scope);
            }
        }
        scope
    }

    /// The function of a reader, those that take its events apart, and the functions that these give events or
    /// parts of them to.
    fn given_events(&self, function: NodeRef, places: &[NodeRef]) -> Vec<NodeRef> {
        let mut out = vec![function];
        for &place in places {
            let around = self.whole_function(place);
            if around.node != NodeId::ROOT {
                self.add_reached(around, &mut out);
            }
        }
        let mut next = 0;
        while let Some(&root) = out.get(next) {
            next += 1;
            let facts = self.facts(root.file);
            for node in facts.descendants(root.node) {
                let Kind::Call(call) = facts.kind(node) else { continue };
                let gives =
                    next > 1 || call.args.iter().any(|a| self.parse_of(function.sibling(a.value)).is_some());
                if gives {
                    self.add_callees(root.sibling(node), &mut out);
                }
            }
        }
        out
    }

    /// The function of a reader, the functions it takes events from or gives them to, and its
    /// callers.
    fn reach_of(&self, function: NodeRef, places: &[NodeRef], parses: &[NodeRef]) -> Vec<NodeRef> {
        let mut out = vec![function];
        let raw = self.calls_with_texts(function, parses);
        for call in self.event_calls(function, places).into_iter().chain(raw) {
            self.add_callees(call, &mut out);
        }
        // What those call sees what they see.
        for root in out.clone().into_iter().skip(1) {
            let facts = self.facts(root.file);
            for node in facts.descendants(root.node) {
                if matches!(facts.kind(node), Kind::Call(_)) {
                    self.add_callees(root.sibling(node), &mut out);
                }
            }
        }
        for &caller in self.callers(function).iter().take(4) {
            let around = self.whole_function(caller);
            if around.node != NodeId::ROOT && !self.is_test(caller) {
                self.add_reached(around, &mut out);
            }
        }
        out
    }

    fn add_callees(&self, call: NodeRef, out: &mut Vec<NodeRef>) {
        let Kind::Call(c) = self.kind(call) else { return };
        for value in self.eval(call.sibling(c.callee)).iter() {
            if let Value::Function(f) = value {
                self.add_reached(*f, out);
            }
        }
    }

    fn add_reached(&self, function: NodeRef, out: &mut Vec<NodeRef>) {
        let facts = self.facts(function.file);
        let inside = out
            .iter()
            .any(|o| o.file == function.file && facts.span(o.node).contains(facts.span(function.node)));
        if !inside && out.len() < MAX_FUNCTIONS && !self.is_test(function) {
            out.push(function);
        }
    }

    /// Calls in the function of a reader through which events come or go.
    fn event_calls(&self, function: NodeRef, places: &[NodeRef]) -> Vec<NodeRef> {
        let facts = self.facts(function.file);
        let around = |n: NodeId| places.iter().any(|p| facts.span(n).contains(facts.span(p.node)));
        let calls = facts.descendants(function.node).into_iter().filter(|&n| {
            let Kind::Call(call) = facts.kind(n) else { return false };
            // `fetchEvents(url, { onMessage(…) { … } })`, `for event in self.events(response)`
            let gives = facts.ancestors(n).take(8).any(|a| match facts.kind(a) {
                Kind::Loop(l) => {
                    around(a)
                        && [l.iterable, l.condition]
                            .iter()
                            .flatten()
                            .any(|&i| facts.span(i).contains(facts.span(n)))
                }
                _ => false,
            });
            gives || around(n) || call.args.iter().any(|a| self.parse_of(function.sibling(a.value)).is_some())
        });
        calls.map(|n| function.sibling(n)).collect()
    }

    fn look(&self, at: NodeRef, function: NodeRef, scope: &mut StreamScope) {
        let model = self.file(at.file);
        let facts = &model.facts;
        let within = || function.file == at.file && facts.span(function.node).contains(facts.span(at.node));
        // What stands in the branch of another vendor reads another stream.
        let mut parses = scope.parses.iter().peekable();
        if parses.peek().is_some() && parses.all(|&parse| self.is_of_another_vendor(at, parse)) {
            return;
        }
        match facts.kind(at.node) {
            Kind::Str(_) => {
                let Some(text) = constant(facts, at.node) else { return };
                scope.see_end(self, at, self.end_word(at, &text));
                let event = text.trim_start_matches('^').strip_prefix("event:").map(str::trim);
                if event.is_some_and(|e| e.starts_with("error"))
                    || &*text == "error"
                        && self.is_looked_for(at)
                        && !self.is_ignored(at)
                        && !self.is_of_refused_answer(at, &scope.places)
                {
                    scope.sees_errors = true;
                }
                scope.wraps_events |= &*text == "stream_event";
                scope.several_vendors |= &*text == "choices" && within();
                let sentinel = model.sdk.words("stream-sentinel").iter().any(|s| text.contains(s.as_str()));
                if sentinel && scope.sentinel.is_none() && self.is_looked_for(at) && !self.is_passed_over(at)
                {
                    let beside = within() && scope.places.iter().any(|&place| self.runs_with(at, place));
                    scope.sentinel = beside.then_some(at);
                }
            }
            Kind::Member { name, object, .. } => {
                scope.see_end(self, at, self.end_word(at, &snake(name)));
                // What calls the reader may well read the streams of others elsewhere.
                scope.several_vendors |= &**name == "choices" && within();
                if &**name == "error"
                    && !self.is_called(at)
                    && !self.is_of_path(at)
                    && !self.is_of_refused_answer(at, &scope.places)
                    && (within() || !self.is_of_call_before(at, function))
                {
                    let logger =
                        last_name(facts, *object).is_some_and(|n| model.sdk.ends_word("loggers", &n));
                    scope.sees_errors |= !logger;
                }
            }
            Kind::Name(name) => {
                scope.see_end(self, at, self.end_word(at, &snake(name)));
            }
            Kind::Record(record) => {
                for entry in &record.entries {
                    let Some(crate::facts::Key::Known(key)) = &entry.key else { continue };
                    scope.see_end(self, at, self.end_word(at, key));
                    // `const { error } = event`
                    scope.sees_errors |= &**key == "error"
                        && model.binds(entry.value)
                        && !self.is_of_refused_answer(at, &scope.places)
                        && (within() || !self.is_of_call_before(at, function));
                }
            }
            _ => {}
        }
    }

    /// Whether a place and where events are parsed stand in branches of a condition that does not tell events
    /// apart: `if event == "content_block_delta" { parse(…) } else if event == "error" { … }` does.
    fn is_of_another_vendor(&self, at: NodeRef, parse: NodeRef) -> bool {
        self.parted_at(parse, at).is_some_and(|branch| !self.asks_for_event(at.sibling(branch)))
    }

    /// Which end a word speaks of: `Some(true)` of that of the message, `Some(false)` of the reason.
    fn end_word(&self, at: NodeRef, word: &str) -> Option<bool> {
        let lower = word.to_lowercase();
        let mut parts = self.file(at.file).sdk.words("stream-end-parts").iter();
        let found = parts.find(|p| lower.contains(p.as_str()))?;
        Some(!found.contains("reason"))
    }

    /// Whether a member is a module that a type is taken from: `urllib.error.HTTPError`.
    fn is_of_path(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.parent(at.node).is_some_and(|p| {
            matches!(facts.kind(p), Kind::Member { object, name, .. }
                if *object == at.node && name.starts_with(char::is_uppercase))
        })
    }

    /// Whether a text is compared with something, looked up in something, or listened for.
    fn is_looked_for(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Some(mut parent) = facts.parent(at.node) else { return false };
        let mut from = at.node;
        let wraps = match facts.kind(parent) {
            Kind::List(_) => true,
            // `Some("error")`
            Kind::Call(c) => matches!(facts.kind(c.callee), Kind::Name(n) if matches!(&**n, "Some" | "Ok")),
            _ => false,
        };
        if wraps {
            from = parent;
            let Some(up) = facts.parent(parent) else { return false };
            parent = up;
        }
        match facts.kind(parent) {
            Kind::Binary { op, .. } => matches!(
                op,
                BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot | BinaryOp::In | BinaryOp::NotIn
            ),
            Kind::Index { index, .. } => *index == from,
            Kind::Match(m) => m.subject != from,
            Kind::Call(call) => match facts.kind(call.callee) {
                Kind::Member { name, object, .. } => {
                    let sdk = &self.file(at.file).sdk;
                    let lists = ["text-tests", "member-test", "looks-under"];
                    *object == from || lists.iter().any(|list| sdk.has_word(list, name))
                }
                _ => false,
            },
            _ => false,
        }
    }
}
