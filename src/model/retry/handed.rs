//! Functions as values: decorated, handed to helpers, kept for later.

use super::path::Walk;
use super::{Retry, RetryForm, Tri};
use crate::facts::{Key, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::index::Member;
use crate::model::scope::Origin;
use crate::model::value::{NodeRef, Value};

const MAX_DEPTH: u32 = 5;

/// What a helper does with a function given to it.
#[derive(Debug)]
pub(super) enum Handled {
    /// Calls it again when it fails.
    Repeats(Vec<Retry>),
    /// Calls it once.
    Once,
    /// Keeps it, or does something out of sight.
    Unknown,
}

impl Walk<'_> {
    /// What a decorator does to its function; whether it registers it somewhere.
    pub(super) fn decorator(&mut self, decorator: NodeRef) -> bool {
        let project = self.project;
        let target = project.decorator_target(decorator);
        if let Some(retry) = project.library_retry_of(decorator) {
            self.found(retry);
            return false;
        }
        let named = project.last_name_at(target).is_some_and(|n| project.has_part(target, "retry-parts", &n));
        let called = target != decorator;
        let mut registers = false;
        let values = project.eval(target);
        for value in values.iter() {
            let handled = match value {
                Value::Function(f) if called => {
                    let inner: Vec<NodeRef> = project
                        .eval(decorator)
                        .iter()
                        .filter_map(|v| match v {
                            Value::Function(inner) => Some(*inner),
                            _ => None,
                        })
                        .collect();
                    let _ = f;
                    inner
                        .into_iter()
                        .map(|i| project.handles(i, 0, 0))
                        .reduce(worst)
                        .unwrap_or(Handled::Unknown)
                }
                Value::Function(f) => project.handles(*f, 0, 0),
                Value::Instance { class, .. } | Value::Class(class) => {
                    match project.class_member(*class, "__call__").into_iter().find_map(|m| match m {
                        Member::Method(m) => Some(m),
                        _ => None,
                    }) {
                        Some(method) => project.handles(method, 1, 0),
                        None => Handled::Unknown,
                    }
                }
                Value::Unknown if project.is_foreign_import(target) => {
                    self.unknown(decorator);
                    continue;
                }
                _ => {
                    registers |= project.is_entry(target) || project.is_handler(target);
                    if named {
                        self.found(Retry::new(decorator, RetryForm::Named));
                    }
                    continue;
                }
            };
            match handled {
                Handled::Repeats(retries) => retries.into_iter().for_each(|r| self.found(r)),
                Handled::Once => {}
                Handled::Unknown if named => self.found(Retry::new(decorator, RetryForm::Named)),
                Handled::Unknown => {}
            }
        }
        if registers && !self.doubt {
            let entry = project.is_entry(target);
            self.out.resident |= !entry;
            self.out.started |= entry;
        }
        registers
    }

    /// Follows a function that is used as a value; whether it is seen to be run.
    pub(super) fn value_use(&mut self, at: NodeRef, hops: u32) -> bool {
        let project = self.project;
        let facts = project.facts(at.file);
        let mut child = at.node;
        let mut field: Option<Name> = None;
        while let Some(parent) = facts.parent(child) {
            let up = at.sibling(parent);
            match facts.kind(parent) {
                Kind::Call(c) if c.callee == child => {
                    self.climb(up, hops);
                    return true;
                }
                Kind::Call(c) => {
                    let Some(index) = c.args.iter().position(|a| a.value == child) else { return false };
                    if let Some(field) = &field {
                        return self.field_of(up, c.callee, field, hops);
                    }
                    self.handed_to(up, c.callee, index, c.args[index].name.clone());
                    self.climb(up, hops + 1);
                    return true;
                }
                Kind::Member { object, name, .. } if *object == child => {
                    let Some(call) = facts.parent(parent).map(|p| at.sibling(p)) else { return false };
                    if let Some(kind) = project.file(at.file).sdk.retry_method(name)
                        && matches!(facts.kind(call.node), Kind::Call(_))
                    {
                        if let Some(retry) = project.library_retry(kind, Some(call), call) {
                            self.found(retry);
                        }
                        self.climb(call, hops + 1);
                        return true;
                    }
                }
                Kind::Function(f) => {
                    if f.decorators.contains(&child) {
                        return true;
                    }
                    // Given back by another function: whoever calls that one runs it.
                    return self.returned_from(up, hops);
                }
                Kind::Return(_) => {
                    return match project.function_of(up) {
                        Some(outer) => self.returned_from(outer, hops),
                        None => false,
                    };
                }
                Kind::Record(r) => {
                    field = r.entries.iter().find(|e| e.value == child).and_then(|e| match &e.key {
                        Some(Key::Known(k)) => Some(k.clone()),
                        _ => None,
                    });
                }
                Kind::Await(_)
                | Kind::Cast { .. }
                | Kind::Spread(_)
                | Kind::Binary { .. }
                | Kind::If { .. }
                | Kind::List(_) => {}
                _ => return false,
            }
            child = parent;
        }
        false
    }

    /// A function given back by another: what becomes of the results of its calls.
    fn returned_from(&mut self, outer: NodeRef, hops: u32) -> bool {
        if hops > 6 {
            return false;
        }
        let project = self.project;
        let calls: Vec<NodeRef> = project.callers(outer).to_vec();
        for call in calls {
            if !self.is_inside(call, outer) && !project.is_test(call) {
                self.value_use(call, hops + 1);
            }
        }
        false
    }

    /// A function in a record of settings given to a call.
    fn field_of(&mut self, call: NodeRef, callee: NodeId, field: &str, hops: u32) -> bool {
        let project = self.project;
        let sdk = project.file(call.file).sdk;
        let callee = call.sibling(callee);
        if sdk.has_word("repeated-fields", field) {
            self.found(Retry::new(call, RetryForm::Named));
        }
        if project.last_name_at(callee).is_some_and(|n| project.has_part(callee, "retry-parts", &n)) {
            self.found(Retry::new(call, RetryForm::Named));
        }
        let _ = hops;
        self.out.resident |= !self.doubt;
        true
    }

    /// What a call does with a function among its arguments.
    pub(super) fn handed_to(&mut self, call: NodeRef, callee: NodeId, index: usize, keyword: Option<Name>) {
        let project = self.project;
        let callee = call.sibling(callee);
        if let Some(retry) = project.library_retry_of(callee) {
            return self.found(retry);
        }
        let name = project.last_name_at(callee);
        let sdk = project.file(call.file).sdk;
        let named = name.as_ref().is_some_and(|n| project.has_part(callee, "retry-parts", n));
        let listed = |list: &str| name.as_ref().is_some_and(|n| sdk.has_word(list, n));
        for value in project.eval(callee).iter() {
            let handled = match value {
                Value::Function(f) => match project.parameter_for(*f, call, index, keyword.as_deref()) {
                    Some(parameter) => project.handles(*f, parameter, 0),
                    None => Handled::Unknown,
                },
                Value::Class(_) | Value::Instance { .. } => {
                    self.out.resident |= !self.doubt;
                    if named { Handled::Unknown } else { Handled::Once }
                }
                _ if named => Handled::Unknown,
                Value::External(_) | Value::Client(_) | Value::Response(_) => {
                    self.out.resident |= !self.doubt && !listed("run-once");
                    Handled::Once
                }
                _ if listed("run-once") => Handled::Once,
                _ if listed("handler-names") => {
                    self.out.resident |= !self.doubt;
                    Handled::Once
                }
                _ => Handled::Unknown,
            };
            match handled {
                Handled::Repeats(retries) => retries.into_iter().for_each(|r| self.found(r)),
                Handled::Once => {}
                Handled::Unknown if named => self.found(Retry::new(call, RetryForm::Named)),
                Handled::Unknown => self.unknown(call),
            }
        }
    }
}

