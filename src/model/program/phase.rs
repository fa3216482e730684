//! When code runs: while the program starts, or while somebody waits for an answer.
//!
//! Decided by the conventions of frameworks (decorators, base classes, callbacks, file names,
//! all of them data), and through the callers of everything else.

mod memory;
mod readers;

use crate::facts::{Call, Kind};
use crate::model::Project;
use crate::model::control::region::turns_forever;
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};

pub(in crate::model) use memory::Phases;

/// When a piece of code runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// While the program or module starts, or in a program that runs once and ends.
    Start,
    /// While a request, message, command or job is handled; the function that is called for it.
    Request(NodeRef),
    /// Out of sight.
    Unknown,
}

/// Calls in a row that are followed.
const MAX_CALLS: u32 = 24;

impl Project {
    /// When the code at a node runs. What is reached from both sides runs at the start first.
    pub fn phase(&self, at: NodeRef) -> Phase {
        self.phase_within(at, 0)
    }

    fn phase_within(&self, at: NodeRef, depth: u32) -> Phase {
        let function = self.function_of(at);
        let phase = function.map_or(Phase::Start, |f| self.function_phase(f, depth));
        match self.worker_loop(at) {
            Some(worker) if phase == Phase::Start => Phase::Request(function.unwrap_or(worker)),
            _ => phase,
        }
    }

    /// The loop without an end around a node that takes one job after the other, people at a
    /// terminal aside.
    fn worker_loop(&self, at: NodeRef) -> Option<NodeRef> {
        let model = self.file(at.file);
        let facts = &model.facts;
        let within = facts.ancestors(at.node).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        let mut loops = within.filter_map(|n| match facts.kind(n) {
            Kind::Loop(l) => Some((n, l)),
            _ => None,
        });
        let (found, _) = loops.find(|(_, l)| {
            turns_forever(facts, l)
                && facts.descendants(l.body).into_iter().all(|n| match facts.kind(n) {
                    Kind::Return(_) | Kind::Break(_) => false,
                    Kind::Call(c) => !model.named_in(c.callee, "waits-for-user"),
                    _ => true,
                })
        })?;
        Some(at.sibling(found))
    }

    fn find_phase(&self, function: NodeRef, depth: u32) -> Phase {
        if let Some(phase) = self.decorated_phase(function).or_else(|| self.member_phase(function)) {
            return phase;
        }
        if let Some(phase) = self.named_phase(function) {
            return phase;
        }
        if self.takes_request(function) || self.is_server_action(function) {
            return Phase::Request(function);
        }
        let mut found = self.place_phase(function, depth);
        let calls = self.callers(function).iter().chain(self.getter_reads(function)).copied();
        let calls = calls.filter(|&call| !self.is_test(call));
        // A script is a program of its own: its start is none of the server's that calls the same.
        let (aside, calls): (Vec<_>, Vec<_>) = calls.partition(|&call| self.is_script(call));
        let mut starts = Vec::new();
        for call in calls.into_iter().chain(aside) {
            if (found != Phase::Unknown || !starts.is_empty()) && self.is_script(call) {
                break;
            }
            match self.phase_within(call, depth + 1) {
                Phase::Start => starts.push(call.file),
                phase if found == Phase::Unknown => found = phase,
                _ => {}
            }
        }
        if !starts.is_empty() {
            // Another program that calls the same starts without it.
            let apart = |handler: NodeRef| {
                let served = self.same_program(&[handler.file]);
                starts.iter().all(|&file| !served.may_run(file))
            };
            match found {
                Phase::Request(handler) if apart(handler) => return found,
                _ => return Phase::Start,
            }
        }
        for &mention in self.mentions(function) {
            if found != Phase::Unknown {
                break;
            }
            if !self.is_test(mention) {
                found = self.place_phase(mention, depth);
            }
        }
        if found == Phase::Unknown && self.is_main(function) {
            return Phase::Start;
        }
        if found == Phase::Unknown
            && let Some(outer) = self.function_of(function)
            // What is defined while a request is handled runs no earlier.
            && let phase @ Phase::Request(_) = self.function_phase(outer, depth + 1)
        {
            return phase;
        }
        found
    }

