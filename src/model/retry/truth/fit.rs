//! Which handlers, patterns and arms a failure fits.

use crate::facts::{Arm, BinaryOp, Key, Kind, Match};
use crate::model::Project;
use crate::model::control::counter::is_comparison;
use crate::model::request::Tri;
use crate::model::retry::probe::{Probe, Thrown};
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::failures::{Failure, failures};

/// Steps from a status to what compares it: `*status`, `status.as_u16()`.
const MAX_AROUND: usize = 4;

impl Project {
    /// Whether a handler's class, or one of several, stands for what is thrown.
    pub(in crate::model::retry) fn means_failure(&self, ty: NodeRef, p: &Probe) -> Truth {
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
                    Thrown::Plain(_) => Truth::No,
                    Thrown::Own if self.is_raised_for_answers(*class) => Truth::No,
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
        match p.thrown.get() {
            Thrown::Plain(own) if self.last_name_at(own).as_ref() == Some(name) => return Truth::Yes,
            // `fetch` throws one of those too.
            _ if failures().class(file.language, name).is_some_and(|(.., words)| !words.is_empty()) => {}
            _ if file.sdk.has_word("data-errors", name) => return Truth::No,
            _ => {}
        }
        self.is_external(ty, name, p)
    }

    fn is_external(&self, ty: NodeRef, path: &str, p: &Probe) -> Truth {
        let language = self.file(ty.file).language;
        let name = path.rsplit('.').next().unwrap_or(path);
        if self.is_stranger(language, path, p) {
            return p.tell(ty, Truth::No);
        }
        let plain = match p.thrown.get() {
            Thrown::Plain(own) if self.last_name_at(own).as_deref() == Some(path) => return Truth::Yes,
            thrown => matches!(thrown, Thrown::Plain(_)),
        };
        let Some((library, class, words)) = failures().class(language, path) else {
            let data = plain || self.file(ty.file).sdk.has_word("data-errors", name);
            return if data { Truth::No } else { Truth::Open };
        };
        let all = words.iter().any(|w| w == "all") && library.heads.is_empty();
        match p.thrown.get() {
            Thrown::Own => {}
            _ if all => return Truth::Yes,
            // No class of a library or a more special one is a base of it.
            Thrown::Plain(_) => return Truth::No,
            Thrown::Class(own) => {
                let bases = self.bases(own);
                let external = |v: &Value| matches!(v, Value::External(e) if e.path == path);
                return Truth::of(bases.iter().any(external));
            }
            Thrown::Other => return Truth::Open,
        }
        if p.failure == Failure::LateBreak && library.bare_in_stream {
            // The class of what failed earlier is where one looks for it.
            return if p.is_one_of(words) { p.tell(ty, Truth::No) } else { Truth::No };
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
    pub(in crate::model::retry) fn fits(&self, pattern: NodeRef, p: &Probe) -> Truth {
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
                    Some("Err") => Truth::of(p.failed.get()).and(self.inside_error(pattern, p)),
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
            Kind::Str(_) => {
                self.text(pattern).known().map_or(Truth::Open, |t| self.word_truth(pattern, &t, p))
            }
            Kind::Name(name) if name.starts_with(char::is_lowercase) => Truth::Yes,
            // A kind of failure that has a small number of its own is no status: `Kind.LIMITED`.
            Kind::Name(_) | Kind::Member { .. } if !self.may_be_status(pattern) => Truth::Open,
            Kind::Name(_) | Kind::Member { .. } => constant(pattern).unwrap_or(Truth::Open),
            _ => Truth::Open,
        }
    }

    /// Whether a constant is one that answers have.
    fn may_be_status(&self, at: NodeRef) -> bool {
        self.statuses(at).and_then(|set| set.first()).is_some_and(|first| first >= 100.0)
    }

    /// `Err(e)` takes every error, `Err(Error::Limited)` does not; `Err(Error::Api { status, .. })` takes those that
    /// have a status.
    fn inside_error(&self, pattern: NodeRef, p: &Probe) -> Truth {
        let Kind::Call(c) = self.kind(pattern) else { return Truth::Open };
        if let [only] = &c.args[..]
            && let Some(status) = self.status_in_pattern(pattern.sibling(only.value))
        {
            return match (p.failure.status(), self.kind(status)) {
                (None, _) => Truth::No,
                // Else it may be one of several kinds that have one.
                (Some(_), Kind::Name(_)) if self.is_judged(status) => Truth::Yes,
                (Some(_), Kind::Name(_)) => Truth::Open,
                (Some(_), _) => self.fits(status, p),
            };
        }
        let plain = c.args.iter().all(|a| match self.kind(pattern.sibling(a.value)) {
            Kind::Name(name) => name.starts_with(|c: char| c.is_lowercase() || c == '_'),
            Kind::Opaque(_) => true,
            _ => false,
        });
        if plain { Truth::Yes } else { Truth::Open }
    }

    /// What a pattern takes the status of an error for: `Api { status, .. }`, `Api(status, _)`, `Api { status: 429 }`.
    fn status_in_pattern(&self, pattern: NodeRef) -> Option<NodeRef> {
        let is_status = |name: &str| self.has_part(pattern, "status-parts", name);
        match self.kind(pattern) {
            Kind::Record(r) => r.entries.iter().find_map(|e| match &e.key {
                Some(Key::Known(key)) if is_status(key) => Some(pattern.sibling(e.value)),
                _ => None,
            }),
            Kind::Call(c) => c.args.iter().find_map(|a| match self.kind(pattern.sibling(a.value)) {
                Kind::Name(name) if is_status(name) => Some(pattern.sibling(a.value)),
                _ => None,
            }),
            _ => None,
        }
    }

    /// Whether what a pattern binds is compared with something, or matched.
    fn is_judged(&self, bound: NodeRef) -> bool {
        self.readers(bound).into_iter().any(|reader| {
            let facts = self.facts(reader.file);
            let mut around = facts.ancestors(reader.node).skip(1).take(MAX_AROUND);
            around.any(|n| match facts.kind(n) {
                Kind::Binary { op, .. } => is_comparison(*op) || *op == BinaryOp::In,
                Kind::Match(m) => facts.span(m.subject).contains(facts.span(reader.node)),
                // `matches!(*status, 502..=504)`
                Kind::Let { value, .. } => facts.span(*value).contains(facts.span(reader.node)),
                _ => false,
            })
        })
    }

    /// Whether an arm of a match on a value is taken.
    pub(in crate::model::retry) fn takes(&self, value: NodeRef, arm: &Arm, p: &Probe, depth: u32) -> Truth {
        let pattern = match arm.patterns.is_empty() {
            true => Truth::Yes,
            false => arm
                .patterns
                .iter()
                .map(|&n| self.fits_value(value.sibling(n), value, p))
                .fold(Truth::No, Truth::or),
        };
        match arm.guard {
            Some(guard) if pattern != Truth::No => {
                pattern.and(self.truth(value.sibling(guard), p, depth + 1))
            }
            _ => pattern,
        }
    }

    pub(super) fn match_truth(&self, at: NodeRef, m: &Match, p: &Probe, depth: u32) -> Truth {
        let mut result = Truth::Open;
        for arm in m.arms.iter().rev() {
            let taken = self.takes(at.sibling(m.subject), arm, p, depth);
            result = taken.choose(self.truth(at.sibling(arm.body), p, depth + 1), result);
        }
        result
    }
}
