//! Ids that are put in place of others on their way: what maps a name to another never gives that name.

mod call;
mod run;
mod table;

use std::cell::Cell;

use super::question::Asked;
use crate::facts::{BinaryOp, Kind, Match, Name, NodeId, StrPart};
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Origin, Project};

/// Values in each other.
const MAX_DEPTH: u32 = 16;
/// Calls of a function that are looked at.
const MAX_CALLERS: usize = 24;

impl Project {
    /// How a literal comes to an expression that may stand for it.
    pub(in crate::model) fn way_of(&self, at: NodeRef, literal: NodeRef, text: &str) -> Way {
        let asked = Asked::new(self, text);
        let (replaced, completed) = (Cell::new(false), Cell::new(false));
        let walk = Walk { project: self, literal, text, asked, replaced, completed };
        let gives = !walk.holds(at, &Vec::new()) || walk.gives(at, &mut Vec::new(), 0);
        Way { given: gives || !walk.replaced.get(), completed: walk.completed.get() }
    }

    /// Whether an expression may stand for a literal.
    pub(in crate::model) fn may_be(&self, at: NodeRef, literal: NodeRef) -> bool {
        let is = |at: NodeRef| self.eval(at).iter().any(|v| matches!(v, Value::Node(n) if *n == literal));
        is(at) || self.default_of_lookup(at).is_some_and(is)
    }
}

/// How a literal comes to where it is used.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Way {
    /// It comes there. `false` only where every way is understood, and something on it gives another name
    /// for this one.
    pub(in crate::model) given: bool,
    /// Something may be put in front of it or behind it on the way.
    pub(in crate::model) completed: bool,
}

/// The variables that stand for the literal.
type Bound = Vec<(NodeRef, String)>;

/// The way of one literal.
struct Walk<'a> {
    project: &'a Project,
    literal: NodeRef,
    text: &'a str,
    asked: Asked<'a>,
    /// Whether something was seen that puts another name in its place.
    replaced: Cell<bool>,
    /// Whether it was seen as a part of a longer text.
    completed: Cell<bool>,
}

