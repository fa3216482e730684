//! Fields of records, followed through names.

mod text;

use super::value::{Field, NodeRef, Value};
use crate::facts::{BinaryOp, Key, Kind, Name};
use crate::model::External;
use crate::model::Project;
use crate::model::names::index::path_name;

/// Copies of records in a row.
const MAX_COPIES: u32 = 3;

impl Project {
    /// A field of a record, given the expression that holds the record.
    pub fn field(&self, record: NodeRef, name: &str) -> Field {
        self.field_within(record, name, 0)
    }

    fn field_within(&self, record: NodeRef, name: &str, depth: u32) -> Field {
        if depth > 6 {
            return Field::Unknown(Some(record));
        }
        let mut set = Vec::new();
        let mut open = None;
        let variable = path_name(self.facts(record.file), record.node);
        if let Some(variable) = &variable {
            self.changes(record, variable, name, depth, &mut set, &mut open);
        }
        set.extend(self.gathered_keyword(record, name, depth));
        let mut absent = 0;
        let values = self.eval(record);
        for value in values.iter() {
            let record_of = match value {
                Value::Node(node) => Some(node),
                // `dict(model=…)` holds what `{"model": …}` does.
                Value::External(External { path, made: Some(made) })
                    if &**path == "dict()" && self.makes_record(*made) || self.sifted(*made).is_some() =>
                {
                    Some(made)
                }
                _ => None,
            };
            match (record_of, value) {
                (Some(node), _) => {
                    // Filled under another name: in the function that gives it back.
                    if let Some(held) = self.held_by(*node)
                        && (record.file != node.file
                            || variable.as_ref() != Some(&held)
                            || self.function_of(record) != self.function_of(*node))
                    {
                        self.changes(*node, &held, name, depth, &mut set, &mut open);
                    }
                    match self.literal_field(*node, name, depth) {
                        Field::Known(nodes) => set.extend(nodes),
                        Field::Absent => absent += 1,
                        Field::Unknown(why) => open = open.or(why).or(Some(*node)),
                    }
                }
                (_, Value::Instance { made: Some(made), .. }) => match self.literal_field(*made, name, depth)
                {
                    Field::Known(nodes) => set.extend(nodes),
                    Field::Absent => absent += 1,
                    Field::Unknown(why) => open = open.or(why).or(Some(*made)),
                },
                // What another package made may hold more than its call says.
                (_, Value::External(External { made: Some(made), .. })) => {
                    match self.literal_field(*made, name, depth) {
                        Field::Known(nodes) => set.extend(nodes),
                        _ => open = open.or(Some(*made)),
                    }
                }
                _ => open = open.or(Some(record)),
            }
        }
        set.dedup();
        if !set.is_empty() {
            Field::Known(set)
        } else if open.is_some() || absent == 0 {
            Field::Unknown(open.or(Some(record)))
        } else {
            Field::Absent
        }
    }

    /// Later changes of a field of the record in a variable, within the function around `at`.
    fn changes(
        &self,
        at: NodeRef,
        variable: &Name,
        name: &str,
        depth: u32,
        set: &mut Vec<NodeRef>,
        open: &mut Option<NodeRef>,
    ) {
        let Some(sets) = self.index.item_sets.get(&(at.file, variable.clone())) else { return };
        let function = self.function_of(at);
        for s in sets {
            let place = at.sibling(s.at);
            if self.function_of(place) != function {
                continue;
            }
            match &s.key {
                Some(key) if &**key == name => match s.value {
                    Some(value) if !s.removes => set.push(at.sibling(value)),
                    _ => *open = Some(place),
                },
                Some(_) => {}
                None => match self.sifted_by(place).filter(|_| depth < MAX_COPIES) {
                    Some(copy) => {
                        match self.sifted_field(&copy, name, self.field_within(copy.source, name, depth + 1))
                        {
                            Field::Known(nodes) => set.extend(nodes),
                            Field::Absent => {}
                            Field::Unknown(why) => *open = why.or(Some(place)),
                        }
                    }
                    None => *open = Some(place),
                },
            }
        }
    }

    /// A field that is set in a record after it was made, under the name it is read by or was bound to.
    pub(in crate::model) fn set_later(&self, at: NodeRef, made: NodeRef, name: &str) -> Field {
        let (mut set, mut open) = (Vec::new(), None);
        if let Some(variable) = path_name(self.facts(at.file), at.node) {
            self.changes(at, &variable, name, 0, &mut set, &mut open);
        }
        if let Some(held) = self.held_by(made).filter(|_| set.is_empty()) {
            self.changes(made, &held, name, 0, &mut set, &mut open);
        }
        match (set.is_empty(), open) {
            (false, _) => Field::Known(set),
            (true, Some(why)) => Field::Unknown(Some(why)),
            (true, None) => Field::Absent,
        }
    }

