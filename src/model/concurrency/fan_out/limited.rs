//! What limits how many of several requests run at a time.

use super::FanOut;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::{Member, last_name};
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

/// Functions of the project between a request and the limiter it waits for.
const MAX_HOPS: u32 = 2;

impl Project {
    /// Whether something in sight limits how many of them run at a time: by what it is, or by its
    /// name. A limiter counts where it is used or made on the way from the collection to the request; what
    /// else the file limits is another matter.
    pub fn is_limited_fan_out(&self, fan: &FanOut) -> bool {
        if self.runs_few_steps(fan) || self.is_run_by_pool(fan.request) || self.runs_one_by_one(fan) {
            return true;
        }
        let mut places: Vec<NodeRef> = vec![fan.element];
        places.extend(self.outermost_function(fan.at));
        places.extend(self.outermost_function(fan.request));
        places.extend(fan.through);
        places.extend(fan.way.iter().copied());
        // What the client is made with holds for all of its requests.
        let request = self.requests().iter().find(|r| r.at == fan.request);
        let clients = request.map_or(&[][..], |r| &r.clients);
        let limiters = self.file(fan.request.file).sdk.words("client-limiters").join("|");
        let limited = |c: &std::sync::Arc<crate::model::Client>| {
            let given = self.client_option(c, &limiters);
            given.is_known() && !given.nodes().iter().all(|n| matches!(self.kind(*n), Kind::Null))
        };
        if !clients.is_empty() && clients.iter().all(limited) {
            return true;
        }
        places.extend(clients.iter().filter_map(|c| self.outermost_function(c.made?)));
        places.sort_unstable();
        places.dedup();
        let wrappers = fan.way.iter().chain(&fan.through).flat_map(|&f| self.runs_in_decorators(f));
        places.extend(wrappers.map(|(_, taker)| taker).collect::<Vec<_>>());
        places.into_iter().any(|place| {
            let facts = self.facts(place.file);
            facts.descendants(place.node).into_iter().any(|n| {
                let at = place.sibling(n);
                self.limits(at) || self.gates(at, fan)
            })
        })
    }

    /// Whether the request of each coroutine holds up the event loop that all of them run on: one goes after the
    /// other, however many are gathered.
    fn runs_one_by_one(&self, fan: &FanOut) -> bool {
        let Some(request) = self.request_at(fan.request) else { return false };
        let on_the_way = |f: NodeRef| fan.way.contains(&f) || Some(f) == fan.through;
        self.is_blocking(request)
            && self
                .blocked(fan.request)
                .into_iter()
                .any(|(at, _)| self.function_of(at).is_some_and(on_the_way))
    }

    /// Whether a request is handed to the threads of a pool, of which there are a few dozen:
    /// `await asyncio.to_thread(client.messages.create, …)`.
    fn is_run_by_pool(&self, request: NodeRef) -> bool {
        let facts = self.facts(request.file);
        let mut around =
            facts.ancestors(request.node).take_while(|&n| !matches!(facts.kind(n), Kind::Block { .. }));
        around.any(|n| {
            self.callee_of(request.sibling(n)).is_some_and(|callee| self.is_listed("pool-threads", callee))
        })
    }

    /// Whether code enters or waits for a limiter of the project's own: `async with gate.slot():`,
    /// `await bucket.wait()`, `await gate.run(send())`.
    fn gates(&self, at: NodeRef, fan: &FanOut) -> bool {
        let facts = self.facts(at.file);
        let lets_in = |call: NodeRef| {
            let Some(callee) = self.callee_of(call) else { return false };
            self.eval(callee).iter().any(|v| match v {
                Value::Function(f) => {
                    !fan.way.contains(f) && Some(*f) != fan.through && self.lets_in_few(*f, MAX_HOPS)
                }
                _ => false,
            })
        };
        // What is done behind the request limits nothing.
        let behind = fan.request.file == at.file
            && facts.span(at.node).start > facts.span(fan.request.node).start
            && self.outermost_function(fan.request) == self.outermost_function(at);
        match facts.kind(at.node) {
            Kind::Await(call) => !behind && lets_in(at.sibling(*call)),
            Kind::With(w) => w.items.iter().any(|item| {
                let entered = at.sibling(item.value);
                lets_in(entered) || self.enters_few(entered)
            }),
            _ => false,
        }
    }

    /// Whether what a block enters is an object of the project that lets in a few at a time.
    fn enters_few(&self, item: NodeRef) -> bool {
        self.eval(item).iter().any(|v| {
            let Value::Instance { class, .. } = v else { return false };
            let sdk = self.file(class.file).sdk;
            let enter = sdk.words("enters-block").iter().flat_map(|name| self.class_member(*class, name));
            enter.into_iter().any(|m| matches!(m, Member::Method(f) if self.lets_in_few(f, MAX_HOPS)))
        })
    }

