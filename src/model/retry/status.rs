//! Comparisons with statuses, types and words of errors.

use super::probe::{Probe, Thrown};
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::failures::{Failure, failures};

/// Statuses: numbers and ranges, both ends included.
#[derive(Debug, Default)]
pub(in crate::model) struct Statuses(Vec<(f64, f64)>);

impl Statuses {
    pub(super) fn holds(&self, status: Option<u16>) -> bool {
        status.is_some_and(|s| self.0.iter().any(|&(a, b)| (a..=b).contains(&f64::from(s))))
    }

    /// Whether one of them is that status by itself.
    fn names(&self, status: Option<u16>) -> bool {
        status.is_some_and(|s| self.0.contains(&(f64::from(s), f64::from(s))))
    }

    /// Whether one of them is an error.
    pub(super) fn has_error(&self) -> bool {
        self.0.iter().any(|&(_, b)| b >= 400.0)
    }

    /// Whether all of them are errors that are named one by one.
    pub(in crate::model) fn names_errors(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|&(a, b)| a == b && a >= 400.0)
    }

    /// The first of them.
    pub(super) fn first(&self) -> Option<f64> {
        self.0.first().map(|&(a, _)| a)
    }
}

impl Project {
    /// Whether an expression is 429 or 529, or a list with one of them: whatever is compared with that is a status.
    pub(super) fn is_overload(&self, at: NodeRef) -> bool {
        let written = matches!(self.kind(at), Kind::Number(_) | Kind::List(_));
        let set = written.then(|| self.statuses(at)).flatten();
        set.is_some_and(|set| [Failure::RateLimit, Failure::Overloaded].iter().any(|f| set.names(f.status())))
    }

    /// The statuses that an expression or pattern stands for.
    pub(in crate::model) fn statuses(&self, at: NodeRef) -> Option<Statuses> {
        let mut out = Statuses::default();
        self.collect_statuses(at, &mut out, 0).then_some(out)
    }

    fn collect_statuses(&self, at: NodeRef, out: &mut Statuses, depth: u32) -> bool {
        if depth > 6 {
            return false;
        }
        let number = |n: NodeId| self.number(at.sibling(n));
        // `options?.codes ?? CODES`, where nobody gives options
        if let Some(default) = self.default_alone(at) {
            return self.collect_statuses(default, out, depth + 1);
        }
        match self.kind(at) {
            Kind::Number(n) => out.0.push((*n, *n)),
            // Alternatives within a pattern.
            Kind::List(items) | Kind::Opaque(items) if !items.is_empty() => {
                return items.iter().all(|&i| self.collect_statuses(at.sibling(i), out, depth + 1));
            }
            Kind::Slice { start, end, .. } => {
                let (start, end) = (start.map_or(Some(0.0), number), end.map_or(Some(999.0), number));
                let (Some(start), Some(end)) = (start, end) else { return false };
                out.0.push((start, end));
            }
            Kind::Binary { op: BinaryOp::BitOr | BinaryOp::Or, left, right } => {
                return [*left, *right].iter().all(|&n| self.collect_statuses(at.sibling(n), out, depth + 1));
            }
            Kind::Call(c) => {
                let callee = self.last_name_at(at.sibling(c.callee));
                match callee.as_deref() {
                    Some("range") => {
                        let ends: Option<Vec<f64>> = c.args.iter().map(|a| number(a.value)).collect();
                        let Some(&[a, b]) = ends.as_deref() else { return false };
                        out.0.push((a, b - 1.0));
                    }
                    Some("Some" | "set" | "frozenset" | "Set" | "tuple" | "list" | "from" | "Array") => {
                        let parts = c.args.iter().map(|a| at.sibling(a.value));
                        return !c.args.is_empty()
                            && parts.into_iter().all(|n| self.collect_statuses(n, out, depth + 1));
                    }
                    _ => return self.evaluated_statuses(at, out, depth),
                }
            }
            Kind::Cast { value, .. } => return self.collect_statuses(at.sibling(*value), out, depth + 1),
            Kind::Name(_) | Kind::Member { .. } => {
                let constant = self.last_name_at(at).and_then(|n| failures().constants.get(&*n).copied());
                match constant {
                    Some(status) => out.0.push((f64::from(status), f64::from(status))),
                    None => return self.evaluated_statuses(at, out, depth),
                }
            }
            _ => return false,
        }
        true
    }

