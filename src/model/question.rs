//! What custom rules ask about a node: the questions that built-in rules ask, each with one answer.

use super::{Client, Project, Tri, enclosing_function};
use crate::facts::{FileFacts, Key, Kind, NodeId, StrPart};
use crate::model::control::region::is_handed_on;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::Road;

/// Parts of a value that are looked at, such as the entries of records in records.
const MAX_PARTS: u32 = 400;
const MAX_DEPTH: u32 = 12;

impl Project {
    /// Whether an expression is a call that sends a request to Claude.
    pub fn sends_request(&self, at: NodeRef) -> Tri {
        let at = self.peeled(at);
        let Kind::Call(call) = self.kind(at) else { return Tri::No };
        if self.request_at(at).is_some() {
            return Tri::Yes;
        }
        let model = self.file(at.file);
        if !self.may_send(model, call) {
            return Tri::No;
        }
        if let Some(request) = self.request_from(model, at, call) {
            return self.reaches_claude(&request);
        }
        let values = self.eval(at.sibling(call.callee));
        if is_open(&values) { Tri::Unknown } else { Tri::No }
    }

    /// Whether an expression is a client that requests to Claude are sent through, or a part of one.
    pub fn is_client(&self, at: NodeRef) -> Tri {
        let values = self.eval(at);
        let one = |client: &Client| {
            // Others send anything anywhere: what goes through them tells.
            let of_claude = client.kind.host.is_none() && client.kind.road != Road::Http;
            let serves = || {
                let mut used = self.requests_through(client.made).flat_map(|request| &request.clients);
                used.any(|used| used.made == client.made && std::ptr::eq(used.kind, client.kind))
            };
            if of_claude || serves() { Tri::Yes } else { Tri::Unknown }
        };
        let answers = values.iter().map(|value| match value {
            Value::Client(client) => one(client),
            Value::Unknown => Tri::Unknown,
            _ => Tri::No,
        });
        any(answers)
    }

    /// Whether an expression may stand for something of that name, or be that text or number.
    pub fn resolves_to(&self, at: NodeRef, name: &str) -> Tri {
        let dotted = name.replace("::", ".");
        let values = self.eval(at);
        let answers = values.iter().map(|value| match value {
            Value::External(external) => {
                let path = &*external.path;
                yes(path == dotted || path.strip_suffix(".default") == Some(&*dotted))
            }
            Value::Client(client) => yes(client.kind.new.iter().chain(&client.kind.types).any(|of| {
                let of = of.replace("::", ".");
                let of = of.strip_suffix(".default").unwrap_or(&of);
                let member = dotted.strip_prefix(of).and_then(|rest| rest.strip_prefix('.'));
                // The client itself is no name; what makes it is.
                !client.path.is_empty() && member == Some(&*client.path)
            })),
            Value::Function(own) | Value::Class(own) => {
                let own = self.own_name(*own);
                let ends = || own.strip_suffix(&*dotted).is_some_and(|before| before.ends_with('.'));
                yes(own == dotted || dotted.contains('.') && ends())
            }
            Value::Node(node) => match (self.text(*node).known(), self.number(*node)) {
                (Some(text), _) => yes(text == name),
                (None, Some(number)) => yes(number.to_string() == name),
                (None, None) if self.is_literal(*node) => Tri::No,
                _ => Tri::Unknown,
            },
            Value::Instance { .. } | Value::Module(_) | Value::Response(_) => Tri::No,
            Value::Unknown => Tri::Unknown,
        });
        any(answers)
    }

    /// Whether what an expression gives is written down: literals, and names that hold them.
    pub fn is_written_down(&self, at: NodeRef) -> bool {
        let mut left = MAX_PARTS;
        self.is_written(at, 0, &mut left)
    }

    fn is_written(&self, at: NodeRef, depth: u32, left: &mut u32) -> bool {
        *left = left.saturating_sub(1);
        if *left == 0 || depth > MAX_DEPTH {
            return false;
        }
        let mut part = |node: NodeId| self.is_written(at.sibling(node), depth + 1, left);
        match self.kind(at) {
            Kind::Number(_) | Kind::Bool(_) | Kind::Null => true,
            Kind::Str(parts) => parts.iter().all(|piece| match piece {
                StrPart::Text(_) => true,
                StrPart::Hole(hole) => part(*hole),
            }),
            Kind::Unary { operand, .. } => part(*operand),
            Kind::Binary { left: l, right: r, .. } => part(*l) && part(*r),
            Kind::List(items) => items.iter().all(|&item| part(item)),
            Kind::Spread(inner) => part(*inner),
            Kind::Record(record) => record.entries.iter().all(|entry| match entry.key {
                Some(Key::Computed(key)) => part(key) && part(entry.value),
                _ => part(entry.value),
            }),
            _ => {
                let values = self.eval(at);
                !values.is_empty()
                    && values.iter().all(|value| match value {
                        Value::Node(node) => *node != at && self.is_written(*node, depth + 1, left),
                        _ => false,
                    })
            }
        }
    }

