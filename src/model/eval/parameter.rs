//! What parameters stand for.

mod argument;

use super::values::{element, hop};
use super::{Bound, Ctx, MAX_SOURCES, MAX_VALUES, Values, one};
use crate::facts::{Call, FileFacts, Kind, NodeId};
use crate::model::index::{last_name, owner_class, takes_class, takes_receiver};
use crate::model::value::{Hop, NodeRef, Value};
use crate::model::{FileModel, Project};
pub(in crate::model) use argument::Argument;

/// Functions that a callback is given to, and calls of it in each.
const MAX_HANDED: usize = 8;

impl Project {
    /// A parameter: for one call, or for all callers there are.
    pub(in crate::model) fn param(&self, function: NodeRef, index: usize, ctx: Ctx<'_>) -> Values {
        let file = self.file(function.file);
        let Kind::Function(f) = file.facts.kind(function.node) else { return one(Value::Unknown) };
        let Some(param) = f.params.get(index) else { return one(Value::Unknown) };
        let receiver = takes_receiver(&self.files, function);
        if receiver && index == 0 {
            return self.receiver(file, function, ctx);
        }
        let default = || match param.default {
            Some(d) => self.values(function.sibling(d), None),
            None => one(Value::Unknown),
        };
        let bound = find_bound(function, ctx).filter(|(bound, _)| !matches!(bound, Bound::Object(_)));
        if let Some((bound, outer)) = bound {
            match bound {
                Bound::First(values) if index == 0 => return values.iter().cloned().collect(),
                Bound::First(_) | Bound::Object(_) => return one(Value::Unknown),
                Bound::Call { call, receiver: bound_receiver } => {
                    return match self.argument_at(call, function, index, bound_receiver) {
                        Argument::Given(arg) => {
                            let values = self.values(arg, outer);
                            hop(values, Hop::Argument(call))
                        }
                        Argument::Missing => default(),
                        Argument::Unknown => one(Value::Unknown),
                    };
                }
            }
        }
        let mut values = self.callback_param(function, index);
        if values.is_empty() && !self.joining.get() {
            // What tests give says nothing about the other callers.
            let tested = self.is_test(function);
            let callers = self.callers(function).iter().take(4 * MAX_SOURCES);
            let callers = callers.filter(|&&call| tested || !self.is_test(call));
            let object = match find_bound(function, ctx) {
                Some((Bound::Object(Value::Instance { class, .. }), _)) if self.is_constructor(function) => {
                    Some(*class)
                }
                _ => None,
            };
            let callers = callers.filter(|&&call| object.is_none_or(|class| self.helps_to_make(call, class)));
            for &call in callers.take(MAX_VALUES) {
                match self.argument_of(call, function, index) {
                    Argument::Given(arg) => {
                        values.extend(hop(self.given_by_base(arg, call, function), Hop::Argument(call)));
                    }
                    Argument::Missing => values.extend(default()),
                    Argument::Unknown => values.push(Value::Unknown),
                }
            }
        }
        if !self.joining.get() {
            values.extend(self.applied_param(function, index, receiver));
            values.extend(self.named_callback_param(function, index));
        }
        let given = !values.is_empty();
        if !given && let Some(provided) = param.default.and_then(|d| self.provided(function.sibling(d))) {
            return provided;
        }
        if values.iter().all(|v| *v == Value::Unknown) {
            match param.ty {
                Some(ty) => {
                    // `model: Model = Model.FAST`, `tokens: int = 4096`: one of the constants of the type.
                    let constant = |v: &Value| matches!(v, Value::Node(n) if matches!(self.kind(*n), Kind::Str(_) | Kind::Number(_)));
                    if !given && param.default.is_some() {
                        let default = default();
                        if default.iter().all(constant) {
                            return default;
                        }
                    }
                    values = self.typed(function.sibling(ty));
                }
                None => values = self.expected(function, index).unwrap_or(values),
            }
        }
        if values.is_empty() {
            return default();
        }
        // `send: typeof fetch = fetch`: for tests another may be given.
        if !given && values.iter().all(|v| *v == Value::Unknown) {
            let sends = |v: &Value| match v {
                Value::Function(_) => true,
                Value::External(e) => file.sdk.function(&e.path).is_some(),
                _ => false,
            };
            let default = default();
            if default.iter().all(sends) {
                return default;
            }
        }
        values
    }

