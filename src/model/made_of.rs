//! What a text is made of, where its value itself is out of reach.

use rustc_hash::FxHashSet;

use super::Project;
use super::index::Member;
use super::scope::Origin;
use super::value::{NodeRef, Text, Value};
use crate::facts::{BinaryOp, Key, Kind, NodeId};

/// How far a text is followed back.
const MAX_ORIGINS: u32 = 8;
const MAX_STEPS: usize = 100;

impl Project {
    /// The values a record that is spread into a call is made with, whatever is changed later.
    pub(super) fn entries_spread(&self, call: NodeRef, key: &str) -> Vec<NodeRef> {
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
    pub(super) fn is_made_of(&self, at: NodeRef, fits: &dyn Fn(&str) -> bool) -> bool {
        self.is_made_within(at, fits, 0, &mut FxHashSet::default())
    }

    fn is_made_within(
        &self,
        at: NodeRef,
        fits: &dyn Fn(&str) -> bool,
        depth: u32,
        seen: &mut FxHashSet<NodeRef>,
    ) -> bool {
        if depth > MAX_ORIGINS || seen.len() >= MAX_STEPS || !seen.insert(at) {
            return false;
        }
        let texts = self.texts(at);
        let spelled = |text: &Text| text.pieces.iter().flatten().cloned().collect::<String>().to_lowercase();
        if texts.iter().any(|(_, text)| fits(&spelled(text))) {
            return true;
        }
        let model = self.file(at.file);
        let facts = &model.facts;
        let mut of = |n: NodeId| self.is_made_within(at.sibling(n), fits, depth + 1, seen);
        match facts.kind(at.node) {
            Kind::Name(name) => {
                model.scopes.lookup(facts, name, at.node).iter().any(|def| match &def.origin {
                    Origin::Value { expr, path } => path.is_empty() && *expr != at.node && of(*expr),
                    Origin::Param { function, index, .. } => match facts.kind(*function) {
                        Kind::Function(f) => {
                            f.params.get(*index as usize).and_then(|p| p.default).is_some_and(&mut of)
                        }
                        _ => false,
                    },
                    _ => false,
                })
            }
            // `self.model`, where whoever makes the object may choose another.
            Kind::Member { object, name, .. } => {
                let own = model.is_own_object(*object);
                let class = self.class_of(at).filter(|_| own);
                class.into_iter().flat_map(|class| self.class_member(class, name)).any(|m| match m {
                    Member::Field { value: Some(value), .. } if value.file == at.file => of(value.node),
                    Member::Param { function, index } if function.file == at.file => {
                        match facts.kind(function.node) {
                            Kind::Function(f) => {
                                f.params.get(index as usize).and_then(|p| p.default).is_some_and(&mut of)
                            }
                            _ => false,
                        }
                    }
                    _ => false,
                })
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => of(*left) || of(*right),
            Kind::If { then, otherwise, .. } => of(*then) || otherwise.is_some_and(&mut of),
            Kind::Await(x) | Kind::Cast { value: x, .. } => of(*x),
            Kind::Call(c) => {
                let own = self.eval(at.sibling(c.callee)).iter().any(|v| matches!(v, Value::Function(_)));
                own && c.args.iter().any(|a| of(a.value))
            }
            _ => false,
        }
    }
}
