//! What an expression may evaluate to: names, members, calls, across files.
//!
//! Evaluation is lazy, remembered per node, and gives up with [`Value::Unknown`]
//! beyond a fixed depth and number of steps, so that it is linear on any input.

use std::sync::Arc;

use smallvec::SmallVec;

use super::index::{last_name, owner_class, takes_receiver};
use super::scope::{Def, Origin, Step};
use super::value::{Client, External, Hop, NodeRef, Response, Value};
use super::{FileModel, Project};
use crate::facts::{Arg, BinaryOp, Call, Kind, Name, NodeId, ParamKind};
use crate::source::FileId;

const MAX_DEPTH: u32 = 48;
const MAX_STEPS: u32 = 1500;
const MAX_CONTEXT: u32 = 4;
const MAX_VALUES: usize = 12;

/// What parameters of a function stand for while its body is evaluated for one call.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    function: NodeRef,
    bound: Bound<'a>,
    outer: Option<&'a Context<'a>>,
    depth: u32,
}

#[derive(Clone, Copy)]
enum Bound<'a> {
    /// The arguments of a call; `receiver` when the object is not among them.
    Call { call: NodeRef, receiver: bool },
    /// The first parameter, as for callbacks.
    First(&'a [Value]),
}

type Ctx<'a> = Option<&'a Context<'a>>;
pub(super) type Values = SmallVec<[Value; 2]>;

impl Project {
    /// What the expression may be. Never empty.
    pub fn eval(&self, at: NodeRef) -> Arc<[Value]> {
        if let Some(known) = self.memo.borrow().get(&at) {
            return known.clone();
        }
        let values: Arc<[Value]> = self.values(at, None).into_vec().into();
        values
    }

    pub(super) fn values(&self, at: NodeRef, ctx: Ctx<'_>) -> Values {
        if ctx.is_none() {
            if let Some(known) = self.memo.borrow().get(&at) {
                return known.iter().cloned().collect();
            }
            // A value that depends on itself adds nothing to itself.
            if let Some(&began) = self.active.borrow().get(&at) {
                self.eval_circle.set(self.eval_circle.get().min(began));
                return Values::new();
            }
            self.active.borrow_mut().insert(at, self.eval_depth.get());
        }
        // What was worked out with a part cut off is kept only where the evaluation began, and
        // a part of a circle only where the circle began.
        let (cuts, depth) = (self.eval_cuts.get(), self.eval_depth.get());
        let circle = self.eval_circle.replace(u32::MAX);
        let mut values = self.deeper(|| self.compute(at, ctx));
        tidy(&mut values);
        let began = self.eval_circle.get();
        let whole = began >= depth;
        self.eval_circle.set(if whole { circle } else { circle.min(began) });
        if ctx.is_none() {
            self.active.borrow_mut().remove(&at);
            if depth == 0 || whole && self.eval_cuts.get() == cuts {
                self.memo.borrow_mut().insert(at, values.to_vec().into());
            }
        }
        values
    }

    /// One level deeper, unless that is too deep or took too long already.
    pub(super) fn deeper(&self, compute: impl FnOnce() -> Values) -> Values {
        let depth = self.eval_depth.get();
        let steps = if depth == 0 { 0 } else { self.eval_steps.get() };
        if depth > MAX_DEPTH || steps > MAX_STEPS {
            self.eval_cuts.set(self.eval_cuts.get().wrapping_add(1));
            return one(Value::Unknown);
        }
        self.eval_depth.set(depth + 1);
        self.eval_steps.set(steps + 1);
        let values = compute();
        self.eval_depth.set(depth);
        values
    }

