//! What calls of functions give that other packages define.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::facts::{Arg, Call, Kind, Name};
use crate::model::names::index::{constant, owner_class};
use crate::model::values::eval::values::response;
use crate::model::values::eval::{Ctx, Values, one, union};
use crate::model::values::value::{Client, External, NodeRef, Value};
use crate::model::{FileModel, Project};

impl Project {
    pub(in crate::model::values::eval) fn external_call(
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
        if file.sdk.has_word("lazy", path) {
            if let Some(made) = self.made_by_maker(file, at, call, ctx) {
                return made;
            }
            // `Field(4096, ge=256)`, `field(default="")`: what a field is where nobody says another.
            let literal =
                |n: &NodeRef| matches!(self.kind(*n), Kind::Str(_) | Kind::Number(_) | Kind::Bool(_));
            if let Some(default) = self.default_beside(at, call).filter(literal) {
                return self.values(default, ctx);
            }
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
        // `Promise.race([ask(), timeout])`: the answer, where it comes first.
        if file.sdk.has_word("gives-first", path)
            && let Some(list) = first
        {
            let mut values = self.elements_of(at.sibling(list.value), ctx);
            values.retain(|v| matches!(v, Value::Response(_)));
            if !values.is_empty() {
                return values;
            }
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
                let keys =
                    call.args.get(1).map(|a| self.keys_in(at.sibling(a.value), ctx)).unwrap_or_default();
                if let (Some(object), false) = (first, keys.is_empty()) {
                    let object = self.values(at.sibling(object.value), ctx);
                    let members =
                        keys.iter().flat_map(|key| object.iter().map(|v| self.member(v, key, false)));
                    return union(members);
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

    /// The elements of a list.
    fn elements_of(&self, list: NodeRef, ctx: Ctx<'_>) -> Values {
        match self.kind(list) {
            Kind::List(items) => union(items.iter().map(|&item| self.values(list.sibling(item), ctx))),
            _ => union(self.values(list, ctx).iter().map(|v| self.each(v, None))),
        }
    }
}
