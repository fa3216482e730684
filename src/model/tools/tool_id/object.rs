//! What the object says of an id that is kept in it.

use crate::facts::{Kind, StrPart};
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::snake;
use crate::model::tools::dispatch::parts::INPUTS;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

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
