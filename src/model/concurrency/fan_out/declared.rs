//! Collections that are declared to hold few elements: by their type, their schema or what checks them.

use super::few::FEW;
use super::size_check::{CHECKED, Size};
use crate::facts::{Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::{Member, path_name};
use crate::model::names::scope::{Origin, Step};
use crate::model::values::value::{NodeRef, Value};

/// Steps of the chain that makes a schema, and names it has.
const MAX_STEPS: u32 = 12;

impl Project {
    /// Whether the declaration of a field, parameter or schema says that it holds few elements.
    pub(super) fn is_declared_few(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Member { object, name, .. } => {
                let object = at.sibling(*object);
                let of_class = |v: &Value| match v {
                    Value::Instance { class, .. } => self.is_field_few(*class, name),
                    _ => false,
                };
                self.eval(object).iter().any(of_class) || self.is_field_of_schema_few(object, name)
            }
            Kind::Name(name) => file.scopes.lookup(&file.facts, name, at.node).iter().any(|def| {
                match &def.origin {
                    Origin::Param { function, index, path } if path.is_empty() => {
                        let Kind::Function(f) = file.facts.kind(*function) else { return false };
                        let Some(param) = f.params.get(*index as usize) else { return false };
                        let mut declared = param.ty.iter().chain(&param.default).chain(&param.decorators);
                        declared.any(|&n| self.declares_few(at.sibling(n)))
                    }
                    // `const { questions } = Body.parse(await request.json())`
                    Origin::Value { expr, path } => match &path[..] {
                        [.., Step::Key(field)] => self.is_schema_of_few(at.sibling(*expr), field),
                        _ => false,
                    },
                    _ => false,
                }
            }),
            Kind::Call(_) => {
                self.read_by_schema(at).is_some_and(|schema| self.limits_list(schema, MAX_STEPS))
            }
            _ => false,
        }
    }

    /// Whether a type, the default of a field or an attribute says how many elements there are at most.
    fn declares_few(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let small = |n: NodeId| self.number(at.sibling(n)).is_some_and(|n| n <= CHECKED);
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Call(c) => {
                let lengths = file.named_in(c.callee, "declares-length");
                c.args.iter().any(|a| match &a.name {
                    Some(name) => file.sdk.has_word("most-options", name) && small(a.value),
                    None => lengths && c.args.last().is_some_and(|last| small(last.value)),
                })
            }
            // `tuple[str, str]`
            Kind::Index { object, index } => {
                let tuple = file.named_in(*object, "tuple-types");
                tuple && self.is_type_list(at.sibling(*index))
            }
            // `[string, string]`, `[String; 3]`
            Kind::List(items) => {
                n == at.node
                    && (items.len() > 1 && self.is_type_list(at.sibling(n))
                        || file.text_of(n).rsplit_once(';').is_some_and(|(_, length)| {
                            let length = length.trim_end_matches(']').trim();
                            length.parse().is_ok_and(|length: usize| length <= FEW)
                        }))
            }
            _ => false,
        })
    }

    /// Types of a few elements, one by one.
    fn is_type_list(&self, at: NodeRef) -> bool {
        let Kind::List(items) = self.kind(at) else { return false };
        let open = |&n: &NodeId| match self.kind(at.sibling(n)) {
            Kind::Spread(_) => true,
            Kind::Name(name) => &**name == "...",
            _ => self.file(at.file).text_of(n) == "...",
        };
        items.len() <= FEW && !items.iter().any(open)
    }

    /// Whether a field of a type of the project holds few elements, as it is declared or checked where
    /// objects are made.
    fn is_field_few(&self, class: NodeRef, name: &Name) -> bool {
        let declared = self.class_member(class, name).iter().any(|member| {
            let Member::Field { value, ty } = member else { return false };
            let attributes = ty.or(*value).into_iter().flat_map(|part| {
                let parent = self.facts(part.file).parent(part.node);
                let decorators = match parent.map(|p| self.kind(part.sibling(p))) {
                    Some(Kind::Assign(a)) => a.decorators.to_vec(),
                    _ => Vec::new(),
                };
                decorators.into_iter().map(move |d| part.sibling(d))
            });
            value.iter().chain(ty).copied().chain(attributes).any(|n| self.declares_few(n))
        });
        let checked = |reader: NodeRef| {
            let path = path_name(self.facts(reader.file), reader.node);
            let function = self.function_of(reader);
            path.zip(function).is_some_and(|(path, function)| self.leaves_when_many(function, &path))
        };
        declared || self.readers_at_birth(class, name).into_iter().any(checked)
    }

    /// Whether a function leaves where something has more than a few elements.
    pub(super) fn leaves_when_many(&self, function: NodeRef, path: &str) -> bool {
        let facts = self.facts(function.file);
        facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::If { condition, then, .. } => {
                self.asks_for_size(function.sibling(*condition), path) == Some(Size::Many)
                    && self.leaves_block(function.sibling(*then))
            }
            Kind::Assert { condition, .. } => {
                self.asks_for_size(function.sibling(*condition), path) == Some(Size::Few)
            }
            _ => false,
        })
    }

    /// The schema that an expression is read by: `Body.parse(input)`.
    fn read_by_schema(&self, at: NodeRef) -> Option<NodeRef> {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Await(x) => self.read_by_schema(at.sibling(*x)),
            Kind::Call(c) => match file.facts.kind(c.callee) {
                Kind::Member { object, name, .. } if file.sdk.has_word("schema-reads", name) => {
                    Some(at.sibling(*object))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn is_schema_of_few(&self, at: NodeRef, field: &str) -> bool {
        self.read_by_schema(at).is_some_and(|schema| self.limits_field(schema, field, MAX_STEPS))
    }

    /// `const body = Body.parse(input)`, `parsed.data`
    fn is_field_of_schema_few(&self, object: NodeRef, field: &str) -> bool {
        let file = self.file(object.file);
        let held = match file.facts.kind(object.node) {
            Kind::Member { object: inner, name, .. } if &**name == "data" => *inner,
            _ => object.node,
        };
        let read = file.only_value(held).unwrap_or(held);
        self.is_schema_of_few(object.sibling(read), field)
    }

    /// What made a schema that a name stands for.
    fn schema_made(&self, at: NodeRef) -> Option<NodeRef> {
        let named = self.file(at.file).only_value(at.node).map(|n| at.sibling(n));
        named.or_else(|| {
            self.eval(at).iter().find_map(|v| match v {
                Value::External(e) => e.made,
                Value::Node(n) => Some(*n),
                _ => None,
            })
        })
    }

    /// Whether the schema of an object limits the list in one of its fields.
    fn limits_field(&self, schema: NodeRef, field: &str, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let facts = self.facts(schema.file);
        match facts.kind(schema.node) {
            Kind::Call(c) => {
                let entry = c.args.iter().find_map(|a| match facts.kind(a.value) {
                    Kind::Record(r) => r.value_of(field),
                    _ => None,
                });
                if let Some(list) = entry {
                    return self.limits_list(schema.sibling(list), left);
                }
                match facts.kind(c.callee) {
                    Kind::Member { object, .. } => self.limits_field(schema.sibling(*object), field, left),
                    _ => false,
                }
            }
            Kind::Name(_) => {
                self.schema_made(schema).is_some_and(|made| self.limits_field(made, field, left))
            }
            _ => false,
        }
    }

    /// `z.array(z.string()).max(5)`
    fn limits_list(&self, schema: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let file = self.file(schema.file);
        let facts = &file.facts;
        match facts.kind(schema.node) {
            Kind::Call(c) => {
                let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return false };
                let small = || {
                    let first = c.args.first();
                    first.and_then(|a| self.number(schema.sibling(a.value))).is_some_and(|n| n <= CHECKED)
                };
                file.sdk.has_word("most-steps", name) && small()
                    || self.limits_list(schema.sibling(*object), left)
            }
            Kind::Name(_) => self.schema_made(schema).is_some_and(|made| self.limits_list(made, left)),
            _ => false,
        }
    }
}
