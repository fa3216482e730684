//! Options of retry facilities: arguments, fields of records, steps of builders.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::value::{Field, NodeRef, Value};

impl Project {
    /// The calls of a builder chain, first to last.
    pub(super) fn builder_steps(&self, last: NodeRef) -> Vec<NodeRef> {
        let mut out = vec![last];
        let mut at = last;
        while let Some(callee) = self.callee_of(at)
            && let Kind::Member { object, .. } = self.kind(callee)
            && out.len() < 32
        {
            let object = at.sibling(*object);
            match self.kind(object) {
                Kind::Call(_) => at = object,
                _ => {
                    // A builder held in a variable goes on where it was made.
                    let made = self.eval(object).iter().find_map(|v| match v {
                        Value::External(e) => e.made,
                        _ => None,
                    });
                    match made {
                        Some(made) if !out.contains(&made) => at = made,
                        _ => break,
                    }
                }
            }
            out.push(at);
        }
        out.reverse();
        out
    }

    /// An option of a call: `a|b` are spellings, `#0` is a position, `a.b` is nested.
    pub(in crate::model) fn setting(&self, call: NodeRef, spec: &str) -> Field {
        let mut result = Field::Absent;
        for name in spec.split('|') {
            let (head, tail) = name.split_once('.').map_or((name, None), |(h, t)| (h, Some(t)));
            let field = match head.strip_prefix('#') {
                Some(position) => {
                    let Kind::Call(c) = self.kind(call) else { return Field::Unknown(Some(call)) };
                    let position: usize = position.parse().unwrap_or(0);
                    match c.args.iter().filter(|a| a.name.is_none() && !a.spread).nth(position) {
                        Some(arg) => Field::Known(vec![call.sibling(arg.value)]),
                        None => Field::Absent,
                    }
                }
                None => self.option_of(call, head),
            };
            let field = match (field, tail) {
                (Field::Known(nodes), Some(tail)) => self.part(&nodes, tail),
                (field, _) => field,
            };
            match field {
                Field::Known(_) => return field,
                Field::Unknown(_) => result = field,
                Field::Absent => {}
            }
        }
        result
    }

    fn part(&self, nodes: &[NodeRef], name: &str) -> Field {
        let mut result = Field::Absent;
        for &node in nodes {
            let made = self.eval(node).iter().find_map(|v| match v {
                Value::External(e) => e.made,
                Value::Instance { made, .. } => *made,
                _ => None,
            });
            let field = match made {
                Some(made) => self.setting(made, name),
                None => self.field(node, name),
            };
            match field {
                Field::Known(_) => return field,
                Field::Unknown(_) => result = field,
                Field::Absent => {}
            }
        }
        result
    }

    /// An option that is a step of the builder chain around a call, by its argument.
    pub(super) fn step(&self, call: NodeRef, spec: &str) -> Field {
        let mut steps = self.builder_steps(call);
        let facts = self.facts(call.file);
        let mut at = call.node;
        while let Some(member) = facts.parent(at)
            && let Kind::Member { object, .. } = facts.kind(member)
            && *object == at
            && let Some(next) = facts.parent(member)
            && matches!(facts.kind(next), Kind::Call(c) if c.callee == member)
            && steps.len() < 32
        {
            steps.push(call.sibling(next));
            at = next;
        }
        for step in steps.into_iter().rev() {
            let (Kind::Call(c), Some(callee)) = (self.kind(step), self.callee_of(step)) else { continue };
            if let Kind::Member { name, .. } = self.kind(callee)
                && spec.split('|').any(|option| option == &**name)
            {
                return Field::Known(vec![c.args.first().map_or(step, |a| step.sibling(a.value))]);
            }
        }
        Field::Absent
    }
}
