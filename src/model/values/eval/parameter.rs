//! What parameters stand for.

mod argument;
mod called_back;

use super::values::hop;
use super::{Bound, Ctx, MAX_SOURCES, MAX_VALUES, Values, one};
use crate::facts::Kind;
use crate::model::names::index::{last_name, owner_class, takes_class, takes_receiver};
use crate::model::values::value::{Hop, NodeRef, Value};
use crate::model::{FileModel, Project};
pub(in crate::model) use argument::Argument;

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
            let callers =
                callers.filter(|&&call| object.is_none_or(|class| self.helps_to_make(call, function, class)));
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
