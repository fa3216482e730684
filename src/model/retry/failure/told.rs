//! Values that tell of a failure for what asks them: choices, variables, predicates of the project.

use crate::facts::{Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::retry::probe::Probe;
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::failures::Failure;

impl Project {
    /// `match &sent { Ok(answer) => CODES.contains(&answer.status()), Err(_) => true }`, `answer ? answer.status > 499 : true`
    pub(super) fn failing_choice(&self, at: NodeRef, depth: u32) -> Option<bool> {
        let ways: Vec<(Option<NodeId>, NodeId)> = match self.kind(at) {
            Kind::Match(m) => m.arms.iter().map(|arm| (arm.patterns.first().copied(), arm.body)).collect(),
            Kind::If { then, otherwise, .. } => {
                [Some(*then), *otherwise].into_iter().flatten().map(|n| (None, n)).collect()
            }
            _ => return None,
        };
        let of = |n: NodeId| self.failing_within(at.sibling(n), depth + 4);
        let mut told = ways.into_iter().filter_map(|(pattern, body)| match self.kind(at.sibling(body)) {
            Kind::Bool(holds) => of(pattern?).map(|fails| fails == *holds),
            Kind::Block { body, tail: true } => of(*body.last()?),
            Kind::Block { .. } => None,
            _ => of(body),
        });
        let first = told.next()?;
        told.all(|way| way == first).then_some(first)
    }

    /// `const passing = status === 429 || status >= 500`
    pub(super) fn failing_value(&self, at: NodeRef, depth: u32) -> Option<bool> {
        let file = self.file(at.file);
        let value = file.only_value(at.node)?;
        let compares = match file.facts.kind(value) {
            Kind::Binary { .. } | Kind::Unary { op: UnaryOp::Not, .. } | Kind::Match(_) => true,
            Kind::If { otherwise, .. } => otherwise.is_some(),
            _ => false,
        };
        compares.then(|| self.failing_within(at.sibling(value), depth + 4))?
    }

    /// A function of the project that is asked about the outcome, whatever its name:
    /// `policy.allows(response.status)`.
    pub(super) fn failing_predicate(&self, call: NodeRef, depth: u32) -> Option<bool> {
        let Kind::Call(c) = self.kind(call) else { return None };
        if depth > 4 || c.args.is_empty() {
            return None;
        }
        let mut all: Option<bool> = None;
        for value in self.eval(call.sibling(c.callee)).iter() {
            let Value::Function(f) = value else { continue };
            let says = |failure| self.function_truth(*f, &Probe::new(failure, false, None), 0);
            let passing = [Failure::RateLimit, Failure::Overloaded, Failure::Server].map(says);
            let told = if passing.contains(&Truth::Yes) && says(Failure::BadRequest) == Truth::No {
                Some(true)
            } else {
                let returned = self.return_values(*f);
                let about_status = |v: &&NodeRef| {
                    let parts = self.facts(v.file).descendants(v.node).into_iter();
                    let mut names = parts.filter_map(|n| self.last_name_at(v.sibling(n)));
                    names.any(|name| self.has_part(**v, "status-parts", &name))
                };
                returned.iter().filter(about_status).find_map(|&v| self.failing_within(v, depth + 4))
            };
            match (all, told?) {
                (Some(before), now) if before != now => return None,
                (_, now) => all = Some(now),
            }
        }
        all
    }
}
