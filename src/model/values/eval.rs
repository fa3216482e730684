//! What an expression may evaluate to: names, members, calls, across files.
//!
//! Evaluation is lazy, remembered per node, and gives up with [`Value::Unknown`]
//! beyond a fixed depth and number of steps, so that it is linear on any input.

mod binding;
mod budget;
mod call;
mod callback;
mod default;
mod draft;
mod excluded;
mod maker;
mod mapped;
mod object;
mod parameter;
mod record;
mod send;
mod shape;
mod signature;
mod typed;
mod values;

use std::sync::Arc;

use smallvec::SmallVec;

use super::value::{NodeRef, Value};
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::parallel::assert_stack_left;
use crate::source::FileId;

pub(in crate::model) use budget::Spent;
pub(in crate::model) use call::is_choice;
pub(in crate::model) use draft::{Asked, Drafts};
pub(in crate::model) use parameter::Argument;
pub(in crate::model) use values::{answer, hop, may_be_cut_off, one, union};

use values::{environment_made, tidy};

const MAX_DEPTH: u32 = 48;
const MAX_CONTEXT: u32 = 4;
const MAX_VALUES: usize = 12;
/// Sources of one value, such as the arms of a match, that are asked.
const MAX_SOURCES: usize = 256;

/// What parameters of a function stand for while its body is evaluated for one call.
#[derive(Clone, Copy)]
pub(in crate::model) struct Context<'a> {
    function: NodeRef,
    bound: Bound<'a>,
    outer: Option<&'a Context<'a>>,
    depth: u32,
    /// Equal contexts of one evaluation have the same.
    id: u32,
}

