//! Which models a field is sent to: questions about the model's name on the way to a value, answered for one model.

mod label;
mod pattern;
mod question;
mod text;
mod untouched;

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Origin, Project, Request, enclosing_function};
use crate::sdk::models::Model;
use question::Asked;

/// Values between a field and what is written down for it.
const MAX_DEPTH: u32 = 5;
/// Ways to one field that are looked at.
const MAX_WAYS: usize = 24;
/// Statements before a place that are looked at.
const MAX_BEFORE: usize = 60;

/// One way on which a field gets a value.
#[derive(Debug, Clone)]
pub struct FieldWay {
    /// The value.
    pub value: NodeRef,
    /// Where it is handed on, the value itself included: whatever leads to one of them decides.
    through: Vec<NodeRef>,
}

/// Whether a way is taken for a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// A question about the name of the model leads to it.
    Yes,
    /// A question about the name of the model leads past it.
    No,
    /// Nothing asks for the model, or the question is not understood.
    Open,
}

impl Project {
    /// The ways on which a field of a request gets a value.
    pub fn field_ways(&self, request: &Request, name: &str) -> Vec<FieldWay> {
        let mut out = Vec::new();
        for &node in self.body_field(request, name).nodes() {
            self.ways_to(node, &mut Vec::new(), &mut out);
        }
        out
    }

    fn ways_to(&self, at: NodeRef, through: &mut Vec<NodeRef>, out: &mut Vec<FieldWay>) {
        if out.len() >= MAX_WAYS || through.contains(&at) || through.len() as u32 > MAX_DEPTH {
            return;
        }
        through.push(at);
        let before = out.len();
        match self.kind(at) {
            Kind::If { then, otherwise, .. } => {
                for side in [Some(*then), *otherwise].into_iter().flatten() {
                    self.ways_to(at.sibling(side), through, out);
                }
            }
            Kind::Cast { value, .. } => self.ways_to(at.sibling(*value), through, out),
            Kind::Block { body, tail: true } => {
                if let Some(&last) = body.last() {
                    self.ways_to(at.sibling(last), through, out);
                }
            }
            Kind::Null => {}
            Kind::Name(name) => {
                let file = self.file(at.file);
                for def in file.scopes.lookup(&file.facts, name, at.node) {
                    if let Origin::Value { expr, path } = &def.origin
                        && path.is_empty()
                    {
                        self.ways_to(at.sibling(*expr), through, out);
                    }
                }
                self.add_way(at, through, before, out);
            }
            Kind::Call(call) => {
                let wraps = last_name(self.facts(at.file), call.callee);
                if let (Some("Some" | "Ok" | "json"), [only]) = (wraps.as_deref(), &call.args[..]) {
                    self.ways_to(at.sibling(only.value), through, out);
                } else if let [Value::Function(function)] = self.eval(at.sibling(call.callee))[..] {
                    for &value in self.return_values(function).iter() {
                        self.ways_to(value, through, out);
                    }
                }
                self.add_way(at, through, before, out);
            }
            _ => self.add_way(at, through, before, out),
        }
        through.pop();
    }

    /// The value itself, where it leads no further.
    fn add_way(&self, at: NodeRef, through: &[NodeRef], before: usize, out: &mut Vec<FieldWay>) {
        let not_sent = || self.file(at.file).named_in(at.node, "not-sent");
        if out.len() == before && !not_sent() {
            out.push(FieldWay { value: at, through: through.to_vec() });
        }
    }

    /// Whether a way is taken for a model, by whatever name: `No` where it is not under one of its names, `Yes`
    /// where it is under all of them.
    pub fn is_taken_for(&self, way: &FieldWay, model: &Model) -> Taken {
        let mut all = Taken::Yes;
        for id in model.names() {
            match self.taken(way, &id) {
                Truth::No => return Taken::No,
                Truth::Yes => {}
                Truth::Free | Truth::Open => all = Taken::Open,
            }
        }
        all
    }

    fn taken(&self, way: &FieldWay, id: &str) -> Truth {
        let asked = Asked::new(self, id);
        way.through.iter().fold(Truth::Free, |all, &place| all.and_rest(self.leads_to(place, &asked)))
    }

    /// Whether what stands around a place, or leaves before it, lets the model come to it.
    fn leads_to(&self, place: NodeRef, asked: &Asked<'_>) -> Truth {
        let facts = self.facts(place.file);
        let mut all = Truth::Free;
        let mut from = place.node;
        for up in facts.ancestors(place.node).skip(1) {
            let holds = |n: NodeId| asked.truth(place.sibling(n), &[], 0);
            all = all.and_rest(match facts.kind(up) {
                Kind::Function(_) | Kind::Class(_) => return all,
                Kind::If { condition, then, .. } if *then == from => holds(*condition),
                Kind::If { condition, otherwise, .. } if *otherwise == Some(from) => holds(*condition).not(),
                Kind::Binary { op: BinaryOp::And, left, right } if *right == from => holds(*left),
                Kind::Block { body, .. } => {
                    let earlier = body.iter().take_while(|&&s| s != from).take(MAX_BEFORE);
                    earlier.fold(Truth::Free, |all, &s| match facts.kind(s) {
                        Kind::If { condition, then, otherwise: None }
                            if self.leaves_block(place.sibling(*then)) =>
                        {
                            all.and_rest(holds(*condition).not())
                        }
                        _ => all,
                    })
                }
                Kind::Match(m) if m.subject != from => match asked.concerns(place.sibling(m.subject)) {
                    true => Truth::Open,
                    false => Truth::Free,
                },
                _ => Truth::Free,
            });
            if all == Truth::No {
                return all;
            }
            from = up;
        }
        all
    }

    /// The condition on a way that asks for the model: the innermost that is answered with no for one of them.
    pub fn question_on(&self, way: &FieldWay, model: &Model) -> Option<NodeRef> {
        let ids = model.names();
        way.through.iter().find_map(|&place| {
            let facts = self.facts(place.file);
            let function = enclosing_function(facts, place.node);
            let around = facts.ancestors(place.node).skip(1).take_while(|&n| Some(n) != function);
            let conditions = around.flat_map(|n| match facts.kind(n) {
                Kind::If { condition, .. } => vec![*condition],
                Kind::Binary { op: BinaryOp::And, left, .. } => vec![*left],
                Kind::Block { body, .. } => body
                    .iter()
                    .take(MAX_BEFORE)
                    .filter_map(|&s| match facts.kind(s) {
                        Kind::If { condition, otherwise: None, .. } => Some(*condition),
                        _ => None,
                    })
                    .collect(),
                _ => Vec::new(),
            });
            let mut conditions = conditions.map(|n| place.sibling(n));
            conditions.find(|&c| {
                ids.iter().any(|id| matches!(Asked::new(self, id).truth(c, &[], 0), Truth::Yes | Truth::No))
            })
        })
    }
}
