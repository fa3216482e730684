//! Values that go into calls, out of functions and into what gathers them.

mod callback;
mod executed;
mod gathered;
mod partial;

use super::member::{step_into, steps_into};
use super::narrow::{Narrowed, as_text, decoded, encoded};
use super::{MAX_CALLERS, MAX_CALLS, Part, Parts, Sink, Walk};
use crate::facts::{Call, Kind};
use crate::model::names::index::{last_name, takes_receiver};
use crate::model::names::scope::{Origin, Step};
use crate::model::values::value::{NodeRef, Value};

impl Walk<'_> {
    /// Into callbacks that are called with the value or its elements.
    pub(super) fn give_callbacks(&mut self, call: NodeRef, c: &Call, step: &Step, parts: &Parts, depth: u32) {
        let model = self.project.file(call.file);
        for arg in &c.args {
            let function = call.sibling(arg.value);
            for def in model.scopes.bound_to_param(function.node, 0) {
                let Origin::Param { path, .. } = &def.origin else { continue };
                let rest = step_into(step, parts.clone()).and_then(|rest| steps_into(path, rest));
                if let Some(rest) = rest {
                    self.read(function, def, rest, depth);
                }
            }
        }
    }

    /// The value as an argument of a call.
    pub(super) fn argument(&mut self, at: NodeRef, up: NodeRef, call: &Call, parts: Parts, depth: u32) {
        let project = self.project;
        let model = project.file(at.file);
        if let Kind::Member { object, name, .. } = model.facts.kind(call.callee)
            && model.sdk.has_word("gather", name)
        {
            let mut parts = parts;
            parts.push(Part::Any);
            return self.keep(at, *object, parts, true, depth);
        }
        // An error says it, as one that is thrown does.
        let name = last_name(&model.facts, call.callee);
        if name.as_ref().is_some_and(|n| model.sdk.has_word("raise-names", n)) {
            return self.end(up, Sink::Shown);
        }
        // `pin!(sent);` is the same name for the same thing.
        if self.is_bare(up) && name.as_ref().is_some_and(|n| model.sdk.has_word("wraps-future", n)) {
            return;
        }
        if let Some(promise) = project.settles(up, call.callee) {
            return self.follow(promise, parts, depth + 1);
        }
        if let Some(sink) = self.bound_by_tag(at, call) {
            return self.end_known(up, sink);
        }
        let callee = project.eval(up.sibling(call.callee));
        // `step.execute(text)` is no query where the method is in sight.
        let own = callee.iter().any(|v| match v {
            Value::Function(f) => {
                matches!(project.kind(*f), Kind::Function(function) if function.body.is_some())
            }
            _ => false,
        });
        let sink = project.known_sink(up, call.callee);
        if let Some(sink) = sink.filter(|&sink| sink != Sink::Executed || !own) {
            if sink == Sink::Parsed
                && let Some(inner) = decoded(&parts)
            {
                // What is mended is still a text.
                let mended = project.is_listed("mends-json", up.sibling(call.callee));
                return self.follow(up, if mended { parts } else { inner }, depth + 1);
            }
            // Which type the object is that holds it says nothing of what it holds.
            if sink == Sink::Tested
                && !parts.is_empty()
                && project.is_listed("type-tests", up.sibling(call.callee))
            {
                return;
            }
            let sink = if sink == Sink::Executed { self.executed(at, up, call, &parts) } else { sink };
            self.end_known(up, sink);
            // What a search finds is a part of it.
            if sink == Sink::Tested && name.is_some_and(|n| model.sdk.has_word("text-finders", &n)) {
                let narrowed = match project.narrowing_argument(up, call, at.node) {
                    Narrowed::No => Narrowed::Piece,
                    narrowed => narrowed,
                };
                self.narrow(up, narrowed, as_text(parts), depth);
            }
            return;
        }
        let mut entered = false;
        let mut constructed = None;
        for value in callee.iter() {
            match value {
                Value::Function(f) => {
                    entered = true;
                    self.enter(at, up, *f, &parts, depth);
                }
                Value::Class(class) => constructed = constructed.or(Some(*class)),
                // `partial(send, "status")(text)`
                Value::External(e) if model.sdk.has_word("partial-application", &e.path) => {
                    for (function, index) in e.made.map(|p| self.applied(p, call, at)).unwrap_or_default() {
                        entered = true;
                        self.enter_by(at, up, function, index, &parts, depth);
                    }
                }
                _ => {}
            }
        }
        if let Some(class) = constructed {
            return self.construct(at, up, class, parts, depth);
        }
        if entered {
            return;
        }
        // A call out of sight whose result nobody takes is made for its effect; so are those that
        // are waited for and those of clients.
        let waited = matches!(model.facts.parent(up.node).map(|p| model.facts.kind(p)), Some(Kind::Await(_)));
        // Sent on, to the model or elsewhere: what comes back is another text.
        let sends = |v: &Value| match v {
            Value::Client(_) => true,
            Value::External(e) => {
                model.sdk.function(&e.path).is_some() || model.sdk.has_word("fetches", &e.path)
            }
            _ => false,
        };
        let sends_off = model.named_in(call.callee, "sends-off");
        if project.request_at(up).is_some() || sends_off || callee.iter().any(sends) {
            return self.end(up, Sink::Used);
        }
        if waited || self.is_bare(up) {
            self.end(up, Sink::Used);
        }
        let handed_on = callee.iter().any(|v| match v {
            Value::External(e) => model.sdk.passes_through(&e.path).is_some(),
            _ => false,
        });
        let writes = name.is_some_and(|n| model.sdk.has_word("json-writers", &n));
        let parts = match handed_on {
            _ if writes => encoded(parts),
            true => parts,
            false => as_text(parts),
        };
        let narrowed = project.narrowing_argument(up, call, at.node);
        // `"".join(pieces)`
        let joins = model.named_in(call.callee, "joins-pieces");
        let before = self.gathered;
        self.gathered |= joins;
        self.narrow(up, narrowed, parts, depth);
        self.gathered = before;
    }

    /// Whether the value of a call is dropped.
    pub(super) fn is_bare(&self, call: NodeRef) -> bool {
        let facts = self.project.facts(call.file);
        let mut at = call.node;
        while let Some(parent) = facts.parent(at) {
            match facts.kind(parent) {
                Kind::Await(_) | Kind::Propagate(_) => at = parent,
                // `if (done) settle(reason);`
                Kind::If { condition, .. } if *condition != at => at = parent,
                Kind::Block { body, tail } => return !*tail || body.last() != Some(&at),
                _ => return false,
            }
        }
        true
    }

    /// Into a function of the project, by the parameter that takes the value.
    pub(super) fn enter(&mut self, at: NodeRef, call: NodeRef, function: NodeRef, parts: &Parts, depth: u32) {
        let project = self.project;
        let model = project.file(function.file);
        let Kind::Function(f) = model.facts.kind(function.node) else { return };
        if !f.body.is_some() || self.calls.len() >= MAX_CALLS {
            return self.end(at, Sink::Used);
        }
        // `Type.method(object, …)` names the receiver itself.
        let through_type = match project.kind(call) {
            Kind::Call(c) => match project.kind(call.sibling(c.callee)) {
                Kind::Member { object, .. } => {
                    matches!(project.eval(call.sibling(*object)).first(), Some(Value::Class(_)))
                }
                _ => false,
            },
            _ => false,
        };
        let receiver = takes_receiver(project.files(), function) && !through_type;
        match project.parameter_taking(call, function, at, receiver) {
            Some(index) => self.enter_by(at, call, function, index, parts, depth),
            None => self.end(at, Sink::Used),
        }
    }

    /// The same by a parameter that is known.
    fn enter_by(
        &mut self,
        at: NodeRef,
        call: NodeRef,
        function: NodeRef,
        index: usize,
        parts: &Parts,
        depth: u32,
    ) {
        let project = self.project;
        let model = project.file(function.file);
        if self.calls.len() >= MAX_CALLS {
            return self.end(at, Sink::Used);
        }
        self.calls.push((function, call));
        for def in model.scopes.bound_to_param(function.node, index as u32) {
            let Origin::Param { path, .. } = &def.origin else { continue };
            if let Some(rest) = steps_into(path, parts.clone()) {
                for place in project.readers(function.sibling(def.node)) {
                    self.follow(place, rest.clone(), depth + 1);
                }
            }
        }
        self.calls.pop();
    }

    /// Out of a function that gives the value back.
    pub(super) fn leave(&mut self, at: NodeRef, function: NodeRef, parts: Parts, depth: u32) {
        let project = self.project;
        if let Some(&(entered, call)) = self.calls.last()
            && entered == function
        {
            if !project.is_way_not_taken(at, function, call) {
                let inner = self.calls.pop();
                self.follow(call, parts, depth + 1);
                self.calls.extend(inner);
            }
            return;
        }
        let model = project.file(function.file);
        let facts = &model.facts;
        if let Some(parent) = facts.parent(function.node)
            && let Kind::Call(call) = facts.kind(parent)
            && call.callee != function.node
        {
            return self.leave_callback(at, function, function.sibling(parent), parts, depth);
        }
        let Kind::Function(f) = facts.kind(function.node) else { return self.end(at, Sink::Returned) };
        let callers: Vec<NodeRef> =
            project.callers(function).iter().copied().filter(|&c| !project.is_test(c)).collect();
        let apart = !f.decorators.is_empty() || self.may_be_taken_elsewhere(function, &parts);
        // `again(ask)`: a callback by its name.
        let mentions: Vec<NodeRef> =
            project.mentions(function).iter().copied().filter(|&m| !project.is_test(m)).collect();
        let given = |m: &NodeRef| {
            let facts = project.facts(m.file);
            let call = m.sibling(facts.parent(m.node)?);
            matches!(project.kind(call), Kind::Call(c) if c.callee != m.node).then_some((*m, call))
        };
        let given: Option<Vec<(NodeRef, NodeRef)>> = mentions.iter().map(given).collect();
        let given = given.filter(|all| !apart && all.len() <= MAX_CALLS);
        if callers.is_empty()
            && !mentions.is_empty()
            && self.left < MAX_CALLS
            && let Some(given) = given
        {
            self.left += 1;
            let before = self.through;
            for (mention, call) in given {
                self.through = before.or(Some(call));
                self.leave_callback(at, mention, call, parts.clone(), depth);
            }
            self.through = before;
            self.left -= 1;
            return;
        }
        let unseen = apart || !mentions.is_empty();
        if callers.is_empty() || unseen || callers.len() > MAX_CALLERS || self.left >= MAX_CALLS {
            self.end(at, Sink::Returned);
        }
        if self.left >= MAX_CALLS {
            return;
        }
        self.left += 1;
        let before = self.through;
        for caller in callers.into_iter().take(MAX_CALLERS) {
            if project.is_way_not_taken(at, function, caller) {
                continue;
            }
            self.through = before.or(Some(caller));
            self.follow(caller, parts.clone(), depth + 1);
        }
        self.through = before;
        self.left -= 1;
    }

    /// Whether a call of a method of that name, on who knows what, may be one of this function and take the value
    /// out of what it gives. What tests do with it says nothing.
    fn may_be_taken_elsewhere(&self, function: NodeRef, parts: &Parts) -> bool {
        let project = self.project;
        let names_it = |call: &NodeRef| match parts.last() {
            Some(Part::Key(name) | Part::Field(name, _)) => {
                project.file(call.file).source.text.contains(&**name)
            }
            _ => true,
        };
        project.possible_callers(function).iter().any(|call| !project.is_test(*call) && names_it(call))
    }
}
