//! Counters, clocks and the names that speak of limits.

use super::region::Region;
use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::agent_loop::advance::Advance;
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::Sdk;

/// Signals joined of others that are looked at.
const MAX_JOINED: u32 = 3;

/// Whether a name contains one of the words of a list.
pub(in crate::model) fn speaks_of(sdk: &Sdk, list: &str, name: &str) -> bool {
    let name = snake(name);
    // How long one answer may be limits no turns.
    let words_of = || name.replace("max_tokens", "").replace("max_output_tokens", "");
    !sdk.has_word("limit-lookalikes", &name)
        && !name.contains("rate_limit")
        && words_of().split('_').any(|w| sdk.has_word(list, w))
}

impl Project {
    /// Whether an expression changes by a step from turn to turn.
    pub(in crate::model) fn is_counter(&self, at: NodeRef, region: &Region) -> bool {
        self.advance(at, region) > Advance::Void || self.is_loop_variable(at, region)
    }

    /// Whether a counter becomes smaller in every turn.
    pub(in crate::model) fn counts_down(&self, at: NodeRef, region: &Region) -> bool {
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
    pub(in crate::model) fn is_loop_variable(&self, at: NodeRef, region: &Region) -> bool {
        let model = self.file(at.file);
        let Kind::Name(name) = self.kind(at) else { return false };
        let Kind::Loop(l) = self.kind(region.root) else { return false };
        let Some(iterable) = l.iterable else { return false };
        model.scopes.lookup(&model.facts, name, at.node).iter().any(
            |d| matches!(&d.origin, Origin::Value { expr, .. } if *expr == iterable && region.root.file == at.file),
        )
    }

    /// Whether a member looks at a signal that comes after some time: `signal.aborted`,
    /// `signal.throwIfAborted`.
    pub(in crate::model) fn checks_timed_signal(&self, at: NodeRef) -> bool {
        let Kind::Member { object, name, .. } = self.kind(at) else { return false };
        self.file(at.file).sdk.has_word("signal-checks", name)
            && self.is_timed_signal(at.sibling(*object), MAX_JOINED)
    }

    fn is_timed_signal(&self, at: NodeRef, left: u32) -> bool {
        let sdk = self.file(at.file).sdk;
        left > 0
            && self.eval(at).iter().any(|v| {
                let Value::External(e) = v else { return false };
                let maker = e.path.trim_end_matches("()");
                let joined = || {
                    let Some(made) = e.made.filter(|_| sdk.has_word("joined-signals", maker)) else {
                        return false;
                    };
                    let Kind::Call(c) = self.kind(made) else { return false };
                    let list = c.args.first().map(|a| self.kind(made.sibling(a.value)));
                    let Some(Kind::List(items)) = list else { return false };
                    items.iter().any(|&n| self.is_timed_signal(made.sibling(n), left - 1))
                };
                sdk.has_word("timed-signals", maker) || joined()
            })
    }

    /// Whether a call of a function counts down and fails at the end: `left.checked_sub(1)`.
    pub(in crate::model) fn counts_to_end(&self, callee: NodeRef) -> bool {
        let sdk = self.file(callee.file).sdk;
        matches!(self.kind(callee), Kind::Member { name, .. } if sdk.has_word("counts-down", name))
    }

    pub(in crate::model) fn is_status(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        last_name(facts, at.node).is_some_and(|n| {
            snake(&n).split('_').any(|w| matches!(w, "status" | "code" | "index" | "returncode"))
        })
    }

    pub(in crate::model) fn is_clock(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        file.facts.descendants(at.node).into_iter().any(|n| match file.facts.kind(n) {
            Kind::Call(c) => file.named_in(c.callee, "clock-names"),
            _ => false,
        })
    }

    pub(in crate::model) fn speaks_of_limit(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => speaks_of(file.sdk, "turn-limit-words", name),
            _ => false,
        })
    }
}

pub(in crate::model) fn is_order(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
}

pub(in crate::model) fn is_comparison(op: BinaryOp) -> bool {
    is_order(op) || matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot)
}
