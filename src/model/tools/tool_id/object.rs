//! What the object says of an id that is kept in it.

use super::IdOrigin;
use crate::facts::{Kind, NodeId, StrPart};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::{Def, Origin};
use crate::model::names::words::snake;
use crate::model::tools::dispatch::parts::INPUTS;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// Lists in a row of which each is made of the one before.
const MAX_MAPS: u32 = 3;
/// Callers that are asked what they give.
const MAX_CALLERS: usize = 4;

impl Project {
    /// Whether what a field of an object holds is something else than the id of a block, which was put there when the
    /// object was made: `{"id": str(uuid4()), "name": block.name}`.
    pub(super) fn is_kept_origin(&self, value: &Value, at: NodeRef, name: &str) -> bool {
        match value {
            Value::External(e) => e.made.is_some_and(|made| {
                made != at
                    && matches!(self.kind(made), Kind::Call(_))
                    && !self.facts(at.file).descendants(at.node).contains(&made.node)
            }),
            Value::Node(text) => {
                let put_together = |p: &StrPart| matches!(p, StrPart::Hole(_));
                *text != at && matches!(self.kind(*text), Kind::Str(parts) if parts.iter().any(put_together))
            }
            Value::Response(r) => {
                let mut steps = r.path.iter().rev();
                name == "id"
                    && steps.next().is_some_and(|last| &**last == "name")
                    && steps.any(|step| &**step == "content")
            }
            _ => false,
        }
    }

    /// Adds what an id is made of that was put into the elements of a list beforehand; whether all of them are known:
    /// `calls.map((c) => ({ key: randomUUID(), name: c.name }))`, later `call.key`.
    pub(super) fn push_kept(
        &self,
        object: NodeRef,
        name: &str,
        out: &mut Vec<(NodeRef, IdOrigin)>,
        depth: u32,
    ) -> bool {
        let made = self.made_as(object, MAX_MAPS);
        !made.is_empty()
            && made.into_iter().all(|element| {
                let element = element.sibling(self.facts(element.file).bare(element.node));
                let class = self.callee_of(element).and_then(|callee| {
                    self.eval(callee).iter().find_map(|v| match v {
                        Value::Class(class) => Some(*class),
                        _ => None,
                    })
                });
                let given = match (self.kind(element), class) {
                    (Kind::Record(r), _) => r.value_of(name).map(|value| element.sibling(value)),
                    (Kind::Call(_), Some(class)) => self.filled_with(element, class, name),
                    _ => None,
                };
                given.is_some_and(|given| self.push_origins(given, out, depth + 3))
            })
    }

    /// What an element of a list was made by, also where a function is given it.
    fn made_as(&self, element: NodeRef, left: u32) -> Vec<NodeRef> {
        if let Some(list) = self.list_of_element(element) {
            return self.elements_made(list);
        }
        let file = self.file(element.file);
        let (Some(left), Kind::Name(name)) = (left.checked_sub(1), self.kind(element)) else {
            return Vec::new();
        };
        let [Def { origin: Origin::Param { function, index, path }, .. }] =
            &file.scopes.lookup(&file.facts, name, element.node)[..]
        else {
            return Vec::new();
        };
        if !path.is_empty() {
            return Vec::new();
        }
        let given = self.arguments_given(element.sibling(*function), *index, MAX_CALLERS);
        let given: Vec<_> =
            given.filter(|(call, _)| !self.is_test(*call)).map(|(_, at)| self.made_as(at, left)).collect();
        match given.iter().any(Vec::is_empty) {
            true => Vec::new(),
            false => given.concat(),
        }
    }

    /// What the elements of a list are made by, where all of them are in sight.
    fn elements_made(&self, list: NodeRef) -> Vec<NodeRef> {
        let file = self.file(list.file);
        let facts = &file.facts;
        let Kind::Name(name) = facts.kind(list.node) else { return self.mapped_values(list, MAX_MAPS) };
        match file.only_value(list.node) {
            Some(value) if self.is_made_empty(list.sibling(value)) => {
                let added = self.gathered_into(list, name);
                let function = enclosing_function(facts, list.node);
                let here = |n: NodeId| enclosing_function(facts, n) == function;
                let grows = |n: NodeId| match facts.parent(n).map(|up| facts.kind(up)) {
                    Some(Kind::Member { name, .. }) => file.sdk.has_word("gather", name),
                    Some(Kind::Assign(a)) => a.target == n && a.op.is_some(),
                    _ => false,
                };
                match file.names(name).iter().filter(|&&n| here(n) && grows(n)).count() == added.len() {
                    true => added.into_iter().map(|(value, _)| value).collect(),
                    false => Vec::new(),
                }
            }
            _ => self.mapped_values(list, MAX_MAPS),
        }
    }

    /// Whether `object.name` is the name of a tool: the object also has an input, or is called one.
    pub(super) fn names_a_tool(&self, object: NodeRef) -> bool {
        let file = self.file(object.file);
        let text = file.text_of(object.node);
        if last_name(&file.facts, object.node).is_some_and(|n| {
            let n = snake(&n);
            n.contains("tool") || n.contains("call") || n.contains("block")
        }) {
            return true;
        }
        // Of the blocks of an answer only calls of tools have a name; so have objects of one's own that hold
        // an input beside it.
        let with_input = |has: &dyn Fn(&str) -> bool| has("id") && INPUTS.iter().any(|key| has(key));
        let block = |v: &Value| match v {
            Value::Response(r) => r.path.iter().any(|p| &**p == "content"),
            Value::Instance { class, .. } => with_input(&|key| {
                self.index.classes.get(class).is_some_and(|info| info.members.contains_key(key))
            }),
            Value::Node(node) => match self.kind(*node) {
                Kind::Record(r) => with_input(&|key| r.value_of(key).is_some()),
                _ => false,
            },
            _ => false,
        };
        if self.eval(object).iter().any(block) {
            return true;
        }
        let function = enclosing_function(&file.facts, object.node);
        file.facts.ids().any(|n| {
            let (of, key) = match file.facts.kind(n) {
                Kind::Member { object, name, .. } => (*object, Some(name.clone())),
                Kind::Index { object, index } => (*object, constant(&file.facts, *index)),
                _ => return false,
            };
            key.is_some_and(|k| INPUTS.contains(&&*k))
                && file.text_of(of) == text
                && enclosing_function(&file.facts, n) == function
        })
    }
}