impl Walk<'_> {
    /// Whether an expression may be the literal, or something is made there of a variable that stands for it.
    fn holds(&self, at: NodeRef, bound: &Bound) -> bool {
        let file = self.project.file(at.file);
        let facts = &file.facts;
        let stands_for_it = |n: NodeId| match facts.kind(n) {
            Kind::Name(name) => {
                let defs = file.scopes.lookup(facts, name, n);
                defs.iter().any(|def| bound.iter().any(|(b, _)| *b == at.sibling(def.node)))
            }
            _ => false,
        };
        at == self.literal
            || self.project.may_be(at, self.literal)
            || bound.len() > 1 && facts.descendants(at.node).into_iter().any(stands_for_it)
    }

    /// Whether an expression may give the literal as it is.
    fn gives(&self, at: NodeRef, bound: &mut Bound, depth: u32) -> bool {
        if at == self.literal || depth > MAX_DEPTH || !self.asked.spend() {
            return true;
        }
        self.bind_parameters(at, bound);
        if let Some(same) = self.looked_up(at, bound) {
            return same;
        }
        if self.is_completed(at, bound) {
            self.completed.set(true);
            return true;
        }
        if !self.holds(at, bound) {
            return false;
        }
        let project = self.project;
        match project.kind(at) {
            Kind::Cast { value: x, .. }
            | Kind::Await(x)
            | Kind::Propagate(x)
            | Kind::Unary { operand: x, .. } => self.gives(at.sibling(*x), bound, depth + 1),
            Kind::If { condition, then, otherwise } => {
                let sides = [Some(*then), *otherwise];
                let taken = match self.decided(at.sibling(*condition), bound) {
                    Some(true) => &sides[..1],
                    Some(false) => &sides[1..],
                    None => &sides[..],
                };
                self.any(taken.iter().flatten().map(|&side| at.sibling(side)), bound, depth)
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                let left = at.sibling(*left);
                match self.looked_up(left, bound) {
                    Some(same) => same,
                    None => self.any([left, at.sibling(*right)].into_iter(), bound, depth),
                }
            }
            Kind::Match(m) => self.any(self.arms(at, m, bound).into_iter(), bound, depth),
            Kind::Block { .. } => self.run(at, bound, depth + 1).gives,
            Kind::Name(name) => self.name(at, name, bound, depth),
            Kind::Call(call) => self.call(at, call, bound, depth),
            _ => true,
        }
    }

    /// Whether one of several may give it; all are looked at.
    fn any(&self, all: impl Iterator<Item = NodeRef>, bound: &mut Bound, depth: u32) -> bool {
        all.filter(|&at| self.gives(at, bound, depth + 1)).count() > 0
    }

    /// ``${region}.${id}``, `prefix + id`
    fn is_completed(&self, at: NodeRef, bound: &Bound) -> bool {
        match self.project.kind(at) {
            Kind::Str(parts) => {
                let carries = |part: &StrPart| matches!(part, StrPart::Hole(hole) if self.holds(at.sibling(*hole), bound));
                parts.len() > 1 && parts.iter().any(carries)
            }
            Kind::Binary { op: BinaryOp::Add, left, right } => {
                [left, right].into_iter().any(|&side| self.holds(at.sibling(side), bound))
            }
            _ => false,
        }
    }

    /// The parameters of the functions around a place that may be the literal stand for it.
    fn bind_parameters(&self, at: NodeRef, bound: &mut Bound) {
        let facts = self.project.facts(at.file);
        for node in facts.ancestors(at.node) {
            let Kind::Function(f) = facts.kind(node) else { continue };
            for param in &f.params {
                let pattern = at.sibling(param.pattern);
                let known = bound.iter().any(|(b, _)| *b == pattern);
                if !known
                    && matches!(facts.kind(param.pattern), Kind::Name(_))
                    && self.project.may_be(pattern, self.literal)
                {
                    bound.push((pattern, self.text.to_string()));
                }
            }
        }
    }

    fn decided(&self, condition: NodeRef, bound: &Bound) -> Option<bool> {
        let answer = match self.asked.truth(condition, bound, 0) {
            Truth::Yes => true,
            Truth::No => false,
            Truth::Free | Truth::Open => return None,
        };
        self.replaced.set(true);
        Some(answer)
    }

    /// The arms of a match that the literal comes to.
    fn arms(&self, at: NodeRef, m: &Match, bound: &Bound) -> Vec<NodeRef> {
        let all = || m.arms.iter().map(|arm| at.sibling(arm.body)).collect();
        if self.asked.text(at.sibling(m.subject), bound, 0).as_deref() != Some(self.text) {
            return all();
        }
        let named = |n: &NodeId| self.project.text(at.sibling(*n)).known().is_some_and(|t| t == self.text);
        let found = m.arms.iter().position(|arm| arm.patterns.iter().any(named));
        let Some(first) = found.filter(|&i| m.arms[i].guard.is_none()) else { return all() };
        self.replaced.set(true);
        // `case "a": case "b": return …`: an empty arm falls through.
        let taken = m.arms[first..].iter().find(|arm| !arm.falls);
        taken.map(|arm| at.sibling(arm.body)).into_iter().collect()
    }

    fn name(&self, at: NodeRef, name: &Name, bound: &mut Bound, depth: u32) -> bool {
        let project = self.project;
        let file = project.file(at.file);
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        let start = file.facts.span(at.node).start;
        let before = |node: NodeId| file.facts.span(node).start < start;
        // What is certainly set again before the place holds something else.
        let set_again = defs.iter().rev().find(|def| match &def.origin {
            Origin::Value { expr, path } if path.is_empty() && before(*expr) && defs.len() > 1 => {
                !self.holds(at.sibling(*expr), bound) && self.is_come_to(at.sibling(*expr), bound)
            }
            _ => false,
        });
        if set_again.is_some() {
            return false;
        }
        defs.iter().any(|def| match &def.origin {
            Origin::Value { expr, path } if path.is_empty() => {
                *expr != at.node && self.gives(at.sibling(*expr), bound, depth + 1)
            }
            Origin::Param { function, index, path } if path.is_empty() => {
                let function = at.sibling(*function);
                if bound.iter().any(|(b, _)| *b == at.sibling(def.node))
                    && depth > 0
                    && self.entered(function, bound)
                {
                    return true;
                }
                let default = project.param_default(function, *index);
                let mut given =
                    project.arguments_given(function, *index, MAX_CALLERS).map(|(_, given)| given);
                default.is_some_and(|d| self.gives(d, &mut Vec::new(), depth + 1))
                    || given.any(|given| self.gives(given, &mut Vec::new(), depth + 1))
            }
            _ => true,
        })
    }

    /// Whether a function was entered with the literal as an argument of a call that is looked at.
    fn entered(&self, function: NodeRef, bound: &Bound) -> bool {
        bound.iter().any(|(b, _)| *b == function)
    }

    /// Whether an assignment is come to, as far as it hangs on the name: `if old(m): m = …`.
    fn is_come_to(&self, value: NodeRef, bound: &Bound) -> bool {
        let project = self.project;
        let facts = project.facts(value.file);
        let mut from = value.node;
        let mut decided = false;
        for up in facts.ancestors(value.node).skip(1) {
            match facts.kind(up) {
                Kind::Function(_) => return decided,
                Kind::If { condition, then, otherwise } if *condition != from => {
                    let wanted = *then == from || *otherwise != Some(from);
                    if self.decided(value.sibling(*condition), bound) != Some(wanted) {
                        return false;
                    }
                    decided = true;
                }
                Kind::Match(m) if m.subject != from => {
                    let taken = self.arms(value.sibling(up), m, bound);
                    let here = |arm: &NodeRef| facts.ancestors(value.node).any(|n| n == arm.node);
                    if taken.len() != 1 || !taken.iter().any(here) {
                        return false;
                    }
                    decided = true;
                }
                Kind::Loop(_) | Kind::Try(_) => return false,
                _ => {}
            }
            from = up;
        }
        decided
    }
}
