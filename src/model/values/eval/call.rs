//! What calls give.

mod external;

use super::values::hop;
use super::{Bound, Ctx, MAX_CONTEXT, Values, one, union};
use crate::facts::{Call, CallStyle, Function, Kind, NodeId};
use crate::model::names::index::{Member, constant, takes_class, takes_receiver};
use crate::model::values::value::{Hop, NodeRef, Value};
use crate::model::{FileModel, Project};

/// Whether a call gives what one of its arguments gives: `select! { answer = sent => answer, … }`.
pub(in crate::model) fn is_choice(file: &FileModel, call: &Call) -> bool {
    call.style == CallStyle::Macro && file.named_in(call.callee, "chooses-branch")
}

impl Project {
    pub(super) fn call(&self, file: &FileModel, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> Values {
        if is_choice(file, call) {
            let given = union(call.args.iter().map(|branch| self.values(at.sibling(branch.value), ctx)));
            return if given.is_empty() { one(Value::Unknown) } else { given };
        }
        let callee = self.values(at.sibling(call.callee), ctx);
        // `x.clone()`, `x.unwrap()`: unless the project defines it, the object itself.
        // `Arc::clone(&x)` is no method of `Arc`.
        if let Kind::Member { name, .. } = file.facts.kind(call.callee)
            && !callee.iter().any(|v| matches!(v, Value::Function(_)))
            && let Some(made) = self.made_on_demand(file, at, name, call, ctx)
        {
            return made;
        }
        if let Some(sent) = self.shaped_on_nothing(file, at, call, ctx) {
            return one(sent);
        }
        let of_argument =
            |v: &Value| matches!(v, Value::External(e) if file.sdk.passes_through(&e.path).is_some());
        if let Kind::Member { object, name, .. } = file.facts.kind(call.callee)
            && file.sdk.passes_object(name)
            && callee.iter().all(|v| matches!(v, Value::Unknown | Value::External(_)) && !of_argument(v))
        {
            let values = self.values(at.sibling(*object), ctx);
            return self.with_default(file, at, name, call, values, ctx);
        }
        if let Kind::Member { name, .. } = file.facts.kind(call.callee)
            && file.sdk.has_word("compose", name)
            && callee.iter().all(|v| matches!(v, Value::Unknown | Value::External(_)))
            && let [argument] = &call.args[..]
            && let Some(values) = self.piped_into(at.sibling(argument.value), ctx)
        {
            return values;
        }
        if let Kind::Member { name, .. } = file.facts.kind(call.callee)
            && file.sdk.has_word("folds", name)
            && let Some(built) = self.folded(at, call, ctx)
        {
            return built;
        }
        let mut out = Values::new();
        // `fn(*args)` in a decorator
        if callee.iter().all(|v| matches!(v, Value::Unknown | Value::External(_))) {
            out = self.answers_of_decorated(at, call.callee);
            if !out.is_empty() {
                return out;
            }
        }
        for value in &callee {
            match value {
                Value::Function(f) => {
                    let on_class =
                        || matches!(self.callee_object(file, at, call, ctx), Some(Value::Class(_)));
                    let receiver =
                        takes_receiver(&self.files, *f) && (takes_class(&self.files, *f) || !on_class());
                    let bound = Bound::Call { call: at, receiver };
                    out.extend(self.returns(*f, Some((bound, at)), ctx));
                }
                Value::Class(class) => out.push(Value::Instance { class: *class, made: Some(at) }),
                Value::External(e) => {
                    let made = self.external_call(file, at, call, e, ctx);
                    let open = made.iter().all(|v| matches!(v, Value::External(_) | Value::Unknown));
                    match (open && !super::shape::is_made_as_client(&e.path))
                        .then(|| self.shaped_outside_tests(file, at, call))
                        .flatten()
                    {
                        Some(sent) => out.push(sent),
                        None => out.extend(made),
                    }
                }
                Value::Client(c) => out.extend(self.client_call(file, at, call, c)),
                Value::Response(r) => out.extend(self.response_call(file, at, call, r, ctx)),
                Value::Instance { class, .. } => {
                    for member in self.class_member(*class, "__call__") {
                        if let Member::Method(f) = member {
                            let bound = Bound::Call { call: at, receiver: true };
                            out.extend(self.returns(f, Some((bound, at)), ctx));
                        }
                    }
                }
                Value::Unknown => match self.shaped(file, at, call) {
                    Some(sent) => out.push(sent),
                    None if self.maps(file, call) || self.maps_list(file, at, call, ctx) => {
                        out.extend(self.mapped(at, call, ctx))
                    }
                    None => out.extend(self.through(at, call, ctx)),
                },
                Value::Node(_) if self.maps(file, call) => out.extend(self.mapped(at, call, ctx)),
                Value::Node(_) | Value::Module(_) => out.extend(self.through(at, call, ctx)),
            }
        }
        if let Kind::Member { object, name, .. } = file.facts.kind(call.callee)
            && file.sdk.has_word("gives-kept", name)
        {
            let key = call.args.first().and_then(|a| constant(&file.facts, a.value));
            out = self.or_kept(out, at.sibling(*object), key.as_ref());
        }
        if out.is_empty() {
            out.push(Value::Unknown);
        }
        self.or_what_stands_in(file, at, call, out, ctx)
    }

    fn callee_object(&self, file: &FileModel, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> Option<Value> {
        match file.facts.kind(call.callee) {
            Kind::Member { object, .. } => self.values(at.sibling(*object), ctx).into_iter().next(),
            _ => None,
        }
    }

    /// What a call out of sight may run: what it is given, or what it is a method of, as in `ask.retry(policy)`.
    fn run_by<'c>(&self, at: NodeRef, call: &'c Call) -> impl Iterator<Item = NodeId> + use<'c> {
        let file = self.file(at.file);
        let receiver = match file.facts.kind(call.callee) {
            Kind::Member { object, name, .. } if file.sdk.has_word("runs-receiver", name) => Some(*object),
            _ => None,
        };
        call.args.iter().map(|arg| arg.value).chain(receiver)
    }

