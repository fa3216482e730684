//! Members of values: fields, methods, elements.

use std::sync::Arc;

use super::Project;
use rustc_hash::FxHashMap;

use super::eval::{Values, one, union};
use super::index::{Member, last_name};
use super::value::{Client, External, NodeRef, Value};
use crate::facts::{ClassKind, Key, Kind, NodeId};

const MAX_BASES: usize = 8;

/// A field set in more places than this is as good as unknown.
const MAX_MEMBERS: usize = 24;

impl Project {
    /// `value.name`; `called` when the member is called right away.
    pub(super) fn member(&self, value: &Value, name: &str, called: bool) -> Values {
        match value {
            Value::Module(file) => self.export(*file, name).unwrap_or_else(|| one(Value::Unknown)),
            Value::External(e) => {
                one(Value::External(External { path: format!("{}.{name}", e.path).into(), made: e.made }))
            }
            Value::Client(c) => {
                let path = if c.path.is_empty() { name.into() } else { format!("{}.{name}", c.path).into() };
                one(Value::Client(Arc::new(Client { path, ..(**c).clone() })))
            }
            Value::Response(r) => self.response_member(r, name, called),
            Value::Instance { class, made } => self.instance_member(*class, *made, name, called),
            Value::Class(class) => {
                if let Some(values) = self.inline_member(*class, name) {
                    return values;
                }
                let members = self.class_member(*class, name);
                let values: Values = union(members.iter().map(|m| self.member_value(m, called)));
                if values.is_empty() { self.external_base(*class, None, name) } else { values }
            }
            // `None` has no members: the other values are meant.
            Value::Node(_) if self.is_nothing(value) => Values::new(),
            Value::Node(node) => self.item(&Value::Node(*node), name),
            Value::Function(_) | Value::Unknown => one(Value::Unknown),
        }
    }

    /// A name inside `mod m { … }` or a namespace.
    fn inline_member(&self, class: NodeRef, name: &str) -> Option<Values> {
        let facts = self.facts(class.file);
        let Kind::Class(c) = facts.kind(class.node) else { return None };
        if c.kind != ClassKind::Module {
            return None;
        }
        let named = |n: NodeId| match facts.kind(n) {
            Kind::Function(f) => f.name.as_deref() == Some(name),
            Kind::Class(c) => c.kind != ClassKind::Impl && &*c.name == name,
            Kind::Assign(a) => matches!(facts.kind(a.target), Kind::Name(n) if &**n == name),
            _ => false,
        };
        let values: Values =
            union(c.body.iter().filter(|&&n| named(n)).map(|&n| self.values(class.sibling(n), None)));
        Some(if values.is_empty() { one(Value::Unknown) } else { values })
    }

    fn instance_member(&self, class: NodeRef, made: Option<NodeRef>, name: &str, called: bool) -> Values {
        let mut members = self.class_member(class, name);
        // A field and a method may share a name: a call means the method.
        let wanted = |m: &Member| matches!(m, Member::Method(_)) == called;
        if members.iter().any(wanted) {
            members.retain(wanted);
        }
        let object = Value::Instance { class, made };
        let values_of = |member: &Member| {
            let values = self.member_value(member, called);
            self.seen_from(&object, class, member, called, values)
        };
        // A field that is only declared is what is set elsewhere, where that is known.
        let (declared, set): (Vec<&Member>, Vec<&Member>) =
            members.iter().partition(|m| matches!(m, Member::Field { value: None, .. }));
        let mut values: Values = union(set.into_iter().map(&values_of));
        if values.iter().all(|v| self.is_nothing(v)) {
            values.extend(declared.into_iter().flat_map(&values_of));
        }
        if values.iter().any(|v| *v != Value::Unknown) {
            values.retain(|v| *v != Value::Unknown || called);
        }
        // `Foo(client=x)` of a class without a constructor of its own.
        if let Some(made) = made
            && values.iter().all(|v| matches!(v, Value::Unknown))
            && let Kind::Call(call) = self.facts(made.file).kind(made.node)
            && let Some(arg) = call.args.iter().find(|a| a.name.as_deref() == Some(name))
        {
            values = self.values(made.sibling(arg.value), None);
        }
        if values.is_empty() { self.external_base(class, made, name) } else { values }
    }

