//! Whether anything asks if a key is there before something is sent in its place.

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::key::check::Check;
use crate::model::key::missing::Missing;
use crate::model::key::{KeyRead, KeyTarget, KeyUse};
use crate::model::names::index::constant;
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;
use crate::model::{Phase, Project};

impl Project {
    /// Whether some code asks if the key is there.
    pub(super) fn is_looked_at(&self, key: &KeyRead) -> bool {
        if self.check_of(key.read.at).is_some_and(|m| m != Missing::Unchecked)
            || self.is_checked_at_start(key)
            || self.is_looked_at_further_on(key.read.at, 0)
        {
            return true;
        }
        let mut checks = self.checks().iter().filter(|c| c.variable == key.read.variable).peekable();
        if checks.peek().is_none() {
            return false;
        }
        // A check in another program of the repository says nothing of this one.
        let program = self.same_program(&[key.read.at.file]);
        checks.any(|c| {
            program.may_run(c.at.file)
                && !self.is_of_another_handler(c, key.read.at)
                && !self.is_for_another_client(c, key)
                && !self.is_gone_into_without(c, key.read.at)
        })
    }

    /// Whether the branch of a test that asks for other things as well is gone into without the key, and reads it
    /// there anew: `if (!client || !process.env.KEY) client = new Client(process.env.KEY || "none")`.
    fn is_gone_into_without(&self, check: &Check, read: NodeRef) -> bool {
        if check.at.file != read.file || check.read == Some(read) {
            return false;
        }
        let facts = self.facts(read.file);
        let within = |n: NodeId| facts.span(n).contains(facts.span(read.node));
        facts.ancestors(check.at.node).any(|n| match facts.kind(n) {
            Kind::If { condition, then, .. } if within(*then) => {
                let condition = read.sibling(*condition);
                matches!(self.kind(condition), Kind::Binary { op: BinaryOp::Or, .. })
                    && self.truth_of_parts(condition, &|part| self.truth_without(check, part)) == Truth::Yes
            }
            _ => false,
        })
    }

    /// What a part of a condition comes to where there is no key.
    fn truth_without(&self, check: &Check, part: NodeRef) -> Truth {
        let facts = self.facts(part.file);
        if !facts.span(part.node).contains(facts.span(check.at.node)) {
            return Truth::Free;
        }
        match facts.kind(part.node) {
            Kind::Binary { op, left, right } => {
                let nothing = [*left, *right].iter().any(|&n| {
                    matches!(facts.kind(n), Kind::Null) || constant(facts, n).is_some_and(|t| t.is_empty())
                });
                match op {
                    BinaryOp::Eq | BinaryOp::Is if nothing => Truth::Yes,
                    BinaryOp::Ne | BinaryOp::IsNot if nothing => Truth::No,
                    // Another key than the one that is held.
                    BinaryOp::Ne | BinaryOp::IsNot => Truth::Yes,
                    _ => Truth::Open,
                }
            }
            _ if part == check.at => Truth::No,
            _ => Truth::Open,
        }
    }

    /// Whether a check on the request path is one of a key that is read there anew, for a client of its own: a
    /// client that is made elsewhere is asked without it.
    fn is_for_another_client(&self, check: &Check, key: &KeyRead) -> bool {
        let Some(read) = check.read.filter(|&read| read != key.read.at) else { return false };
        let function = self.function_of(check.at);
        let own = |used: &KeyUse| match used.to {
            KeyTarget::Client { made, .. } => {
                self.function_of(made) == function && !key.uses.iter().any(|u| u.at == used.at)
            }
            _ => false,
        };
        function.is_some()
            && self.function_of(key.read.at) != function
            && matches!(self.phase(check.at), Phase::Request(_))
            && self.key_reads().iter().any(|k| k.read.at == read && k.uses.iter().all(own))
    }

    /// Whether a check only goes another way within one handler, which says nothing of a read in another: a
    /// probe that runs once a minute, a page that shows what is set up.
    fn is_of_another_handler(&self, check: &Check, read: NodeRef) -> bool {
        check.missing == Missing::Degrades
            && match (self.phase(check.at), self.phase(read)) {
                (Phase::Request(one), Phase::Request(other)) => one != other,
                _ => false,
            }
    }
}
