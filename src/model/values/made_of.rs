//! What a text is made of, where its value itself is out of reach.

use super::came_from::WalkBack;
use super::value::{NodeRef, Text, Value};
use crate::facts::{Key, Kind};
use crate::model::Project;
use crate::model::names::index::Member;
use crate::model::names::scope::{Def, Origin};

/// Expressions that a text is followed back through.
const MAX_STEPS: usize = 100;

impl Project {
    /// The values a record that is spread into a call is made with, whatever is changed later.
    pub(in crate::model) fn entries_spread(&self, call: NodeRef, key: &str) -> Vec<NodeRef> {
        let Kind::Call(c) = self.kind(call) else { return Vec::new() };
        let mut out = Vec::new();
        for arg in c.args.iter().filter(|a| a.spread || a.keyword_spread) {
            for value in self.eval(call.sibling(arg.value)).iter() {
                let Value::Node(record) = value else { continue };
                let Kind::Record(r) = self.kind(*record) else { continue };
                let named = r.entries.iter().filter(|e| matches!(&e.key, Some(Key::Known(k)) if &**k == key));
                out.extend(named.map(|e| record.sibling(e.value)));
            }
        }
        out
    }

    /// Whether a text that fits goes into an expression, through variables, defaults and the
    /// functions it is given to.
    pub(in crate::model) fn is_made_of(&self, at: NodeRef, fits: &dyn Fn(&str) -> bool) -> bool {
        let spelled = |text: &Text| text.pieces.iter().flatten().cloned().collect::<String>().to_lowercase();
        let mut parts = WalkBack::new(at, MAX_STEPS, |part| self.made_of_unless_given(part)).take(MAX_STEPS);
        parts.any(|part| self.texts(part).iter().any(|(_, text)| fits(&spelled(text))))
    }

    /// What an expression is made of where nobody gives the parameters and fields on the way anything: who
    /// does so may choose another text.
    fn made_of_unless_given(&self, at: NodeRef) -> Vec<NodeRef> {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Name(name) => {
                let defs = file.scopes.lookup(&file.facts, name, at.node).into_iter();
                let value = |def: &Def| match &def.origin {
                    Origin::Value { expr, path } if path.is_empty() => Some(at.sibling(*expr)),
                    Origin::Param { function, index, .. } => {
                        self.param_default(at.sibling(*function), *index)
                    }
                    _ => None,
                };
                defs.filter_map(value).collect()
            }
            // `self.model`, where whoever makes the object may choose another.
            Kind::Member { object, name, .. } => {
                let class = self.class_of(at).filter(|_| file.is_own_object(*object));
                let members = class.into_iter().flat_map(|class| self.class_member(class, name));
                let value = |member| match member {
                    Member::Field { value, .. } => value,
                    Member::Param { function, index } => self.param_default(function, index),
                    Member::Method(_) => None,
                };
                members.filter_map(value).filter(|value| value.file == at.file).collect()
            }
            Kind::Call(call) => {
                let own = self.eval(at.sibling(call.callee)).iter().any(|v| matches!(v, Value::Function(_)));
                call.args.iter().filter(|_| own).map(|a| at.sibling(a.value)).collect()
            }
            _ => self.came_from(at),
        }
    }
}