#[derive(Clone, Copy)]
enum Bound<'a> {
    /// The arguments of a call; `receiver` when the object is not among them.
    Call { call: NodeRef, receiver: bool },
    /// The first parameter, as for callbacks.
    First(&'a [Value]),
    /// Only the object, of a type derived from the one the function belongs to.
    Object(&'a Value),
}

type Ctx<'a> = Option<&'a Context<'a>>;
pub(in crate::model) type Values = SmallVec<[Value; 2]>;

impl Project {
    /// What the expression may be. Never empty.
    pub fn eval(&self, at: NodeRef) -> Arc<[Value]> {
        // Whatever follows values from each other passes here.
        assert_stack_left();
        if let Some(known) = self.memo.borrow().get(&at) {
            return known.clone();
        }
        let values: Arc<[Value]> = self.values(at, None).into_vec().into();
        values
    }

    pub(in crate::model) fn values(&self, at: NodeRef, ctx: Ctx<'_>) -> Values {
        if ctx.is_none()
            && let Some(known) = self.memo.borrow().get(&at)
        {
            return known.iter().cloned().collect();
        }
        let asked = (at, ctx.map_or(0, |c| c.id));
        // A value that depends on itself adds nothing to itself.
        if let Some(&began) = self.active.borrow().get(&asked) {
            self.eval_circle.set(self.eval_circle.get().min(began));
            return Values::new();
        }
        let (cuts, depth) = (self.eval_cuts.get(), self.eval_depth.get());
        if depth == 0 {
            self.eval_limit.set(self.steps_left(at.file));
        } else if let Some(values) = self.draft(asked) {
            return values;
        }
        self.active.borrow_mut().insert(asked, depth);
        let open = self.open_drafts();
        let circle = self.eval_circle.replace(u32::MAX);
        let mut values = self.deeper(|| self.compute(at, ctx));
        tidy(&mut values);
        let began = self.eval_circle.get();
        let whole = began >= depth;
        self.eval_circle.set(if whole { circle } else { circle.min(began) });
        self.active.borrow_mut().remove(&asked);
        if began == depth {
            self.close_drafts(open);
        }
        if depth == 0 {
            self.spend(at.file);
        }
        // What was worked out with a part cut off is kept only where the evaluation began, and
        // a part of a circle only where the circle began.
        let cut = self.eval_cuts.get() != cuts;
        if ctx.is_none() && (depth == 0 || whole && !cut) {
            self.memo.borrow_mut().insert(at, values.to_vec().into());
        } else {
            self.keep_draft(asked, &values, began, cut);
        }
        values
    }

    /// One level deeper, unless that is too deep or took too long already.
    pub(in crate::model) fn deeper(&self, compute: impl FnOnce() -> Values) -> Values {
        let depth = self.eval_depth.get();
        if depth == 0 {
            self.forget_drafts();
        }
        let steps = if depth == 0 { 0 } else { self.eval_steps.get() };
        if depth > MAX_DEPTH || steps > self.eval_limit.get() {
            self.eval_cuts.set(self.eval_cuts.get().wrapping_add(1));
            return one(Value::Unknown);
        }
        self.eval_depth.set(depth + 1);
        self.eval_steps.set(steps + 1);
        let values = compute();
        self.eval_depth.set(depth);
        values
    }

    fn compute(&self, at: NodeRef, ctx: Ctx<'_>) -> Values {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Name(name) => self.as_tested(at, self.name(file, at, name, ctx)),
            Kind::Member { object, name, .. } => {
                if let Some(values) = self.crate_path(file, at).or_else(|| self.dotted_module(file, at)) {
                    return values;
                }
                let called = file
                    .facts
                    .parent(at.node)
                    .is_some_and(|p| matches!(file.facts.kind(p), Kind::Call(c) if c.callee == at.node));
                let from = at.sibling(*object);
                let object = self.values(from, ctx);
                let members = object.iter().map(|v| {
                    let values = self.of_call(from, v, name, self.member(v, name, called));
                    if called { values } else { self.of_base(from, v, name, values) }
                });
                let values = union(members.chain(std::iter::once_with(|| self.gathered(at))));
                let values = self.or_kept(values, from, Some(name));
                let values = if called { values } else { self.or_set_later(values, &object, from, name) };
                if called { values } else { self.as_tested(at, environment_made(file, values, at)) }
            }
            Kind::Index { object, index } => {
                let from = at.sibling(*object);
                let object = self.values(from, ctx);
                let of_answer = object.iter().any(|v| matches!(v, Value::Response(_)));
                let key = self.key_in(at.sibling(*index), ctx.filter(|_| of_answer));
                if matches!(file.facts.kind(*index), Kind::Slice { .. }) {
                    return object;
                }
                let of_object = key.is_none() && object.iter().any(|v| matches!(v, Value::Instance { .. }));
                let names = if of_object { self.keys_in(at.sibling(*index), ctx) } else { Vec::new() };
                let values = object
                    .iter()
                    .flat_map(|v| match &key {
                        Some(key) => self.of_call(from, v, key, self.item(v, key)),
                        None if !names.is_empty() => union(names.iter().map(|key| self.item(v, key))),
                        None => self.any_object_in(v).unwrap_or_else(|| self.each(v, file.number_of(*index))),
                    })
                    .collect();
                environment_made(file, self.or_kept(values, from, key.as_ref()), at)
            }
            Kind::Call(call) => self.call(file, at, call, ctx),
            Kind::Await(x) => self.waited_for(self.values(at.sibling(*x), ctx), ctx),
            Kind::Propagate(x) | Kind::Spread(x) => self.values(at.sibling(*x), ctx),
            Kind::Cast { value, ty } => {
                let values = self.values(at.sibling(*value), ctx);
                match ty {
                    Some(ty) if values.iter().all(|v| *v == Value::Unknown) => self.typed(at.sibling(*ty)),
                    _ => values,
                }
            }
            Kind::If { then, otherwise, .. } => {
                let mut values = self.values(at.sibling(*then), ctx);
                if let Some(otherwise) = otherwise {
                    values.extend(self.values(at.sibling(*otherwise), ctx));
                }
                values
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                let mut values = match self.is_given_by_none(at.sibling(*left), ctx) {
                    true => Values::new(),
                    false => self.values(at.sibling(*left), ctx),
                };
                values.extend(self.values(at.sibling(*right), ctx));
                values
            }
            Kind::Binary { op: BinaryOp::BitOr, right, .. } => {
                self.piped_into(at.sibling(*right), ctx).unwrap_or_else(|| one(Value::Node(at)))
            }
            Kind::Binary { op: BinaryOp::And, right, .. } => self.values(at.sibling(*right), ctx),
            Kind::Block { body, tail: true } => match body.last() {
                Some(&last) => self.values(at.sibling(last), ctx),
                None => one(Value::Unknown),
            },
            Kind::Match(m) => {
                let arms = m.arms.iter().filter(|arm| !self.leaves(at.file, arm.body));
                union(arms.map(|arm| self.values(at.sibling(arm.body), ctx)))
            }
            // `loop { … break answer }`
            Kind::Loop(_) => match &self.loop_values(at)[..] {
                [] => one(Value::Unknown),
                given => union(given.iter().map(|&value| self.values(value, ctx))),
            },
            Kind::Assign(a) => match a.value {
                Some(value) => self.values(at.sibling(value), ctx),
                None => one(Value::Unknown),
            },
            Kind::Function(_) => one(Value::Function(at)),
            Kind::Class(_) => one(Value::Class(at)),
            Kind::Record(r) => match r.ty {
                Some(ty) => {
                    let types = self.values(at.sibling(ty), ctx);
                    match types.iter().find_map(|t| match t {
                        Value::Class(class) => Some(*class),
                        _ => None,
                    }) {
                        Some(class) => one(Value::Instance { class, made: Some(at) }),
                        None => one(Value::Node(at)),
                    }
                }
                None => one(Value::Node(at)),
            },
            Kind::Return(_) | Kind::Throw(_) | Kind::Break(_) | Kind::Continue => Values::new(),
            Kind::Opaque(_) | Kind::Block { .. } => one(Value::Unknown),
            _ => one(Value::Node(at)),
        }
    }

    /// The key by which something is taken: a literal, or the one that the call which is evaluated gives.
    fn key_in(&self, at: NodeRef, ctx: Ctx<'_>) -> Option<Name> {
        let file = self.file(at.file);
        let written = constant(&file.facts, at.node);
        if written.is_some() || ctx.is_none() || !matches!(file.facts.kind(at.node), Kind::Name(_)) {
            return written;
        }
        match &self.values(at, ctx)[..] {
            [Value::Node(key)] => constant(self.facts(key.file), key.node),
            _ => None,
        }
    }

    /// The same for whatever is looked up by a name that others give: `getattr(provider, method)`,
    /// `provider[method](…)`.
    fn keys_in(&self, at: NodeRef, ctx: Ctx<'_>) -> Vec<Name> {
        if let Some(key) = self.key_in(at, ctx) {
            return vec![key];
        }
        if !matches!(self.kind(at), Kind::Name(_)) {
            return Vec::new();
        }
        let named = |v: &Value| match v {
            Value::Node(key) => constant(self.facts(key.file), key.node),
            _ => None,
        };
        // One that nobody knows may be any.
        let names: Option<Vec<Name>> = self.values(at, ctx).iter().map(named).collect();
        names.unwrap_or_default()
    }

    /// Whether a block certainly leaves the function or loop (`return`, `raise`, `continue`).
    pub(in crate::model) fn leaves(&self, file: FileId, node: NodeId) -> bool {
        let facts = &self.file(file).facts;
        match facts.kind(node) {
            Kind::Return(_) | Kind::Throw(_) | Kind::Break(_) | Kind::Continue => true,
            Kind::Block { body, .. } => body.iter().any(|&s| self.leaves(file, s)),
            Kind::If { then, otherwise: Some(other), .. } => {
                self.leaves(file, *then) && self.leaves(file, *other)
            }
            _ => false,
        }
    }
}
