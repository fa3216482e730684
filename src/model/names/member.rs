//! Members of values: fields, methods, elements.

mod schema;

use std::sync::Arc;

use crate::model::Project;

use super::index::{Member, last_name, owner_class};
use crate::facts::{ClassKind, Key, Kind, NodeId};
use crate::model::values::eval::{Values, one, union};
use crate::model::values::value::{Client, External, NodeRef, Value};

pub(in crate::model) const MAX_BASES: usize = 8;

/// A field set in more places than this is as good as unknown.
pub(in crate::model) const MAX_MEMBERS: usize = 24;

impl Project {
    /// `value.name`; `called` when the member is called right away.
    pub(in crate::model) fn member(&self, value: &Value, name: &str, called: bool) -> Values {
        match value {
            Value::Module(file) => self.export(*file, name).unwrap_or_else(|| one(Value::Unknown)),
            Value::External(External { path, made: None }) => one(self.external(format!("{path}.{name}"))),
            Value::External(e) => {
                let path = format!("{}.{name}", e.path).into();
                let part = one(Value::External(External { path, made: e.made }));
                let default = self.default_by_schema(e, name).map(|n| self.eval(n).iter().cloned().collect());
                union(default.into_iter().chain([part]))
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
                let mut members = self.class_member(*class, name);
                // Fields are of objects: `Part::text` is the function of that name.
                let is_method = |m: &Member| matches!(m, Member::Method(_));
                if members.iter().any(is_method) {
                    members.retain(is_method);
                }
                let values: Values = union(members.iter().map(|m| self.member_value(m, called)));
                if let Some(variant) = self.variant(*class, name).filter(|_| !called) {
                    return one(Value::Instance { class: *class, made: Some(variant) });
                }
                if values.is_empty() { self.external_base(*class, None, name) } else { values }
            }
            // `None` has no members: the other values are meant.
            Value::Node(_) if self.is_nothing(value) => Values::new(),
            Value::Node(node) => self.item(&Value::Node(*node), name),
            Value::Function(_) | Value::Unknown => one(Value::Unknown),
        }
    }