    /// By the decorators of the function.
    fn decorated_phase(&self, function: NodeRef) -> Option<Phase> {
        let Kind::Function(f) = self.kind(function) else { return None };
        f.decorators.iter().find_map(|&d| {
            let at = function.sibling(d);
            let (callee, call) = match self.kind(at) {
                Kind::Call(c) => (at.sibling(c.callee), Some(&**c)),
                _ => (at, None),
            };
            self.registers(callee, call, function)
        })
    }

    /// What handing a function to something says of it: `app.post("/ask", f)`, `@app.get("/")`.
    fn registers(&self, callee: NodeRef, call: Option<&Call>, function: NodeRef) -> Option<Phase> {
        let sdk = self.file(callee.file).sdk;
        let starts =
            |v: &Value| matches!(v, Value::External(e) if sdk.in_lists(&["entry", "start-hook"], &e.path));
        if self.eval(callee).iter().any(starts) {
            return Some(Phase::Start);
        }
        self.is_registrar(callee, call).then_some(Phase::Request(function))
    }

    /// By the base classes of the type it belongs to.
    fn member_phase(&self, function: NodeRef) -> Option<Phase> {
        let facts = self.facts(function.file);
        let parent = facts.parent(function.node)?;
        if !matches!(facts.kind(parent), Kind::Class(_)) || self.is_constructor(function) {
            return None;
        }
        let class = self.class_of(function)?;
        let sdk = self.file(function.file).sdk;
        let mut seen = vec![class];
        let mut next = 0;
        while let Some(&at) = seen.get(next) {
            next += 1;
            for base in self.bases(at) {
                match base {
                    Value::External(e) if sdk.has_word("server-bases", &e.path) => {
                        return Some(Phase::Request(function));
                    }
                    Value::External(e) if sdk.has_word("entry-bases", &e.path) => return Some(Phase::Start),
                    Value::Class(base) if seen.len() < 8 && !seen.contains(&base) => seen.push(base),
                    _ => {}
                }
            }
        }
        None
    }

    /// Whether a function makes objects of its type.
    pub fn is_constructor(&self, function: NodeRef) -> bool {
        matches!(self.kind(function), Kind::Function(f)
        if f.name.as_deref().is_some_and(|name| {
            self.file(function.file).sdk.in_lists(&["constructors", "allocators"], name)
        }))
    }

    fn is_main(&self, function: NodeRef) -> bool {
        self.class_of(function).is_none()
            && matches!(self.kind(function), Kind::Function(f) if f.name.as_deref() == Some("main"))
    }

    /// What the place where a function stands as a value says of it.
    fn place_phase(&self, place: NodeRef, depth: u32) -> Phase {
        let facts = self.facts(place.file);
        let Some(parent) = facts.parent(place.node) else { return Phase::Unknown };
        let up = place.sibling(parent);
        match facts.kind(parent) {
            // `(async () => { … })()`
            Kind::Call(c) if c.callee == place.node => self.phase_within(up, depth + 1),
            Kind::Call(c) => {
                let callee = place.sibling(c.callee);
                let function = self.function_at(place).unwrap_or(place);
                if let Some(phase) = self.registers(callee, Some(c), function) {
                    return phase;
                }
                let sdk = self.file(place.file).sdk;
                if self.is_listed("lazy", callee) || self.is_listed("cache", callee) {
                    return self.readers_phase(up, depth).unwrap_or(Phase::Unknown);
                }
                let name = last_name(facts, c.callee);
                if name.is_some_and(|n| sdk.in_lists(&["runs-now", "runs-as-given"], &n)) {
                    return self.phase_within(up, depth + 1);
                }
                Phase::Unknown
            }
            Kind::Cast { .. } => self.place_phase(up, depth),
            // `app.route({ handler })`, `serve({ fetch(req) { … } })`
            Kind::Record(_) if depth < MAX_CALLS => match self.place_phase(up, depth + 1) {
                Phase::Request(_) => Phase::Request(self.function_at(place).unwrap_or(place)),
                phase => phase,
            },
            _ => Phase::Unknown,
        }
    }

    pub(in crate::model) fn function_at(&self, place: NodeRef) -> Option<NodeRef> {
        self.eval(place).iter().find_map(|v| match v {
            Value::Function(f) => Some(*f),
            _ => None,
        })
    }
}
