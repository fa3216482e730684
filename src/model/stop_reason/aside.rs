//! Which places a read of the stop reason stands for: those its path leads to.

mod copied;
mod outcome;
mod unread;

use crate::facts::{Kind, NodeId};
use crate::model::control::region::is_handed_on;
use crate::model::request::Request;
use crate::model::response::{Use, What};
use crate::model::values::flow::{End, Sink};
use crate::model::values::value::{Hop, NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// Calls of one function that are looked at.
const MAX_CALLERS: usize = 32;

impl Project {
    /// Whether what `seen` tells is known where the text of `used` comes to its `end`. A read in a
    /// branch that leaves the function says nothing about the ways around that branch, and one in
    /// one caller nothing about the others.
    pub fn is_seen(&self, seen: &Use, used: &Use, end: &End) -> bool {
        if self.is_seen_by_decorator(seen, used) {
            return true;
        }
        matches!(seen.what, What::Stop | What::Mark | What::Escape)
            && seen.covers(used)
            && !self.is_presence_test(seen)
            && !self.comes_to_nothing(seen)
            && !self.is_aside(seen, used, end.at)
            && self.left_unread_by(seen, used, end).is_none()
            && !self.is_of_another_caller(seen, used, end)
    }

    /// Whether a stop reason is read by one caller of the function the text comes from, or by what only
    /// that one calls, and the text came to its end by another caller.
    fn is_of_another_caller(&self, seen: &Use, used: &Use, end: &End) -> bool {
        let Some(through) = end.through.filter(|_| !self.share_function(seen.at, used.at)) else {
            return false;
        };
        let (Some(asks), Some(reads)) = (self.named_function(used.at), self.named_function(seen.at)) else {
            return false;
        };
        let calling = |functions: &[NodeRef]| -> Vec<NodeRef> {
            let calls = functions.iter().flat_map(|&f| self.callers(f).iter().take(MAX_CALLERS));
            calls.filter_map(|&call| self.named_function(call)).collect()
        };
        let near = [vec![reads], calling(&[reads])].concat();
        let reached = [&near[..], &calling(&near)[..]].concat();
        let here = self.named_function(through);
        let by_caller = |call: &NodeRef| {
            let caller = self.named_function(*call);
            caller.is_some_and(|c| reached.contains(&c))
        };
        // What the caller is called by may look at it once the text is there.
        let around = here.map(|f| calling(&[f])).unwrap_or_default();
        here.is_some_and(|f| !reached.contains(&f))
            && !reached.contains(&asks)
            && !around.iter().any(|f| near.contains(f))
            && self.callers(asks).iter().any(|call| *call != through && by_caller(call))
    }

    fn share_function(&self, a: NodeRef, b: NodeRef) -> bool {
        a.file == b.file && self.named_function(a) == self.named_function(b)
    }

    /// How many tokens the caller of a function that sends a request allows, where that is an argument or
    /// stands in one.
    pub fn limit_given(&self, request: &Request, call: NodeRef) -> Option<f64> {
        self.body_field(request, "max_tokens").nodes().iter().find_map(|&limit| {
            if self.contains(call, limit) {
                return self.number(limit);
            }
            let function = self.named_function(limit)?;
            if !self.callers(function).contains(&call) {
                return None;
            }
            let values = self.values_in_call(limit, function, call);
            // A field of a type is whatever was put into it anywhere: what the call puts there counts.
            let given = |v: &&Value| matches!(v, Value::Node(n) if self.contains(call, *n));
            match (&values[..], values.iter().find(given)) {
                ([Value::Node(given)], _) | (_, Some(Value::Node(given))) => self.number(*given),
                _ => None,
            }
        })
    }

    /// Whether no way leads to a look at the stop reason that leads to the text as well, or only behind it.
    fn is_aside(&self, seen: &Use, used: &Use, end: NodeRef) -> bool {
        // Where both come by: in one function, perhaps on the way into others.
        let ways = (way_in(seen), self.standing(way_in(used)));
        let met = ways.0.iter().find_map(|&s| {
            let beside =
                |u: &&NodeRef| u.file == s.file && self.function_around(**u) == self.function_around(s);
            ways.1.iter().find(beside).map(|&u| (s, u))
        });
        let Some((s, u)) = met else { return self.is_thrown(&ways.0, &ways.1, end) };
        if self.is_given_each_piece(used, s) && self.is_given_each_piece(used, u) {
            return false;
        }
        self.leaves_before(seen, s, u, end)
            || s != u
                && (self.is_left_before(s, u) || !used.response.is_piece() && self.is_instead(seen, s, u))
    }

    /// Places, and those of the callbacks that they are in: `content.map((block) => block.text)` runs where it stands.
    fn standing(&self, places: Vec<NodeRef>) -> Vec<NodeRef> {
        let mut out = Vec::new();
        for place in places {
            out.push(place);
            let facts = self.facts(place.file);
            let mut around = self.function_around(place);
            while let Some(callback) = around.filter(|&f| is_handed_on(facts, f)) {
                out.push(place.sibling(callback));
                around = enclosing_function(facts, callback);
            }
        }
        out
    }

    /// Whether a function is called anew with each piece of a stream: the branches that one piece takes say
    /// nothing of the next.
    fn is_given_each_piece(&self, used: &Use, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let function = self.function_around(at);
        used.response.is_piece()
            && matches!(used.response.hops.last(), Some(Hop::Argument(call)) if *call != at)
            && facts
                .ancestors(at.node)
                .take_while(|&n| Some(n) != function)
                .all(|n| !matches!(facts.kind(n), Kind::Loop(_) | Kind::Comprehension(_)))
    }

    /// Whether a look only puts the answer into a failure, which ends that way: `throw new Failure(answer)`.
    /// One that says why something failed is a check.
    fn is_thrown(&self, looks: &[NodeRef], uses: &[NodeRef], end: NodeRef) -> bool {
        looks.iter().any(|&look| {
            let facts = self.facts(look.file);
            let within =
                |at: NodeRef, n: NodeId| at.file == look.file && facts.ancestors(at.node).any(|a| a == n);
            let around = self.function_around(look);
            let mut ways = facts.ancestors(look.node).take_while(|&n| Some(n) != around);
            let thrown = ways.find(|&n| self.ends_in_failure(look.sibling(n)));
            thrown.is_some_and(|thrown| {
                !uses.iter().chain([&end]).any(|&at| within(at, thrown)) && !self.in_handler(look)
            })
        })
    }

    /// `throw …`, `Err(…)`, `bail!(…)`.
    pub(in crate::model) fn ends_in_failure(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Throw(_) => true,
            Kind::Call(c) => file.named_in(c.callee, "raise-names"),
            _ => false,
        }
    }

    fn function_around(&self, at: NodeRef) -> Option<NodeId> {
        enclosing_function(self.facts(at.file), at.node)
    }

    /// Whether a look at `s` is in a branch that leaves the function, around which a way leads to `u`.
    fn leaves_before(&self, seen: &Use, s: NodeRef, u: NodeRef, end: NodeRef) -> bool {
        let facts = self.facts(s.file);
        let function = self.function_around(s);
        let mut raised = false;
        let mut at = s.node;
        for parent in facts.ancestors(at).skip(1).take_while(|&n| Some(n) != function) {
            raised |= matches!(facts.kind(parent), Kind::Throw(_));
            let handler =
                matches!(facts.kind(parent), Kind::Try(t) if t.handlers.iter().any(|h| h.body == at));
            let holds = |place: NodeRef| place.file == s.file && facts.ancestors(place.node).any(|n| n == at);
            if (handler || self.is_branch(s.sibling(parent), at))
                && !holds(u)
                && !holds(end)
                && self.leaves_function(s.sibling(at))
            {
                // What is cut off often fails to parse: a handler that looks why is a check.
                let looks = raised || seen.what == What::Stop && self.is_acted_on(seen);
                return !(handler && looks);
            }
            at = parent;
        }
        false
    }

    /// Whether `u` is in a branch that leaves the function before it comes to `s`.
    fn is_left_before(&self, s: NodeRef, u: NodeRef) -> bool {
        let facts = self.facts(u.file);
        let function = self.function_around(u);
        let mut at = u.node;
        for parent in facts.ancestors(at).skip(1).take_while(|&n| Some(n) != function) {
            // `if let Some(text) = … { return text }`: the text goes that way alone.
            let branch = match facts.kind(parent) {
                Kind::If { condition, then, .. }
                    if *condition == at && matches!(facts.kind(at), Kind::Let { .. }) =>
                {
                    Some(*then)
                }
                _ => self.is_branch(u.sibling(parent), at).then_some(at),
            };
            let left = |branch: NodeId| {
                facts.span(s.node).start >= facts.span(branch).end && self.leaves_function(u.sibling(branch))
            };
            if branch.is_some_and(left) {
                return true;
            }
            at = parent;
        }
        false
    }

    /// Whether `s` and `u` are in branches of which only one is taken for one answer.
    fn is_instead(&self, seen: &Use, s: NodeRef, u: NodeRef) -> bool {
        let facts = self.facts(s.file);
        let function = self.function_around(s);
        let within = |place: NodeRef, branch: NodeId| facts.ancestors(place.node).any(|n| n == branch);
        let Some(split) = self.parted_at(s, u) else { return false };
        // What goes through the parts of one answer takes both, one after the other.
        let received = |around: NodeId| {
            let sent = seen.response.hops.iter().map(|hop| match hop {
                Hop::Return(call) | Hop::Argument(call) => *call,
            });
            sent.chain([seen.response.request]).any(|n| n.file == s.file && within(n, around))
        };
        facts
            .ancestors(split)
            .take_while(|&n| Some(n) != function)
            .all(|n| !matches!(facts.kind(n), Kind::Loop(_) | Kind::Comprehension(_)) || received(n))
    }

    /// Whether a node is one of several branches of what is around it.
    fn is_branch(&self, around: NodeRef, at: NodeId) -> bool {
        match self.kind(around) {
            Kind::If { condition, .. } => *condition != at,
            Kind::Match(m) => m.arms.iter().any(|arm| arm.body == at),
            _ => false,
        }
    }

    /// Whether more is done with a value than showing it.
    fn is_acted_on(&self, seen: &Use) -> bool {
        self.sinks(seen.at).iter().any(|end| end.sink > Sink::Shown)
    }
}

/// Where an answer is used, and the calls by which it was handed there, the nearest first.
fn way_in(used: &Use) -> Vec<NodeRef> {
    let handed = used.response.hops.iter().rev().map_while(|hop| match hop {
        Hop::Argument(call) => Some(*call),
        Hop::Return(_) => None,
    });
    std::iter::once(used.at).chain(handed).collect()
}