    /// What an expression of a function is for one of its calls.
    pub(in crate::model) fn values_in_call(&self, at: NodeRef, function: NodeRef, call: NodeRef) -> Values {
        let receiver = takes_receiver(&self.files, function);
        let context = self.context(function, Bound::Call { call, receiver }, None);
        self.values(at, Some(&context))
    }

    /// What a parameter gets where the function is named together with its arguments:
    /// `partial(ask, client)`, `to_thread(ask, client, prompt)`, `ask.bind(null, client)`.
    fn applied_param(&self, function: NodeRef, index: usize, receiver: bool) -> Values {
        let mut values = Values::new();
        let mentions = self.mentions(function).iter().take(4 * MAX_SOURCES);
        for &mention in mentions.filter(|&&m| !self.is_test(m)).take(MAX_VALUES) {
            let Some((call, first)) = self.applies(mention) else { continue };
            let index = index - usize::from(receiver).min(index);
            // What is not given here comes with the call of what this makes.
            values.extend(match self.argument_after(call, first, function, index, receiver) {
                Some(arg) => hop(self.values(arg, None), Hop::Argument(call)),
                None => one(Value::Unknown),
            });
        }
        values
    }

    /// The call that takes a function and arguments for it, and which of its arguments is the first.
    fn applies(&self, mention: NodeRef) -> Option<(NodeRef, usize)> {
        let file = self.file(mention.file);
        let facts = &file.facts;
        let parent = facts.parent(mention.node)?;
        match facts.kind(parent) {
            Kind::Call(call) => {
                let name = last_name(facts, call.callee)?;
                let position = call.args.iter().position(|arg| arg.value == mention.node)?;
                file.sdk.has_word("applies-function", &name).then(|| (mention.sibling(parent), position + 1))
            }
            // `this` comes first.
            Kind::Member { name, .. } if &**name == "bind" => {
                let call = facts.parent(parent)?;
                let is_callee = matches!(facts.kind(call), Kind::Call(c) if c.callee == parent);
                is_callee.then(|| (mention.sibling(call), 1))
            }
            _ => None,
        }
    }

