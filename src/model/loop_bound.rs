//! What ends a loop besides the model: counters, clocks, budgets, people.

use super::Project;
use super::index::last_name;
use super::region::Region;
use super::request::Tri;
use super::scope::Origin;
use super::tool_words::snake;
use super::value::{NodeRef, Value};
use crate::facts::{BinaryOp, Kind, LoopKind, UnaryOp};

/// What limits the turns of a loop or recursion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// A counter, clock or budget that is compared here.
    Known(NodeRef),
    /// Nothing does.
    Absent,
    /// Something here may limit it.
    Unknown(NodeRef),
}

impl Bound {
    /// Nothing limits it.
    pub fn is_absent(self) -> bool {
        self == Bound::Absent
    }

    pub(super) fn or(self, other: impl FnOnce() -> Bound) -> Bound {
        match self {
            Bound::Known(_) => self,
            Bound::Absent => other(),
            Bound::Unknown(_) => match other() {
                known @ Bound::Known(_) => known,
                _ => self,
            },
        }
    }
}

/// Parts of names that speak of a limit.
const LIMITS: &[&str] = &[
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
const STRONG_LIMITS: &[&str] =
    &["limit", "limits", "budget", "deadline", "quota", "exceeded", "guard", "breaker", "runaway"];

/// Options by which a cap is handed to what is called.
const CAPS: &[&str] = &[
    "max_turns",
    "max_steps",
    "max_iterations",
    "max_rounds",
    "max_loops",
    "max_tool_calls",
    "max_depth",
    "deadline",
    "max_iters",
    "turn_limit",
    "iteration_limit",
    "step_limit",
    "budget",
    "max_cost",
    "max_budget_usd",
];

/// Values of the stop reason, which are no limits although they sound so.
const STOPS: &[&str] =
    &["max_tokens", "end_turn", "pause_turn", "stop_reason_max_tokens", "model_context_window_exceeded"];

const MAX_DEPTH: u32 = 3;

fn speaks_of(name: &str, words: &[&str]) -> bool {
    let name = snake(name);
    !STOPS.contains(&&*name) && !name.contains("rate_limit") && name.split('_').any(|w| words.contains(&w))
}

impl Project {
    /// What limits a loop: a comparison in its condition or on the way out of it, anything it calls
    /// that speaks of a limit, or a time limit around it or its callers.
    pub(super) fn loop_bound(&self, region: &Region) -> Bound {
        let mut bound = self.counted(region);
        for exit in &region.exits {
            for &condition in &exit.conditions {
                bound = bound.or(|| self.limit_in(condition, region, 0));
            }
        }
        bound
            .or(|| self.limit_by_call(region))
            .or(|| self.counter_in_condition(region))
            .or(|| self.time_limit_around(region.root, 0))
    }

    /// Anything in a region that limits it, its own head aside.
    pub(super) fn limits_in_region(&self, region: &Region) -> Bound {
        self.limit_by_call(region).or(|| self.counter_in_condition(region))
    }

    /// `for x in list`, `for (let i = 0; i < n; i++)`.
    fn counted(&self, region: &Region) -> Bound {
        let facts = self.facts(region.root.file);
        let Kind::Loop(l) = facts.kind(region.root.node) else { return Bound::Absent };
        let Some(iterable) = l.iterable else { return Bound::Absent };
        if l.kind != LoopKind::ForEach {
            return Bound::Absent;
        }
        let sdk = self.file(region.root.file).sdk;
        let endless = match facts.kind(iterable) {
            Kind::Slice { end: None, .. } => true,
            Kind::Call(c) => {
                last_name(facts, c.callee).is_some_and(|n| sdk.has_word("endless", &n))
                    || c.args.iter().any(|a| {
                        matches!(facts.kind(a.value), Kind::Call(inner)
                            if last_name(facts, inner.callee).is_some_and(|n| sdk.has_word("endless", &n)))
                    })
            }
            _ => false,
        };
        if endless { Bound::Absent } else { Bound::Known(region.root.sibling(iterable)) }
    }

    /// A limit in a condition that leads out of the loop.
    pub(super) fn limit_in(&self, condition: NodeRef, region: &Region, depth: u32) -> Bound {
        let facts = self.facts(condition.file);
        let at = |n| condition.sibling(n);
        match facts.kind(condition.node) {
            Kind::Binary { op: BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                self.limit_in(at(*left), region, depth).or(|| self.limit_in(at(*right), region, depth))
            }
            Kind::Binary { op, left, right } if is_comparison(*op) => {
                self.comparison(condition, *op, at(*left), at(*right), region, depth)
            }
            Kind::Unary { op: UnaryOp::Not, operand } => self.limit_in(at(*operand), region, depth),
            Kind::Await(x) | Kind::Propagate(x) => self.limit_in(at(*x), region, depth),
            Kind::Let { value, .. } | Kind::Cast { value, .. } => self.limit_in(at(*value), region, depth),
            Kind::Name(name) => {
                if speaks_of(name, LIMITS) {
                    return Bound::Unknown(condition);
                }
                self.limit_in_flag(condition, region, depth)
            }
            Kind::Member { object, name, .. } => {
                if speaks_of(name, LIMITS) {
                    return Bound::Unknown(condition);
                }
                match facts.kind(*object) {
                    Kind::Name(n) if speaks_of(n, STRONG_LIMITS) => Bound::Unknown(condition),
                    Kind::Call(_) => self.limit_in(at(*object), region, depth),
                    _ => Bound::Absent,
                }
            }
            Kind::Call(call) => {
                let named = facts
                    .descendants(call.callee)
                    .into_iter()
                    .any(|n| matches!(facts.kind(n), Kind::Name(w) | Kind::Member { name: w, .. } if speaks_of(w, LIMITS)));
                if named {
                    return Bound::Unknown(condition);
                }
                let mut bound = Bound::Absent;
                for arg in &call.args {
                    bound = bound.or(|| self.limit_in(at(arg.value), region, depth));
                }
                bound.or(|| self.limit_in_called(condition, depth))
            }
            _ => Bound::Absent,
        }
    }

    fn comparison(
        &self,
        whole: NodeRef,
        op: BinaryOp,
        left: NodeRef,
        right: NodeRef,
        region: &Region,
        depth: u32,
    ) -> Bound {
        let sides = [left, right];
        if sides
            .iter()
            .any(|&s| self.is_status(s) || matches!(self.kind(s), Kind::Str(_) | Kind::Bool(_) | Kind::Null))
        {
            return Bound::Absent;
        }
        let counter = sides.iter().any(|&s| self.is_counter(s, region));
        let zero =
            sides.iter().any(|&s| self.file(s.file).number_of(s.node).is_some_and(|n| n == 0.0 || n == 1.0));
        if zero && !counter {
            return Bound::Absent;
        }
        if counter || sides.iter().any(|&s| self.speaks_of_limit(s) || self.is_clock(s)) {
            return Bound::Known(whole);
        }
        if sides.iter().any(|&s| self.is_length(s)) {
            // Growing with every turn, or the number of blocks in one answer.
            return if is_order(op) { Bound::Unknown(whole) } else { Bound::Absent };
        }
        if is_order(op) {
            return Bound::Unknown(whole);
        }
        let numbers = sides.iter().any(|&s| self.file(s.file).number_of(s.node).is_some());
        if numbers {
            return Bound::Unknown(whole);
        }
        let _ = depth;
        Bound::Absent
    }

    /// A variable that holds the outcome of a test made elsewhere in the loop.
    fn limit_in_flag(&self, name: NodeRef, region: &Region, depth: u32) -> Bound {
        if depth >= MAX_DEPTH {
            return Bound::Absent;
        }
        let model = self.file(name.file);
        let Kind::Name(text) = self.kind(name) else { return Bound::Absent };
        let mut bound = Bound::Absent;
        for &node in &region.nodes {
            let Kind::Assign(a) = self.kind(node) else { continue };
            if !matches!(model.facts.kind(a.target), Kind::Name(n) if n == text) {
                continue;
            }
            if let Some(value) = a.value {
                bound = bound.or(|| self.limit_in(name.sibling(value), region, depth + 1));
            }
            for condition in self.conditions_of(node, region) {
                bound = bound.or(|| self.limit_in(condition, region, depth + 1));
            }
        }
        bound
    }

    /// The conditions under which a node of a region is reached.
    pub(super) fn conditions_of(&self, at: NodeRef, region: &Region) -> Vec<NodeRef> {
        let facts = self.facts(at.file);
        let mut out = Vec::new();
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            if node == region.root.node {
                break;
            }
            match facts.kind(node) {
                Kind::If { condition, .. } if *condition != from => out.push(at.sibling(*condition)),
                Kind::Match(m) if m.subject != from => {
                    out.push(at.sibling(m.subject));
                    let span = facts.span(from);
                    if let Some(arm) = m.arms.iter().find(|a| a.span.contains(span)) {
                        out.extend(arm.patterns.iter().chain(&arm.guard).map(|&n| at.sibling(n)));
                    }
                }
                Kind::Binary { left, right, .. } if *right == from => out.push(at.sibling(*left)),
                _ => {}
            }
            from = node;
        }
        out
    }

    /// A function of the project that compares a limit and tells the outcome.
    fn limit_in_called(&self, call: NodeRef, depth: u32) -> Bound {
        if depth >= MAX_DEPTH {
            return Bound::Absent;
        }
        let Kind::Call(c) = self.kind(call) else { return Bound::Absent };
        let mut bound = Bound::Absent;
        for value in self.eval(call.sibling(c.callee)).iter() {
            let Value::Function(f) = value else { continue };
            let region = self.function_region(*f);
            for &returned in self.return_values(*f).iter() {
                bound = bound.or(|| match self.limit_in(returned, &region, depth + 1) {
                    // Another function's count may be of something else.
                    Bound::Known(at) | Bound::Unknown(at) => Bound::Unknown(at),
                    Bound::Absent => Bound::Absent,
                });
            }
        }
        bound
    }

    /// Something is called that stops the loop by itself, or is given the cap.
    fn limit_by_call(&self, region: &Region) -> Bound {
        for &node in &region.nodes {
            let Kind::Call(call) = self.kind(node) else { continue };
            let facts = self.facts(node.file);
            if call.args.iter().any(|a| a.name.as_deref().is_some_and(|n| CAPS.contains(&&*snake(n)))) {
                return Bound::Unknown(node);
            }
            let named = last_name(facts, call.callee).is_some_and(|n| speaks_of(&n, STRONG_LIMITS))
                || matches!(facts.kind(call.callee), Kind::Member { object, .. }
                    if last_name(facts, *object).is_some_and(|n| speaks_of(&n, STRONG_LIMITS)));
            if named {
                return Bound::Unknown(node);
            }
            // A function that raises once a limit is passed.
            for value in self.eval(node.sibling(call.callee)).iter() {
                let Value::Function(f) = value else { continue };
                let inner = self.function_region(*f);
                for exit in inner.exits.iter().filter(|e| matches!(self.kind(e.at), Kind::Throw(_))) {
                    for &condition in &exit.conditions {
                        if let Bound::Known(at) = self.limit_in(condition, &inner, MAX_DEPTH) {
                            return Bound::Unknown(at);
                        }
                    }
                }
            }
        }
        Bound::Absent
    }

    /// A counter of this loop that is compared anywhere in it: what hangs on it, such as a last
    /// request without tools, may end it.
    fn counter_in_condition(&self, region: &Region) -> Bound {
        let counted = |&node: &NodeRef| {
            let Kind::Binary { op, left, right } = self.kind(node) else { return false };
            let sides = [node.sibling(*left), node.sibling(*right)];
            is_comparison(*op)
                && sides.iter().any(|&s| self.is_counter(s, region))
                && !sides.iter().any(|&s| matches!(self.kind(s), Kind::Binary { op: BinaryOp::Mod, .. }))
                && !sides.iter().any(|&s| self.file(s.file).number_of(s.node).is_some_and(|n| n == 0.0))
        };
        region.nodes.iter().find(|n| counted(n)).map_or(Bound::Absent, |&n| Bound::Unknown(n))
    }

    /// `asyncio.timeout`, `tokio::time::timeout`, `Promise.race` around the loop or a call of its function.
    pub(super) fn time_limit_around(&self, at: NodeRef, depth: u32) -> Bound {
        let facts = self.facts(at.file);
        let sdk = self.file(at.file).sdk;
        let limits = |node| {
            last_name(facts, node).is_some_and(|n| {
                let name = snake(&n);
                sdk.has_word("time-limit", &n)
                    || name.split('_').any(|w| matches!(w, "timeout" | "deadline"))
                        && !matches!(&*name, "set_timeout" | "clear_timeout")
            })
        };
        let mut function = matches!(facts.kind(at.node), Kind::Function(_)).then_some(at);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::With(w) if w.items.iter().any(|i| limits(i.value)) => {
                    return Bound::Unknown(at.sibling(node));
                }
                Kind::Call(c) if c.callee != from && limits(c.callee) => {
                    return Bound::Unknown(at.sibling(node));
                }
                Kind::Function(f) => {
                    if f.decorators.iter().any(|&d| limits(d)) {
                        return Bound::Unknown(at.sibling(node));
                    }
                    if function.is_none() {
                        function = Some(at.sibling(node));
                    }
                }
                _ => {}
            }
            from = node;
        }
        let Some(function) = function else { return Bound::Absent };
        if depth >= 2 {
            return Bound::Absent;
        }
        // Every caller must have a time limit for the loop to have one; one of them is enough to be unsure.
        for &caller in self.callers(function).iter().chain(self.mentions(function)) {
            let bound = self.time_limit_around(caller, depth + 1);
            if !bound.is_absent() {
                return bound;
            }
        }
        Bound::Absent
    }

    /// Whether an expression changes by a step in every turn.
    pub(super) fn is_counter(&self, at: NodeRef, region: &Region) -> bool {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Binary { op: BinaryOp::Add | BinaryOp::Sub, left, right } => {
                return [*left, *right].iter().any(|&s| self.is_counter(at.sibling(s), region));
            }
            Kind::Name(_) | Kind::Member { .. } | Kind::Index { .. } => {}
            _ => return false,
        }
        if let Kind::Name(name) = facts.kind(at.node)
            && region.counters.contains(name)
        {
            return true;
        }
        let text = self.file(at.file).text_of(at.node);
        let steps = |target, value: Option<_>, op: Option<BinaryOp>| {
            let file = self.file(region.root.file);
            if file.text_of(target) != text || region.root.file != at.file {
                return false;
            }
            if matches!(op, Some(BinaryOp::Add | BinaryOp::Sub)) {
                return true;
            }
            matches!(value.map(|v| file.facts.kind(v)), Some(Kind::Binary { op: BinaryOp::Add | BinaryOp::Sub, left, .. })
                if file.text_of(*left) == text)
        };
        let stepped = region.nodes.iter().any(|n| match self.kind(*n) {
            Kind::Assign(a) => steps(a.target, a.value, a.op),
            _ => false,
        });
        stepped || self.is_loop_variable(at, region)
    }

    /// The variable of `for turn in itertools.count()`, `for i in 0..`, or of an enumeration.
    fn is_loop_variable(&self, at: NodeRef, region: &Region) -> bool {
        let model = self.file(at.file);
        let Kind::Name(name) = self.kind(at) else { return false };
        let Kind::Loop(l) = self.kind(region.root) else { return false };
        let Some(iterable) = l.iterable else { return false };
        model.scopes.lookup(&model.facts, name, at.node).iter().any(
            |d| matches!(&d.origin, Origin::Value { expr, .. } if *expr == iterable && region.root.file == at.file),
        )
    }

    fn is_length(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Member { name, .. } => matches!(&**name, "length" | "size"),
            Kind::Call(c) => {
                last_name(facts, c.callee).is_some_and(|n| matches!(&*n, "len" | "size" | "count"))
            }
            _ => false,
        }
    }

    fn is_status(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        last_name(facts, at.node).is_some_and(|n| {
            snake(&n).split('_').any(|w| matches!(w, "status" | "code" | "index" | "returncode"))
        })
    }

    fn is_clock(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        file.facts.descendants(at.node).into_iter().any(|n| match file.facts.kind(n) {
            Kind::Call(c) => last_name(&file.facts, c.callee)
                .is_some_and(|n| matches!(&*n, "time" | "monotonic" | "now" | "perf_counter" | "elapsed")),
            _ => false,
        })
    }

    fn speaks_of_limit(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => speaks_of(name, LIMITS),
            _ => false,
        })
    }

    /// Whether each turn of a loop waits for someone outside: a person at a prompt, the next message of a channel.
    /// Someone who is asked before the request, but not in every turn, is asked for a new task: the turns
    /// that run tools do not wait.
    pub(super) fn waits_for_input(&self, region: &Region, site: NodeRef) -> Tri {
        let mut found = Tri::No;
        for &node in &region.nodes {
            if !self.asks(node) && !self.calls_asking(node, 0) {
                continue;
            }
            // Under a condition it does not happen in every turn.
            if self.conditions_of(node, region).is_empty() {
                return Tri::Yes;
            }
            if !self.precedes(node, site) {
                found = Tri::Unknown;
            }
        }
        found
    }

    fn asks(&self, at: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        let model = self.file(at.file);
        let Some(name) = last_name(&model.facts, call.callee) else { return false };
        if model.sdk.has_word("human-input", &name) {
            return true;
        }
        // `queue.get()`, `inbox.pop()`, `rx.recv()`.
        let Kind::Member { object, .. } = model.facts.kind(call.callee) else { return false };
        matches!(&*name, "get" | "recv" | "receive" | "next")
            && last_name(&model.facts, *object).is_some_and(|n| {
                snake(&n).split('_').any(|w| {
                    matches!(
                        w,
                        "queue"
                            | "inbox"
                            | "channel"
                            | "rx"
                            | "mailbox"
                            | "receiver"
                            | "websocket"
                            | "ws"
                            | "socket"
                            | "stdin"
                    )
                })
            })
    }

    fn calls_asking(&self, at: NodeRef, depth: u32) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        if depth >= 2 {
            return false;
        }
        self.eval(at.sibling(call.callee)).iter().any(|v| match v {
            Value::Function(f) => {
                let region = self.function_region(*f);
                region.nodes.iter().any(|&n| self.asks(n) || self.calls_asking(n, depth + 1))
            }
            _ => false,
        })
    }
}

fn is_order(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
}

fn is_comparison(op: BinaryOp) -> bool {
    is_order(op) || matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot)
}