    /// The variant of an enumeration by its name, where it holds nothing.
    fn variant(&self, class: NodeRef, name: &str) -> Option<NodeRef> {
        let facts = self.facts(class.file);
        let Kind::Class(c) = facts.kind(class.node) else { return None };
        let named = |n: &&NodeId| match facts.kind(**n) {
            Kind::Assign(a) => {
                a.ty.is_none() && a.value.is_none() && last_name(facts, a.target).as_deref() == Some(name)
            }
            _ => false,
        };
        let variant = c.body.iter().filter(|_| c.kind == ClassKind::Enum).find(named);
        variant.map(|&n| class.sibling(n))
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
        // A field that is only declared, or begins as nothing, is what is set elsewhere, where that is known.
        let (declared, set): (Vec<&Member>, Vec<&Member>) = members.iter().partition(|m| match m {
            Member::Field { value: Some(value), ty: Some(_) } => matches!(self.kind(*value), Kind::Null),
            member => matches!(member, Member::Field { value: None, .. }),
        });
        // Of an object in sight, what the call that made it gives counts, not what others do.
        let given = made.filter(|_| !called && self.constructors(class).is_empty());
        let given = given.and_then(|made| self.filled_with(made, class, name));
        let given = given.map(|given| self.values(given, None));
        let own = |m: &&Member| match m {
            Member::Field { value: Some(value), .. } => {
                owner_class(&self.index, self.facts(value.file), *value) == Some(class)
            }
            _ => true,
        };
        let mut values: Values = match given.filter(|v| v.iter().any(|v| *v != Value::Unknown)) {
            Some(given) => union(std::iter::once(given).chain(set.into_iter().filter(own).map(&values_of))),
            None => union(set.into_iter().map(&values_of)),
        };
        if values.iter().all(|v| self.is_nothing(v)) {
            values.extend(declared.into_iter().flat_map(&values_of));
        } else if values.iter().all(|v| self.is_nothing(v) || is_made_elsewhere(v)) {
            // `client: make_client()`: nothing is known of what another package gives but what the field says.
            let mut typed: Values = union(declared.into_iter().map(&values_of));
            typed.retain(|v| *v != Value::Unknown);
            if !typed.is_empty() {
                values = typed;
            }
        }
        if values.iter().any(|v| *v != Value::Unknown) {
            values.retain(|v| *v != Value::Unknown || called);
        }
        // `Foo(client=x)` of a class without a constructor of its own.
        if let Some(made) = made
            && values.iter().all(|v| matches!(v, Value::Unknown))
            && let Some(given) = self.filled_with(made, class, name)
        {
            values = self.values(given, None);
        }
        if let Some(content) = self.declared_content(class, name).filter(|_| made.is_none() && !called) {
            values.retain(|v| *v != Value::Unknown);
            values.push(content);
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
                    ty => self.or_typed(values, *ty),
                }
            }
            Member::Param { function, index } => self.param(*function, *index as usize, None),
        }
    }

    /// Whether a value says nothing: unknown, or the `None` a field starts with.
    pub(in crate::model) fn is_nothing(&self, value: &Value) -> bool {
        match value {
            Value::Unknown => true,
            Value::Node(n) => matches!(self.facts(n.file).kind(n.node), Kind::Null),
            _ => false,
        }
    }

    pub(in crate::model) fn is_property(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        let Kind::Function(f) = file.facts.kind(function.node) else { return false };
        f.is_getter || f.decorators.iter().any(|&d| file.named_in(d, "getter-marks"))
    }

    /// `value["key"]`, and the part of a pattern bound to a key.
    pub(in crate::model) fn item(&self, value: &Value, key: &str) -> Values {
        // `state = {...state, x}` is remembered as holding itself.
        self.deeper(|| self.item_of(value, key))
    }

    fn item_of(&self, value: &Value, key: &str) -> Values {
        let Value::Node(at) = value else {
            return match value {
                Value::External(_)
                | Value::Response(_)
                | Value::Instance { .. }
                | Value::Module(_)
                | Value::Client(_) => self.member(value, key, false),
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
            // `Model.FAST.value`
            Kind::Str(_) | Kind::Number(_) if key == "value" => one(value.clone()),
            _ => one(Value::Unknown),
        }
    }

    /// The objects and functions of a record, where one is asked for by a key that is not known:
    /// `providers[name]`.
    pub(in crate::model) fn any_object_in(&self, value: &Value) -> Option<Values> {
        let Value::Node(at) = value else { return None };
        let Kind::Record(record) = self.kind(*at) else { return None };
        let held = record.entries.iter().map(|entry| {
            let whole = entry.key.is_some();
            if whole { self.values(at.sibling(entry.value), None) } else { one(Value::Unknown) }
        });
        let values = self.deeper(|| union(held));
        let is_object = |v: &Value| match v {
            Value::Instance { .. } | Value::Class(_) | Value::Function(_) | Value::Client(_) => true,
            Value::Node(n) => match self.kind(*n) {
                Kind::Record(r) => {
                    r.entries.iter().any(|e| matches!(self.kind(n.sibling(e.value)), Kind::Function(_)))
                }
                _ => false,
            },
            _ => false,
        };
        (!values.is_empty() && values.iter().all(is_object)).then_some(values)
    }

    /// An element of a value: at a position, or any.
    pub(in crate::model) fn each(&self, value: &Value, position: Option<f64>) -> Values {
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
                    let values = if values.is_empty() { self.parts_appended(*at) } else { values };
                    match values.is_empty() {
                        true => self.declared_element(*at).unwrap_or_else(|| one(Value::Unknown)),
                        false => values,
                    }
                }
                Kind::Comprehension(c) => self.values(at.sibling(c.element), None),
                Kind::Call(c) if self.is_mapping(*at) => self.through(*at, c, None),
                _ => one(Value::Unknown),
            },
            // What cannot be gone through itself was handed over by a generator, one by one.
            Value::Instance { class, .. } if position.is_none() && !self.holds_elements(*class) => {
                one(value.clone())
            }
            _ => one(Value::Unknown),
        }
    }

    /// Whether objects of a type may have elements: by a method of theirs, or by a base out of sight.
    fn holds_elements(&self, class: NodeRef) -> bool {
        let file = self.file(class.file);
        let text = file.text_of(class.node);
        file.sdk.words("element-methods").iter().any(|name| {
            // Names that are worked out are no members: `[Symbol.iterator]()`.
            name.contains('.') && text.contains(&**name) || !self.class_member(class, name).is_empty()
        }) || self.bases(class).iter().any(|base| !matches!(base, Value::Class(_)))
    }
}

/// Whether a value is what a call of another package gave.
fn is_made_elsewhere(value: &Value) -> bool {
    matches!(value, Value::External(e) if e.made.is_some())
}
