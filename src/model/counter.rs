//! Counters, clocks and the names that speak of limits.

use super::Project;
use super::advance::Advance;
use super::index::last_name;
use super::region::Region;
use super::scope::Origin;
use super::value::NodeRef;
use super::words::snake;
use crate::facts::{BinaryOp, Kind};
use crate::sdk::Sdk;

/// Whether a name contains one of the words of a list.
pub(super) fn speaks_of(sdk: &Sdk, list: &str, name: &str) -> bool {
    let name = snake(name);
    // How long one answer may be limits no turns.
    let words_of = || name.replace("max_tokens", "").replace("max_output_tokens", "");
    !sdk.has_word("limit-lookalikes", &name)
        && !name.contains("rate_limit")
        && words_of().split('_').any(|w| sdk.has_word(list, w))
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
        let file = self.file(at.file);
        let facts = &file.facts;
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => speaks_of(file.sdk, "turn-limit-words", name),
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