    /// A call out of sight that takes a callback gives what the callback gives, if that is a response.
    pub(in crate::model) fn through(&self, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> Values {
        let mut out = Values::new();
        for arg in self.run_by(at, call) {
            for value in self.values(at.sibling(arg), ctx) {
                match value {
                    Value::Function(f) if f.file == at.file => {
                        let given = self.waited_for(self.returns(f, None, ctx), ctx);
                        out.extend(given.into_iter().filter(|v| matches!(v, Value::Response(_))));
                    }
                    Value::Client(c) if !c.path.is_empty() => out.extend(self.send(at, &c)),
                    Value::Unknown | Value::External(_) => out.extend(self.answers_of_decorated(at, arg)),
                    _ => {}
                }
            }
        }
        if out.is_empty() {
            out.push(Value::Unknown);
        }
        out
    }

    /// What a method that is only declared gives back where it takes a request and gives one of the same type:
    /// `fn sign(&self, request: Builder) -> Builder`.
    fn handed_through(&self, function: NodeRef, f: &Function, ctx: Ctx<'_>) -> Option<Values> {
        let given_back = self.typed(function.sibling(f.return_type?));
        let is_client = |v: &Value| matches!(v, Value::Client(_));
        if given_back.is_empty() || !given_back.iter().all(is_client) {
            return None;
        }
        let takes = |ty: NodeId| self.typed(function.sibling(ty)) == given_back;
        let index = f.params.iter().position(|p| p.ty.is_some_and(takes))?;
        let given = self.param(function, index, ctx);
        given.iter().any(is_client).then_some(given)
    }

    /// What a function gives back, for one call or in general.
    pub(super) fn returns(
        &self,
        function: NodeRef,
        call: Option<(Bound<'_>, NodeRef)>,
        ctx: Ctx<'_>,
    ) -> Values {
        match call {
            Some((bound, at)) => {
                let mut context = self.context(function, bound, ctx);
                if context.depth > MAX_CONTEXT {
                    // Calls of functions that this one does not stand in give nothing to it.
                    context = self.context(function, bound, self.given_around(at, ctx));
                }
                if context.depth > MAX_CONTEXT {
                    return one(Value::Unknown);
                }
                hop(self.returned(function, Some(&context)), Hop::Return(at))
            }
            None => self.returned(function, ctx),
        }
    }

    /// The innermost of the calls that are evaluated whose function a place stands in.
    fn given_around<'a>(&self, at: NodeRef, ctx: Ctx<'a>) -> Ctx<'a> {
        let facts = self.facts(at.file);
        let mut around = ctx;
        while let Some(context) = around {
            let function = context.function;
            if function.file == at.file && facts.ancestors(at.node).any(|n| n == function.node) {
                break;
            }
            around = context.outer;
        }
        around
    }

    pub(in crate::model) fn returned(&self, function: NodeRef, ctx: Ctx<'_>) -> Values {
        let Kind::Function(f) = self.file(function.file).facts.kind(function.node) else {
            return one(Value::Unknown);
        };
        if !f.body.is_some()
            && let Some(same) = self.handed_through(function, f, ctx)
        {
            return same;
        }
        // An error goes another way.
        let fails = |expr: NodeRef| match self.kind(expr) {
            Kind::Call(c) => matches!(self.kind(expr.sibling(c.callee)), Kind::Name(n) if &**n == "Err"),
            _ => false,
        };
        let returned = self.return_values(function);
        let call = ctx.filter(|c| c.function == function).and_then(|c| match c.bound {
            Bound::Call { call, .. } => Some(call),
            _ => None,
        });
        let taken = |expr: NodeRef| call.is_none_or(|call| !self.is_way_not_taken(expr, function, call));
        let returned = returned.iter().filter(|&&expr| !fails(expr) && taken(expr));
        let values = union(returned.map(|&expr| self.values(expr, ctx)));
        // What a call out of sight gives is what the function says that it gives back.
        let values = self.or_typed(values, f.return_type.map(|ty| function.sibling(ty)));
        if values.is_empty() { one(Value::Unknown) } else { values }
    }
}
