//! Functions as values: decorated, handed to helpers, kept for later.

use super::helper::{Handled, worst};
use super::path::Walk;
use super::{Retry, RetryForm};
use crate::facts::{Key, Kind, Name, NodeId};
use crate::model::names::index::Member;
use crate::model::values::value::{NodeRef, Value};

impl Walk<'_> {
    /// What a decorator does to its function; whether it registers it somewhere.
    pub(super) fn decorator(&mut self, decorator: NodeRef) -> bool {
        let project = self.project;
        let target = project.decorator_target(decorator);
        if let Some(retry) = project.library_retry_of(decorator) {
            self.found(retry);
            return false;
        }
        // One that is told to try once is none, whatever its name.
        let named = !project.is_retry_facility(decorator)
            && project.last_name_at(target).is_some_and(|n| project.has_part(target, "retry-parts", &n));
        let called = target != decorator;
        let mut registers = false;
        let values = project.eval(target);
        for value in values.iter() {
            let handled = match value {
                Value::Function(_) if called => {
                    let given = project.eval(decorator);
                    let handled = given.iter().filter_map(|v| match v {
                        Value::Function(inner) => Some(project.handles(*inner, 0, 0)),
                        _ => None,
                    });
                    handled.reduce(worst).unwrap_or(Handled::Unknown)
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
                Handled::Repeats(retries) => self.own_of_twins(decorator, retries),
                Handled::Once => {}
                Handled::Unknown | Handled::Kept(_) if named => {
                    self.found(Retry::new(decorator, RetryForm::Named));
                }
                Handled::Unknown | Handled::Kept(_) => {}
            }
        }
        if registers && !self.doubt {
            let entry = project.is_entry(target);
            self.lasts(!entry);
            if entry {
                self.starts();
            }
        }
        registers
    }

    /// Follows a function that is used as a value; whether it is seen to be run.
    pub(super) fn value_use(&mut self, at: NodeRef, hops: u32) -> bool {
        let waits = matches!(self.project.kind(at), Kind::Function(f) if f.is_block);
        self.follow_value(at, hops, waits)
    }

    /// The same where it is known whether the value is a block that runs once it is awaited.
    fn follow_value(&mut self, at: NodeRef, hops: u32, waits: bool) -> bool {
        let project = self.project;
        let facts = project.facts(at.file);
        let mut child = at.node;
        let mut field: Option<Name> = None;
        // Whether an option next to it speaks of retries: `{ mutationFn: ask, retry: 3 }`.
        let mut repeated = false;
        while let Some(parent) = facts.parent(child) {
            let up = at.sibling(parent);
            match facts.kind(parent) {
                Kind::Call(c) if c.callee == child => {
                    self.climb(up, hops);
                    return true;
                }
                Kind::Call(c) => {
                    if !c.args.iter().any(|a| a.value == child) {
                        return false;
                    }
                    if let Some(field) = &field {
                        if repeated {
                            self.found(Retry::new(up, RetryForm::Named));
                        }
                        return self.field_of(up, c.callee, field, hops);
                    }
                    self.handed_to(up, c.callee, up.sibling(child));
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
                    return self.returned_from(up, hops, waits);
                }
                Kind::Return(_) => {
                    return match project.function_of(up) {
                        Some(outer) => self.returned_from(outer, hops, waits),
                        None => false,
                    };
                }
                Kind::Record(r) => {
                    repeated |= r.entries.iter().any(|e| {
                        matches!(&e.key, Some(Key::Known(k)) if project.has_part(up, "retry-parts", k))
                            && !matches!(project.kind(at.sibling(e.value)), Kind::Bool(false) | Kind::Null)
                            && project.number(at.sibling(e.value)) != Some(0.0)
                    });
                    field = r.entries.iter().find(|e| e.value == child).and_then(|e| match &e.key {
                        Some(Key::Known(k)) => Some(k.clone()),
                        _ => None,
                    });
                }
                // Held in a variable: wherever that is read.
                Kind::Assign(a) if a.value == Some(child) && field.is_none() && hops <= 6 => {
                    let mut run = false;
                    for reader in project.readers(at.sibling(a.target)) {
                        run |= self.follow_value(reader, hops + 1, waits);
                    }
                    return run;
                }
                // `async { … }.await` runs the block here.
                Kind::Await(_) if waits => {
                    self.climb(up, hops);
                    return true;
                }
                Kind::Block { body, tail: true } if body.last() == Some(&child) => {}
                Kind::Match(m) if m.arms.iter().any(|arm| arm.body == child) => {}
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
    fn returned_from(&mut self, outer: NodeRef, hops: u32, waits: bool) -> bool {
        if hops > 6 {
            return false;
        }
        let project = self.project;
        let calls: Vec<NodeRef> = project.callers(outer).to_vec();
        for call in calls {
            if !self.is_inside(call, outer) && !project.is_test(call) {
                self.follow_value(call, hops + 1, waits);
            }
        }
        // `|| async { … }`: what runs the closure waits for what it gives back.
        self.is_anonymous(outer) && self.value_use(outer, hops + 1)
    }

    /// A function in a record of settings given to a call.
    fn field_of(&mut self, call: NodeRef, callee: NodeId, field: &str, hops: u32) -> bool {
        let project = self.project;
        let sdk = project.file(call.file).sdk;
        let callee = call.sibling(callee);
        // A description of work: whoever is given it runs it.
        let describes =
            |v: &Value| matches!(v, Value::External(e) if sdk.has_word("describes-work", &e.path));
        if project.eval(callee).iter().any(describes) {
            self.climb(call, hops + 1);
            return true;
        }
        if let Some(retry) = project.library_retry_of(callee) {
            self.found(retry);
        }
        if sdk.has_word("repeated-fields", field) {
            self.found(Retry::new(call, RetryForm::Named));
        }
        if project.last_name_at(callee).is_some_and(|n| project.has_part(callee, "retry-parts", &n)) {
            self.found(Retry::new(call, RetryForm::Named));
        }
        self.lasts(!self.doubt);
        true
    }

    /// What a call does with a function among its arguments.
    pub(super) fn handed_to(&mut self, call: NodeRef, callee: NodeId, given: NodeRef) {
        let project = self.project;
        let callee = call.sibling(callee);
        if let Some(retry) = project.library_retry_of(callee) {
            return self.found(retry);
        }
        let name = project.last_name_at(callee);
        let sdk = project.file(call.file).sdk;
        let named = name.as_ref().is_some_and(|n| project.has_part(callee, "retry-parts", n));
        let listed = |list: &str| name.as_ref().is_some_and(|n| sdk.has_word(list, n));
        let registers = matches!(project.kind(call), Kind::Call(c) if project.is_registrar(callee, Some(c)));
        for value in project.eval(callee).iter() {
            let handled = match value {
                Value::Function(f) => match project.parameter_or_rest(*f, call, given) {
                    Some(parameter) => {
                        self.lasts(!self.doubt && project.is_run_by_handler(*f, parameter));
                        project.handles(*f, parameter, 0)
                    }
                    None => Handled::Unknown,
                },
                Value::Class(_) | Value::Instance { .. } => {
                    self.lasts(!self.doubt);
                    if named { Handled::Unknown } else { Handled::Once }
                }
                _ if named => Handled::Unknown,
                // A layer around the service may repeat what it does.
                Value::External(e) if sdk.has_word("makes-service", &e.path) => Handled::Unknown,
                Value::External(_) | Value::Client(_) | Value::Response(_) => {
                    self.lasts(!self.doubt && (registers || !listed("run-once")));
                    Handled::Once
                }
                _ if listed("run-once") && !registers => Handled::Once,
                _ if registers || listed("handler-names") => {
                    self.lasts(!self.doubt);
                    Handled::Once
                }
                _ => Handled::Unknown,
            };
            match handled {
                Handled::Repeats(retries) => retries.into_iter().for_each(|r| self.found(r)),
                // An applied helper of that name repeats, even where its loop is not understood.
                _ if named => self.found(Retry::new(call, RetryForm::Named)),
                Handled::Once => {}
                Handled::Kept(readers) => self.kept(call, readers),
                Handled::Unknown => self.unknown(call),
            }
        }
    }

    /// Follows a function that a helper only keeps to where it is run.
    fn kept(&mut self, call: NodeRef, readers: Vec<NodeRef>) {
        let hops = self.hops;
        let mut run = false;
        for reader in readers {
            // What is kept may be handed to the same helper again.
            run |= !self.seen.insert(reader) || self.follow_value(reader, hops + 1, false);
        }
        if !run {
            self.unknown(call);
        }
    }
}