    /// The variable that a literal is bound to where it stands.
    fn held_by(&self, literal: NodeRef) -> Option<Name> {
        let (_, target) = self.bound_at(literal)?;
        path_name(self.facts(literal.file), target)
    }

    /// Whether an expression gives that truth value, whatever it stands for.
    pub fn is_bool(&self, at: NodeRef, value: bool) -> bool {
        self.eval(at).iter().all(|v| match v {
            Value::Node(n) => matches!(self.kind(*n), Kind::Bool(b) if *b == value),
            _ => false,
        })
    }

    /// Whether nothing is written at a place: `None`, `null`.
    pub fn is_null(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Null)
    }

    /// Whether a record is written at a place, and not one of a declared type.
    pub fn is_plain_record(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Record(r) if r.ty.is_none())
    }

    /// Whether something is always there, since a literal stands in for what is not: `profile?.email || ""`.
    pub fn falls_back_on_literal(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, right, .. } => {
                matches!(self.kind(at.sibling(*right)), Kind::Str(_) | Kind::Number(_) | Kind::Bool(_))
            }
            _ => false,
        }
    }

    /// Another field of the record that a value is written in.
    pub fn field_beside(&self, value: NodeRef, name: &str) -> Option<NodeRef> {
        let facts = self.facts(value.file);
        match facts.kind(facts.parent(value.node)?) {
            Kind::Record(r) => r.value_of(name).map(|other| value.sibling(other)),
            _ => None,
        }
    }

    /// The type that a name stands for.
    pub(in crate::model) fn class_named(&self, ty: NodeRef) -> Option<NodeRef> {
        self.eval(ty).iter().find_map(|v| match v {
            Value::Class(class) => Some(*class),
            _ => None,
        })
    }

    /// Whether a computed key certainly is another one.
    fn is_other_key(&self, key: NodeRef, name: &str) -> bool {
        let values = self.eval(key);
        !values.is_empty()
            && values.iter().all(|v| match v {
                Value::Node(node) => self.text(*node).known().is_some_and(|text| text != name),
                _ => false,
            })
    }

    /// A field of a record literal, of a call with keyword arguments, or of a struct made by a call.
    pub(in crate::model) fn literal_field(&self, node: NodeRef, name: &str, depth: u32) -> Field {
        if let Some(copy) = self.sifted(node) {
            return self.sifted_field(&copy, name, self.field_within(copy.source, name, depth + 1));
        }
        let mut open = None;
        match self.kind(node) {
            Kind::Record(r) => {
                let wire = &self.index.wire;
                let class =
                    r.ty.filter(|_| !wire.is_plain()).and_then(|ty| self.class_named(node.sibling(ty)));
                for entry in r.entries.iter().rev() {
                    let flat = matches!(&entry.key, Some(Key::Known(key)) if wire.is_flat(class, key));
                    match entry.key.as_ref().filter(|_| !flat) {
                        // `None` in a struct is a field left out.
                        Some(Key::Known(key)) if **wire.name(class, key) == *name => {
                            if r.ty.is_some() && matches!(self.kind(node.sibling(entry.value)), Kind::Null) {
                                return Field::Absent;
                            }
                            return Field::Known(vec![node.sibling(entry.value)]);
                        }
                        Some(Key::Known(_)) => {}
                        Some(Key::Computed(key)) if self.is_other_key(node.sibling(*key), name) => {}
                        Some(Key::Computed(key)) => open = Some(node.sibling(*key)),
                        None => match self.field_within(node.sibling(entry.value), name, depth + 1) {
                            Field::Absent => {}
                            known @ Field::Known(_) => return known,
                            unknown => {
                                open = open.or(match unknown {
                                    Field::Unknown(why) => why,
                                    _ => None,
                                })
                            }
                        },
                    }
                }
            }
            Kind::Call(call) => {
                for arg in call.args.iter().rev() {
                    if arg.name.as_deref() == Some(name) {
                        return Field::Known(vec![node.sibling(arg.value)]);
                    }
                    if arg.keyword_spread || arg.spread {
                        match self.field_within(node.sibling(arg.value), name, depth + 1) {
                            Field::Absent => {}
                            known @ Field::Known(_) => return known,
                            Field::Unknown(why) => open = open.or(why).or(Some(node.sibling(arg.value))),
                        }
                    }
                }
            }
            Kind::Null => return Field::Absent,
            _ => return Field::Unknown(Some(node)),
        }
        match open {
            Some(_) => Field::Unknown(open),
            None => Field::Absent,
        }
    }
}
