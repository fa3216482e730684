//! The object that inherited code runs on.
//!
//! A base class asks `this.client` of whatever derives from it. Where the object of a call is
//! known, its type is what counts, not the one the code is written in.

use super::{Bound, Ctx, MAX_CONTEXT, MAX_VALUES, Values};
use crate::facts::Kind;
use crate::model::names::index::{ItemSet, Member, owner_class};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

impl Project {
    /// `this` at a place inside a type: the object of the call that is evaluated, if it is of a
    /// derived type.
    pub(super) fn object_around(&self, at: NodeRef, class: NodeRef, ctx: Ctx<'_>) -> Value {
        let facts = self.facts(at.file);
        let mut around = ctx;
        while let Some(context) = around {
            let function = context.function;
            let inside = function.file == at.file
                && facts.ancestors(at.node).any(|a| a == function.node)
                && owner_class(&self.index, facts, function) == Some(class);
            if inside {
                return self.object_of(function, class, around);
            }
            around = context.outer;
        }
        Value::Instance { class, made: None }
    }

    /// The object of a method of a type.
    pub(super) fn object_of(&self, function: NodeRef, class: NodeRef, ctx: Ctx<'_>) -> Value {
        let own = Value::Instance { class, made: None };
        let Some((bound, outer)) = super::parameter::find_bound(function, ctx) else { return own };
        match bound {
            Bound::First(_) => own,
            Bound::Object(object) => object.clone(),
            Bound::Call { call, .. } => {
                if self.derived_of(class).is_empty() {
                    return own;
                }
                let Kind::Call(c) = self.kind(call) else { return own };
                let Kind::Member { object, .. } = self.kind(call.sibling(c.callee)) else { return own };
                let objects = self.values(call.sibling(*object), outer);
                let mut derived = objects.iter().filter(
                    |v| matches!(v, Value::Instance { class: of, .. } if *of != class && self.is_derived(*of, class)),
                );
                // Several types: whichever, so the base stands for them.
                match (derived.next(), derived.next()) {
                    (Some(object), None) => object.clone(),
                    _ => own,
                }
            }
        }
    }

    /// An argument of a call, where a base class calls a method of its own object: what other types write
    /// over never runs for the type that the method belongs to.
    pub(super) fn given_by_base(&self, argument: NodeRef, call: NodeRef, method: NodeRef) -> Values {
        let derived = || {
            let caller = self.function_of(call).filter(|_| self.is_on_own_object(call))?;
            let class = owner_class(&self.index, self.facts(method.file), method)?;
            let base = owner_class(&self.index, self.facts(call.file), call)?;
            (class != base && self.is_derived(class, base)).then_some((caller, class))
        };
        let Some((caller, class)) = derived() else { return self.values(argument, None) };
        let object = Value::Instance { class, made: None };
        let context = self.context(caller, Bound::Object(&object), None);
        self.deeper(|| self.values(argument, Some(&context)))
    }

    fn is_on_own_object(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let Kind::Member { object, .. } = self.kind(call.sibling(c.callee)) else { return false };
        self.file(call.file).is_receiver(*object)
    }

    /// The value of an inherited getter or field once more, for the type of the object: where
    /// the base alone leaves it open.
    pub(in crate::model) fn seen_from(
        &self,
        object: &Value,
        class: NodeRef,
        member: &Member,
        called: bool,
        values: Values,
    ) -> Values {
        let (sources, function): (Vec<NodeRef>, Option<NodeRef>) = match member {
            Member::Method(f) if !called && self.is_property(*f) => {
                (self.return_values(*f).to_vec(), Some(*f))
            }
            Member::Field { value: Some(value), .. } => {
                let around = enclosing_function(self.facts(value.file), value.node);
                (vec![*value], around.map(|f| value.sibling(f)))
            }
            _ => return values,
        };
        let Some(function) = function else { return values };
        // What a constructor of the base is given differs from type to type.
        let constructed = self.is_constructor(function);
        if values.len() == 1 && values[0] != Value::Unknown && !constructed {
            return values;
        }
        let owner = owner_class(&self.index, self.facts(function.file), function);
        // Only code of a base: what other types put into a field they put there themselves.
        if owner.is_none_or(|owner| owner == class || !self.is_derived(class, owner)) {
            return values;
        }
        let context = self.context(function, Bound::Object(object), None);
        if context.depth > MAX_CONTEXT {
            return values;
        }
        let better =
            self.deeper(|| super::union(sources.into_iter().map(|at| self.values(at, Some(&context)))));
        let open = better.iter().all(|v| *v == Value::Unknown);
        match (open, constructed && !better.is_empty()) {
            (false, _) | (true, true) => better,
            (true, false) => values,
        }
    }

