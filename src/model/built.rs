//! How often clients are made.

use super::Project;
use super::index::last_name;
use super::phase::Phase;
use super::request::Request;
use super::scope::Origin;
use super::value::{Client, Field, NodeRef, Value};
use crate::facts::{Kind, NodeId};

/// Functions that make a client, one by another, and callers of each.
const MAX_FACTORIES: u32 = 2;
const MAX_CALLERS: usize = 16;
/// Names that one client has, from the first step of its builder on.
const MAX_NAMES: usize = 8;

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
        let made = client.made?;
        self.rebuilt_at(client, made, 0)
    }

    /// The same for a place that makes it, or calls what does.
    fn rebuilt_at(&self, client: &Client, made: NodeRef, depth: u32) -> Option<Rebuilt> {
        let function = self.function_of(made)?;
        let around = self.turning_loop(made);
        if self.is_constructor(function) {
            return None;
        }
        if depth < MAX_FACTORIES && self.is_given_back(made) && !self.client_is_cached(made) {
            // What is given to it may be different each time.
            if !self.takes_nothing(function) {
                return None;
            }
            let calls = self.callers(function).iter().filter(|&&c| !self.is_test(c));
            return calls.take(MAX_CALLERS).find_map(|&call| self.rebuilt_at(client, call, depth + 1));
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
                Kind::Function(_) => return None,
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

    /// Whether what is made at a node outlives the function: in a field, a variable of the file, a
    /// cache, or what it gives back.
    fn client_is_kept(&self, made: NodeRef) -> bool {
        let model = self.file(made.file);
        let facts = &model.facts;
        let mut child = made.node;
        for n in facts.ancestors(made.node).skip(1) {
            match facts.kind(n) {
                Kind::Assign(a) if a.value == Some(child) => {
                    if !matches!(facts.kind(a.target), Kind::Name(_))
                        || self.client_is_of_file(made.sibling(a.target))
                    {
                        return true;
                    }
                    return self.client_is_handed_on(made.sibling(a.target), &mut Vec::new());
                }
                // What is taken from it goes on, not the client.
                Kind::Member { object, .. } if *object == child => {
                    let step =
                        facts.parent(n).filter(|&p| self.callee_of(made.sibling(p)) == Some(made.sibling(n)));
                    let still = self.eval(made.sibling(step.unwrap_or(n)));
                    if !still.iter().any(|v| matches!(v, Value::Client(c) if c.path.is_empty())) {
                        return self.client_is_cached(made);
                    }
                }
                Kind::Return(_) | Kind::Yield(_) | Kind::Record(_) | Kind::List(_) | Kind::With(_) => {
                    return true;
                }
                Kind::Call(c) if c.callee != child => {
                    let sdk = model.sdk;
                    // An argument: whoever gets it may keep it.
                    let kept =
                        last_name(facts, c.callee).is_none_or(|name| !sdk.has_word("success-names", &name));
                    return kept;
                }
                Kind::Block { tail: true, body } if body.last() == Some(&child) => return true,
                Kind::Function(f) => {
                    let cached = f.decorators.iter().any(|&d| self.is_listed_path("cache", made.sibling(d)));
                    return cached || f.body == child;
                }
                Kind::Block { .. } => return self.client_is_cached(made),
                _ => {}
            }
            child = n;
        }
        false
    }

    /// Whether the function around a node remembers what it made.
    fn client_is_cached(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.ancestors(at.node).any(|n| match facts.kind(n) {
            Kind::Function(f) => f.decorators.iter().any(|&d| self.is_listed_path("cache", at.sibling(d))),
            _ => false,
        })
    }

    fn is_listed_path(&self, list: &str, at: NodeRef) -> bool {
        let target = match self.kind(at) {
            Kind::Call(c) => at.sibling(c.callee),
            _ => at,
        };
        self.is_listed(list, target)
            || self.last_name_at(target).is_some_and(|n| self.has_part(at, "cache-parts", &n))
    }

    /// Whether a name belongs to the file, or to a function around that no request runs, not to the function
    /// that sets it.
    fn client_is_of_file(&self, target: NodeRef) -> bool {
        let model = self.file(target.file);
        let Kind::Name(name) = model.facts.kind(target.node) else { return false };
        let own = super::enclosing_function(&model.facts, target.node);
        model.scopes.top_level(name).next().is_some()
            || model.scopes.lookup(&model.facts, name, target.node).iter().any(|def| {
                super::enclosing_function(&model.facts, def.node) != own
                    && !matches!(self.phase(target.sibling(def.node)), Phase::Request(_))
            })
    }

    /// Whether a local variable is given back, stored, or passed on to what is not known.
    fn client_is_handed_on(&self, target: NodeRef, seen: &mut Vec<NodeRef>) -> bool {
        if seen.len() > MAX_NAMES || seen.contains(&target) {
            return false;
        }
        seen.push(target);
        let facts = self.facts(target.file);
        self.client_is_cached(target)
            || self.readers(target).into_iter().any(|r| {
                let Some(parent) = facts.parent(r.node) else { return false };
                match facts.kind(parent) {
                    Kind::Member { object, name, .. } if *object == r.node && &**name == "clone" => {
                        self.copy_is_stored(r.sibling(parent))
                    }
                    // `let client = builder.build()`
                    Kind::Member { object, .. } if *object == r.node => {
                        self.client_bound_from(r).is_some_and(|name| self.client_is_handed_on(name, seen))
                    }
                    Kind::Member { .. } => true,
                    Kind::Call(c) => {
                        c.callee != r.node && self.client_is_kept_by(r.sibling(parent), c.callee)
                    }
                    Kind::Await(_) | Kind::Delete(_) | Kind::Unary { .. } => false,
                    _ => true,
                }
            })
    }

    /// The name that gets the client which steps on an expression give.
    fn client_bound_from(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for n in facts.ancestors(at.node).skip(1) {
            match facts.kind(n) {
                Kind::Member { object, .. } if *object == child => {}
                Kind::Call(c) if c.callee == child => {
                    let values = self.eval(at.sibling(n));
                    if !values.iter().any(|v| matches!(v, Value::Client(c) if c.path.is_empty())) {
                        return None;
                    }
                }
                Kind::Await(_) | Kind::Propagate(_) => {}
                Kind::Assign(a) if a.value == Some(child) => {
                    return matches!(facts.kind(a.target), Kind::Name(_)).then(|| at.sibling(a.target));
                }
                _ => return None,
            }
            child = n;
        }
        None
    }

    /// `cache.insert(key, client.clone())`: a handle to the same connections goes to something that
    /// stores it.
    fn copy_is_stored(&self, clone: NodeRef) -> bool {
        let facts = self.facts(clone.file);
        let Some(copy) = facts.parent(clone.node).filter(|&p| matches!(facts.kind(p), Kind::Call(_))) else {
            return false;
        };
        let Some(parent) = facts.parent(copy) else { return false };
        let sdk = self.file(clone.file).sdk;
        match facts.kind(parent) {
            Kind::Call(c) => {
                c.callee != copy
                    && last_name(facts, c.callee).is_some_and(|name| {
                        sdk.has_word("store-keeps", &name) || sdk.has_word("grow-names", &name)
                    })
            }
            Kind::Assign(a) => a.value == Some(copy) && !matches!(facts.kind(a.target), Kind::Name(_)),
            _ => false,
        }
    }

    fn client_is_kept_by(&self, call: NodeRef, callee: NodeId) -> bool {
        !self.eval(call.sibling(callee)).iter().all(|v| matches!(v, Value::Function(_)))
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
                    let own = |s: &super::Source| {
                        matches!(s, super::Source::Environment(..) | super::Source::Literal(_))
                    };
                    super::enclosing_function(&model.facts, def.node).is_some()
                        && !environment.iter().any(own)
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