/// The answer that promises least among alternatives.
fn worst(a: Handled, b: Handled) -> Handled {
    match (a, b) {
        (Handled::Repeats(mut a), Handled::Repeats(b)) => {
            a.extend(b);
            Handled::Repeats(a)
        }
        (a @ Handled::Repeats(_), _) => a,
        (_, b @ Handled::Repeats(_)) => b,
        (Handled::Unknown, _) | (_, Handled::Unknown) => Handled::Unknown,
        _ => Handled::Once,
    }
}

impl Project {
    /// Whether a name comes from a file of the same project that is out of sight.
    pub(super) fn is_foreign_import(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let mut node = at.node;
        while let Kind::Member { object, .. } = model.facts.kind(node) {
            node = *object;
        }
        let Kind::Name(name) = model.facts.kind(node) else { return false };
        model
            .scopes
            .lookup(&model.facts, name, node)
            .iter()
            .any(|d| matches!(d.origin, Origin::Import { .. }))
    }

    /// Whether a decorator makes a command of a program.
    pub(super) fn is_entry(&self, decorator: NodeRef) -> bool {
        let sdk = self.file(decorator.file).sdk;
        self.eval(decorator).iter().any(|v| match v {
            Value::External(e) => sdk.has_word("entry", &e.path),
            _ => false,
        })
    }

