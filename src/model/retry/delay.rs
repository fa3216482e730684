//! How a computed delay changes from attempt to attempt.

mod call;
mod carrier;
mod choice;
mod worked_out;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::Growth;
use super::table::rises;
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::names::index::path_name;
use crate::model::names::scope::Origin;
use crate::model::request::Tri;
use crate::model::values::value::{NodeRef, Value};

const MAX_DEPTH: u32 = 14;

/// Expressions looked at for one delay, above what any real one needs: names that are set from
/// each other lead back to themselves on many ways.
const MAX_STEPS: u32 = 4000;

/// What is repeated, and what is already known to change with it.
#[derive(Clone, Debug)]
pub(super) struct Basis {
    /// The loop or function that is run again.
    pub(super) around: NodeRef,
    /// Parameters whose arguments are known: function, position, what it is given.
    pub(super) varying: Vec<(NodeRef, u32, Shape)>,
    /// How many expressions may still be looked at, here and within.
    steps: Rc<Cell<u32>>,
    /// What names are set to that is being looked at, from the outermost to the innermost.
    followed: Rc<RefCell<Vec<(Name, NodeRef)>>>,
}

impl Basis {
    pub(super) fn new(around: NodeRef, varying: Vec<(NodeRef, u32, Shape)>) -> Basis {
        let followed = Rc::default();
        Basis { around, varying, steps: Rc::new(Cell::new(MAX_STEPS)), followed }
    }

    /// A function that is called on the way.
    pub(super) fn within(&self, function: NodeRef, varying: Vec<(NodeRef, u32, Shape)>) -> Basis {
        Basis { around: function, varying, steps: self.steps.clone(), followed: self.followed.clone() }
    }
}

/// What is known of a number that is slept.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) growth: Growth,
    pub(super) random: Tri,
    pub(super) server: bool,
    /// The computation that makes it grow.
    pub(super) at: Option<NodeRef>,
}

impl Shape {
    pub(super) fn fixed() -> Shape {
        Shape { growth: Growth::Constant, random: Tri::No, server: false, at: None }
    }

    pub(super) fn unknown() -> Shape {
        Shape { growth: Growth::Unknown, random: Tri::Unknown, ..Shape::fixed() }
    }

    pub(super) fn grows(&self) -> bool {
        matches!(self.growth, Growth::Linear | Growth::Table | Growth::Exponential)
    }

    pub(super) fn with(mut self, other: Shape) -> Shape {
        if other.growth > self.growth {
            self.growth = other.growth;
            self.at = other.at.or(self.at);
        } else {
            self.at = self.at.or(other.at);
        }
        self.random = match (self.random, other.random) {
            (Tri::Yes, _) | (_, Tri::Yes) => Tri::Yes,
            (Tri::Unknown, _) | (_, Tri::Unknown) => Tri::Unknown,
            _ => Tri::No,
        };
        self.server |= other.server;
        self
    }

    fn growing(mut self, growth: Growth, at: NodeRef) -> Shape {
        if self.growth != Growth::Unknown {
            self.growth = growth;
            self.at = Some(at);
        }
        self
    }
}

impl Project {
    /// How an expression changes from attempt to attempt.
    pub(super) fn shape(&self, at: NodeRef, basis: &Basis) -> Shape {
        self.shape_within(at, basis, 0)
    }

