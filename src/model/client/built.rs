//! How often clients are made.

mod kept;

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::Project;
use crate::model::Source;
use crate::model::enclosing_function;
use crate::model::names::scope::Origin;
use crate::model::program::phase::Phase;
use crate::model::request::Request;
use crate::model::values::eval::Argument;
use crate::model::values::value::{Client, Field, NodeRef, Value};

/// Functions that make a client, one by another, and callers of each.
const MAX_FACTORIES: u32 = 2;
const MAX_CALLERS: usize = 16;

/// Why a client is made again and again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rebuilt {
    /// In a loop.
    Loop(NodeRef),
    /// For each request, message or job that is handled by this function.
    Handler(NodeRef),
    /// By a function that a loop calls.
    Called(NodeRef),
}

impl Project {
    /// Why a client that a request is sent through is made anew each time and dropped; `None`
    /// where it is kept, made once, or made for somebody else's key.
    pub fn rebuilt(&self, client: &Client) -> Option<Rebuilt> {
        let made = client.made.filter(|_| !client.kind.one_request)?;
        self.rebuilt_at(client, made, 0)
    }

    /// The same for a place that makes it, or calls what does.
    fn rebuilt_at(&self, client: &Client, made: NodeRef, depth: u32) -> Option<Rebuilt> {
        let made = self.object_kept_in(made);
        let function = self.function_of(made)?;
        let around = self.turning_loop(made);
        if self.is_constructor(function) {
            return self.rebuilt_with_object(client, made, function, depth);
        }
        // Whoever calls it may give one that is kept.
        if depth > 0 && !self.parameters_beside(made, function).is_empty() {
            return None;
        }
        if depth < MAX_FACTORIES && self.is_given_back(made) && !self.client_is_cached(made) {
            // What is given to it may be different each time.
            if !self.takes_nothing(function) {
                return None;
            }
            let calls = self.callers(function).iter().filter(|&&c| !self.is_test(c));
            let called = calls.take(MAX_CALLERS).find_map(|&call| self.rebuilt_at(client, call, depth + 1));
            // `client = Depends(make_client)`: what a framework calls for each request gives a new one to each.
            let asked = || match self.phase(made) {
                Phase::Request(handler) if handler == function && !self.is_tenants(client, None) => {
                    Some(Rebuilt::Handler(handler))
                }
                _ => None,
            };
            return called.or_else(asked);
        }
        if self.client_is_kept(made) || self.is_tenants(client, around.filter(|_| depth == 0)) {
            return None;
        }
        if let Some(around) = around {
            return Some(Rebuilt::Loop(around));
        }
        if let Phase::Request(handler) = self.phase(made) {
            return Some(Rebuilt::Handler(handler));
        }
        let calls = self.callers(function).iter();
        calls.filter(|&&c| !self.is_test(c)).find_map(|&c| self.turning_loop(c).map(|_| Rebuilt::Called(c)))
    }

    /// The object of the project that a client is made for and that keeps it, as `Tools(client=Anthropic())` does;
    /// the client itself where there is none.
    fn object_kept_in(&self, made: NodeRef) -> NodeRef {
        let file = self.file(made.file);
        let facts = &file.facts;
        let bound = facts.parent(made.node).and_then(|up| match facts.kind(up) {
            Kind::Assign(a) if a.value == Some(made.node) => {
                // One that stands apart from the making is run more often, or less.
                let beside = |n: &NodeRef| {
                    self.function_of(*n) == self.function_of(made)
                        && self.turning_loop(*n) == self.turning_loop(made)
                };
                match &self.readers(made.sibling(a.target))[..] {
                    [only] if beside(only) => Some(*only),
                    _ => None,
                }
            }
            _ => None,
        });
        let given = bound.unwrap_or(made);
        let call = facts.parent(given.node).map(|up| made.sibling(up));
        let keeps = |call: &NodeRef| match self.kind(*call) {
            Kind::Call(c) if c.callee != given.node => match &self.eval(call.sibling(c.callee))[..] {
                [Value::Class(class)] => self.filled_field(*class, *call, given).is_some(),
                _ => false,
            },
            _ => false,
        };
        call.filter(keeps).unwrap_or(made)
    }

    /// The same for a client that an object makes for itself: where the objects are made, unless something of the
    /// loop makes each of them another one.
    fn rebuilt_with_object(
        &self,
        client: &Client,
        made: NodeRef,
        constructor: NodeRef,
        depth: u32,
    ) -> Option<Rebuilt> {
        if depth > MAX_FACTORIES || self.is_tenants(client, None) {
            return None;
        }
        let beside = self.parameters_beside(made, constructor);
        let calls = self.callers(constructor).iter().filter(|&&c| !self.is_test(c));
        calls.take(MAX_CALLERS).find_map(|&call| {
            let Kind::Call(c) = self.kind(call) else { return None };
            let around = self.turning_loop(call);
            let differs = |n: NodeId| around.is_some() && self.comes_from_caller(call.sibling(n), around);
            let given = |&i: &usize| self.argument_of(call, constructor, i) != Argument::Missing;
            let alike = !c.args.iter().any(|a| differs(a.value)) && !beside.iter().any(given);
            alike.then(|| self.rebuilt_at(client, call, depth + 1))?
        })
    }

