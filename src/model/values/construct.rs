//! Objects that a call of their type makes: which of its arguments becomes which field.

use super::value::{NodeRef, Value};
use crate::facts::{Call, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::{Member, last_name};

/// Types above a type whose fields come before its own.
const MAX_BASES: u32 = 4;

/// A field that an argument of a call becomes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::model) struct FilledField {
    /// Its name.
    pub(in crate::model) name: Name,
    /// Its place among the fields, where the type only declares them.
    pub(in crate::model) place: Option<u32>,
}

impl Project {
    /// The field of a new object that an argument of the call which makes it becomes: by its name, by the
    /// parameter of a constructor that takes it, or by its place among the fields that the type declares.
    pub(in crate::model) fn filled_field(
        &self,
        class: NodeRef,
        call: NodeRef,
        argument: NodeRef,
    ) -> Option<FilledField> {
        let Kind::Call(c) = self.kind(call) else { return None };
        let named = c.args.iter().any(|a| a.value == argument.node && a.name.is_some());
        if let Some(constructor) = self.constructors(class).into_iter().next().filter(|_| !named) {
            let name = self.constructed_field(class, constructor, call, argument)?;
            return Some(FilledField { name, place: None });
        }
        let fields = self.declared_fields(class, MAX_BASES);
        let (name, _) = fields_given(c, &fields).find(|(_, value)| *value == argument.node)?;
        let place = fields.iter().position(|f| f == name).map(|i| i as u32);
        Some(FilledField { name: name.clone(), place })
    }

    /// What a call or a literal that makes an object gives a field that the type only declares, or that its
    /// constructor fills with an argument as it is.
    pub(in crate::model) fn filled_with(
        &self,
        made: NodeRef,
        class: NodeRef,
        field: &str,
    ) -> Option<NodeRef> {
        let call = match self.kind(made) {
            Kind::Call(call) => call,
            Kind::Record(r) => return r.value_of(field).map(|value| made.sibling(value)),
            _ => return None,
        };
        let fields = match self.constructors(class)[..] {
            [] => self.declared_fields(class, MAX_BASES),
            _ => Vec::new(),
        };
        let given = fields_given(call, &fields).find(|(name, _)| &***name == field).map(|(_, value)| value);
        given.or_else(|| self.kept_argument(made, class, field)).map(|value| made.sibling(value))
    }

    /// The argument by its place that the only constructor of a type keeps in a field.
    fn kept_argument(&self, made: NodeRef, class: NodeRef, field: &str) -> Option<NodeId> {
        let Kind::Call(call) = self.kind(made) else { return None };
        let [constructor] = self.constructors(class)[..] else { return None };
        let keeps = |a: &&crate::facts::Arg| {
            let param = self.parameter_named_for(made, constructor, made.sibling(a.value));
            a.name.is_none()
                && param.is_some_and(|param| {
                    self.keeping_field(class, constructor, param).as_deref() == Some(field)
                })
        };
        call.args.iter().find(keeps).map(|a| a.value)
    }

    /// The field that a parameter of a constructor is kept in.
    fn constructed_field(
        &self,
        class: NodeRef,
        constructor: NodeRef,
        call: NodeRef,
        argument: NodeRef,
    ) -> Option<Name> {
        let param = self.parameter_named_for(call, constructor, argument)?;
        self.index.classes.get(&class)?;
        Some(self.keeping_field(class, constructor, param).unwrap_or_else(|| param.clone()))
    }

    /// The field that a constructor keeps a parameter in, as it is.
    fn keeping_field(&self, class: NodeRef, constructor: NodeRef, param: &Name) -> Option<Name> {
        self.index.classes.get(&class)?.members.iter().find_map(|(name, members)| {
            let keeps = |m: &Member| match m {
                Member::Field { value: Some(value), .. } => {
                    self.function_of(*value) == Some(constructor)
                        && matches!(self.kind(*value), Kind::Name(n) if n == param)
                }
                _ => false,
            };
            members.iter().any(keeps).then(|| name.clone())
        })
    }

    /// The fields that a type declares with their types, those of its bases first.
    fn declared_fields(&self, class: NodeRef, left: u32) -> Vec<Name> {
        let Kind::Class(c) = self.kind(class) else { return Vec::new() };
        let mut out: Vec<Name> = Vec::new();
        if let Some(left) = left.checked_sub(1) {
            for base in self.bases(class).into_iter().rev() {
                if let Value::Class(base) = base
                    && base != class
                {
                    out.extend(self.declared_fields(base, left));
                }
            }
        }
        for name in declared_in(self.file(class.file), &c.body) {
            if !out.contains(&name) {
                out.push(name);
            }
        }
        out
    }
}

/// The fields that the arguments of a call become which makes an object of a type that only declares them, with
/// what they get: by name, or by place up to where others are spread.
pub(in crate::model) fn fields_given<'c>(
    call: &'c Call,
    declared: &'c [Name],
) -> impl Iterator<Item = (&'c Name, NodeId)> {
    let spread = call.args.iter().position(|a| a.spread || a.keyword_spread).unwrap_or(usize::MAX);
    call.args.iter().enumerate().filter_map(move |(place, arg)| {
        let by_place = || declared.get(place).filter(|_| place < spread);
        Some((arg.name.as_ref().or_else(by_place)?, arg.value))
    })
}

/// The fields that the body of a type declares for its objects, in order. Those of tuples have no names.
pub(in crate::model) fn declared_in(file: &crate::model::FileModel, body: &[NodeId]) -> Vec<Name> {
    let facts = &file.facts;
    let field = |&member: &NodeId| {
        let Kind::Assign(a) = facts.kind(member) else { return None };
        let Kind::Name(name) = facts.kind(a.target) else { return None };
        let ty = last_name(facts, a.ty?);
        let left_out = ty.is_some_and(|ty| file.sdk.has_word("no-field-types", &ty))
            || a.value.is_some_and(|v| match facts.kind(v) {
                Kind::Call(c) => c.args.iter().any(|arg| {
                    arg.name.as_deref() == Some("init") && matches!(facts.kind(arg.value), Kind::Bool(false))
                }),
                _ => false,
            });
        let named = !name.starts_with(|c: char| c.is_ascii_digit());
        (named && !left_out).then(|| name.clone())
    };
    body.iter().filter_map(field).collect()
}
