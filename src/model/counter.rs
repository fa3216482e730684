//! Counters, clocks and the names that speak of limits.

use super::Project;
use super::advance::Advance;
use super::index::last_name;
use super::region::Region;
use super::scope::Origin;
use super::tool_words::snake;
use super::value::NodeRef;
use crate::facts::{BinaryOp, Kind};

/// Parts of names that speak of a limit.
pub(super) const LIMITS: &[&str] = &[
    "max",
    "maximum",
    "limit",
    "limits",
    "budget",
    "cap",
    "deadline",
    "remaining",
    "timeout",
    "elapsed",
    "turn",
    "turns",
    "step",
    "steps",
    "iter",
    "iteration",
    "iterations",
    "attempt",
    "attempts",
    "round",
    "rounds",
    "depth",
    "quota",
    "count",
    "counter",
    "cost",
    "spend",
    "spent",
    "exceeded",
    "exhausted",
    "expired",
    "hops",
    "tries",
    "cycles",
    "until",
    "usage",
    "runaway",
    "stuck",
    "throttled",
    "circuit",
    "guard",
    "breaker",
];

/// Those that do so even in the name of something that is merely called.
pub(super) const STRONG_LIMITS: &[&str] =
    &["limit", "limits", "budget", "deadline", "quota", "exceeded", "guard", "breaker", "runaway"];

/// Options by which a cap is handed to what is called.
pub(super) const CAPS: &[&str] = &[
    "max_turns",
    "max_steps",
    "max_iterations",
    "max_rounds",
    "max_loops",
    "max_tool_calls",
    "max_iters",
    "turn_limit",
    "iteration_limit",
    "step_limit",
    "max_cost",
    "max_budget_usd",
];

/// Options that cap turns only when they vary: a plain number limits the one call it is given to.
pub(super) const ONE_CALL: &[&str] = &["max_depth", "deadline", "budget"];

/// Values of the stop reason, which are no limits although they sound so.
const STOPS: &[&str] =
    &["max_tokens", "end_turn", "pause_turn", "stop_reason_max_tokens", "model_context_window_exceeded"];

/// Whether a name contains one of the words.
pub(super) fn speaks_of(name: &str, words: &[&str]) -> bool {
    let name = snake(name);
    // How long one answer may be limits no turns.
    let words_of = || name.replace("max_tokens", "").replace("max_output_tokens", "");
    !STOPS.contains(&&*name)
        && !name.contains("rate_limit")
        && words_of().split('_').any(|w| words.contains(&w))
}

impl Project {
    /// Whether an expression changes by a step from turn to turn.
    pub(super) fn is_counter(&self, at: NodeRef, region: &Region) -> bool {
        self.advance(at, region) > Advance::Void || self.is_loop_variable(at, region)
    }

    /// Whether a counter becomes smaller in every turn.
    pub(super) fn counts_down(&self, at: NodeRef, region: &Region) -> bool {
        let text = self.file(at.file).text_of(at.node);
        region.nodes.iter().any(|&n| {
            let file = self.file(n.file);
            match self.kind(n) {
                Kind::Assign(a) if n.file == at.file && file.text_of(a.target) == text => {
                    a.op == Some(BinaryOp::Sub)
                        || a.value.is_some_and(|v| {
                            matches!(file.facts.kind(v), Kind::Binary { op: BinaryOp::Sub, .. })
                        })
                }
                _ => false,
            }
        })
    }

    /// The variable of `for turn in itertools.count()`, `for i in 0..`, or of an enumeration.
    pub(super) fn is_loop_variable(&self, at: NodeRef, region: &Region) -> bool {
        let model = self.file(at.file);
        let Kind::Name(name) = self.kind(at) else { return false };
        let Kind::Loop(l) = self.kind(region.root) else { return false };
        let Some(iterable) = l.iterable else { return false };
        model.scopes.lookup(&model.facts, name, at.node).iter().any(
            |d| matches!(&d.origin, Origin::Value { expr, .. } if *expr == iterable && region.root.file == at.file),
        )
    }

    pub(super) fn is_length(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Member { name, .. } => matches!(&**name, "length" | "size"),
            Kind::Call(c) => {
                last_name(facts, c.callee).is_some_and(|n| matches!(&*n, "len" | "size" | "count"))
            }
            _ => false,
        }
    }

    pub(super) fn is_status(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        last_name(facts, at.node).is_some_and(|n| {
            snake(&n).split('_').any(|w| matches!(w, "status" | "code" | "index" | "returncode"))
        })
    }

    pub(super) fn is_clock(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        file.facts.descendants(at.node).into_iter().any(|n| match file.facts.kind(n) {
            Kind::Call(c) => last_name(&file.facts, c.callee)
                .is_some_and(|n| matches!(&*n, "time" | "monotonic" | "now" | "perf_counter" | "elapsed")),
            _ => false,
        })
    }

    pub(super) fn speaks_of_limit(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => speaks_of(name, LIMITS),
            _ => false,
        })
    }
}

pub(super) fn is_order(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
}

pub(super) fn is_comparison(op: BinaryOp) -> bool {
    is_order(op) || matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot)
}
