//! Conditions about a failure: which way they go for it.

mod caught;
mod fit;
mod flag;
mod given;

use super::probe::{Probe, Thrown};
use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::lang::Language;
use crate::model::Project;
use crate::model::names::scope::{Origin, Step};
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;

const MAX_DEPTH: u32 = 24;

impl Project {
    /// Whether a condition holds when a request failed like this.
    pub(super) fn truth(&self, at: NodeRef, p: &Probe, depth: u32) -> Truth {
        if depth > MAX_DEPTH || p.is_spent() {
            return Truth::Open;
        }
        let of = |n: NodeId| self.truth(at.sibling(n), p, depth + 1);
        match self.kind(at) {
            Kind::Bool(b) => Truth::of(*b),
            Kind::Null => Truth::No,
            Kind::Unary { op: UnaryOp::Not, operand } => of(*operand).not(),
            Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } | Kind::Return(Some(x)) => {
                of(*x)
            }
            Kind::Throw(_) => Truth::No,
            Kind::Let { pattern, value } => self.fits_value(at.sibling(*pattern), at.sibling(*value), p),
            Kind::If { condition, then, otherwise } => {
                let no = otherwise.map_or(Truth::Open, of);
                of(*condition).choose(of(*then), no)
            }
            Kind::Block { body, .. } => self.answer(at, body, p, depth + 1).unwrap_or(Truth::Open),
            Kind::Match(m) => self.match_truth(at, m, p, depth),
            Kind::Binary { op, left, right } => match op {
                BinaryOp::And => of(*left).and(of(*right)),
                BinaryOp::Or => of(*left).or(of(*right)),
                // `sent instanceof Error`, where an answer came, whatever its status.
                BinaryOp::InstanceOf
                    if self.is_answer_itself(at.sibling(*left), p)
                        && self.names_error(at.sibling(*right)) =>
                {
                    Truth::No
                }
                // `sent instanceof Response`
                BinaryOp::InstanceOf if self.names_answer(at.sibling(*right)) => {
                    match self.is_answer_itself(at.sibling(*left), p) {
                        true => Truth::Yes,
                        // `if (!sent.ok) throw sent`: an answer may be what was thrown.
                        false if p.failed.get() && p.failure.status().is_some() => Truth::Open,
                        false => Truth::of(!p.failed.get()),
                    }
                }
                BinaryOp::InstanceOf => self.means_failure(at.sibling(*right), p),
                _ => {
                    let (left, right) = (at.sibling(*left), at.sibling(*right));
                    let presence = self.presence_truth(*op, left, right, p);
                    presence.unwrap_or_else(|| self.status_truth(*op, left, right, p))
                }
            },
            Kind::Call(_) => self.or_there(self.call_truth(at, p, depth), at, p),
            Kind::Name(_) => self.or_there(self.name_truth(at, p, depth), at, p),
            Kind::Member { .. } => self.name_truth(at, p, depth),
            _ => self.aside(at),
        }
    }

    /// A value that is asked for by itself may be one that a function gives back for some failures only.
    fn or_there(&self, truth: Truth, at: NodeRef, p: &Probe) -> Truth {
        match truth {
            Truth::Open => match self.is_there(at, p, 0) {
                Truth::Free => Truth::Open,
                there => there,
            },
            known => known,
        }
    }

    /// A condition that is not understood: it matters only where it speaks of the failure.
    pub(super) fn aside(&self, at: NodeRef) -> Truth {
        let facts = self.facts(at.file);
        if matches!(facts.kind(at.node), Kind::Call(c) if self.asks_about_answer(at, c)) {
            return Truth::Free;
        }
        let named = |name: &str, n: NodeId| {
            self.has_part(at, "retry-verdict-parts", name)
                || !self.has_part(at, "attempt-parts", name)
                    && (self.has_part(at, "failure-parts", name)
                        || self.has_part(at, "status-parts", name)
                        || self.file(at.file).sdk.has_word("outcome-names", name)
                        || self.is_of_caught(at.sibling(n)))
        };
        let speaks = facts.descendants(at.node).into_iter().take(64).any(|n| match facts.kind(n) {
            Kind::Name(name) => named(name, n) || self.holds_status(at.sibling(n)),
            Kind::Member { name, .. } => named(name, n),
            _ => false,
        });
        if speaks { Truth::Open } else { Truth::Free }
    }

    /// `error !== null`, `typeof error === "object"`, `"status" in error`: whether there is an error
    /// at all, and one with such a field.
    fn presence_truth(&self, op: BinaryOp, left: NodeRef, right: NodeRef, p: &Probe) -> Option<Truth> {
        let negate = match op {
            BinaryOp::Eq | BinaryOp::Is | BinaryOp::In => false,
            BinaryOp::Ne | BinaryOp::IsNot | BinaryOp::NotIn => true,
            _ => return None,
        };
        let holds = match (self.kind(left), self.kind(right)) {
            (_, Kind::Null) if self.is_error_itself(left, p) => Truth::No,
            // An answer is there, whatever its status.
            (_, Kind::Null) if self.is_answer_itself(left, p) => Truth::No,
            (Kind::Name(_) | Kind::Call(_), Kind::Null)
                if let there @ (Truth::Yes | Truth::No) = self.is_there(left, p, 0) =>
            {
                there.not()
            }
            (_, Kind::Null) if self.is_its_status(left, p) => self.has_status(p).not(),
            (Kind::Unary { op: UnaryOp::Other, operand }, Kind::Str(_))
                if self.file(left.file).text_of(left.node).starts_with("typeof") =>
            {
                let kind = self.text(right).known()?;
                match left.sibling(*operand) {
                    error if self.is_error_itself(error, p) => Truth::of(&*kind == "object"),
                    status if self.is_its_status(status, p) && &*kind == "number" => self.has_status(p),
                    _ => return None,
                }
            }
            (Kind::Str(_), _) if matches!(op, BinaryOp::In | BinaryOp::NotIn) => {
                let field = self.text(left).known()?;
                let status = self.has_part(left, "status-parts", &field);
                (status && self.is_error_itself(right, p)).then(|| Truth::of(p.failure.status().is_some()))?
            }
            _ => return None,
        };
        Some(if negate { holds.not() } else { holds })
    }

    /// Whether a variable holds an answer that tells the failure by its status.
    fn is_answer_itself(&self, at: NodeRef, p: &Probe) -> bool {
        let Kind::Name(name) = self.kind(at) else { return false };
        !p.failed.get() && p.failure.status().is_some() && p.held.borrow().as_ref() == Some(name)
    }

    /// Whether a class is that of answers.
    pub(super) fn names_answer(&self, class: NodeRef) -> bool {
        self.last_name_at(class).is_some_and(|n| self.file(class.file).sdk.has_word("answer-classes", &n))
    }

    /// Whether a class is one of errors by its name.
    pub(super) fn names_error(&self, class: NodeRef) -> bool {
        self.last_name_at(class).is_some_and(|n| n.ends_with("Error") || n.ends_with("Exception"))
    }

    /// Whether a variable that holds the status of the failure holds one.
    pub(in crate::model::retry) fn has_status(&self, p: &Probe) -> Truth {
        match p.thrown.get() {
            Thrown::Own => Truth::of(p.failure.status().is_some()),
            _ => Truth::Open,
        }
    }

    fn name_truth(&self, at: NodeRef, p: &Probe, depth: u32) -> Truth {
        let file = self.file(at.file);
        let name = match file.facts.kind(at.node) {
            Kind::Name(name) | Kind::Member { name, .. } => name,
            _ => return Truth::Open,
        };
        if self.is_error_itself(at, p) {
            return Truth::Yes;
        }
        if self.is_its_status(at, p) {
            return self.has_status(p);
        }
        // An answer is there, whatever its status; in Python it may be as false as that.
        if file.language == Language::TypeScript && self.is_answer_itself(at, p) {
            return Truth::Yes;
        }
        if let Some(known) = self.flag(at, p) {
            return known;
        }
        if file.sdk.has_word("success-names", name) && p.failure.status().is_some() && !p.failed.get() {
            return Truth::No;
        }
        if let Kind::Name(_) = file.facts.kind(at.node) {
            let mut all: Option<Truth> = None;
            let defs = file.scopes.lookup(&file.facts, name, at.node);
            for def in defs.iter().take(4) {
                let Origin::Value { expr, path } = &def.origin else { return self.aside(at) };
                // `answer, again = None, True`
                let expr = match (&path[..], file.facts.kind(*expr)) {
                    ([], _) => *expr,
                    ([Step::Item(i)], Kind::List(items)) => items.get(*i as usize).copied().unwrap_or(*expr),
                    _ => return self.aside(at),
                };
                if expr == at.node {
                    return self.aside(at);
                }
                let next = match file.facts.kind(expr) {
                    Kind::Binary { .. }
                    | Kind::Bool(_)
                    | Kind::Unary { .. }
                    | Kind::Match(_)
                    | Kind::If { .. }
                    | Kind::Member { .. } => self.truth(at.sibling(expr), p, depth + 1),
                    Kind::Call(_) if self.aside(at.sibling(expr)) == Truth::Open => {
                        self.truth(at.sibling(expr), p, depth + 1)
                    }
                    _ => return self.aside(at),
                };
                all = Some(match all {
                    Some(before) if before != next => Truth::Open,
                    _ => next,
                });
            }
            if let Some(all) = all {
                return all;
            }
        }
        self.aside(at)
    }

    /// What a function of the project says of the failure.
    pub(super) fn function_truth(&self, f: NodeRef, p: &Probe, depth: u32) -> Truth {
        let Kind::Function(function) = self.kind(f) else { return Truth::Open };
        if !function.body.is_some() {
            return Truth::Open;
        }
        let body = f.sibling(function.body);
        let outer = p.flags.replace(Vec::new());
        let truth = match self.kind(body) {
            Kind::Block { body: statements, .. } => {
                self.answer(body, statements, p, depth + 1).unwrap_or(Truth::Open)
            }
            _ => self.truth(body, p, depth + 1),
        };
        p.flags.replace(outer);
        truth
    }

    /// What statements give back; `None` when they give nothing.
    fn answer(&self, at: NodeRef, statements: &[NodeId], p: &Probe, depth: u32) -> Option<Truth> {
        if depth > MAX_DEPTH || p.is_spent() {
            return Some(Truth::Open);
        }
        let (&first, rest) = statements.split_first()?;
        let here = at.sibling(first);
        let more = || self.answer(at, rest, p, depth + 1);
        let part = |n: NodeId| match self.kind(at.sibling(n)) {
            Kind::Block { body, .. } => self.answer(at, body, p, depth + 1),
            _ => self.answer(at, &[n], p, depth + 1),
        };
        // A condition in a block may give an answer, or let what follows the block give one.
        let and_on = |n: NodeId| match self.kind(at.sibling(n)) {
            Kind::Block { body, .. } => self.answer(at, &[&body[..], rest].concat(), p, depth + 1),
            _ => self.answer(at, &[&[n], rest].concat(), p, depth + 1),
        };
        match self.kind(here) {
            Kind::Return(value) => Some(value.map_or(Truth::No, |v| self.truth(at.sibling(v), p, depth + 1))),
            Kind::Throw(_) => Some(Truth::No),
            Kind::If { condition, then, otherwise } => {
                let condition = self.truth(at.sibling(*condition), p, depth + 1);
                let yes = || part(*then).or_else(more);
                let no = || otherwise.and_then(part).or_else(more);
                match condition {
                    Truth::Yes => yes(),
                    Truth::No => no(),
                    _ => {
                        let before = p.flags.now();
                        let yes = yes()?;
                        p.flags.replace(before);
                        Some(condition.choose(yes, no()?))
                    }
                }
            }
            // Arms that leave give an answer; after the others it goes on.
            Kind::Match(m) if !rest.is_empty() => {
                let on = more();
                let leaves = |body: NodeId| {
                    let facts = self.facts(at.file);
                    let left = |n| matches!(facts.kind(n), Kind::Return(_) | Kind::Throw(_));
                    facts.descendants(body).into_iter().any(left)
                };
                let mut result = on;
                for arm in m.arms.iter().rev() {
                    let body = if leaves(arm.body) { part(arm.body).or(on) } else { on };
                    result = match self.takes(at.sibling(m.subject), arm, p, depth + 1) {
                        Truth::Yes => body,
                        Truth::No => result,
                        taken => body.zip(result).map(|(body, other)| taken.choose(body, other)),
                    };
                }
                result
            }
            Kind::Try(t) => and_on(t.body),
            Kind::Block { body, .. } => self.answer(at, body, p, depth + 1).or_else(more),
            Kind::Loop(_) => Some(Truth::Open),
            Kind::Assign(_) => {
                self.note_flag(here, p, depth);
                more()
            }
            Kind::Function(_) | Kind::Import(_) => more(),
            // The value of a block.
            _ if rest.is_empty() => Some(self.truth(here, p, depth + 1)),
            _ => more(),
        }
    }
}