    /// Whether a function waits for a limiter, or spreads its callers over time: it sleeps under a lock or for
    /// as long as it works out.
    fn lets_in_few(&self, function: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let file = self.file(function.file);
        let facts = &file.facts;
        let inside = facts.descendants(function.node);
        let limits = |&n: &NodeId| match facts.kind(n) {
            Kind::With(w) => w.items.iter().any(|i| self.is_named_limiter(function.sibling(i.value))),
            Kind::Await(call) => match facts.kind(*call) {
                Kind::Call(c) => match facts.kind(c.callee) {
                    Kind::Member { object, .. } => self.is_named_limiter(function.sibling(*object)),
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        };
        let sleeps = |&n: &NodeId| match facts.kind(n) {
            Kind::Call(c) => {
                file.named_in(c.callee, "sleep-names")
                    && c.args.first().is_some_and(|a| self.number(function.sibling(a.value)).is_none())
            }
            _ => false,
        };
        let next = |&n: &NodeId| match facts.kind(n) {
            Kind::Call(c) => self.eval(function.sibling(c.callee)).iter().any(|v| match v {
                Value::Function(f) => *f != function && self.lets_in_few(*f, left),
                _ => false,
            }),
            _ => false,
        };
        inside.iter().any(limits) || inside.iter().any(sleeps) || inside.iter().any(next)
    }

    /// Whether something that is entered or waited for is a limiter, by what it is or by its name. A lock
    /// alone guards something else.
    fn is_named_limiter(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        let is_lock = |path: &str| sdk.has_word("lock-types", path.trim_end_matches("()"));
        let values = self.eval(at);
        let lock = values.iter().any(|v| matches!(v, Value::External(e) if is_lock(&e.path)));
        let named = self.last_name_at(at).is_some_and(|n| self.has_part(at, "limiter-parts", &n));
        !lock && (named || self.is_limiter(at))
    }

    /// Whether what is done for each element is a step of a function that an engine runs a few steps of at a
    /// time: `createFunction({ concurrency: 5 }, …, async ({ step }) => Promise.all(items.map((i) => step.run(…))))`.
    fn runs_few_steps(&self, fan: &FanOut) -> bool {
        let file = self.file(fan.at.file);
        let facts = &file.facts;
        let engine = facts.ancestors(fan.at.node).find(|&n| {
            let Kind::Call(c) = facts.kind(n) else { return false };
            let callee = fan.at.sibling(c.callee);
            let listed =
                |v: &Value| matches!(v, Value::External(e) if file.sdk.has_word("limits-steps", &e.path));
            let options = file.sdk.words("step-limit-options");
            let limited = || options.iter().any(|name| !self.option_of(fan.at.sibling(n), name).is_absent());
            self.eval(callee).iter().any(listed) && limited()
        });
        let Some(engine) = engine.filter(|_| fan.element.file == fan.at.file) else { return false };
        // By what the engine hands to the function.
        let handed = |name: NodeId| {
            let Kind::Name(text) = facts.kind(name) else { return false };
            file.scopes.lookup(facts, text, name).iter().any(|d| match d.origin {
                Origin::Param { function, .. } => facts.parent(function) == Some(engine),
                _ => false,
            })
        };
        facts.descendants(fan.element.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Call(c) => facts.descendants(c.callee).into_iter().any(handed),
            _ => false,
        })
    }

    /// Whether a piece of code names, makes or uses a limiter.
    fn limits(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            // A class of errors is named after what the API limits.
            Kind::Name(name) | Kind::Member { name, .. } => {
                let is_error = name.ends_with("Error") || name.ends_with("Exception");
                self.has_part(at, "limiter-parts", name) && !is_error || self.is_limiter(at)
            }
            // What is entered for each of them and came from elsewhere may let in a few at a time.
            Kind::With(w) => w.items.iter().any(|item| self.may_let_in_few(at.sibling(item.value))),
            Kind::Call(c) => {
                let Some(name) = last_name(&file.facts, c.callee) else { return false };
                // `chunked(items, 5)`; a step of a chain limits what it stands in.
                file.sdk.has_word("cuts-batches", &name)
                    || c.args.iter().any(|a| matches!(file.facts.kind(a.value), Kind::Function(_)))
                        && self.waits_first(at.sibling(c.callee))
                    || file.sdk.has_word("limiter", &format!(".{name}"))
                        && matches!(file.facts.kind(c.callee), Kind::Member { .. })
            }
            _ => false,
        }
    }

    /// Whether a function of the project that is given a function waits for something before it calls that.
    fn waits_first(&self, callee: NodeRef) -> bool {
        self.eval(callee).iter().any(|v| {
            let Value::Function(f) = v else { return false };
            let file = self.file(f.file);
            let inside = file.facts.descendants(f.node);
            let calls_given = |&n: &NodeId| {
                let Kind::Call(c) = file.facts.kind(n) else { return false };
                let Kind::Name(name) = file.facts.kind(c.callee) else { return false };
                let defs = file.scopes.lookup(&file.facts, name, n);
                defs.iter().any(|d| matches!(d.origin, Origin::Param { function, .. } if function == f.node))
            };
            let Some(called) = inside.iter().copied().find(calls_given) else { return false };
            let start = file.facts.span(called).start;
            inside
                .iter()
                .any(|&n| matches!(file.facts.kind(n), Kind::Await(_)) && file.facts.span(n).end <= start)
        })
    }

    /// Whether an expression is a limiter, or what makes one.
    fn is_limiter(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().any(|v| match v {
            Value::External(e) => sdk.has_word("limiter", e.path.trim_end_matches("()")),
            _ => false,
        })
    }

    /// Whether what a block enters is an object that nothing is known of.
    fn may_let_in_few(&self, item: NodeRef) -> bool {
        let is_held = matches!(self.kind(item), Kind::Name(_) | Kind::Member { .. });
        is_held && self.eval(item).iter().all(|v| matches!(v, Value::Unknown))
    }
}