    fn external_base(&self, class: NodeRef, made: Option<NodeRef>, name: &str) -> Values {
        for base in self.bases(class) {
            if let Value::External(e) = &base
                && let Some(kind) = self.file(class.file).sdk.clients(&e.path).first()
            {
                let client = Client { kind, made, layers: Default::default(), path: name.into() };
                return one(Value::Client(Arc::new(client)));
            }
        }
        one(Value::Unknown)
    }

    fn member_value(&self, member: &Member, called: bool) -> Values {
        match member {
            Member::Method(f) if !called && self.is_property(*f) => {
                union(self.return_values(*f).iter().map(|&r| self.values(r, None)))
            }
            Member::Method(f) => one(Value::Function(*f)),
            Member::Field { value, ty } => {
                let values = match value {
                    Some(value) => self.values(*value, None),
                    None => one(Value::Unknown),
                };
                match ty {
                    Some(ty) if values.iter().all(|v| self.is_nothing(v)) => self.typed(*ty),
                    _ => values,
                }
            }
            Member::Param { function, index } => self.param(*function, *index as usize, None),
        }
    }

    /// Whether a value says nothing: unknown, or the `None` a field starts with.
    pub(super) fn is_nothing(&self, value: &Value) -> bool {
        match value {
            Value::Unknown => true,
            Value::Node(n) => matches!(self.facts(n.file).kind(n.node), Kind::Null),
            _ => false,
        }
    }

    pub(super) fn is_property(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let Kind::Function(f) = file.facts.kind(function.node) else { return false };
        f.is_getter
            || f.decorators.iter().any(|&d| {
                last_name(&file.facts, d).is_some_and(|n| matches!(&*n, "property" | "cached_property"))
            })
    }

    /// Members of that name in a type, its bases, and — for what it leaves open — its subtypes.
    pub(super) fn class_member(&self, class: NodeRef, name: &str) -> Vec<Member> {
        let found = self.inherited(class, name);
        if found.is_empty() {
            // What a mixin asks for is in the other bases of those who mix it in.
            return self.overrides(class, name);
        }
        let open = found.iter().all(|m| match m {
            Member::Method(f) => self.is_abstract(*f),
            Member::Field { .. } | Member::Param { .. } => false,
        });
        if open {
            let overrides = self.overrides(class, name);
            if !overrides.is_empty() {
                return overrides;
            }
        }
        found
    }

    /// The types that name a type as their base.
    pub(super) fn derived_of(&self, class: NodeRef) -> &[NodeRef] {
        // Bases may be named through members of types, whose subtypes do not count then.
        if self.deriving.replace(true) {
            return &[];
        }
        let derived = self.derived.get_or_init(|| {
            let mut derived: FxHashMap<NodeRef, Vec<NodeRef>> = FxHashMap::default();
            let mut classes: Vec<NodeRef> = self.index.classes.keys().copied().collect();
            classes.sort_unstable();
            self.apart(|| {
                self.without_callers(|| {
                    for class in classes {
                        for base in self.bases(class) {
                            if let Value::Class(base) = base {
                                derived.entry(base).or_default().push(class);
                            }
                        }
                    }
                });
            });
            derived
        });
        self.deriving.set(false);
        derived.get(&class).map_or(&[], |d| d)
    }

    /// Members of that name in the direct and indirect subtypes of a type.
    pub(super) fn overrides(&self, class: NodeRef, name: &str) -> Vec<Member> {
        let mut out = Vec::new();
        let mut seen = vec![class];
        let mut next = 0;
        while next < seen.len() && seen.len() <= 2 * MAX_BASES {
            let at = seen[next];
            next += 1;
            for &derived in self.derived_of(at) {
                if seen.contains(&derived) {
                    continue;
                }
                if seen.len() > MAX_MEMBERS {
                    break;
                }
                seen.push(derived);
                if let Some(members) = self.index.classes.get(&derived).and_then(|c| c.members.get(name)) {
                    out.extend(members.iter().take(MAX_MEMBERS).cloned());
                }
            }
        }
        if out.is_empty() {
            for derived in seen.into_iter().skip(1) {
                out.extend(self.inherited(derived, name).into_iter().take(MAX_MEMBERS));
            }
        }
        out
    }

