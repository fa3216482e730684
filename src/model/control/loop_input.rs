//! Loops that wait for someone outside.

use super::region::Region;
use crate::facts::{Kind, NodeId};
use crate::model::agent_loop::Reach;
use crate::model::agent_loop::asks_model::Asking;
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;
use crate::model::names::words::has_word_of;
use crate::model::request::Tri;
use crate::model::values::came_from::WalkBack;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// Expressions between a receiver and what it was made of.
const MAX_PLACES: usize = 16;

impl Project {
    /// Whether each turn of a loop waits for someone outside: a person at a prompt, the next message of a channel.
    /// Someone who is asked before the request, but not in every turn, is asked for a new task: the turns
    /// that run tools do not wait.
    pub(in crate::model) fn waits_for_input(
        &self,
        region: &Region,
        site: NodeRef,
        reach: &Reach,
        asking_model: &mut Asking<'_>,
    ) -> Tri {
        let asking = region.nodes.iter().copied().filter(|&node| {
            // What sends the request may well be called `ask`, and what calls itself for the next turn.
            let asks = self.asks(node) && !reach.path.contains(&node)
                || self.calls_asking(node, reach, false, 0)
                    // A tool that is run with what the model said reads its own output as bytes.
                    && (self.calls_asking(node, reach, true, 0) || !self.takes_any(node, asking_model));
            // What comes out of a channel made here, after the request, is the answer itself, or what a tool gives.
            asks && !self.leads_back(node, region, reach)
                && !self.takes_from_answer(node, reach)
                && (self.precedes(node, site) || !self.takes_from_own_channel(node))
        });
        let asking: Vec<NodeRef> = asking.collect();
        let mut found = Tri::No;
        for &node in &asking {
            // Under a condition it does not happen in every turn, but perhaps in every one that sends a request.
            let conditions = self.conditions_of(node, region);
            let sends_behind = || {
                let around = self.conditions_of(site, region);
                enclosing_function(self.facts(node.file), node.node)
                    == enclosing_function(self.facts(site.file), site.node)
                    && self.precedes(node, site)
                    && conditions.iter().all(|c| around.contains(c))
            };
            if conditions.is_empty() || self.asks_on_each_way(node, &asking, region) || sends_behind() {
                return Tri::Yes;
            }
            if !self.precedes(node, site) {
                found = Tri::Unknown;
            }
        }
        found
    }

    /// Whether a call is one of the function that the turns are made by, or of one on the way to the request.
    fn leads_back(&self, node: NodeRef, region: &Region, reach: &Reach) -> bool {
        let functions = self.callee_of(node).map(|callee| self.functions_of(callee)).unwrap_or_default();
        functions.iter().any(|f| *f == region.root || reach.functions.contains(f))
    }

    /// Whether the other way at each fork around a node asks as well.
    fn asks_on_each_way(&self, node: NodeRef, asking: &[NodeRef], region: &Region) -> bool {
        let facts = self.facts(node.file);
        let asks_in = |n: NodeId| {
            let span = facts.span(n);
            asking.iter().any(|&a| a.file == node.file && span.contains(facts.span(a.node)))
        };
        let mut from = node.node;
        for around in facts.ancestors(node.node).skip(1).take_while(|&n| n != region.root.node) {
            let each_way = match facts.kind(around) {
                Kind::If { condition, then, otherwise } => {
                    *condition == from || asks_in(*then) && otherwise.is_some_and(asks_in)
                }
                Kind::Match(m) => m.subject == from || m.arms.iter().all(|arm| asks_in(arm.body)),
                Kind::Binary { op, right, .. } => !op.may_skip_right() || *right != from,
                _ => true,
            };
            if !each_way {
                return false;
            }
            from = around;
        }
        true
    }

    fn asks(&self, at: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        let model = self.file(at.file);
        let Some(name) = last_name(&model.facts, call.callee) else { return false };
        if model.sdk.has_word("human-input", &name) || self.waits_for_key(at.sibling(call.callee), &name) {
            return true;
        }
        // `queue.get()`, `inbox.pop()`, `rx.recv()`.
        let Kind::Member { object, .. } = model.facts.kind(call.callee) else { return false };
        // `headers.get("key")` looks something up.
        let by_key =
            call.args.first().is_some_and(|a| matches!(self.kind(at.sibling(a.value)), Kind::Str(_)));
        model.sdk.has_word("receives", &name)
            && !by_key
            && last_name(&model.facts, *object).is_some_and(|n| has_word_of(model.sdk, "message-sources", &n))
    }