    /// The object of a method: of the type it belongs to, or an answer read into that type.
    fn receiver(&self, file: &FileModel, function: NodeRef, ctx: Ctx<'_>) -> Values {
        let Some(class) = owner_class(&self.index, &file.facts, function) else { return one(Value::Unknown) };
        if takes_class(&self.files, function) {
            return one(Value::Class(class));
        }
        let instance = || one(self.object_of(function, class, ctx));
        if !self.is_read_into(class) {
            return instance();
        }
        let answer = |call: NodeRef, ctx: Ctx<'_>| -> Values {
            let Kind::Call(c) = self.kind(call) else { return Values::new() };
            let Kind::Member { object, .. } = self.kind(call.sibling(c.callee)) else { return Values::new() };
            let mut values = hop(self.values(call.sibling(*object), ctx), Hop::Argument(call));
            values.retain(|v| matches!(v, Value::Response(_)));
            values
        };
        if let Some((bound, outer)) = find_bound(function, ctx) {
            return match bound {
                Bound::Call { call, .. } => match answer(call, outer) {
                    answers if answers.is_empty() => instance(),
                    answers => answers,
                },
                Bound::First(values) => values.iter().cloned().collect(),
                Bound::Object(object) => one(object.clone()),
            };
        }
        let mut values = instance();
        for &call in self.callers(function).iter().take(MAX_VALUES) {
            values.extend(answer(call, None));
        }
        values
    }

    /// The parameter of a callback given to `then`, `map` and the like.
    fn callback_param(&self, function: NodeRef, index: usize) -> Values {
        let given = if index == 0 { self.given_to_callback(function) } else { Values::new() };
        if given.is_empty() && !self.joining.get() { self.called_back(function, index) } else { given }
    }

    /// The answers that a function of the project gives one that it is given: `send(payload, (reply) => …)` with
    /// `onReply(reply)` in `send`.
    fn called_back(&self, closure: NodeRef, index: usize) -> Values {
        let facts = self.facts(closure.file);
        let Some(parent) = facts.parent(closure.node).map(|p| closure.sibling(p)) else {
            return Values::new();
        };
        let Kind::Call(call) = self.kind(parent) else { return Values::new() };
        if !call.args.iter().any(|arg| arg.value == closure.node) {
            return Values::new();
        }
        let takers = self.functions_of(parent.sibling(call.callee));
        let mut out = Values::new();
        for taker in takers.into_iter().take(MAX_SOURCES) {
            let Some(param) = self.parameter_for_argument(parent, taker, closure) else { continue };
            let file = self.file(taker.file);
            let Kind::Function(f) = file.facts.kind(taker.node) else { continue };
            let Kind::Name(name) = file.facts.kind(f.params[param].pattern) else { continue };
            for &used in file.names(name) {
                let given = file.facts.parent(used).and_then(|p| match file.facts.kind(p) {
                    Kind::Call(c) if c.callee == used => {
                        c.args.get(index).filter(|a| a.name.is_none() && !a.spread)
                    }
                    _ => None,
                });
                let Some(given) = given.filter(|_| stands_within(&file.facts, used, taker.node)) else {
                    continue;
                };
                let values = self.values(taker.sibling(given.value), None);
                out.extend(values.into_iter().filter(|v| matches!(v, Value::Response(_))));
            }
        }
        out
    }

    /// The same where the function is given by its name: `answers.map(text_of)`.
    fn named_callback_param(&self, function: NodeRef, index: usize) -> Values {
        if index != 0 {
            return Values::new();
        }
        let mentions = self.mentions(function).iter().filter(|&&m| !self.is_test(m)).take(MAX_VALUES);
        let given = mentions.flat_map(|&mention| self.given_to_callback(mention));
        given.filter(|v| matches!(v, Value::Response(_))).collect()
    }

    /// The answers that a function of the project calls one of its arguments with: `onAnswer(response)`.
    fn handed_by_helper(&self, at: NodeRef, call: &Call, callback: NodeRef) -> Values {
        let mut out = Values::new();
        let helpers = self.values(at.sibling(call.callee), None);
        for value in helpers.iter().take(MAX_HANDED) {
            let Value::Function(helper) = value else { continue };
            let Some(index) = self.parameter_for_argument(at, *helper, callback) else { continue };
            let file = self.file(helper.file);
            for def in file.scopes.bound_to_param(helper.node, index as u32) {
                for reader in self.readers(helper.sibling(def.node)).into_iter().take(MAX_HANDED) {
                    let Some(up) = file.facts.parent(reader.node) else { continue };
                    let Kind::Call(c) = file.facts.kind(up) else { continue };
                    let Some(given) = c.args.first().filter(|_| c.callee == reader.node) else { continue };
                    let given = self.values(helper.sibling(given.value), None);
                    let whole = |v: &Value| matches!(v, Value::Response(r) if self.is_whole(r));
                    let given: Values = given.into_iter().filter(whole).collect();
                    out.extend(hop(given, Hop::Argument(helper.sibling(up))));
                }
            }
        }
        out
    }

    /// What a call gives the function that stands at a place among its arguments.
    fn given_to_callback(&self, function: NodeRef) -> Values {
        let file = self.file(function.file);
        let facts = &file.facts;
        let Some(parent) = facts.parent(function.node) else { return Values::new() };
        let Kind::Call(call) = facts.kind(parent) else {
            return self.handled(function).into_iter().collect();
        };
        if let Some(received) = self.received(function.sibling(parent), call) {
            return one(received);
        }
        let handed = self.handed_by_helper(function.sibling(parent), call, function);
        if !handed.is_empty() {
            return handed;
        }
        let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return Values::new() };
        let object = || self.values(function.sibling(*object), None);
        let kept = |values: Values| values.into_iter().filter(|v| matches!(v, Value::Response(_))).collect();
        if let Some(event) = self.event(file, call) {
            return kept(object().iter().flat_map(|v| self.emitted(v, &event)).collect());
        }
        if file.sdk.has_word("callback-same", name) {
            kept(object())
        } else if file.sdk.has_word("callback-each", name) {
            let element = |v: &Value| match v {
                // `answer.map(|a| …)`: what may be missing is not a list.
                Value::Response(r) if self.is_whole(r) && file.sdk.has_word("maps-optional", name) => {
                    [element(r), v.clone()].into_iter().collect()
                }
                Value::Response(r) => one(element(r)),
                _ => self.each(v, None),
            };
            kept(object().iter().flat_map(element).collect())
        } else {
            Values::new()
        }
    }
}

fn stands_within(facts: &FileFacts, at: NodeId, around: NodeId) -> bool {
    facts.span(around).contains(facts.span(at))
}

pub(super) fn find_bound<'a>(function: NodeRef, mut ctx: Ctx<'a>) -> Option<(Bound<'a>, Ctx<'a>)> {
    while let Some(c) = ctx {
        if c.function == function {
            return Some((c.bound, c.outer));
        }
        ctx = c.outer;
    }
    None
}
