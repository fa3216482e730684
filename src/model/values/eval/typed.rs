//! Objects of declared types.

use std::sync::Arc;

use smallvec::SmallVec;

use super::values::response;
use super::{Values, one};
use crate::facts::{Kind, Name};
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::{Client, NodeRef, Value};
use crate::model::{FileModel, Project};

impl Project {
    /// Values as far as they say something, else what the declared type says: nothing is known of what a
    /// call out of sight gives.
    pub(in crate::model) fn or_typed(&self, values: Values, ty: Option<NodeRef>) -> Values {
        let open = |v: &Value| match v {
            Value::External(e) => e.made.is_some(),
            v => *v == Value::Unknown,
        };
        let Some(ty) = ty.filter(|_| values.iter().all(open)) else { return values };
        let typed = self.typed(ty);
        if typed.iter().any(|v| *v != Value::Unknown) { typed } else { values }
    }

    /// An object of a declared type.
    pub(in crate::model) fn typed(&self, ty: NodeRef) -> Values {
        let file = self.file(ty.file);
        match file.facts.kind(ty.node) {
            Kind::Index { object, index } => {
                // `Awaited<Answer>['tools']`: the type of a member.
                if matches!(file.facts.kind(*object), Kind::Index { .. }) {
                    return one(Value::Unknown);
                }
                let wraps = last_name(&file.facts, *object).is_some_and(|n| file.sdk.wraps_type(&n));
                if !wraps {
                    return self.typed(ty.sibling(*object));
                }
                match file.facts.kind(*index) {
                    Kind::List(items) => {
                        // `Annotated[Anthropic, Depends(get_client)]`
                        let provided = items.iter().skip(1).find_map(|&i| self.provided(ty.sibling(i)));
                        provided.unwrap_or_else(|| {
                            items.first().map_or(one(Value::Unknown), |&i| self.typed(ty.sibling(i)))
                        })
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
                let Some(name) = constant(&file.facts, ty.node) else {
                    return one(Value::Unknown);
                };
                let last: Name = name.rsplit(['.', ' ']).next().unwrap_or(&name).into();
                // A name may be that of what it is the type of.
                let values = self.deeper(|| self.name(file, ty, &last, None));
                self.instances(file, ty, values)
            }
            Kind::Name(_) | Kind::Member { .. } => {
                let values = self.values(ty, None);
                self.instances(file, ty, values)
            }
            _ => one(Value::Unknown),
        }
    }

    /// What is in a list that begins empty, as the type of its variable says: `queue: list[Job] = []`.
    pub(in crate::model) fn declared_element(&self, list: NodeRef) -> Option<Values> {
        let facts = self.facts(list.file);
        let Kind::Assign(assign) = facts.kind(facts.parent(list.node)?) else { return None };
        let Kind::Index { index, .. } = facts.kind(assign.ty.filter(|_| assign.value == Some(list.node))?)
        else {
            return None;
        };
        let plain = matches!(facts.kind(*index), Kind::Name(_) | Kind::Member { .. } | Kind::Str(_));
        plain.then(|| self.typed(list.sibling(*index)))
    }

    fn instances(&self, file: &FileModel, at: NodeRef, types: Values) -> Values {
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
                    None => match file.sdk.response_of_type(&e.path) {
                        Some(kind) => response(at, kind),
                        None => Value::Unknown,
                    },
                },
                Value::Instance { .. } | Value::Client(_) => ty,
                _ => Value::Unknown,
            })
            .collect()
    }
}
