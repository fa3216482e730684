//! From the id of a tool result back to the block that it answers.

mod binding;
mod first;
mod helper;
mod way;

use crate::facts::{BinaryOp, Call, Kind, LoopKind, NodeId, StrPart, UnaryOp};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Step;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

pub(super) use way::Way;

const MAX_STEPS: u32 = 24;
const MAX_WAYS: usize = 6;
const MAX_CALLS: usize = 3;
const MAX_CALLERS: usize = 8;
/// Ways out of one choice that are followed.
const MAX_ARMS: usize = 4;

impl Project {
    /// The ways from an id back to the blocks of an answer.
    pub(super) fn trace_block(&self, id: NodeRef) -> Vec<Way> {
        let mut out = Vec::new();
        let way = Way { turn: None, pick: None, source: id, calls: Vec::new(), steps: Vec::new() };
        self.back(id, way, 0, &mut out);
        out.retain(|w| w.turn.is_some() || w.pick.is_some_and(|p| self.picks_tool_use(p, w.source)));
        out
    }

    fn back(&self, at: NodeRef, mut way: Way, depth: u32, out: &mut Vec<Way>) {
        way.source = at;
        if depth > MAX_STEPS || out.len() >= MAX_WAYS {
            return out.push(way);
        }
        let file = self.file(at.file);
        let facts = &file.facts;
        let on = |node: NodeId| at.sibling(node);
        if way.pick.is_some() && self.is_block_list(at) {
            return out.push(way);
        }
        match facts.kind(at.node) {
            Kind::Await(x) | Kind::Propagate(x) | Kind::Spread(x) | Kind::Cast { value: x, .. } => {
                self.back(on(*x), way, depth + 1, out)
            }
            Kind::Unary { op: UnaryOp::Other, operand } => self.back(on(*operand), way, depth + 1, out),
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => {
                self.back(on(*left), way, depth + 1, out)
            }
            Kind::Binary { op: BinaryOp::And, right, .. } => self.back(on(*right), way, depth + 1, out),
            Kind::Block { body, tail: true } if !body.is_empty() => {
                let last = body.last().copied().unwrap_or(at.node);
                self.back(on(last), way, depth + 1, out)
            }
            Kind::Str(parts) => match &parts[..] {
                [StrPart::Hole(hole)] => self.back(on(*hole), way, depth + 1, out),
                _ => out.push(way),
            },
            Kind::Member { object, .. } if self.file(at.file).is_own_object(*object) => out.push(way),
            Kind::Member { object, name, .. } => {
                self.back(on(*object), way.below(name.clone()), depth + 1, out);
            }
            // `{ id: block.id, … }`: an object of one's own that holds parts of the block.
            Kind::Record(r) => self.back_from_part(way.part_of(at, r), way, depth, out),
            Kind::List(items) => self.back_from_part(way.item_of(at, items), way, depth, out),
            Kind::Match(m) => {
                for arm in m.arms.iter().take(MAX_ARMS) {
                    self.back(on(arm.body), way.clone(), depth + 2, out);
                }
            }
            // `async { … }`: what it gives once it is waited for.
            Kind::Function(f) if f.params.is_empty() && f.body.is_some() => {
                for &value in self.return_values(at).iter().take(4) {
                    self.back(value, way.clone(), depth + 2, out);
                }
            }
            Kind::Index { object, index } => {
                if let Some(key) = constant(facts, *index) {
                    self.back(on(*object), way.below(key), depth + 1, out);
                } else if self.is_fixed_position(on(*index)) {
                    way.pick = way.pick.or(Some(at));
                    self.back(on(*object), way, depth + 1, out);
                } else if let Kind::Slice { .. } = facts.kind(*index) {
                    self.back(on(*object), way, depth + 1, out);
                } else {
                    out.push(way);
                }
            }
            Kind::Call(call) => self.back_through_call(at, call, way, depth, out),
            Kind::Name(name) => self.back_from_name(at, name, way, depth, out),
            _ => out.push(way),
        }
    }

    /// From a part of an object of one's own, if that is where the way leads.
    fn back_from_part(&self, part: Option<NodeRef>, mut way: Way, depth: u32, out: &mut Vec<Way>) {
        match part {
            Some(part) => {
                way.steps.pop();
                self.back(part, way, depth + 1, out)
            }
            None => out.push(way),
        }
    }

    /// `[0]`, `[-1]`.
    fn is_fixed_position(&self, index: NodeRef) -> bool {
        match self.kind(index) {
            Kind::Number(_) => true,
            Kind::Unary { op: UnaryOp::Minus, operand } => {
                matches!(self.kind(index.sibling(*operand)), Kind::Number(_))
            }
            _ => false,
        }
    }