    fn evaluated_statuses(&self, at: NodeRef, out: &mut Statuses, depth: u32) -> bool {
        let values = self.eval(at);
        // `if codes is None: codes = {429, 529}`
        let nothing = |v: &Value| matches!(v, Value::Node(n) if matches!(self.kind(*n), Kind::Null));
        let told = values.iter().filter(|v| !nothing(v)).collect::<Vec<_>>();
        !told.is_empty()
            && told.into_iter().all(|v| match v {
                Value::Node(n) if *n != at => self.collect_statuses(*n, out, depth + 1),
                Value::External(e) => match e.made {
                    Some(made) if made != at => self.collect_statuses(made, out, depth + 1),
                    _ => match (e.made, self.kind(at)) {
                        // `new Set([429, 529])`
                        (Some(_), Kind::Call(c)) => {
                            c.args.len() == 1
                                && self.collect_statuses(at.sibling(c.args[0].value), out, depth + 1)
                        }
                        _ => false,
                    },
                },
                _ => false,
            })
    }

    /// `status == 429`, `500 <= status`, `status in RETRYABLE`, `error.type == "overloaded_error"`.
    pub(super) fn status_truth(&self, op: BinaryOp, left: NodeRef, right: NodeRef, p: &Probe) -> Truth {
        let negated = |truth: Truth, negate: bool| if negate { truth.not() } else { truth };
        match op {
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot | BinaryOp::In | BinaryOp::NotIn => {
                let negate = matches!(op, BinaryOp::Ne | BinaryOp::IsNot | BinaryOp::NotIn);
                for (a, b) in [(left, right), (right, left)] {
                    if (self.speaks_of_status(a) || self.is_overload(b))
                        && let Some(set) = self.statuses(b)
                    {
                        let status = p.failure.status().and_then(|s| self.scaled(a, s));
                        let truth = Truth::of(set.holds(status));
                        let told = if set.has_error() { p.tell(self.list_of(b), truth) } else { truth };
                        return negated(told, negate);
                    }
                }
                if matches!(op, BinaryOp::In | BinaryOp::NotIn)
                    && let Some(told) = self.in_class_name(right, left, p)
                {
                    return negated(told, negate);
                }
                if let Some(texts) = self.texts_of(left).or_else(|| self.texts_of(right)) {
                    let word = self.words_truth(left, &texts, p);
                    let about = self.aside(left).or(self.aside(right));
                    return match about {
                        Truth::Open => negated(word, negate),
                        other => other,
                    };
                }
                if self.counts_attempts(left) || self.counts_attempts(right) {
                    return Truth::Free;
                }
                self.aside(left).or(self.aside(right))
            }
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                let (at, limit, op) = match (self.speaks_of_status(left), self.speaks_of_status(right)) {
                    (true, _) => (left, right, op),
                    (_, true) => (right, left, flipped(op)),
                    _ => return Truth::Free,
                };
                let Some(limit) = self.limit(limit) else { return Truth::Open };
                let Some(status) = p.failure.status().and_then(|s| self.scaled(at, s)) else {
                    return Truth::No;
                };
                let status = f64::from(status);
                let holds = match op {
                    BinaryOp::Lt => status < limit,
                    BinaryOp::Le => status <= limit,
                    BinaryOp::Gt => status > limit,
                    _ => status >= limit,
                };
                p.tell(at, Truth::of(holds))
            }
            _ => Truth::Free,
        }
    }

    /// The list that a name stands for.
    pub(super) fn list_of(&self, at: NodeRef) -> NodeRef {
        match (self.kind(at), &self.eval(at)[..]) {
            (Kind::Name(_) | Kind::Member { .. }, [Value::Node(n)]) => *n,
            (Kind::Name(_) | Kind::Member { .. }, [Value::External(e)]) => e.made.unwrap_or(at),
            _ => at,
        }
    }

    fn limit(&self, at: NodeRef) -> Option<f64> {
        self.number(at).or_else(|| match self.statuses(at)?.0[..] {
            [(a, b)] if a == b => Some(a),
            _ => None,
        })
    }

    /// `status // 100`
    fn scaled(&self, at: NodeRef, status: u16) -> Option<u16> {
        let facts = self.facts(at.file);
        let divided = facts.descendants(at.node).into_iter().take(16).find_map(|n| match facts.kind(n) {
            Kind::Binary { op: BinaryOp::Div | BinaryOp::FloorDiv, right, .. } => {
                self.number(at.sibling(*right))
            }
            _ => None,
        });
        match divided {
            Some(100.0) => Some(status / 100),
            Some(_) => None,
            None => Some(status),
        }
    }

    pub(super) fn counts_attempts(&self, at: NodeRef) -> bool {
        self.last_name_at(at).is_some_and(|n| self.has_part(at, "attempt-parts", &n))
    }

    /// A text, or a list of texts.
    pub(super) fn texts_of(&self, at: NodeRef) -> Option<Vec<String>> {
        let list = |n: NodeRef| match self.kind(n) {
            Kind::Str(_) => self.text(n).known().map(|t| vec![t]),
            Kind::List(items) if !items.is_empty() => {
                items.iter().map(|&i| self.text(n.sibling(i)).known()).collect()
            }
            _ => None,
        };
        list(at).or_else(|| match &self.eval(at)[..] {
            [Value::Node(n)] => list(*n),
            _ => None,
        })
    }

    /// Whether one of the words that are looked for at a place speaks of the failure.
    pub(super) fn words_truth(&self, at: NodeRef, words: &[String], p: &Probe) -> Truth {
        let truth = words.iter().map(|t| self.word_truth(at, t, p)).fold(Truth::No, Truth::or);
        let own = matches!(p.thrown.get(), Thrown::Plain(_));
        if own { p.tell(at, truth) } else { truth }
    }

    /// Whether a word speaks of the failure.
    pub(super) fn word_truth(&self, at: NodeRef, word: &str, p: &Probe) -> Truth {
        if let Some(told) = self.named_class(at, word.trim(), p) {
            return told;
        }
        if let Some(words) = super::pattern::words_of_pattern(word) {
            return words.iter().map(|word| self.word_truth(at, word, p)).fold(Truth::No, Truth::or);
        }
        let word = word.trim().to_lowercase();
        if let Some(said) = self.is_said(&word, p) {
            return said;
        }
        if let Some(of) = failures().types.get(&word) {
            return Truth::of(p.failure.is(of));
        }
        match failures().words.get(&word) {
            Some(of) => Truth::of(p.is_one_of(of)),
            None => {
                // A sentence about what stays as it is: no failure that passes says so.
                let sdk = self.file(at.file).sdk;
                let says = |list: &str| sdk.words(list).iter().any(|part| word.contains(part.as_str()));
                let lasting = says("lasting-error-parts") && !says("network-parts");
                let passing = [
                    Failure::RateLimit,
                    Failure::Overloaded,
                    Failure::Server,
                    Failure::Unavailable,
                    Failure::Connection,
                    Failure::Timeout,
                ];
                match lasting && passing.contains(&p.failure) {
                    true => Truth::No,
                    false => Truth::Open,
                }
            }
        }
    }
}

impl Project {
    /// Whether a word stands in the text of what the project itself throws for a failure:
    /// `throw new Error("no answer: …")`. `None` where the text is open and does not show it.
    fn is_said(&self, word: &str, p: &Probe) -> Option<Truth> {
        let Thrown::Plain(class) = p.thrown.get() else { return None };
        let made = class.sibling(self.facts(class.file).parent(class.node)?);
        let Kind::Call(call) = self.kind(made) else { return None };
        let text = self.text(made.sibling(call.args.first()?.value));
        let mut known = text.pieces.iter().flatten();
        if known.any(|piece| piece.to_lowercase().contains(word)) {
            return Some(Truth::Yes);
        }
        text.known().map(|_| Truth::No)
    }
}

pub(super) fn flipped(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}
