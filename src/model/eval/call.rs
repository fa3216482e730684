//! What calls give.

use std::sync::Arc;

use smallvec::SmallVec;

use super::values::{hop, response};
use super::{Bound, Ctx, MAX_CONTEXT, Values, one, union};
use crate::facts::{Arg, Call, Kind, Name};
use crate::model::index::{Member, constant, owner_class, takes_receiver};
use crate::model::value::{Client, External, Hop, NodeRef, Value};
use crate::model::{FileModel, Project};

impl Project {
    pub(super) fn call(&self, file: &FileModel, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> Values {
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
        for value in &callee {
            match value {
                Value::Function(f) => {
                    let receiver = takes_receiver(&self.files, *f)
                        && !matches!(self.callee_object(file, at, call, ctx), Some(Value::Class(_)));
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
        if out.is_empty() { one(Value::Unknown) } else { out }
    }

    fn callee_object(&self, file: &FileModel, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> Option<Value> {
        match file.facts.kind(call.callee) {
            Kind::Member { object, .. } => self.values(at.sibling(*object), ctx).into_iter().next(),
            _ => None,
        }
    }

    /// A call out of sight that takes a callback gives what the callback gives, if that is a response.
    pub(in crate::model) fn through(&self, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> Values {
        let mut out = Values::new();
        for arg in &call.args {
            for value in self.values(at.sibling(arg.value), ctx) {
                match value {
                    Value::Function(f) if f.file == at.file => out.extend(
                        self.returns(f, None, ctx).into_iter().filter(|v| matches!(v, Value::Response(_))),
                    ),
                    Value::Client(c) if !c.path.is_empty() => out.extend(self.send(at, &c)),
                    _ => {}
                }
            }
        }
        if out.is_empty() {
            out.push(Value::Unknown);
        }
        out
    }

    pub(super) fn external_call(
        &self,
        file: &FileModel,
        at: NodeRef,
        call: &Call,
        external: &External,
        ctx: Ctx<'_>,
    ) -> Values {
        let path = &*external.path;
        let first = call.args.first();
        // `dict(record)` is the record; `dict(model=…)` makes one.
        if let Some(position) = file.sdk.passes_through(path)
            && !self.makes_record(at)
        {
            return match call.args.get(position) {
                Some(arg) => self.values(at.sibling(arg.value), ctx),
                None => one(Value::Unknown),
            };
        }
        // What is made at first use, or by a function that is handed over for it.
        if file.sdk.has_word("lazy", path)
            && let Some(made) = self.made_by_maker(file, at, call, ctx)
        {
            return made;
        }
        // `partial(Anthropic, max_retries=0)()`
        if file.sdk.has_word("partial-application", path)
            && let Some(partial) = external.made
            && let Kind::Call(given) = self.kind(partial)
            && let Some((callee, args)) = given.args.split_first()
        {
            let (type_args, style) = (Box::default(), given.style);
            let given = Call { callee: callee.value, args: args.into(), type_args, style };
            return self.call(self.file(partial.file), partial, &given, ctx);
        }
        // `random.choice(CLIENTS)`
        if file.sdk.has_word("picks-element", path)
            && let Some(list) = first
        {
            let list = self.values(at.sibling(list.value), ctx);
            return union(list.iter().map(|v| self.each(v, None)));
        }
        // All answers at once, as a list.
        let mut plain = call.args.iter().filter(|a| a.name.is_none());
        if file.sdk.has_word("fan-out", path)
            && let (Some(argument), None) = (plain.next(), plain.next())
        {
            let list = self.values(at.sibling(argument.value), ctx);
            if list.iter().any(|v| matches!(v, Value::Node(_))) {
                return list;
            }
            let sent = list.iter().any(|v| matches!(v, Value::Response(_)));
            if sent && self.is_mapping(at.sibling(argument.value)) {
                return one(Value::Node(at.sibling(argument.value)));
            }
        }
        // `select! { answer = send() => answer?, … }`: what the branch taken gives.
        let branches = || {
            call.args.iter().all(|a| matches!(file.facts.kind(a.value), Kind::If { .. } | Kind::Block { .. }))
        };
        if file.sdk.has_word("race", path) && !call.args.is_empty() && branches() {
            return union(call.args.iter().map(|a| self.values(at.sibling(a.value), ctx)));
        }
        let text = |arg: Option<&Arg>| arg.and_then(|a| constant(&file.facts, a.value));
        match path {
            "getattr" => {
                if let (Some(object), Some(name)) = (first, text(call.args.get(1))) {
                    let object = self.values(at.sibling(object.value), ctx);
                    return union(object.iter().map(|v| self.member(v, &name, false)));
                }
            }
            // `next(b for b in message.content if b.type == "text")`
            "next" => {
                if let Some(list) = first {
                    let list = self.values(at.sibling(list.value), ctx);
                    return union(list.iter().map(|v| self.each(v, Some(0.0))));
                }
            }
            "require" | "import" | "importlib.import_module" => {
                if let Some(module) = text(first) {
                    return one(self.module_value(at.file, &module));
                }
            }
            "super" => {
                if let Some(class) = owner_class(&self.index, &file.facts, at)
                    && let Some(base) = self.bases(class).into_iter().next()
                {
                    return one(base);
                }
            }
            _ => {}
        }
        let kinds = file.sdk.clients(path);
        if !kinds.is_empty() {
            let named: Option<Name> = call
                .args
                .iter()
                .find(|a| a.name.as_deref() == Some("service_name"))
                .or(first)
                .and_then(|a| self.text(at.sibling(a.value)).known())
                .map(Name::from);
            let fits = |k: &&&'static crate::sdk::ClientKind| {
                let given = |option: &String| call.args.iter().any(|a| a.name.as_deref() == Some(&**option));
                k.when.as_ref().is_none_or(|when| named.as_deref() == Some(when))
                    && k.given.as_ref().is_none_or(given)
            };
            return match kinds.iter().find(fits) {
                Some(kind) => {
                    let layers = SmallVec::new();
                    let client = Client { kind, made: Some(at), layers, path: Name::default() };
                    one(Value::Client(Arc::new(client)))
                }
                // A client of another service.
                None if named.is_some() => {
                    one(Value::External(External { path: format!("{path}()").into(), made: Some(at) }))
                }
                None => one(Value::Unknown),
            };
        }
        if let Some(function) = file.sdk.function(path)
            && let Some(kind) = file.sdk.request(&function.request)
        {
            let answered = |a: &crate::facts::Arg| {
                a.name.as_ref().is_some_and(|name| function.answered.iter().any(|option| **option == **name))
                    && !matches!(file.facts.kind(a.value), Kind::Null)
            };
            if call.args.iter().any(answered) {
                return one(Value::Unknown);
            }
            return one(response(at, kind));
        }
        let promised = self.promised(file, at, path, call);
        if !promised.is_empty() {
            return promised;
        }
        let passed = self.through(at, call, ctx);
        if passed.iter().any(|v| matches!(v, Value::Response(_))) {
            return passed;
        }
        let path = format!("{path}()").into();
        one(Value::External(External { path, made: Some(at) }))
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
                let context = self.context(function, bound, ctx);
                if context.depth > MAX_CONTEXT {
                    return one(Value::Unknown);
                }
                hop(self.returned(function, Some(&context)), Hop::Return(at))
            }
            None => self.returned(function, ctx),
        }
    }

    pub(super) fn returned(&self, function: NodeRef, ctx: Ctx<'_>) -> Values {
        let Kind::Function(f) = self.file(function.file).facts.kind(function.node) else {
            return one(Value::Unknown);
        };
        // An error goes another way.
        let fails = |expr: NodeRef| match self.kind(expr) {
            Kind::Call(c) => matches!(self.kind(expr.sibling(c.callee)), Kind::Name(n) if &**n == "Err"),
            _ => false,
        };
        let returned = self.return_values(function);
        let returned = returned.iter().filter(|&&expr| !fails(expr));
        let values = union(returned.map(|&expr| self.values(expr, ctx)));
        if values.iter().all(|v| *v == Value::Unknown)
            && let Some(ty) = f.return_type
        {
            return self.typed(function.sibling(ty));
        }
        if values.is_empty() { one(Value::Unknown) } else { values }
    }
}