    /// A field of an object that is only known to be of some type, not the one that the code itself runs on: what
    /// the constructors of derived types give that of their base is theirs.
    pub(super) fn of_base(&self, from: NodeRef, object: &Value, name: &str, values: Values) -> Values {
        let Value::Instance { class, .. } = object else { return values };
        let derived = |v: &Value| match v {
            Value::Node(n) => {
                let around = enclosing_function(self.facts(n.file), n.node).map(|f| n.sibling(f));
                let owner = around.and_then(|f| owner_class(&self.index, self.facts(f.file), f));
                owner.is_some_and(|owner| self.is_derived(owner, *class))
            }
            _ => false,
        };
        if self.file(from.file).is_receiver(from.node) || !values.iter().any(derived) {
            return values;
        }
        let [Member::Field { value: Some(value), .. }] = self.class_member(*class, name)[..] else {
            return values;
        };
        let function = enclosing_function(self.facts(value.file), value.node).map(|f| value.sibling(f));
        let own = |f: &NodeRef| {
            self.is_constructor(*f) && owner_class(&self.index, self.facts(f.file), *f) == Some(*class)
        };
        let Some(function) = function.filter(own) else { return values };
        // Where nobody makes one of the base alone, every one is of a derived type.
        let makes = |&&call: &&NodeRef| match self.kind(call) {
            Kind::Call(c) => self.eval(call.sibling(c.callee)).contains(&Value::Class(*class)),
            _ => false,
        };
        if !self.callers(function).iter().any(|call| makes(&call)) {
            return values;
        }
        let context = self.context(function, Bound::Object(object), None);
        match context.depth > MAX_CONTEXT {
            true => values,
            false => self.deeper(|| self.values(value, Some(&context))),
        }
    }

    /// The value of a field, and what is put into it under the name the object is read by: `options.retries = 4`.
    pub(super) fn or_set_later(
        &self,
        mut values: Values,
        object: &[Value],
        from: NodeRef,
        field: &str,
    ) -> Values {
        let own = |v: &Value| matches!(v, Value::Instance { .. });
        let Kind::Name(name) = self.kind(from) else { return values };
        if self.file(from.file).is_receiver(from.node) || !object.iter().any(own) {
            return values;
        }
        let Some(sets) = self.index.item_sets.get(&(from.file, name.clone())) else { return values };
        let function = self.function_of(from);
        let here = |set: &&ItemSet| {
            set.key.as_deref() == Some(field) && !set.removes && {
                let around = self.function_of(from.sibling(set.at));
                around.is_none() || around == function
            }
        };
        for value in sets.iter().filter(here).filter_map(|set| set.value).take(MAX_VALUES) {
            values.extend(self.values(from.sibling(value), None));
        }
        values
    }

    /// Whether a call of a constructor of some type makes, or helps to make, an object of a type.
    pub(super) fn helps_to_make(&self, call: NodeRef, constructor: NodeRef, class: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return true };
        let made: Vec<NodeRef> = self
            .eval(call.sibling(c.callee))
            .iter()
            .filter_map(|v| match v {
                Value::Class(made) => Some(*made),
                _ => None,
            })
            .collect();
        if !made.is_empty() {
            return made.iter().any(|&made| made == class || self.is_derived(made, class));
        }
        // From the constructor of a derived type to that of its base.
        let facts = self.facts(call.file);
        let around = enclosing_function(facts, call.node).map(|function| call.sibling(function));
        let from = around.and_then(|function| owner_class(&self.index, facts, function));
        let own = owner_class(&self.index, self.facts(constructor.file), constructor) == Some(class);
        from.is_none_or(|from| {
            from == class || !own && self.is_derived(from, class) || self.is_derived(class, from)
        })
    }
}