    /// Whether a decorator makes a handler of requests or events.
    pub(super) fn is_handler(&self, decorator: NodeRef) -> bool {
        let sdk = self.file(decorator.file).sdk;
        let named = self.last_name_at(decorator).is_some_and(|n| sdk.has_word("handler-names", &n));
        named && matches!(self.kind(decorator), Kind::Member { .. })
            || self.eval(decorator).iter().any(|v| match v {
                Value::External(e) => sdk.has_word("server", &e.path),
                _ => false,
            })
    }

    /// The position of the parameter that takes an argument.
    fn parameter_for(&self, f: NodeRef, call: NodeRef, index: usize, keyword: Option<&str>) -> Option<usize> {
        let Kind::Function(function) = self.kind(f) else { return None };
        if let Some(keyword) = keyword {
            return function
                .params
                .iter()
                .position(|p| matches!(self.kind(f.sibling(p.pattern)), Kind::Name(n) if &**n == keyword));
        }
        let through_object = !matches!(self.callee_of(call).map(|c| self.kind(c)), Some(Kind::Name(_)));
        let receiver = crate::model::index::takes_receiver(&self.files, f) && through_object;
        let position = index + usize::from(receiver);
        let rest = || function.params.iter().position(|p| p.kind == crate::facts::ParamKind::Rest);
        if position < function.params.len() { Some(position) } else { rest() }
    }

    /// What a function does with one of its parameters that is a function itself.
    pub(super) fn handles(&self, f: NodeRef, parameter: usize, depth: u32) -> Handled {
        if depth > MAX_DEPTH {
            return Handled::Unknown;
        }
        let file = self.file(f.file);
        let facts = &file.facts;
        let Kind::Function(function) = facts.kind(f.node) else { return Handled::Unknown };
        let Some(param) = function.params.get(parameter) else { return Handled::Unknown };
        let Kind::Name(name) = facts.kind(param.pattern) else { return Handled::Unknown };
        if !function.body.is_some() {
            return Handled::Unknown;
        }
        let mut all: Option<Handled> = None;
        for node in facts.descendants(function.body) {
            if !matches!(facts.kind(node), Kind::Name(n) if n == name) {
                continue;
            }
            let own = file.scopes.lookup(facts, name, node).iter().any(|d| {
                matches!(&d.origin, Origin::Param { function, index, .. }
                    if *function == f.node && *index as usize == parameter)
            });
            if !own {
                continue;
            }
            let Some(handled) = self.handles_at(f, f.sibling(node), depth) else { continue };
            all = Some(match all {
                Some(before) => worst(before, handled),
                None => handled,
            });
        }
        all.unwrap_or(Handled::Unknown)
    }

    /// What happens where the parameter is used; `None` where it is only looked at.
    fn handles_at(&self, f: NodeRef, at: NodeRef, depth: u32) -> Option<Handled> {
        let facts = self.facts(at.file);
        let parent = facts.parent(at.node)?;
        let up = at.sibling(parent);
        match facts.kind(parent) {
            Kind::Call(c) if c.callee == at.node => Some(self.repeats_within(f, up)),
            Kind::Call(c) => {
                let index = c.args.iter().position(|a| a.value == at.node)?;
                let callee = up.sibling(c.callee);
                if let Some(retry) = self.library_retry_of(callee) {
                    return Some(Handled::Repeats(vec![retry]));
                }
                let name = self.last_name_at(callee);
                let sdk = self.file(at.file).sdk;
                let is = |list: &str| name.as_ref().is_some_and(|n| sdk.has_word(list, n));
                for value in self.eval(callee).iter() {
                    if let Value::Function(inner) = value
                        && *inner != f
                    {
                        let keyword = c.args[index].name.as_deref();
                        let Some(parameter) = self.parameter_for(*inner, up, index, keyword) else {
                            continue;
                        };
                        let handled = self.handles(*inner, parameter, depth + 1);
                        return Some(match handled {
                            Handled::Once => self.repeats_within(f, up),
                            other => other,
                        });
                    }
                }
                if name.as_ref().is_some_and(|n| self.has_part(callee, "retry-parts", n)) {
                    return Some(Handled::Repeats(vec![Retry::new(up, RetryForm::Named)]));
                }
                match is("run-once") {
                    true => Some(self.repeats_within(f, up)),
                    // `wraps(fn)`, `iscoroutinefunction(fn)`, `log(fn)`: it is looked at.
                    false => match self.eval(callee).iter().any(|v| matches!(v, Value::External(_))) {
                        true => None,
                        false => Some(Handled::Unknown),
                    },
                }
            }
            Kind::Member { object, name, .. } if *object == at.node => {
                let call = facts.parent(parent).map(|p| at.sibling(p))?;
                match self.kind(call) {
                    Kind::Call(c) if c.callee == parent => {
                        let called = matches!(&**name, "call" | "apply" | "call_once" | "call_mut");
                        called.then(|| self.repeats_within(f, call))
                    }
                    _ => None,
                }
            }
            Kind::Await(_) | Kind::Cast { .. } => self.handles_at(f, up, depth + 1),
            Kind::Return(_) | Kind::Assign(_) | Kind::Record(_) => Some(Handled::Unknown),
            _ => None,
        }
    }

