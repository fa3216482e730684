//! How long a conversation lives, and who keeps it.

use super::Life;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::agent_loop::Reach;
use crate::model::agent_loop::asks_model::Asking;
use crate::model::control::loop_bound::Bound;
use crate::model::program::phase::Phase;
use crate::model::request::Tri;
use crate::model::values::value::{NodeRef, Value};

/// Callers of a function that are looked at.
const MAX_CALLERS: usize = 8;
/// Methods on the way to a place.
const MAX_METHODS: usize = 12;

/// When functions are called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Nobody in sight calls them.
    OutOfSight,
    /// Only while the program starts, or in one that runs once.
    AtStart,
    /// For a request, message or job.
    Later,
    /// By somebody who may be called at any time.
    Somewhere,
}

impl Project {
    /// Whether an object of a type is made once for the whole program.
    pub(in crate::model) fn lives_long(&self, class: NodeRef) -> bool {
        let made = self.makers(class);
        !made.is_empty() && made.iter().all(|&m| !self.is_test(m) && self.runs_at_start(m))
    }

    /// The calls that make objects of a type.
    fn makers(&self, class: NodeRef) -> Vec<NodeRef> {
        let Kind::Class(c) = self.kind(class) else { return Vec::new() };
        let class_name = &c.name;
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            for &name in model.names(class_name) {
                let at = NodeRef { file, node: name };
                let Some(parent) = model.facts.parent(name) else { continue };
                let called = matches!(model.facts.kind(parent), Kind::Call(call) if call.callee == name);
                if called && self.eval(at).iter().any(|v| matches!(v, Value::Class(c) if *c == class)) {
                    out.push(at.sibling(parent));
                }
            }
        }
        out
    }

    /// The methods that lead to a place of an object: its own, and those that call that one.
    pub(super) fn methods_above(&self, at: NodeRef) -> Vec<NodeRef> {
        let Some(own) = self.function_of(at) else { return Vec::new() };
        let class = self.class_of(own);
        let mut found = vec![own];
        let mut i = 0;
        while let Some(&method) = found.get(i) {
            i += 1;
            for &call in self.callers(method).iter().take(MAX_CALLERS) {
                let Some(caller) = self.function_of(call) else { continue };
                if found.len() < MAX_METHODS && !found.contains(&caller) && self.class_of(caller) == class {
                    found.push(caller);
                }
            }
        }
        found
    }

    /// How long a conversation in a field lives that methods of its object add to and send; nothing for what
    /// ends with a program that runs once.
    pub(super) fn life_of_object(&self, class: NodeRef, methods: &[NodeRef]) -> Option<Life> {
        if let Some(around) = methods.iter().find_map(|&m| self.loop_over_object(m)) {
            return Some(Life::Loop(around));
        }
        let at_top = |m: &NodeRef| self.function_of(*m).is_none();
        let makers = self.makers(class);
        let long = !makers.is_empty() && makers.iter().all(|&m| !self.is_test(m) && self.runs_at_start(m));
        Some(match self.asked(methods) {
            Asked::AtStart => return None,
            Asked::Later if long => Life::Program,
            Asked::OutOfSight if long && makers.iter().all(at_top) => Life::Program,
            _ if makers.iter().any(|&m| self.is_kept_by_key(m)) => Life::Store,
            _ => Life::Object,
        })
    }

    /// How long a conversation of the program lives that a function adds to and sends; nothing for what ends
    /// with a program that runs once.
    pub(super) fn life_of_program(&self, function: NodeRef) -> Option<Life> {
        let callers = self.callers(function).iter().take(MAX_CALLERS);
        if let Some(around) = callers.filter_map(|&call| self.waiting_loop(call)).next() {
            return Some(Life::Loop(around));
        }
        (self.asked(&[function]) != Asked::AtStart).then_some(Life::Program)
    }

    /// When any of the functions is called from outside of them.
    fn asked(&self, functions: &[NodeRef]) -> Asked {
        let outside = |call: &&NodeRef| self.function_of(**call).is_none_or(|f| !functions.contains(&f));
        let mut asked = Asked::OutOfSight;
        for &function in functions {
            for &call in self.callers(function).iter().filter(outside).take(MAX_CALLERS) {
                match self.phase(call) {
                    Phase::Request(_) => return Asked::Later,
                    Phase::Start if asked == Asked::OutOfSight => asked = Asked::AtStart,
                    Phase::Start => {}
                    Phase::Unknown => asked = Asked::Somewhere,
                }
            }
        }
        asked
    }

    fn runs_at_start(&self, at: NodeRef) -> bool {
        self.function_of(at).is_none() || self.phase(at) == Phase::Start
    }

    /// The loop that waits for someone and calls a method of an object made before it, so that the
    /// conversation of the object grows in each turn.
    fn loop_over_object(&self, method: NodeRef) -> Option<NodeRef> {
        self.callers(method).iter().take(MAX_CALLERS).find_map(|&call| {
            let around = self.waiting_loop(call)?;
            let file = self.file(call.file);
            let Kind::Call(c) = self.kind(call) else { return None };
            let Kind::Member { object, .. } = file.facts.kind(c.callee) else { return None };
            let Kind::Name(name) = file.facts.kind(*object) else { return None };
            let defs = file.scopes.lookup(&file.facts, name, *object);
            let inside = |n: NodeId| file.facts.ancestors(n).any(|a| a == around.node);
            (!defs.is_empty() && !defs.iter().any(|d| inside(d.node))).then_some(around)
        })
    }

    /// A loop without a bound, around a place, that waits for someone in each turn.
    pub(super) fn waiting_loop(&self, site: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(site.file);
        let reach = Reach { path: vec![site], functions: Vec::new() };
        facts
            .ancestors(site.node)
            .skip(1)
            .take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)))
            .filter(|&n| matches!(facts.kind(n), Kind::Loop(_)))
            .map(|n| site.sibling(n))
            .find(|&around| {
                let region = self.loop_region(around);
                if let Kind::Loop(l) = self.kind(around)
                    && let Some(iterable) = l.iterable
                {
                    return self.brings_input(around.sibling(iterable));
                }
                self.waits_for_input(&region, site, &reach, &mut Asking::new(self, &region, &reach))
                    == Tri::Yes
                    && matches!(self.loop_bound(&region), Bound::Absent)
            })
    }

    /// Whether what a loop runs over comes from someone outside, line by line: `sys.stdin`, a socket.
    fn brings_input(&self, iterable: NodeRef) -> bool {
        let file = self.file(iterable.file);
        file.facts.descendants(iterable.node).into_iter().any(|n| {
            let name = match file.facts.kind(n) {
                Kind::Name(name) | Kind::Member { name, .. } => name,
                _ => return false,
            };
            file.sdk.has_word("input-lines", name)
        })
    }
}
