//! Schemas of JSON that a library makes of a class.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

/// Classes that a class is derived from.
const MAX_BASES: usize = 8;

impl Project {
    /// The class of which an expression makes a schema that does not close its objects:
    /// `Verdict.model_json_schema()`, where nothing in the class says that others are refused.
    pub fn class_of_open_schema(&self, at: NodeRef) -> Option<NodeRef> {
        let file = self.file(at.file);
        let at = match file.facts.kind(at.node) {
            // A variable that is read once is not changed in between.
            Kind::Name(_) => {
                let value = at.sibling(file.only_value(at.node)?);
                let [def] = &file.scopes.bound_to(value.node).collect::<Vec<_>>()[..] else { return None };
                (self.readers(at.sibling(def.node)).len() == 1).then_some(value)?
            }
            _ => at,
        };
        let Kind::Call(call) = file.facts.kind(at.node) else { return None };
        let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
        if !call.args.is_empty() || !file.sdk.has_word("class-schemas", name) {
            return None;
        }
        let values = self.eval(at.sibling(*object));
        let [Value::Class(class)] = values[..] else { return None };
        self.leaves_open(class).then_some(class)
    }

    /// Whether a validated class and all that it is derived from say nothing about further fields.
    fn leaves_open(&self, class: NodeRef) -> bool {
        let mut seen = vec![class];
        let mut next = 0;
        while let Some(&at) = seen.get(next) {
            next += 1;
            let file = self.file(at.file);
            let text = file.text_of(at.node);
            let bases = self.bases(at);
            let Kind::Class(c) = self.kind(at) else { return false };
            if !c.decorators.is_empty()
                || bases.is_empty()
                || file.sdk.words("closes-schema").iter().any(|w| text.contains(w.as_str()))
            {
                return false;
            }
            for base in bases {
                match base {
                    Value::Class(base) if seen.len() < MAX_BASES => {
                        if !seen.contains(&base) {
                            seen.push(base);
                        }
                    }
                    Value::External(e) if file.sdk.has_word("schema-bases", &e.path) => {}
                    _ => return false,
                }
            }
        }
        true
    }
}
