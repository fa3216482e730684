//! Who calls whom.

mod collect;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::facts::{Kind, Name};
use crate::lang::Language;
use crate::model::names::index::Member;
use crate::model::names::index::owner_class;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// Calls and mentions of the project's functions.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Calls {
    /// Function → calls that certainly mean it.
    callers: FxHashMap<NodeRef, Vec<NodeRef>>,
    /// Function → places that name it without calling it.
    mentions: FxHashMap<NodeRef, Vec<NodeRef>>,
    /// Method name → calls on receivers that are out of reach.
    loose: FxHashMap<Name, Vec<NodeRef>>,
    /// Getter → places that read it.
    readers: FxHashMap<NodeRef, Vec<NodeRef>>,
    /// Places that take a method by a name that others give.
    looked_up: Vec<NodeRef>,
}

impl Project {
    fn calls(&self) -> &Calls {
        if let Some(calls) = self.calls.get().or_else(|| self.first_calls.get()) {
            return calls;
        }
        let calls = self.apart(|| {
            let calls = self.without_callers(|| self.collect_calls());
            // Receivers that came in by parameters are found with the callers found so far.
            self.memo.take();
            let first = self.first_calls.get_or_init(|| calls);
            self.resolve_loose(first.clone())
        });
        self.calls.get_or_init(|| calls)
    }

    /// Works something out that may be asked for in the middle of an evaluation, whose state is
    /// none of its business. Values found on the way are forgotten.
    pub(in crate::model) fn apart<T>(&self, compute: impl FnOnce() -> T) -> T {
        let before = self.memo.take();
        let (active, drafts) = (self.active.take(), self.drafts.take());
        let (depth, steps) = (self.eval_depth.replace(0), self.eval_steps.replace(0));
        let (circle, limit) = (self.eval_circle.replace(u32::MAX), self.eval_limit.get());
        let result = compute();
        self.eval_depth.set(depth);
        self.eval_steps.set(steps);
        self.eval_limit.set(limit);
        self.eval_circle.set(circle);
        self.active.replace(active);
        self.drafts.replace(drafts);
        self.memo.replace(before);
        result
    }

    /// Evaluates while parameters get nothing from callers.
    pub(in crate::model) fn without_callers<T>(&self, compute: impl FnOnce() -> T) -> T {
        let before = self.joining.replace(true);
        let result = compute();
        self.joining.set(before);
        result
    }

    /// Places that read a getter, in file order.
    pub fn getter_reads(&self, getter: NodeRef) -> &[NodeRef] {
        if self.joining.get() {
            return &[];
        }
        self.calls().readers.get(&getter).map_or(&[], |c| c)
    }

    pub(in crate::model) fn constructors(&self, class: NodeRef) -> Vec<NodeRef> {
        let names = self.file(class.file).sdk.words("constructors").iter();
        names
            .flat_map(|n| self.class_member(class, n))
            .filter_map(|m| match m {
                Member::Method(f) => Some(f),
                _ => None,
            })
            .collect()
    }

    /// Calls that certainly mean this function, in file order.
    pub fn callers(&self, function: NodeRef) -> &[NodeRef] {
        if self.joining.get() {
            return &[];
        }
        self.calls().callers.get(&function).map_or(&[], |c| c)
    }

    /// Places that hand this function on as a value.
    pub fn mentions(&self, function: NodeRef) -> &[NodeRef] {
        if self.joining.get() {
            return &[];
        }
        self.calls().mentions.get(&function).map_or(&[], |c| c)
    }

    /// Calls of a method of that name on receivers nobody can resolve: perhaps this function.
    pub fn possible_callers(&self, function: NodeRef) -> &[NodeRef] {
        let Kind::Function(f) = self.kind(function) else { return &[] };
        match &f.name {
            Some(name) if !self.joining.get() => self.calls().loose.get(name).map_or(&[], |c| c),
            _ => &[],
        }
    }

    /// Whether a call on a value can only mean a function kept in a field of it: no type has a
    /// method of that name, and free functions are not called on values.
    fn calls_a_field(&self, callee: NodeRef, name: &Name) -> bool {
        let Kind::Member { object, .. } = self.kind(callee) else { return false };
        let Kind::Name(head) = self.kind(callee.sibling(*object)) else { return false };
        let file = self.file(callee.file);
        let method = |f: &NodeRef| owner_class(&self.index, self.facts(f.file), *f).is_some();
        file.language == Language::Rust
            && file.scopes.lookup(&file.facts, head, callee.node).iter().any(|d| match d.origin {
                Origin::Value { .. } | Origin::Param { .. } | Origin::Caught(_) | Origin::Opaque => true,
                Origin::Import { .. } | Origin::Definition(_) => false,
            })
            && self.index.functions.get(name).is_some_and(|all| !all.iter().any(method))
    }

    /// The expressions a function gives back (`return`, the value of its body, `yield`).
    pub fn return_values(&self, function: NodeRef) -> Arc<[NodeRef]> {
        if let Some(known) = self.returned.borrow().get(&function) {
            return known.clone();
        }
        let facts = self.facts(function.file);
        let mut out = Vec::new();
        if let Kind::Function(f) = facts.kind(function.node)
            && f.body.is_some()
        {
            match facts.kind(f.body) {
                Kind::Block { tail, body } => {
                    if let (true, Some(&last)) = (*tail, body.last()) {
                        out.push(function.sibling(last));
                    }
                    for node in facts.descendants(f.body) {
                        let value = match facts.kind(node) {
                            Kind::Return(Some(v)) | Kind::Yield(Some(v)) => *v,
                            _ => continue,
                        };
                        if enclosing_function(facts, node) == Some(function.node) {
                            out.push(function.sibling(value));
                        }
                    }
                }
                _ => out.push(function.sibling(f.body)),
            }
        }
        let out: Arc<[NodeRef]> = out.into();
        self.returned.borrow_mut().insert(function, out.clone());
        out
    }
}