    /// Members of that name in the nearest of a type and its bases.
    fn inherited(&self, class: NodeRef, name: &str) -> Vec<Member> {
        let mut seen = vec![class];
        let mut next = 0;
        while next < seen.len() && seen.len() <= MAX_BASES {
            let at = seen[next];
            next += 1;
            if let Some(members) = self.index.classes.get(&at).and_then(|c| c.members.get(name)) {
                return members.iter().take(MAX_MEMBERS).cloned().collect();
            }
            for base in self.bases(at) {
                if let Value::Class(base) = base
                    && !seen.contains(&base)
                {
                    seen.push(base);
                }
            }
        }
        Vec::new()
    }

    /// Whether a type is another one or derived from it.
    pub(super) fn is_derived(&self, class: NodeRef, base: NodeRef) -> bool {
        let mut seen = vec![class];
        let mut next = 0;
        while next < seen.len() && seen.len() <= MAX_BASES {
            let at = seen[next];
            next += 1;
            if at == base {
                return true;
            }
            for value in self.bases(at) {
                if let Value::Class(above) = value
                    && !seen.contains(&above)
                {
                    seen.push(above);
                }
            }
        }
        false
    }

    /// A method without a body of its own: nothing, a docstring, `pass`, `...`, or only a `raise`.
    pub(super) fn is_abstract(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        let Kind::Function(f) = facts.kind(function.node) else { return false };
        if !f.body.is_some() {
            return true;
        }
        match facts.kind(f.body) {
            Kind::Block { body, .. } => body.iter().all(|&s| match facts.kind(s) {
                Kind::Str(_) | Kind::Throw(_) | Kind::Opaque(_) | Kind::Null => true,
                Kind::Name(n) => &**n == "...",
                _ => false,
            }),
            _ => false,
        }
    }

    /// What the bases of a type evaluate to.
    pub(super) fn bases(&self, class: NodeRef) -> Vec<Value> {
        let Some(info) = self.index.classes.get(&class) else { return Vec::new() };
        let mut out = Vec::new();
        for &base in &info.bases {
            let at = match self.facts(base.file).kind(base.node) {
                Kind::Index { object, .. } => base.sibling(*object),
                _ => base,
            };
            for value in self.values(at, None) {
                if !out.contains(&value) {
                    out.push(value);
                }
            }
        }
        out
    }

    /// `value["key"]`, and the part of a pattern bound to a key.
    pub(super) fn item(&self, value: &Value, key: &str) -> Values {
        // `state = {...state, x}` is remembered as holding itself.
        self.deeper(|| self.item_of(value, key))
    }

    fn item_of(&self, value: &Value, key: &str) -> Values {
        let Value::Node(at) = value else {
            return match value {
                Value::External(_) | Value::Response(_) | Value::Instance { .. } | Value::Module(_) => {
                    self.member(value, key, false)
                }
                _ => one(Value::Unknown),
            };
        };
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Record(r) => {
                let entry = r.entries.iter().rev().find(|e| e.key == Some(Key::Known(key.into())));
                match entry {
                    Some(entry) => self.values(at.sibling(entry.value), None),
                    None => r
                        .entries
                        .iter()
                        .filter(|e| e.key.is_none())
                        .flat_map(|e| self.values(at.sibling(e.value), None))
                        .flat_map(|v| if v == *value { one(Value::Unknown) } else { self.item(&v, key) })
                        .chain(one(Value::Unknown))
                        .collect(),
                }
            }
            _ => one(Value::Unknown),
        }
    }

    /// An element of a value: at a position, or any.
    pub(super) fn each(&self, value: &Value, position: Option<f64>) -> Values {
        match value {
            Value::Response(r) => one(r.step("[]")),
            Value::Node(at) => match self.facts(at.file).kind(at.node) {
                Kind::List(items) => {
                    let chosen: &[NodeId] = match position {
                        Some(p) if p >= 0.0 => items.get(p as usize).map_or(&[], std::slice::from_ref),
                        Some(_) => items.last().map_or(&[], std::slice::from_ref),
                        None => items,
                    };
                    let values: Values = union(chosen.iter().map(|&i| self.values(at.sibling(i), None)));
                    if values.is_empty() { one(Value::Unknown) } else { values }
                }
                Kind::Comprehension(c) => self.values(at.sibling(c.element), None),
                Kind::Call(c) if self.maps(self.file(at.file), c) => self.through(*at, c, None),
                _ => one(Value::Unknown),
            },
            _ => one(Value::Unknown),
        }
    }
}