    /// Whether a function of a package waits for a key: `event::read()`.
    fn waits_for_key(&self, callee: NodeRef, name: &str) -> bool {
        let sdk = self.file(callee.file).sdk;
        let paths = sdk.words("human-input-paths");
        paths.iter().any(|path| path.rsplit('.').next() == Some(name))
            && self
                .eval(callee)
                .iter()
                .any(|v| matches!(v, Value::External(e) if sdk.has_word("human-input-paths", &e.path)))
    }

    /// Whether a call takes something out of a queue or channel that the function around it made.
    fn takes_from_own_channel(&self, at: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        let model = self.file(at.file);
        let Kind::Member { object, .. } = model.facts.kind(call.callee) else { return false };
        let Kind::Name(name) = model.facts.kind(*object) else { return false };
        let function = enclosing_function(&model.facts, at.node);
        function.is_some()
            && model.scopes.lookup(&model.facts, name, *object).iter().any(|def| match &def.origin {
                Origin::Value { expr, .. } => {
                    let mut made = *expr;
                    while let Kind::Await(x) | Kind::Propagate(x) | Kind::Cast { value: x, .. } =
                        model.facts.kind(made)
                    {
                        made = *x;
                    }
                    enclosing_function(&model.facts, made) == function
                        && matches!(model.facts.kind(made), Kind::Call(c)
                            if model.named_in(c.callee, "channel-makers"))
                }
                _ => false,
            })
    }

    /// Whether a call takes the next piece of what the request of this turn gave: `events.recv()`.
    fn takes_from_answer(&self, at: NodeRef, reach: &Reach) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        let Kind::Member { object, .. } = self.kind(at.sibling(call.callee)) else { return false };
        // That call, or another of the same function.
        let sends = |place: NodeRef| {
            let functions =
                || self.callee_of(place).map(|callee| self.functions_of(callee)).unwrap_or_default();
            reach.path.contains(&place) || functions().iter().any(|f| reach.functions.contains(f))
        };
        let before = |place: NodeRef| match self.kind(place) {
            // What the request gave is looked into no further.
            Kind::Call(_) if sends(place) => Vec::new(),
            // `stream.fuse()`, `Box::pin(stream)`: with more beside it, it may wait for something else as well.
            Kind::Call(call) => match (self.kind(place.sibling(call.callee)), &call.args[..]) {
                (Kind::Member { object, .. }, []) => vec![place.sibling(*object)],
                (_, [one]) if self.functions_of(place.sibling(call.callee)).is_empty() => {
                    vec![place.sibling(one.value)]
                }
                _ => Vec::new(),
            },
            _ => self.came_from(place),
        };
        let places = WalkBack::new(at.sibling(*object), MAX_PLACES, before).take(MAX_PLACES);
        let ends: Vec<NodeRef> = places.filter(|&place| before(place).is_empty()).collect();
        !ends.is_empty() && ends.iter().all(|&end| sends(end))
    }

    /// Whether a call is given something that depends on what the model said.
    fn takes_any(&self, at: NodeRef, asking_model: &mut Asking<'_>) -> bool {
        match self.kind(at) {
            Kind::Call(call) => call.args.iter().any(|a| asking_model.is_about_model(at.sibling(a.value))),
            _ => false,
        }
    }

    /// Whether a call reads bytes off a connection, up to so many of them: `sock.recv(4096)`.
    fn reads_bytes(&self, at: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        let model = self.file(at.file);
        let sized = call.args.first().is_some_and(|a| a.name.is_none() && !a.spread);
        sized && model.named_in(call.callee, "reads-bytes")
    }

    /// Whether a call leads to what waits, `not_bytes`: other than by reading bytes.
    fn calls_asking(&self, at: NodeRef, reach: &Reach, not_bytes: bool, depth: u32) -> bool {
        let Kind::Call(call) = self.kind(at) else { return false };
        if depth >= 2 {
            return false;
        }
        // Of several functions that may be called, each has to ask.
        let asks = |function: NodeRef| {
            let region = self.function_region(function);
            region.nodes.iter().any(|&n| {
                let asks = self.asks(n) && !(not_bytes && self.reads_bytes(n));
                !reach.path.contains(&n)
                    && asks
                    && !self.takes_from_own_channel(n)
                    && !self.takes_from_answer(n, reach)
                    || self.calls_asking(n, reach, not_bytes, depth + 1)
            })
        };
        let functions = self.functions_of(at.sibling(call.callee));
        !functions.is_empty() && functions.into_iter().all(asks)
    }
}