    /// The parameters of a function in whose place something is made: `client or Anthropic()`,
    /// `if client is None: client = Anthropic()`.
    fn parameters_beside(&self, made: NodeRef, function: NodeRef) -> Vec<usize> {
        let file = self.file(made.file);
        let facts = &file.facts;
        let within = facts.ancestors(made.node).skip(1).take_while(|&n| n != function.node);
        let places = within.filter_map(|up| match facts.kind(up) {
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => Some(*left),
            Kind::If { condition, .. } => Some(*condition),
            _ => None,
        });
        let names: Vec<NodeId> = places.flat_map(|n| facts.descendants(n)).collect();
        let is_named = |pattern: NodeId| match facts.kind(pattern) {
            Kind::Name(name) => {
                let same = |&n: &NodeId| matches!(facts.kind(n), Kind::Name(other) if other == name);
                !file.is_receiver(pattern) && names.iter().any(same)
            }
            _ => false,
        };
        let Kind::Function(f) = self.kind(function) else { return Vec::new() };
        (0..f.params.len()).filter(|&i| is_named(f.params[i].pattern)).collect()
    }

    /// Whether a function has no parameters but its receiver.
    fn takes_nothing(&self, function: NodeRef) -> bool {
        let Kind::Function(f) = self.kind(function) else { return false };
        f.params.iter().all(|p| self.file(function.file).is_receiver(p.pattern))
    }

    /// Whether a function gives back what is made at a node, and does nothing else with it.
    fn is_given_back(&self, made: NodeRef) -> bool {
        let facts = self.facts(made.file);
        let Some(parent) = facts.parent(made.node) else { return false };
        match facts.kind(parent) {
            Kind::Return(_) => true,
            Kind::Function(f) => f.body == made.node,
            Kind::Block { tail: true, body } => {
                body.last() == Some(&made.node)
                    && facts.parent(parent).is_some_and(|f| matches!(facts.kind(f), Kind::Function(_)))
            }
            _ => false,
        }
    }

    /// The loop around a node within its function, in which it is not something else each time.
    fn turning_loop(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for n in facts.ancestors(at.node).skip(1) {
            match facts.kind(n) {
                // What is given back ends the loop: only what failed is done again.
                Kind::Function(_) | Kind::Return(_) => return None,
                Kind::Loop(l)
                    if l.iterable != Some(child)
                        && l.init != Some(child)
                        && !l.iterable.is_some_and(|list| self.calls_element(at, list)) =>
                {
                    return Some(at.sibling(n));
                }
                _ => {}
            }
            child = n;
        }
        None
    }

    /// Whether what is called is itself an element of a list: `for step in steps: step()`.
    fn calls_element(&self, call: NodeRef, list: NodeId) -> bool {
        let file = self.file(call.file);
        let Kind::Call(c) = file.facts.kind(call.node) else { return false };
        let Kind::Name(name) = file.facts.kind(c.callee) else { return false };
        let mut defs = file.scopes.lookup(&file.facts, name, c.callee).into_iter().peekable();
        defs.peek().is_some()
            && defs.all(|def| matches!(def.origin, Origin::Value { expr, .. } if expr == list))
    }

    /// Whether a client is made with the key or address of whoever is served.
    fn is_tenants(&self, client: &Client, around: Option<NodeRef>) -> bool {
        let options = client.kind.key.iter().chain(&client.kind.base_url).chain(&client.kind.headers);
        let places = client.made.map_or(&[][..], |made| self.file(made.file).sdk.words("place-options"));
        let place = places.iter().map(|spec| self.client_option(client, spec));
        // Where it is not known to differ, it is the same.
        let mut place = place.filter(|field| matches!(field, Field::Known(_)));
        let differs = |field: Field| field.nodes().iter().any(|&n| self.comes_from_caller(n, around));
        let mut fields = options.map(|spec| self.client_option(client, spec));
        place.any(differs)
            || fields.any(|field| match field {
                Field::Absent => false,
                Field::Unknown(_) => true,
                Field::Known(nodes) => nodes.iter().any(|&n| self.comes_from_caller(n, around)),
            })
    }

    /// Whether a value is, or is taken from, a parameter or a variable that is worked out here; in a
    /// loop only what each turn has of its own counts.
    fn comes_from_caller(&self, at: NodeRef, around: Option<NodeRef>) -> bool {
        let model = self.file(at.file);
        model.facts.descendants(at.node).into_iter().any(|n| {
            let Kind::Name(name) = model.facts.kind(n) else { return false };
            let defs = model.scopes.lookup(&model.facts, name, n);
            if let Some(around) = around {
                return defs.iter().any(|def| self.stands_inside(at.sibling(def.node), around));
            }
            defs.iter().any(|def| match &def.origin {
                Origin::Param { .. } => !model.is_own_object(n),
                Origin::Value { expr, .. } => {
                    let environment = self.sources(at.sibling(*expr));
                    let own = |s: &Source| matches!(s, Source::Environment(..) | Source::Literal(_));
                    enclosing_function(&model.facts, def.node).is_some() && !environment.iter().any(own)
                }
                _ => false,
            })
        })
    }

    /// The clients of a request that are made by code in sight, and where.
    pub fn made_clients<'r>(&self, request: &'r Request) -> impl Iterator<Item = (&'r Client, NodeRef)> {
        request.clients.iter().filter_map(|c| c.made.map(|made| (&**c, made)))
    }
}