    /// What repeats a call inside a helper.
    fn repeats_within(&self, f: NodeRef, call: NodeRef) -> Handled {
        let facts = self.facts(call.file);
        let mut found = Vec::new();
        let mut child = call.node;
        let mut direct = call;
        while let Some(parent) = facts.parent(child).filter(|&p| p != f.node) {
            let up = call.sibling(parent);
            match facts.kind(parent) {
                Kind::Loop(_) => {
                    found.extend(self.retry_loop(up, direct, true));
                    if let Kind::Loop(l) = facts.kind(parent)
                        && let Some(iterable) = l.iterable
                    {
                        found.extend(self.library_retry_of(up.sibling(iterable)));
                    }
                }
                Kind::Function(inner) => {
                    for &decorator in &inner.decorators {
                        found.extend(self.library_retry_of(up.sibling(decorator)));
                    }
                    found.extend(self.recursive_retry(up));
                    // The wrapper stands in a call or is declared: either way its node goes on.
                    direct = up;
                    if let Some(outer) = facts.parent(parent)
                        && let Kind::Call(c) = facts.kind(outer)
                        && c.callee != parent
                    {
                        found.extend(self.library_retry_of(up.sibling(c.callee)));
                        for value in self.eval(up.sibling(c.callee)).iter() {
                            if let Value::Function(helper) = value
                                && *helper != f
                                && let Some(index) = c.args.iter().position(|a| a.value == parent)
                                && let Some(parameter) =
                                    self.parameter_for(*helper, up.sibling(outer), index, None)
                                && let Handled::Repeats(more) = self.handles(*helper, parameter, 3)
                            {
                                found.extend(more);
                            }
                        }
                    }
                }
                _ => {}
            }
            child = parent;
        }
        found.extend(self.recursive_retry(f));
        if found.is_empty() { Handled::Once } else { Handled::Repeats(found) }
    }

    /// A helper that calls itself again in a handler.
    fn recursive_retry(&self, f: NodeRef) -> Option<Retry> {
        let facts = self.facts(f.file);
        for &call in self.callers(f) {
            let inside = call.file == f.file && facts.ancestors(call.node).any(|n| n == f.node);
            if !inside {
                continue;
            }
            let mut child = call.node;
            while let Some(parent) = facts.parent(child).filter(|&p| p != f.node) {
                let handler = match facts.kind(parent) {
                    Kind::Try(t) => t.handlers.iter().any(|h| h.body == child),
                    Kind::If { condition, .. } => self.failing(call.sibling(*condition)).is_some(),
                    Kind::Match(_) => true,
                    _ => false,
                };
                if handler {
                    let mut retry = Retry::new(call, RetryForm::Recursion);
                    retry.delays = self.delays_of_recursion(f, call);
                    return Some(retry);
                }
                child = parent;
            }
        }
        None
    }

    /// The delays of a function that calls itself with a higher counter.
    pub(super) fn delays_of_recursion(&self, f: NodeRef, call: NodeRef) -> Vec<super::RetryDelay> {
        use super::delay::{Basis, Shape};
        let Kind::Function(function) = self.kind(f) else { return Vec::new() };
        let receiver = crate::model::index::takes_receiver(&self.files, f);
        let mut varying = Vec::new();
        for (index, param) in function.params.iter().enumerate() {
            let crate::model::eval::Argument::Given(arg) = self.argument_of(call, f, index, receiver) else {
                continue;
            };
            let Kind::Name(name) = self.kind(f.sibling(param.pattern)) else { continue };
            if let Some(growth) = self.growth_over(arg, name) {
                varying.push((f, index as u32, Shape { growth, random: Tri::No, server: false, at: None }));
            }
        }
        self.delays(&Basis { around: f, varying }, f, 0)
    }
}