    pub(super) fn shape_within(&self, at: NodeRef, basis: &Basis, depth: u32) -> Shape {
        let steps = basis.steps.get();
        if depth > MAX_DEPTH || steps == 0 {
            return Shape::unknown();
        }
        basis.steps.set(steps - 1);
        let of = |n: NodeId| self.shape_within(at.sibling(n), basis, depth + 1);
        let mut shape = match self.kind(at) {
            Kind::Name(name) => self.shape_of_name(at, name, basis, depth),
            Kind::Member { object, name, .. } => {
                let mut shape = self.shape_of_member(at, basis, depth);
                if self.is_random_name(at, name) {
                    shape.random = Tri::Yes;
                }
                if matches!(self.kind(at.sibling(*object)), Kind::Call(_)) {
                    shape = shape.with(of(*object));
                }
                shape
            }
            Kind::Index { object, index } => {
                let position = of(*index);
                let numbers = self.table(at.sibling(*object));
                match (position.grows(), numbers) {
                    (true, Some(numbers)) if rises(&numbers) => {
                        Shape { growth: Growth::Table, at: Some(at), ..position }
                    }
                    (true, Some(_)) => Shape { growth: Growth::Constant, at: None, ..position },
                    (true, None) => Shape::unknown(),
                    // `tries[key]`: what is counted there is out of sight.
                    (false, None) if constant(self.facts(at.file), *index).is_none() => Shape::unknown(),
                    (false, _) => Shape { server: position.server, ..Shape::fixed() },
                }
            }
            Kind::Call(_) => self.shape_of_call(at, basis, depth),
            Kind::Binary { op, left, right } => {
                let (l, r) = (of(*left), of(*right));
                let mut both = l.clone().with(r.clone());
                // What grows in the expression itself is where it is mended.
                let here = [&l, &r]
                    .into_iter()
                    .filter(|s| s.growth == both.growth)
                    .find_map(|s| s.at.filter(|n| n.file == at.file && self.holds(at, n.node)));
                both.at = here.or(both.at);
                match op {
                    BinaryOp::Pow | BinaryOp::Shl if l.grows() || r.grows() => {
                        both.growing(Growth::Exponential, at)
                    }
                    BinaryOp::Mul | BinaryOp::Add | BinaryOp::Sub | BinaryOp::Div => {
                        let whole = both.growth == Growth::Linear
                            && both.at.is_none_or(|n| !matches!(self.kind(n), Kind::Assign(_)));
                        if whole { both.growing(Growth::Linear, at) } else { both }
                    }
                    _ => both,
                }
            }
            Kind::If { .. } | Kind::Match(_) => self.shape_of_choice(at, basis, depth),
            Kind::Block { body, tail: true } => body.last().map_or(Shape::fixed(), |&n| of(n)),
            Kind::Await(x)
            | Kind::Propagate(x)
            | Kind::Cast { value: x, .. }
            | Kind::Unary { operand: x, .. } => of(*x),
            Kind::Record(r) => {
                r.entries.iter().map(|e| of(e.value)).reduce(Shape::with).unwrap_or(Shape::fixed())
            }
            Kind::Function(_) | Kind::Opaque(_) => Shape::unknown(),
            _ => Shape::fixed(),
        };
        shape.server |= self.reads_server_wish(at)
            || matches!(self.kind(at), Kind::If { .. } | Kind::Match(_)) && self.reads_carried_wish(at);
        shape
    }

    fn shape_of_name(&self, at: NodeRef, name: &Name, basis: &Basis, depth: u32) -> Shape {
        let file = self.file(at.file);
        let carried = self.carried(at, name, basis, depth);
        let is_carried = carried.is_some();
        let mut shape = carried.unwrap_or_else(Shape::fixed);
        if self.is_random_name(at, name) && !self.is_worked_out(at, name, basis, depth) {
            shape.random = Tri::Yes;
        }
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        for def in &defs {
            let next = match &def.origin {
                Origin::Value { expr, path } => {
                    if path.is_empty() {
                        let next = at.sibling(*expr);
                        if at.node == *expr || self.holds(next, at.node) || self.is_ruled_out(next) {
                            continue;
                        }
                        // Known by what is carried: `delay = delay * 2` in each of two handlers.
                        let around = at.file == basis.around.file && self.holds(basis.around, *expr);
                        if is_carried && around && self.growth_over(next, name).is_some() {
                            continue;
                        }
                        self.shape_of_definition(next, name, basis, depth)
                    } else {
                        self.shape_of_part(at.sibling(*expr), path, basis, depth)
                    }
                }
                Origin::Param { function, index, .. } => {
                    let function = at.sibling(*function);
                    let given = basis.varying.iter().find(|v| v.0 == function && v.1 == *index);
                    given.map_or_else(Shape::fixed, |v| v.2.clone())
                }
                Origin::Import { .. } => self.shape_of_values(at, basis, depth),
                Origin::Definition(_) | Origin::Caught(_) | Origin::Opaque => Shape::fixed(),
            };
            shape = shape.with(next);
        }
        match shape.growth == Growth::Constant {
            true => match self.set_by_attempt(at, &defs, basis, depth) {
                Some(set) => shape.growing(Growth::Table, set),
                None => shape,
            },
            false => shape,
        }
    }

