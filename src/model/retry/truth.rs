//! Conditions about a failure: which way they go for it.

use super::probe::{Probe, Thrown, Truth};
use crate::facts::{Arm, BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::request::Tri;
use crate::model::scope::{Origin, Step};
use crate::model::value::{NodeRef, Value};
use crate::sdk::failures::failures;

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
            Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } => of(*x),
            Kind::Let { pattern, .. } => self.fits(at.sibling(*pattern), p),
            Kind::If { condition, then, otherwise } => {
                let no = otherwise.map_or(Truth::Open, of);
                of(*condition).choose(of(*then), no)
            }
            Kind::Block { body, .. } => self.answer(at, body, p, depth + 1).unwrap_or(Truth::Open),
            Kind::Match(m) => self.match_truth(at, &m.arms, p, depth),
            Kind::Binary { op, left, right } => match op {
                BinaryOp::And => of(*left).and(of(*right)),
                BinaryOp::Or => of(*left).or(of(*right)),
                BinaryOp::InstanceOf => self.means_failure(at.sibling(*right), p),
                _ => self.status_truth(*op, at.sibling(*left), at.sibling(*right), p),
            },
            Kind::Call(_) => self.call_truth(at, p, depth),
            Kind::Name(_) | Kind::Member { .. } => self.name_truth(at, p, depth),
            _ => self.aside(at),
        }
    }

    /// A condition that is not understood: it matters only where it speaks of the failure.
    pub(super) fn aside(&self, at: NodeRef) -> Truth {
        let facts = self.facts(at.file);
        let named = |name: &str, n: NodeId| {
            self.has_part(at, "retry-verdict-parts", name)
                || !self.has_part(at, "attempt-parts", name)
                    && (self.has_part(at, "failure-parts", name)
                        || self.has_part(at, "status-parts", name)
                        || self.file(at.file).sdk.has_word("outcome-names", name)
                        || self.is_caught_name(at.sibling(n)))
        };
        let speaks = facts.descendants(at.node).into_iter().take(64).any(|n| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => named(name, n),
            _ => false,
        });
        if speaks { Truth::Open } else { Truth::Free }
    }

    fn is_caught_name(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        defs.iter().any(|d| matches!(d.origin, Origin::Caught(_)))
    }

    fn name_truth(&self, at: NodeRef, p: &Probe, depth: u32) -> Truth {
        let file = self.file(at.file);
        let name = match file.facts.kind(at.node) {
            Kind::Name(name) | Kind::Member { name, .. } => name,
            _ => return Truth::Open,
        };
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

    /// Whether a handler's class, or one of several, stands for what is thrown.
    pub(super) fn means_failure(&self, ty: NodeRef, p: &Probe) -> Truth {
        if p.is_spent() {
            return Truth::Open;
        }
        match self.kind(ty) {
            Kind::List(items) => {
                return items
                    .iter()
                    .map(|&i| self.means_failure(ty.sibling(i), p))
                    .fold(Truth::No, Truth::or);
            }
            // `LIMITS + PASSING`, `LIMITS or ()`
            Kind::Binary { op: BinaryOp::Add | BinaryOp::Or, left, right } => {
                return self
                    .means_failure(ty.sibling(*left), p)
                    .or(self.means_failure(ty.sibling(*right), p));
            }
            Kind::Null => return Truth::No,
            _ => {}
        }
        let values = self.eval(ty);
        let mut all: Option<Truth> = None;
        // What stands for nothing until it is filled, or where a package is not there.
        let nothing = |v: &Value| match v {
            Value::Node(n) => match self.kind(*n) {
                Kind::Null => true,
                Kind::List(items) => items.is_empty(),
                _ => false,
            },
            _ => false,
        };
        let filled = !values.iter().all(nothing);
        for value in values.iter().filter(|v| !(filled && nothing(v))) {
            let next = match value {
                Value::External(e) => self.is_external(ty, &e.path, p),
                Value::Node(n) if *n != ty => self.means_failure(*n, p),
                Value::Class(class) => match p.thrown.get() {
                    Thrown::Class(own) => Truth::of(own == *class || self.is_derived(own, *class)),
                    _ => Truth::Open,
                },
                _ => Truth::Open,
            };
            all = Some(match all {
                Some(before) if before != next => Truth::Open,
                _ => next,
            });
        }
        match all {
            Some(known) if known != Truth::Open => known,
            _ => self.is_builtin(ty, p),
        }
    }

    fn is_builtin(&self, ty: NodeRef, p: &Probe) -> Truth {
        let Kind::Name(name) = self.kind(ty) else { return Truth::Open };
        let file = self.file(ty.file);
        if !file.scopes.lookup(&file.facts, name, ty.node).is_empty() {
            return Truth::Open;
        }
        if file.sdk.has_word("data-errors", name) {
            return Truth::No;
        }
        self.is_external(ty, name, p)
    }

    fn is_external(&self, ty: NodeRef, path: &str, p: &Probe) -> Truth {
        let language = self.file(ty.file).language;
        let name = path.rsplit('.').next().unwrap_or(path);
        let Some((library, class, words)) = failures().class(language, path) else {
            let data = self.file(ty.file).sdk.has_word("data-errors", name);
            return if data { Truth::No } else { Truth::Open };
        };
        let all = words.iter().any(|w| w == "all") && library.heads.is_empty();
        match p.thrown.get() {
            Thrown::Own => {}
            _ if all => return Truth::Yes,
            Thrown::Class(own) => {
                let bases = self.bases(own);
                let external = |v: &Value| matches!(v, Value::External(e) if e.path == path);
                return Truth::of(bases.iter().any(external));
            }
            Thrown::Other => return Truth::Open,
        }
        if !p.is_one_of(words) {
            return p.tell(ty, Truth::No);
        }
        for since in library.since.iter().filter(|s| s.class == class && p.failure.is(&s.failure)) {
            match self.has_change(ty, &since.package, &since.change).0 {
                Tri::Yes => {}
                Tri::No => return Truth::No,
                Tri::Unknown => return Truth::Open,
            }
        }
        Truth::Yes
    }

    /// Whether a pattern fits the outcome.
    pub(super) fn fits(&self, pattern: NodeRef, p: &Probe) -> Truth {
        let constant =
            |at: NodeRef| self.statuses(at).map(|set| p.tell(at, Truth::of(set.holds(p.failure.status()))));
        match self.kind(pattern) {
            Kind::Call(_) | Kind::Record(_) => {
                let head = match self.kind(pattern) {
                    Kind::Call(c) => Some(c.callee),
                    Kind::Record(r) => r.ty,
                    _ => None,
                };
                match head.and_then(|h| self.last_name_at(pattern.sibling(h))).as_deref() {
                    Some("Ok") => Truth::of(!p.failed.get()),
                    Some("Err") => Truth::of(p.failed.get()).and(self.plain_inside(pattern)),
                    Some("Some") => match constant(pattern) {
                        Some(known) => known,
                        None => Truth::Free,
                    },
                    _ => Truth::Open,
                }
            }
            Kind::Name(name) if &**name == "_" => Truth::Yes,
            Kind::Opaque(parts) if !parts.is_empty() => {
                parts.iter().map(|&n| self.fits(pattern.sibling(n), p)).fold(Truth::No, Truth::or)
            }
            Kind::Opaque(_) => Truth::Yes,
            Kind::Number(_) | Kind::Slice { .. } | Kind::List(_) => constant(pattern).unwrap_or(Truth::Open),
            Kind::Binary { op: BinaryOp::BitOr, left, right } => {
                self.fits(pattern.sibling(*left), p).or(self.fits(pattern.sibling(*right), p))
            }
            Kind::Str(_) => self.text(pattern).known().map_or(Truth::Open, |t| self.word_truth(&t, p)),
            Kind::Name(name) if name.starts_with(char::is_lowercase) => Truth::Yes,
            Kind::Name(_) | Kind::Member { .. } => constant(pattern).unwrap_or(Truth::Open),
            _ => Truth::Open,
        }
    }

    /// `Err(e)` takes every error, `Err(Error::Limited)` does not.
    fn plain_inside(&self, pattern: NodeRef) -> Truth {
        let Kind::Call(c) = self.kind(pattern) else { return Truth::Open };
        let plain = c.args.iter().all(|a| match self.kind(pattern.sibling(a.value)) {
            Kind::Name(name) => name.starts_with(|c: char| c.is_lowercase() || c == '_'),
            Kind::Opaque(_) => true,
            _ => false,
        });
        if plain { Truth::Yes } else { Truth::Open }
    }

    /// Whether an arm of a match is taken.
    pub(super) fn takes(&self, at: NodeRef, arm: &Arm, p: &Probe, depth: u32) -> Truth {
        let pattern = match arm.patterns.is_empty() {
            true => Truth::Yes,
            false => arm.patterns.iter().map(|&n| self.fits(at.sibling(n), p)).fold(Truth::No, Truth::or),
        };
        match arm.guard {
            Some(guard) if pattern != Truth::No => pattern.and(self.truth(at.sibling(guard), p, depth + 1)),
            _ => pattern,
        }
    }

    fn match_truth(&self, at: NodeRef, arms: &[Arm], p: &Probe, depth: u32) -> Truth {
        let mut result = Truth::Open;
        for arm in arms.iter().rev() {
            let taken = self.takes(at, arm, p, depth);
            result = taken.choose(self.truth(at.sibling(arm.body), p, depth + 1), result);
        }
        result
    }

    /// What a function of the project says of the failure.
    pub(super) fn function_truth(&self, f: NodeRef, p: &Probe, depth: u32) -> Truth {
        let Kind::Function(function) = self.kind(f) else { return Truth::Open };
        if !function.body.is_some() {
            return Truth::Open;
        }
        let body = f.sibling(function.body);
        match self.kind(body) {
            Kind::Block { body: statements, .. } => {
                self.answer(body, statements, p, depth + 1).unwrap_or(Truth::Open)
            }
            _ => self.truth(body, p, depth + 1),
        }
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
                    _ => Some(condition.choose(yes()?, no()?)),
                }
            }
            Kind::Try(t) => part(t.body).or_else(more),
            Kind::Block { body, .. } => self.answer(at, body, p, depth + 1).or_else(more),
            Kind::Loop(_) => Some(Truth::Open),
            Kind::Assign(_) | Kind::Function(_) | Kind::Import(_) => more(),
            // The value of a block.
            _ if rest.is_empty() => Some(self.truth(here, p, depth + 1)),
            _ => more(),
        }
    }
}