    fn back_through_call(&self, at: NodeRef, call: &Call, mut way: Way, depth: u32, out: &mut Vec<Way>) {
        let file = self.file(at.file);
        let facts = &file.facts;
        let on = |node: NodeId| at.sibling(node);
        if let Kind::Member { object, name, .. } = facts.kind(call.callee) {
            let key = call.args.first().and_then(|a| constant(facts, a.value));
            if let Some(key) = key.filter(|_| &**name == "get") {
                return self.back(on(*object), way.below(key), depth + 1, out);
            }
            let one = match &**name {
                "find" | "findLast" | "find_map" | "rfind" => !self.looks_up(at),
                "first" | "last" | "next" | "next_back" => call.args.is_empty(),
                "at" | "nth" => call.args.first().is_some_and(|a| self.is_fixed_position(on(a.value))),
                _ => false,
            };
            if one {
                way.pick = way.pick.or(Some(at));
                return self.back(on(*object), way, depth + 1, out);
            }
            if file.sdk.has_word("finds-element", name) {
                return out.push(way);
            }
            // `blocks.as_array().and_then(|all| all.iter().find(…))`
            if &**name == "and_then" {
                way.pick = way.pick.or_else(|| self.pick_in_closure(at, call));
            }
            if file.sdk.has_word("text-conversion", name)
                || file.sdk.passes_object(name)
                || matches!(
                    &**name,
                    "iter" | "into_iter" | "and_then" | "filter" | "filter_map" | "map" | "ok_or"
                )
            {
                return self.back(on(*object), way, depth + 1, out);
            }
        }
        let name = last_name(facts, call.callee).unwrap_or_default();
        if let (Kind::Name(_), Some(first)) = (facts.kind(call.callee), call.args.first()) {
            if &*name == "next" {
                if self.looks_up(at) {
                    return out.push(way);
                }
                way.pick = way.pick.or(Some(at));
                way.source = on(first.value);
                return out.push(way);
            }
            if file.sdk.has_word("text-conversion", &name)
                || file.sdk.has_word("success-names", &name)
                || &*name == "Some"
            {
                return self.back(on(first.value), way, depth + 1, out);
            }
        }
        let callee = self.eval(on(call.callee));
        // `Wanted(id=block.id, …)`
        if let Some(class) = callee.iter().find_map(|v| match v {
            Value::Class(class) => Some(*class),
            _ => None,
        }) && let Some(Step::Key(key)) = way.steps.last()
            && let Some(part) = self.filled_with(at, class, key)
        {
            way.steps.pop();
            return self.back(part, way, depth + 1, out);
        }
        let function = callee.iter().find_map(|v| match v {
            Value::Function(f) => {
                matches!(self.kind(*f), Kind::Function(d) if d.body.is_some()).then_some(*f)
            }
            _ => None,
        });
        match function {
            Some(function) if way.calls.len() < MAX_CALLS => {
                way.calls.push(at);
                for &value in self.return_values(function).iter().take(4) {
                    if !matches!(self.kind(value), Kind::Null) {
                        let mut way = way.clone();
                        let before = out.len();
                        // `return block` out of the loop over the blocks.
                        way.pick = way.pick.or_else(|| self.given_back_first(value, &way));
                        self.back(value, way, depth + 4, out);
                        for way in &mut out[before..] {
                            way.turn = way.turn.filter(|_| way.pick.is_none());
                        }
                    }
                }
            }
            // `await tools.run({ id: block.id, … })`: who runs it out of sight gives the id back.
            None => match self.id_given(at, call) {
                Some(id) => self.back(id, way.anew(), depth + 2, out),
                None => out.push(way),
            },
            _ => out.push(way),
        }
    }

    /// The id in a record that a call is given, as that of a `tool_use` block is written.
    fn id_given(&self, at: NodeRef, call: &Call) -> Option<NodeRef> {
        call.args.iter().take(3).find_map(|arg| {
            let record = self.eval(at.sibling(arg.value)).iter().find_map(|v| match v {
                Value::Node(node) => Some(*node),
                _ => None,
            })?;
            let Kind::Record(r) = self.kind(record) else { return None };
            let value = |key: &str| r.value_of(key).map(|value| record.sibling(value));
            // With the name and the input beside it.
            value("name").and(value("input")).and_then(|_| value("id"))
        })
    }

    /// The call in a closure that picks one block of what it is given.
    fn pick_in_closure(&self, at: NodeRef, call: &Call) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let Kind::Function(f) = facts.kind(call.args.first()?.value) else { return None };
        let mut body = f.body.is_some().then_some(f.body)?;
        if let Kind::Block { body: statements, tail: true } = facts.kind(body) {
            body = *statements.last()?;
        }
        let Kind::Call(inner) = facts.kind(body) else { return None };
        let picks = match facts.kind(inner.callee) {
            Kind::Member { name, .. } => matches!(&**name, "find" | "first" | "last" | "next"),
            _ => false,
        };
        (picks && !self.looks_up(at.sibling(body))).then(|| at.sibling(body))
    }

    /// Whether an expression is the list of blocks of an answer.
    pub(super) fn is_block_list(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Member { .. } | Kind::Index { .. } | Kind::Call(_) | Kind::Name(_))
            && self.eval(at).iter().any(|v| match v {
                Value::Response(r) => r.path.last().is_some_and(|p| &**p == "content"),
                _ => false,
            })
    }

    /// The loop or comprehension that goes through what an expression holds.
    fn turn_over(&self, iterable: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(iterable.file);
        let parent = facts.parent(iterable.node)?;
        let goes = match facts.kind(parent) {
            Kind::Loop(l) => l.iterable == Some(iterable.node),
            Kind::Comprehension(c) => c.clauses.iter().any(|c| c.iterable == iterable.node),
            _ => false,
        };
        goes.then(|| iterable.sibling(parent))
    }

    /// The innermost loop over items around a definition.
    pub(super) fn loop_around_def(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let function = enclosing_function(facts, at.node);
        facts
            .ancestors(at.node)
            .skip(1)
            .take_while(|&n| Some(n) != function)
            .find(|&n| matches!(facts.kind(n), Kind::Loop(l) if l.kind == LoopKind::ForEach))
            .map(|n| at.sibling(n))
    }
}