    /// What a name is set to. Where that leads back to the name, over others, it is what the turn before left:
    /// `wait = delay * 2`, and then `delay = min(wait, 60)`.
    fn shape_of_definition(&self, value: NodeRef, name: &Name, basis: &Basis, depth: u32) -> Shape {
        let around = {
            let followed = basis.followed.borrow();
            let begun = followed.iter().position(|(_, v)| *v == value);
            begun.map(|from| followed[from..].to_vec())
        };
        if let Some(around) = around {
            let names = around.iter().skip(1).map(|(n, _)| n).chain([name]);
            let used = around.iter().zip(names);
            let grown = used.filter_map(|((_, v), used)| Some((self.growth_over(*v, used)?, *v)));
            let most = grown.reduce(|most, next| if next.0 > most.0 { next } else { most });
            return most.map_or_else(Shape::fixed, |(growth, at)| Shape {
                growth,
                at: Some(at),
                ..Shape::fixed()
            });
        }
        basis.followed.borrow_mut().push((name.clone(), value));
        let shape = self.shape_within(value, basis, depth + 1);
        basis.followed.borrow_mut().pop();
        shape
    }

    pub(super) fn holds(&self, outer: NodeRef, inner: NodeId) -> bool {
        self.facts(outer.file).ancestors(inner).any(|n| n == outer.node)
    }

    fn shape_of_member(&self, at: NodeRef, basis: &Basis, depth: u32) -> Shape {
        let path = path_name(self.facts(at.file), at.node);
        let carried = path.and_then(|p| self.carried(at, &p, basis, depth));
        let shape = carried.or_else(|| self.counted_in_place(at)).unwrap_or_else(Shape::fixed);
        shape.with(self.shape_of_values(at, basis, depth))
    }

    /// A field of a field that is set again somewhere in its file: `self.state.attempts += 1`.
    fn counted_in_place(&self, at: NodeRef) -> Option<Shape> {
        let file = self.file(at.file);
        let Kind::Member { object, .. } = self.kind(at) else { return None };
        if !matches!(self.kind(at.sibling(*object)), Kind::Member { .. }) {
            return None;
        }
        let text = file.text_of(at.node);
        file.facts.ids().find_map(|node| match file.facts.kind(node) {
            Kind::Assign(assign) if file.text_of(assign.target) == text => match assign.op {
                Some(BinaryOp::Add) => {
                    Some(Shape { growth: Growth::Linear, at: Some(at.sibling(node)), ..Shape::fixed() })
                }
                Some(_) => Some(Shape::unknown()),
                None => None,
            },
            _ => None,
        })
    }

    /// What a name of elsewhere holds, as far as it is a computation.
    fn shape_of_values(&self, at: NodeRef, basis: &Basis, depth: u32) -> Shape {
        let mut shape = Shape::fixed();
        for value in self.eval(at).iter() {
            if let Value::Node(node) = value
                && *node != at
                && matches!(self.kind(*node), Kind::Binary { .. } | Kind::Call(_))
            {
                shape = shape.with(self.shape_within(*node, basis, depth + 1));
            }
        }
        shape
    }

    pub(super) fn is_random_name(&self, at: NodeRef, name: &str) -> bool {
        self.has_part(at, "random-parts", name)
    }
}
