//! Helpers: functions that call a function given to them, perhaps again and again.

mod registered;

use super::{Retry, RetryForm};
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

const MAX_DEPTH: u32 = 5;

/// What a helper does with a function given to it.
#[derive(Debug)]
pub(super) enum Handled {
    /// Calls it again when it fails.
    Repeats(Vec<Retry>),
    /// Calls it once.
    Once,
    /// Only keeps it: where what it is kept in is read.
    Kept(Vec<NodeRef>),
    /// Does something out of sight.
    Unknown,
}

/// The answer that promises least among alternatives.
pub(super) fn worst(a: Handled, b: Handled) -> Handled {
    match (a, b) {
        (Handled::Repeats(mut a), Handled::Repeats(b)) => {
            a.extend(b);
            Handled::Repeats(a)
        }
        (a @ Handled::Repeats(_), _) => a,
        (_, b @ Handled::Repeats(_)) => b,
        (Handled::Unknown, _) | (_, Handled::Unknown) => Handled::Unknown,
        (Handled::Kept(mut a), Handled::Kept(b)) => {
            a.extend(b);
            Handled::Kept(a)
        }
        (kept @ Handled::Kept(_), _) | (_, kept @ Handled::Kept(_)) => kept,
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

    /// The position of a function's parameter of that name.
    pub(in crate::model) fn parameter_named(&self, f: NodeRef, name: &str) -> Option<usize> {
        let Kind::Function(function) = self.kind(f) else { return None };
        let is = |pattern: NodeId| matches!(self.kind(f.sibling(pattern)), Kind::Name(n) if &**n == name);
        function.params.iter().position(|p| is(p.pattern))
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
                c.args.iter().find(|a| a.value == at.node)?;
                let callee = up.sibling(c.callee);
                if let Some(retry) = self.library_retry_of(callee) {
                    return Some(Handled::Repeats(vec![retry]));
                }
                let name = self.last_name_at(callee);
                let sdk = self.file(at.file).sdk;
                let is = |list: &str| name.as_ref().is_some_and(|n| sdk.has_word(list, n));
                for value in self.eval(callee).iter() {
                    // Handed on to the next round of itself.
                    if *value == Value::Function(f) {
                        return None;
                    }
                    if let Value::Function(inner) = value {
                        let Some(parameter) = self.parameter_or_rest(*inner, up, at) else { continue };
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
                        let called = self.file(at.file).sdk.has_word("calls-it", name);
                        called.then(|| self.repeats_within(f, call))
                    }
                    _ => None,
                }
            }
            Kind::Await(_) | Kind::Cast { .. } => self.handles_at(f, up, depth + 1),
            Kind::Assign(a) if a.value == Some(at.node) && a.op.is_none() => {
                Some(Handled::Kept(self.kept_readers(at.sibling(a.target))))
            }
            Kind::Return(_) | Kind::Assign(_) | Kind::Record(_) => Some(Handled::Unknown),
            _ => None,
        }
    }

    /// Where a variable or a field of the own object is read, in whatever function of its file.
    fn kept_readers(&self, target: NodeRef) -> Vec<NodeRef> {
        let file = self.file(target.file);
        let facts = &file.facts;
        match facts.kind(target.node) {
            Kind::Name(name) => {
                let readers = file.readers(name);
                let readers = readers.get(&target.node).map_or(&[][..], |r| r);
                readers.iter().map(|&n| target.sibling(n)).collect()
            }
            Kind::Member { object, name, .. } if file.is_own_object(*object) => {
                let Some(class) = self.class_of(target) else { return Vec::new() };
                let reads = |&n: &NodeId| match facts.kind(n) {
                    Kind::Member { object, name: other, .. } => {
                        other == name && file.is_own_object(*object) && !facts.is_target(n)
                    }
                    _ => false,
                };
                facts.descendants(class.node).into_iter().filter(reads).map(|n| target.sibling(n)).collect()
            }
            _ => Vec::new(),
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
                    found.extend(self.recursive_retry(up).map(|r| Retry { point: Some(call), ..r }));
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
                                && let Some(parameter) =
                                    self.parameter_or_rest(*helper, up.sibling(outer), up)
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
        found.extend(self.recursive_retry(f).map(|r| Retry { point: Some(call), ..r }));
        if found.is_empty() {
            return Handled::Once;
        }
        let drives = self.reads_by_piece(call);
        found.iter_mut().for_each(|retry| retry.drives = drives);
        Handled::Repeats(found)
    }

    /// Whether what a call gives is read piece by piece where its failure is seen:
    /// `yield from call()`, `for piece in call()`, `next(call())`.
    fn reads_by_piece(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let mut child = call.node;
        for around in facts.ancestors(call.node).skip(1) {
            let seen = match facts.kind(around) {
                Kind::Try(t) => t.body == child,
                Kind::With(w) => w.body == child,
                Kind::Function(_) => return false,
                _ => false,
            };
            if seen {
                let name = self.result_name(call);
                let gives = |n: NodeId| {
                    facts.descendants(n).into_iter().any(|d| match facts.kind(d) {
                        Kind::Name(other) => name.as_ref() == Some(other),
                        _ => d == call.node,
                    })
                };
                let sdk = self.file(call.file).sdk;
                return self.own_nodes(call.sibling(child)).into_iter().any(|n| match facts.kind(n) {
                    Kind::Yield(Some(value)) => gives(*value),
                    Kind::Loop(l) => l.iterable.is_some_and(gives),
                    Kind::Comprehension(c) => c.clauses.iter().any(|c| gives(c.iterable)),
                    Kind::Call(c) => {
                        let takes = self
                            .last_name_at(call.sibling(c.callee))
                            .is_some_and(|n| sdk.has_word("takes-pieces", &n));
                        takes && c.args.first().is_some_and(|a| gives(a.value))
                    }
                    _ => false,
                });
            }
            child = around;
        }
        false
    }
}