    /// Whether code runs in a loop or comprehension of the function it belongs to.
    pub fn runs_in_loop(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut child = at.node;
        while let Some(parent) = facts.parent(child) {
            match facts.kind(parent) {
                Kind::Loop(l)
                    if l.iterable != Some(child) && l.init != Some(child) && l.otherwise != Some(child) =>
                {
                    return true;
                }
                Kind::Comprehension(c) if c.clauses.first().is_none_or(|first| first.iterable != child) => {
                    return true;
                }
                Kind::Function(_) if !is_handed_on(facts, parent) => return false,
                _ => {}
            }
            child = parent;
        }
        false
    }

    /// Whether code runs in an asynchronous function; closures that are handed to a call run where
    /// they stand.
    pub fn runs_async(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut node = at.node;
        while let Some(function) = enclosing_function(facts, node) {
            match facts.kind(function) {
                Kind::Function(f) if f.is_async => return true,
                _ if !is_handed_on(facts, function) => return false,
                _ => node = function,
            }
        }
        false
    }

    /// What an expression is without what waits for it or converts it.
    fn peeled(&self, mut at: NodeRef) -> NodeRef {
        for _ in 0..MAX_DEPTH {
            at = match self.kind(at) {
                Kind::Await(inner) | Kind::Propagate(inner) | Kind::Cast { value: inner, .. } => {
                    at.sibling(*inner)
                }
                _ => break,
            };
        }
        at
    }

    fn is_literal(&self, at: NodeRef) -> bool {
        matches!(
            self.kind(at),
            Kind::Number(_) | Kind::Bool(_) | Kind::Null | Kind::List(_) | Kind::Record(_)
        )
    }

    /// The name of a function or type of the project: the path of its file and its own name, with dots.
    fn own_name(&self, at: NodeRef) -> String {
        let path = &self.file(at.file).source.path;
        let stem = path.rsplit_once('.').map_or(&**path, |(stem, _)| stem);
        let whole = ["/__init__", "/index", "/mod"].iter().find_map(|end| stem.strip_suffix(end));
        let mut name = whole.unwrap_or(stem).replace('/', ".");
        let name_of = |at: NodeRef| match self.kind(at) {
            Kind::Function(f) => f.name.clone(),
            Kind::Class(c) => Some(c.name.clone()),
            _ => None,
        };
        let class = matches!(self.kind(at), Kind::Function(_)).then(|| self.class_of(at)).flatten();
        for part in [class.and_then(name_of), name_of(at)].into_iter().flatten() {
            name.push('.');
            name.push_str(&part);
        }
        name
    }

    /// The node that stands exactly at each place, the inner one of several; members also where
    /// their names stand.
    pub(crate) fn places(facts: &FileFacts) -> rustc_hash::FxHashMap<crate::source::Span, NodeId> {
        let mut places = rustc_hash::FxHashMap::default();
        for id in facts.ids() {
            let kind = facts.kind(id);
            let unnamed = matches!(kind, Kind::Opaque(_) | Kind::Block { .. });
            match unnamed {
                true => drop(places.entry(facts.span(id)).or_insert(id)),
                false => drop(places.insert(facts.span(id), id)),
            }
        }
        for id in facts.ids() {
            if let Kind::Member { name_span, .. } = facts.kind(id) {
                places.entry(*name_span).or_insert(id);
            }
        }
        places
    }
}

/// Whether something out of reach is among the values.
fn is_open(values: &[Value]) -> bool {
    values.is_empty() || values.contains(&Value::Unknown)
}

fn yes(is: bool) -> Tri {
    if is { Tri::Yes } else { Tri::No }
}

/// Yes where one of them is, no where all are.
fn any(answers: impl Iterator<Item = Tri>) -> Tri {
    let mut all = None;
    for answer in answers {
        match answer {
            Tri::Yes => return Tri::Yes,
            Tri::Unknown => all = Some(Tri::Unknown),
            Tri::No => all = all.or(Some(Tri::No)),
        }
    }
    all.unwrap_or(Tri::Unknown)
}