    fn compute(&self, at: NodeRef, ctx: Ctx<'_>) -> Values {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Name(name) => self.name(file, at, name, ctx),
            Kind::Member { object, name, .. } => {
                if let Some(values) = self.crate_path(file, at) {
                    return values;
                }
                let called = file
                    .facts
                    .parent(at.node)
                    .is_some_and(|p| matches!(file.facts.kind(p), Kind::Call(c) if c.callee == at.node));
                let object = self.values(at.sibling(*object), ctx);
                let members = object.iter().map(|v| self.member(v, name, called));
                let values = union(members.chain(std::iter::once_with(|| self.gathered(at))));
                if called { values } else { environment_made(file, values, at) }
            }
            Kind::Index { object, index } => {
                let key = super::index::constant(&file.facts, *index);
                let object = self.values(at.sibling(*object), ctx);
                if matches!(file.facts.kind(*index), Kind::Slice { .. }) {
                    return object;
                }
                let values = object
                    .iter()
                    .flat_map(|v| match &key {
                        Some(key) => self.item(v, key),
                        None => self.each(v, file.number_of(*index)),
                    })
                    .collect();
                environment_made(file, values, at)
            }
            Kind::Call(call) => self.call(file, at, call, ctx),
            Kind::Await(x) | Kind::Propagate(x) | Kind::Spread(x) => self.values(at.sibling(*x), ctx),
            Kind::Cast { value, ty } => {
                let values = self.values(at.sibling(*value), ctx);
                match ty {
                    Some(ty) if values.iter().all(|v| *v == Value::Unknown) => self.typed(at.sibling(*ty)),
                    _ => values,
                }
            }
            Kind::If { then, otherwise, .. } => {
                let mut values = self.values(at.sibling(*then), ctx);
                if let Some(otherwise) = otherwise {
                    values.extend(self.values(at.sibling(*otherwise), ctx));
                }
                values
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                let mut values = self.values(at.sibling(*left), ctx);
                values.extend(self.values(at.sibling(*right), ctx));
                values
            }
            Kind::Binary { op: BinaryOp::And, right, .. } => self.values(at.sibling(*right), ctx),
            Kind::Block { body, tail: true } => match body.last() {
                Some(&last) => self.values(at.sibling(last), ctx),
                None => one(Value::Unknown),
            },
            Kind::Match(m) => {
                let mut values = Values::new();
                for arm in &m.arms {
                    if !self.leaves(at.file, arm.body) {
                        values.extend(self.values(at.sibling(arm.body), ctx));
                    }
                }
                values
            }
            Kind::Assign(a) => match a.value {
                Some(value) => self.values(at.sibling(value), ctx),
                None => one(Value::Unknown),
            },
            Kind::Function(_) => one(Value::Function(at)),
            Kind::Class(_) => one(Value::Class(at)),
            Kind::Record(r) => match r.ty {
                Some(ty) => {
                    let types = self.values(at.sibling(ty), ctx);
                    match types.iter().find_map(|t| match t {
                        Value::Class(class) => Some(*class),
                        _ => None,
                    }) {
                        Some(class) => one(Value::Instance { class, made: Some(at) }),
                        None => one(Value::Node(at)),
                    }
                }
                None => one(Value::Node(at)),
            },
            Kind::Return(_) | Kind::Throw(_) | Kind::Break(_) | Kind::Continue => Values::new(),
            Kind::Opaque(_) | Kind::Block { .. } => one(Value::Unknown),
            _ => one(Value::Node(at)),
        }
    }

    /// Whether a block certainly leaves the function or loop (`return`, `raise`, `continue`).
    pub(super) fn leaves(&self, file: FileId, node: NodeId) -> bool {
        let facts = &self.file(file).facts;
        match facts.kind(node) {
            Kind::Return(_) | Kind::Throw(_) | Kind::Break(_) | Kind::Continue => true,
            Kind::Block { body, .. } => body.iter().any(|&s| self.leaves(file, s)),
            Kind::If { then, otherwise: Some(other), .. } => {
                self.leaves(file, *then) && self.leaves(file, *other)
            }
            _ => false,
        }
    }

    fn name(&self, file: &FileModel, at: NodeRef, name: &Name, ctx: Ctx<'_>) -> Values {
        if matches!(&**name, "this" | "Self")
            && let Some(class) = owner_class(&self.index, &file.facts, at)
        {
            return one(match &**name {
                "this" => Value::Instance { class, made: None },
                _ => Value::Class(class),
            });
        }
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        if defs.is_empty() {
            return self
                .wildcard(at.file, name)
                .unwrap_or_else(|| one(Value::External(External { path: name.clone(), made: None })));
        }
        let defs = defs.into_iter().map(|def| self.def(at.file, def, ctx));
        union(defs.chain(std::iter::once_with(|| self.gathered(at))))
    }

    /// What a binding holds.
    pub(super) fn def(&self, file: FileId, def: &Def, ctx: Ctx<'_>) -> Values {
        let node = |n: NodeId| NodeRef { file, node: n };
        let values = match &def.origin {
            Origin::Definition(n) => self.values(node(*n), None),
            Origin::Import { node: n, index } => self.import(file, *n, *index as usize),
            Origin::Value { expr, path } => {
                let values = self.steps(self.values(node(*expr), ctx), path);
                if path.is_empty() {
                    values
                } else {
                    environment_made(self.file(file), values, node(def.node))
                }
            }
            Origin::Param { function, index, path } => {
                self.steps(self.param(node(*function), *index as usize, ctx), path)
            }
            Origin::Caught(_) | Origin::Opaque => one(Value::Unknown),
        };
        match def.ty {
            Some(ty) if values.iter().all(|v| *v == Value::Unknown) => self.typed(node(ty)),
            _ => values,
        }
    }

    fn steps(&self, mut values: Values, path: &[Step]) -> Values {
        for step in path {
            values = union(values.iter().map(|v| match step {
                Step::Key(key) => self.item(v, key),
                Step::Item(i) => self.each(v, Some(f64::from(*i))),
                Step::Each => self.each(v, None),
                Step::Enter => self.enter(v),
                Step::Unwrap => one(v.clone()),
            }));
        }
        values
    }

    fn enter(&self, value: &Value) -> Values {
        match value {
            Value::Instance { class, .. } => {
                let enter = ["__enter__", "__aenter__"].iter().flat_map(|m| self.class_member(*class, m));
                let functions: Vec<NodeRef> = enter
                    .filter_map(|m| match m {
                        super::index::Member::Method(f) => Some(f),
                        _ => None,
                    })
                    .collect();
                if functions.is_empty() {
                    return one(value.clone());
                }
                union(functions.into_iter().map(|f| self.returns(f, None, None)))
            }
            other => one(other.clone()),
        }
    }

    /// A parameter: for one call, or for all callers there are.
    pub(super) fn param(&self, function: NodeRef, index: usize, ctx: Ctx<'_>) -> Values {
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
        if let Some((bound, outer)) = find_bound(function, ctx) {
            match bound {
                Bound::First(values) if index == 0 => return values.iter().cloned().collect(),
                Bound::First(_) => return one(Value::Unknown),
                Bound::Call { call, receiver: bound_receiver } => {
                    return match self.argument_of(call, function, index, bound_receiver) {
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
            let callers = self.callers(function).iter().filter(|&&call| tested || !self.is_test(call));
            for &call in callers.take(MAX_VALUES) {
                match self.argument_of(call, function, index, receiver) {
                    Argument::Given(arg) => {
                        values.extend(hop(self.values(arg, None), Hop::Argument(call)));
                    }
                    Argument::Missing => values.extend(default()),
                    Argument::Unknown => values.push(Value::Unknown),
                }
            }
        }
        if values.iter().all(|v| *v == Value::Unknown)
            && let Some(ty) = param.ty
        {
            values = self.typed(function.sibling(ty));
        }
        if values.is_empty() { default() } else { values }
    }

    /// The object of a method: of the type it belongs to, or an answer read into that type.
    fn receiver(&self, file: &FileModel, function: NodeRef, ctx: Ctx<'_>) -> Values {
        let Some(class) = owner_class(&self.index, &file.facts, function) else { return one(Value::Unknown) };
        let instance = || one(Value::Instance { class, made: None });
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
        let file = self.file(function.file);
        let facts = &file.facts;
        if index != 0 {
            return Values::new();
        }
        let Some(parent) = facts.parent(function.node) else { return Values::new() };
        let Kind::Call(call) = facts.kind(parent) else { return Values::new() };
        let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return Values::new() };
        let object = || self.values(function.sibling(*object), None);
        let kept = |values: Values| values.into_iter().filter(|v| matches!(v, Value::Response(_))).collect();
        if file.sdk.has_word("callback-same", name) {
            kept(object())
        } else if file.sdk.has_word("callback-each", name) {
            let element = |v: &Value| match v {
                Value::Response(r) => one(element(r)),
                _ => self.each(v, None),
            };
            kept(object().iter().flat_map(element).collect())
        } else {
            Values::new()
        }
    }

    /// Which argument of a call a parameter takes.
    pub(super) fn argument_of(
        &self,
        call: NodeRef,
        function: NodeRef,
        index: usize,
        receiver: bool,
    ) -> Argument {
        let file = self.file(function.file);
        let Kind::Function(f) = file.facts.kind(function.node) else { return Argument::Unknown };
        let Kind::Call(c) = self.file(call.file).facts.kind(call.node) else { return Argument::Unknown };
        let Some(param) = f.params.get(index) else { return Argument::Unknown };
        if let Kind::Name(name) = file.facts.kind(param.pattern)
            && let Some(arg) = c.args.iter().find(|a| a.name.as_ref() == Some(name))
        {
            return Argument::Given(call.sibling(arg.value));
        }
        let spread = c.args.iter().any(|a| a.spread || a.keyword_spread);
        if param.kind != ParamKind::Plain || spread {
            return Argument::Unknown;
        }
        let position = index - usize::from(receiver).min(index);
        match c.args.iter().filter(|a| a.name.is_none()).nth(position) {
            Some(arg) => Argument::Given(call.sibling(arg.value)),
            None => Argument::Missing,
        }
    }

    fn call(&self, file: &FileModel, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> Values {
        let callee = self.values(at.sibling(call.callee), ctx);
        // `x.clone()`, `x.unwrap()`: unless the project defines it, the object itself.
        if let Kind::Member { object, name, .. } = file.facts.kind(call.callee)
            && file.sdk.passes_object(name)
            && callee.iter().all(|v| matches!(v, Value::Unknown | Value::External(_)))
        {
            return self.values(at.sibling(*object), ctx);
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
                Value::External(e) => out.extend(self.external_call(file, at, call, e, ctx)),
                Value::Client(c) => out.extend(self.client_call(file, at, call, c)),
                Value::Response(r) => out.extend(self.response_call(file, at, call, r, ctx)),
                Value::Instance { class, .. } => {
                    for member in self.class_member(*class, "__call__") {
                        if let super::index::Member::Method(f) = member {
                            let bound = Bound::Call { call: at, receiver: true };
                            out.extend(self.returns(f, Some((bound, at)), ctx));
                        }
                    }
                }
                Value::Unknown => match self.shaped(file, at, call) {
                    Some(sent) => out.push(sent),
                    None => out.extend(self.through(at, call, ctx)),
                },
                Value::Node(_) | Value::Module(_) => out.extend(self.through(at, call, ctx)),
            }
        }
        if out.is_empty() { one(Value::Unknown) } else { out }
    }

    fn callee_object(&self, file: &FileModel, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> Option<Value> {
        match file.facts.kind(call.callee) {
            Kind::Member { object, .. } => self.values(at.sibling(*object), ctx).into_iter().next(),
            _ => None,
        }
    }

    /// The response of a call that is a request by its name and the fields it gives, although
    /// its object is out of reach.
    fn shaped(&self, file: &FileModel, at: NodeRef, call: &Call) -> Option<Value> {
        let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
        let parent = last_name(&file.facts, *object)?;
        let path = format!("{parent}.{name}");
        let record = call.args.first().filter(|a| matches!(file.facts.kind(a.value), Kind::Record(_)));
        let given = |field: &String| {
            let inside = |node| self.literal_field(node, field, 0).is_known();
            inside(at) || record.is_some_and(|r| inside(at.sibling(r.value)))
        };
        let shape = file.sdk.shapes(name).find(|s| s.path.contains(&path) && s.needs.iter().all(given))?;
        Some(response(at, file.sdk.request(&shape.request)?))
    }

    /// A call out of sight that takes a callback gives what the callback gives, if that is a response.
    fn through(&self, at: NodeRef, call: &Call, ctx: Ctx<'_>) -> Values {
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

    fn external_call(
        &self,
        file: &FileModel,
        at: NodeRef,
        call: &Call,
        external: &External,
        ctx: Ctx<'_>,
    ) -> Values {
        let path = &*external.path;
        let first = call.args.first();
        if let Some(position) = file.sdk.passes_through(path) {
            return match call.args.get(position) {
                Some(arg) => self.values(at.sibling(arg.value), ctx),
                None => one(Value::Unknown),
            };
        }
        let text = |arg: Option<&Arg>| arg.and_then(|a| super::index::constant(&file.facts, a.value));
        match path {
            "getattr" => {
                if let (Some(object), Some(name)) = (first, text(call.args.get(1))) {
                    let object = self.values(at.sibling(object.value), ctx);
                    return union(object.iter().map(|v| self.member(v, &name, false)));
                }
            }
            "require" | "import" => {
                if let Some(module) = text(first) {
                    return one(match self.module_path(at.file, &module) {
                        Some(file) => Value::Module(file),
                        None => Value::External(External { path: module, made: None }),
                    });
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
            let fits = |k: &&&'static crate::sdk::ClientKind| match &k.when {
                Some(when) => named.as_deref() == Some(when),
                None => true,
            };
            return match kinds.iter().find(fits) {
                Some(kind) => {
                    let layers = SmallVec::new();
                    let client = Client { kind, made: Some(at), layers, path: Name::default() };
                    one(Value::Client(Arc::new(client)))
                }
                None => one(Value::Unknown),
            };
        }
        if let Some(function) = file.sdk.function(path)
            && let Some(kind) = file.sdk.request(&function.request)
        {
            return one(response(at, kind));
        }
        let passed = self.through(at, call, ctx);
        if passed.iter().any(|v| matches!(v, Value::Response(_))) {
            return passed;
        }
        let path = format!("{path}()").into();
        one(Value::External(External { path, made: Some(at) }))
    }

    fn client_call(&self, file: &FileModel, at: NodeRef, call: &Call, client: &Arc<Client>) -> Values {
        let path = &client.path;
        let last = path.rsplit('.').next().unwrap_or(path);
        let sent = self.send(at, client);
        if !sent.is_empty() {
            return sent;
        }
        if client.kind.derive.iter().any(|d| d == last) {
            let mut next = (**client).clone();
            next.path = path.rsplit_once('.').map_or(Name::default(), |p| p.0.into());
            if next.layers.len() < 24 {
                next.layers.push(at);
            }
            return one(Value::Client(Arc::new(next)));
        }
        if file.sdk.passes_object(last) {
            let mut next = (**client).clone();
            next.path = path.rsplit_once('.').map_or(Name::default(), |p| p.0.into());
            return one(Value::Client(Arc::new(next)));
        }
        let called: Name = format!("{path}()").into();
        if file.sdk.leads_to_request(client.kind, &called) {
            return one(Value::Client(Arc::new(Client { path: called, ..(**client).clone() })));
        }
        self.through(at, call, None)
    }

    /// The response, when the client's member sends a request.
    fn send(&self, at: NodeRef, client: &Arc<Client>) -> Values {
        let sdk = self.file(at.file).sdk;
        if let Some(kind) = sdk.method(client.kind, &client.path) {
            return one(response(at, kind));
        }
        // `client.send(new Command(…))`: the command tells.
        let Kind::Call(call) = self.kind(at) else { return Values::new() };
        let command = call.args.first().map(|a| self.values(at.sibling(a.value), None)).unwrap_or_default();
        let kind = command.iter().find_map(|v| match v {
            Value::External(e) => sdk.command(client.kind, &client.path, e.path.strip_suffix("()")?),
            _ => None,
        });
        kind.map_or(Values::new(), |kind| one(response(at, kind)))
    }

    fn response_call(
        &self,
        file: &FileModel,
        at: NodeRef,
        call: &Call,
        response: &Arc<Response>,
        ctx: Ctx<'_>,
    ) -> Values {
        let mut object = (**response).clone();
        let Some(method) = object.path.pop() else { return one(Value::Response(response.clone())) };
        let object = Arc::new(object);
        if file.sdk.passes_object(&method) {
            return one(Value::Response(object));
        }
        if &*method == "get"
            && let Some(key) = call.args.first().and_then(|a| super::index::constant(&file.facts, a.value))
        {
            return one(object.step(key));
        }
        let callback = || {
            call.args.iter().flat_map(|a| self.values(at.sibling(a.value), ctx)).find_map(|v| match v {
                Value::Function(f) => Some(f),
                _ => None,
            })
        };
        let bound = if file.sdk.has_word("callback-same", &method) {
            Some(Value::Response(object.clone()))
        } else if file.sdk.has_word("callback-map", &method) {
            Some(element(&object))
        } else {
            None
        };
        if let (Some(first), Some(f)) = (bound, callback()) {
            let first = [first];
            let context =
                Context { function: f, bound: Bound::First(&first), outer: ctx, depth: deeper(ctx) };
            if context.depth <= MAX_CONTEXT {
                return self.returned(f, Some(&context));
            }
        }
        if file.sdk.has_word("filter", &method) {
            return one(Value::Response(object));
        }
        if file.sdk.has_word("find", &method) {
            return one(object.step("[]"));
        }
        one(object.step(format!("{method}()")))
    }

    /// What a function gives back, for one call or in general.
    fn returns(&self, function: NodeRef, call: Option<(Bound<'_>, NodeRef)>, ctx: Ctx<'_>) -> Values {
        match call {
            Some((bound, at)) => {
                let context = Context { function, bound, outer: ctx, depth: deeper(ctx) };
                if context.depth > MAX_CONTEXT {
                    return one(Value::Unknown);
                }
                hop(self.returned(function, Some(&context)), Hop::Return(at))
            }
            None => self.returned(function, ctx),
        }
    }

    fn returned(&self, function: NodeRef, ctx: Ctx<'_>) -> Values {
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

    /// An object of a declared type.
    pub(super) fn typed(&self, ty: NodeRef) -> Values {
        let file = self.file(ty.file);
        match file.facts.kind(ty.node) {
            Kind::Index { object, index } => {
                let wraps = last_name(&file.facts, *object).is_some_and(|n| file.sdk.wraps_type(&n));
                if !wraps {
                    return self.typed(ty.sibling(*object));
                }
                match file.facts.kind(*index) {
                    Kind::List(items) => {
                        items.first().map_or(one(Value::Unknown), |&i| self.typed(ty.sibling(i)))
                    }
                    _ => self.typed(ty.sibling(*index)),
                }
            }
            Kind::Binary { left, right, .. } => {
                let mut values = self.typed(ty.sibling(*left));
                values.extend(self.typed(ty.sibling(*right)));
                values.retain(|v| *v != Value::Unknown);
                if values.is_empty() { one(Value::Unknown) } else { values }
            }
            Kind::Opaque(children) if children.len() == 1 => self.typed(ty.sibling(children[0])),
            Kind::Str(_) => {
                let Some(name) = super::index::constant(&file.facts, ty.node) else {
                    return one(Value::Unknown);
                };
                let last: Name = name.rsplit(['.', ' ']).next().unwrap_or(&name).into();
                let values = self.name(file, ty, &last, None);
                self.instances(file, values)
            }
            Kind::Name(_) | Kind::Member { .. } => {
                let values = self.values(ty, None);
                self.instances(file, values)
            }
            _ => one(Value::Unknown),
        }
    }

    fn instances(&self, file: &FileModel, types: Values) -> Values {
        types
            .into_iter()
            .map(|ty| match ty {
                Value::Class(class) => Value::Instance { class, made: None },
                Value::External(e) => match file.sdk.clients(&e.path).first() {
                    Some(kind) => Value::Client(Arc::new(Client {
                        kind,
                        made: None,
                        layers: SmallVec::new(),
                        path: Name::default(),
                    })),
                    None => Value::Unknown,
                },
                Value::Instance { .. } | Value::Client(_) => ty,
                _ => Value::Unknown,
            })
            .collect()
    }
}

/// How a parameter is given at a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Argument {
    Given(NodeRef),
    Missing,
    Unknown,
}

/// What a callback of `map` gets: an element, or the value inside an optional element.
fn element(response: &Arc<Response>) -> Value {
    match response.path.last() {
        Some(last) if &**last == "[]" => Value::Response(response.clone()),
        _ => response.step("[]"),
    }
}

fn find_bound<'a>(function: NodeRef, mut ctx: Ctx<'a>) -> Option<(Bound<'a>, Ctx<'a>)> {
    while let Some(c) = ctx {
        if c.function == function {
            return Some((c.bound, c.outer));
        }
        ctx = c.outer;
    }
    None
}

/// Remembers where a variable of the environment was read: `process.env.KEY`.
fn environment_made(file: &FileModel, mut values: Values, at: NodeRef) -> Values {
    for value in &mut values {
        if let Value::External(e) = value
            && e.made.is_none()
            && let Some((object, _)) = e.path.rsplit_once('.')
            && file.sdk.has_word("environment", object)
        {
            e.made = Some(at);
        }
    }
    values
}

fn deeper(ctx: Ctx<'_>) -> u32 {
    ctx.map_or(1, |c| c.depth + 1)
}

fn response(request: NodeRef, kind: &'static crate::sdk::RequestKind) -> Value {
    Value::Response(Arc::new(Response { request, kind, hops: SmallVec::new(), path: SmallVec::new() }))
}

fn hop(values: Values, hop: Hop) -> Values {
    values
        .into_iter()
        .map(|v| match v {
            Value::Response(r) => r.hop(hop),
            v => v,
        })
        .collect()
}

pub(super) fn one(value: Value) -> Values {
    let mut values = Values::new();
    values.push(value);
    values
}

/// Values of several sources. No more sources are asked than values are kept.
pub(super) fn union(sources: impl Iterator<Item = Values>) -> Values {
    let mut out = Values::new();
    for values in sources {
        for value in values {
            if !out.contains(&value) {
                out.push(value);
            }
        }
        if out.len() > MAX_VALUES {
            break;
        }
    }
    out
}

/// Drops repetitions and keeps the number of alternatives small.
fn tidy(values: &mut Values) {
    let mut out = Values::new();
    for value in values.drain(..) {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    if out.len() > MAX_VALUES {
        out.truncate(MAX_VALUES);
        out.push(Value::Unknown);
    }
    *values = out;
}
