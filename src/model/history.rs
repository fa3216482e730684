//! Conversations: the variable that holds the messages of a request, and what is done with it.

use super::index::{last_name, path_name};
use super::loop_bound::Bound;
use super::request::Tri;
use super::response::What;
use super::scope::Origin;
use super::tool_words::snake;
use super::value::{Field, NodeRef, Value};
use super::{AgentLoop, Project, Request, enclosing_function};
use crate::facts::{BinaryOp, Key, Kind, Name, NodeId};

/// Functions between the request and the owner of the conversation.
const MAX_HOPS: u32 = 3;
/// Names between a record and the text in it.
const MAX_NAMES: u32 = 5;

/// A variable that holds a conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Holder {
    /// A place that reads it.
    at: NodeRef,
    /// Its name: `messages`, `self.messages`.
    name: Name,
}

/// A conversation that only ever grows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrowingHistory {
    /// Where something is added to it.
    pub added: NodeRef,
    /// Why it lives long.
    pub life: Life,
}

/// Why a conversation lives long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Life {
    /// A loop that waits for someone in each turn.
    Loop(NodeRef),
    /// It belongs to the program, not to one call.
    Program,
    /// It belongs to an object, which may or may not live long.
    Object,
}

/// An assistant's turn that is put into the conversation of an agent loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextOnlyTurn {
    /// The content of the record.
    pub at: NodeRef,
    /// The request whose answer it was.
    pub request: NodeRef,
}

impl Project {
    /// How the conversation of a request grows without end, if it does.
    pub fn growing_history(&self, request: &Request) -> Option<GrowingHistory> {
        for name in ["context_management", "compaction", "thread"] {
            if !self.body_field(request, name).is_absent() {
                return None;
            }
        }
        let mut next = vec![(self.holder(request)?, request.at, 0)];
        let mut i = 0;
        while let Some((holder, site, hops)) = next.get(i).cloned() {
            i += 1;
            if let Some(found) = self.growth(&holder, site) {
                return Some(found);
            }
            if hops < MAX_HOPS && i < 40 {
                next.extend(self.given_by_callers(&holder).into_iter().map(|(h, s)| (h, s, hops + 1)));
            }
        }
        None
    }

    fn holder(&self, request: &Request) -> Option<Holder> {
        let Field::Known(nodes) = self.body_field(request, "messages") else { return None };
        let [at] = nodes[..] else { return None };
        // `[...history]`, `[system, *history]`
        let at = match self.kind(at) {
            Kind::List(items) => {
                let spread = items.iter().find_map(|&i| match self.kind(at.sibling(i)) {
                    Kind::Spread(x) => Some(*x),
                    _ => None,
                });
                at.sibling(spread?)
            }
            // `messages.clone()`
            Kind::Call(call) => match self.kind(at.sibling(call.callee)) {
                Kind::Member { object, name, .. } if self.file(at.file).sdk.passes_object(name) => {
                    at.sibling(*object)
                }
                _ => return None,
            },
            _ => at,
        };
        let name = path_name(self.facts(at.file), at.node)?;
        Some(Holder { at, name })
    }

    /// The variables that callers give for a parameter that holds a conversation.
    fn given_by_callers(&self, holder: &Holder) -> Vec<(Holder, NodeRef)> {
        let file = self.file(holder.at.file);
        let mut out = Vec::new();
        for def in file.scopes.lookup(&file.facts, &holder.name, holder.at.node) {
            let Origin::Param { function, index, path } = &def.origin else { continue };
            if !path.is_empty() {
                continue;
            }
            let function = holder.at.sibling(*function);
            let receiver = super::index::takes_receiver(self.files(), function);
            for &call in self.callers(function).iter().take(8) {
                if let super::eval::Argument::Given(at) =
                    self.argument_of(call, function, *index as usize, receiver)
                    && let Some(name) = path_name(self.facts(at.file), at.node)
                {
                    out.push((Holder { at, name }, call));
                }
            }
        }
        out
    }

    /// How a conversation grows around a request, or a call that leads to it.
    fn growth(&self, holder: &Holder, site: NodeRef) -> Option<GrowingHistory> {
        let file = self.file(holder.at.file);
        let facts = &file.facts;
        let is_field = holder.name.contains('.');
        let defs = match is_field {
            true => Vec::new(),
            false => file.scopes.lookup(facts, &holder.name, holder.at.node),
        };
        if defs.iter().any(|d| matches!(d.origin, Origin::Param { .. } | Origin::Import { .. })) {
            return None;
        }
        if !is_field && defs.is_empty() {
            return None;
        }
        let owner = self.class_of(holder.at);
        let home = defs.first().and_then(|d| enclosing_function(facts, d.node));
        let in_reach = |node: NodeId| match is_field {
            true => self.class_of(holder.at.sibling(node)) == owner,
            false => home.is_none() || facts.ancestors(node).any(|a| Some(a) == home),
        };
        let mut added: Vec<NodeRef> = Vec::new();
        let base = holder.name.split('.').next().unwrap_or_default();
        for &name in file.names(base) {
            let node = match facts.parent(name) {
                Some(member) if is_field => member,
                _ => name,
            };
            if is_field && path_name(facts, node).as_ref() != Some(&holder.name)
                || !in_reach(node)
                || defs.iter().any(|d| d.node == node)
            {
                continue;
            }
            match self.mention(holder.at.sibling(node), is_field) {
                Change::None => {}
                Change::Adds(at) => added.push(at),
                Change::Other => return None,
            }
        }
        // Two records a turn, or one list of both.
        let first = *added.first()?;
        let around = self.waiting_loop(site);
        if let Some(around) = around {
            let inside = |n: NodeId| facts.ancestors(n).any(|a| a == around.node);
            let outside = is_field || !defs.iter().any(|d| inside(d.node));
            let grows = added.iter().find(|a| is_field || inside(a.node))?;
            return outside.then_some(GrowingHistory { added: *grows, life: Life::Loop(around) });
        }
        if is_field {
            let grows = added.iter().find(|a| self.function_of(**a) == self.function_of(site))?;
            let life = if self.lives_long(owner?) { Life::Program } else { Life::Object };
            return Some(GrowingHistory { added: *grows, life });
        }
        if home.is_none() && self.function_of(first).is_some() && self.function_of(site).is_some() {
            return Some(GrowingHistory { added: first, life: Life::Program });
        }
        None
    }

    /// Whether an object of a type is made once for the whole program.
    fn lives_long(&self, class: NodeRef) -> bool {
        let made: Vec<NodeRef> =
            self.constructors(class).iter().flat_map(|&f| self.callers(f).iter().copied()).collect();
        !made.is_empty() && made.iter().all(|&m| !self.is_test(m) && self.function_of(m).is_none())
    }

    /// A loop without a bound, around a place, that waits for someone in each turn.
    fn waiting_loop(&self, site: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(site.file);
        let reach = super::agent_loop::Reach { path: vec![site], functions: Vec::new() };
        facts
            .ancestors(site.node)
            .skip(1)
            .take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)))
            .filter(|&n| matches!(facts.kind(n), Kind::Loop(l) if l.iterable.is_none()))
            .map(|n| site.sibling(n))
            .find(|&around| {
                let region = self.loop_region(around);
                self.waits_for_input(&region, site, &reach) == Tri::Yes
                    && matches!(self.loop_bound(&region), Bound::Absent)
            })
    }

    /// What one mention of a conversation does to it.
    fn mention(&self, at: NodeRef, is_field: bool) -> Change {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Some(parent) = facts.parent(at.node) else { return Change::None };
        let up = at.sibling(parent);
        match facts.kind(parent) {
            Kind::Member { object, name, .. } if *object == at.node => {
                let called = facts
                    .parent(parent)
                    .filter(|&p| matches!(facts.kind(p), Kind::Call(c) if c.callee == parent));
                match called {
                    Some(call) if file.sdk.has_word("gather", name) => Change::Adds(at.sibling(call)),
                    Some(_) if file.sdk.has_word("keeps-history", name) || file.sdk.passes_object(name) => {
                        Change::None
                    }
                    // `messages.length` that is compared limits it.
                    None if self.is_compared(up) => Change::Other,
                    None => Change::None,
                    Some(_) => Change::Other,
                }
            }
            Kind::Assign(a) if a.target == at.node => match (a.op, a.value) {
                (Some(BinaryOp::Add), _) => Change::Adds(up),
                (None, Some(value)) if self.holds_itself(at, value) => Change::Adds(up),
                // The start of a field's life.
                _ if is_field && self.is_start(at) => Change::None,
                (None, None) => Change::None,
                _ => Change::Other,
            },
            Kind::Call(call) => {
                let name = last_name(facts, call.callee).map(|n| snake(&n)).unwrap_or_default();
                if file.sdk.words("history-limiters").iter().any(|w| name.contains(w.as_str())) {
                    return Change::Other;
                }
                if matches!(&*name, "len" | "count") && self.is_compared(up) {
                    return Change::Other;
                }
                // What a function of the project does with it is looked at when it is known.
                let handed = self.eval(up.sibling(call.callee)).iter().any(|v| match v {
                    Value::Function(f) => self.may_shorten(*f),
                    _ => false,
                });
                if handed { Change::Other } else { Change::None }
            }
            Kind::Index { object, index } if *object == at.node => match facts.kind(*index) {
                Kind::Slice { .. } => Change::Other,
                _ => Change::None,
            },
            Kind::Delete(_) => Change::Other,
            Kind::Return(_) if is_field => Change::None,
            _ => Change::None,
        }
    }

    /// Whether a function that is given a conversation may shorten it: it cuts or removes something.
    fn may_shorten(&self, function: NodeRef) -> bool {
        let file = self.file(function.file);
        file.facts.descendants(function.node).into_iter().any(|n| match file.facts.kind(n) {
            Kind::Index { index, .. } => matches!(file.facts.kind(*index), Kind::Slice { .. }),
            Kind::Delete(_) => true,
            Kind::Member { name, .. } => file.sdk.has_word("shortens", name),
            _ => false,
        })
    }

    fn is_compared(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.ancestors(at.node).skip(1).take(3).any(|n| {
            matches!(
                facts.kind(n),
                Kind::Binary { op: BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, .. }
            )
        })
    }

    /// `messages = messages + [x]`, `messages = [...messages, x]`
    fn holds_itself(&self, at: NodeRef, value: NodeId) -> bool {
        let facts = self.facts(at.file);
        let name = path_name(facts, at.node);
        let same = |n: NodeId| path_name(facts, n) == name;
        match facts.kind(value) {
            Kind::Binary { op: BinaryOp::Add, left, .. } => same(*left),
            Kind::List(items) => items.iter().any(|&i| matches!(facts.kind(i), Kind::Spread(x) if same(*x))),
            _ => false,
        }
    }

    /// Whether a field is set where its object begins.
    fn is_start(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        match enclosing_function(facts, at.node).map(|f| facts.kind(f)) {
            Some(Kind::Function(f)) => {
                f.name.as_deref().is_some_and(|n| self.file(at.file).sdk.has_word("constructor-names", n))
            }
            _ => true,
        }
    }
}

enum Change {
    None,
    Adds(NodeRef),
    Other,
}

impl Project {
    /// The turns of the assistant of which an agent loop keeps only the text.
    pub fn text_only_turns(&self, around: &AgentLoop) -> Vec<TextOnlyTurn> {
        let region = match self.kind(around.at) {
            Kind::Loop(_) => self.loop_region(around.at),
            _ => self.function_region(around.at),
        };
        let mut out = Vec::new();
        for &node in &region.nodes {
            let Some(content) = self.assistant_content(node) else { continue };
            let request = match self.answer_text(content, MAX_NAMES) {
                Some(request) => request,
                // Something else is kept: perhaps all of it.
                None => return Vec::new(),
            };
            if around.turns.iter().any(|t| t.request == request) && !self.leaves_after(node, around.at) {
                out.push(TextOnlyTurn { at: content, request });
            }
        }
        // What is kept in a way of its own may well be the whole turn.
        let whole = |n: &NodeRef| match self.kind(*n) {
            Kind::Call(call) => match self.kind(n.sibling(call.callee)) {
                Kind::Member { name, .. } if self.file(n.file).sdk.has_word("gather", name) => {
                    call.args.iter().any(|a| self.is_whole_turn(n.sibling(a.value)))
                }
                _ => false,
            },
            _ => false,
        };
        if out.is_empty() || region.nodes.iter().any(whole) {
            return Vec::new();
        }
        out
    }

    /// The content of a record with the role of the assistant.
    fn assistant_content(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let Kind::Record(r) = facts.kind(at.node) else { return None };
        let value = |key: &str| {
            r.entries.iter().find(|e| matches!(&e.key, Some(Key::Known(k)) if &**k == key)).map(|e| e.value)
        };
        let role = self.text(at.sibling(value("role")?)).known()?;
        (role == "assistant").then_some(())?;
        Some(at.sibling(value("content")?))
    }

    /// Whether an expression is an answer, or made of one, as a whole.
    fn is_whole_turn(&self, at: NodeRef) -> bool {
        self.eval(at).iter().any(|v| match v {
            Value::Response(r) => self.use_of(r).is_none(),
            Value::Unknown => !matches!(self.kind(at), Kind::Record(_)),
            _ => false,
        })
    }

    /// The request of whose answer an expression is the text and nothing but the text.
    fn answer_text(&self, at: NodeRef, left: u32) -> Option<NodeRef> {
        let left = left.checked_sub(1)?;
        let texts = self.eval(at);
        let of_text = |v: &Value| match v {
            Value::Response(r) if self.use_of(r) == Some(What::Text) => Some(r.request),
            _ => None,
        };
        if !texts.is_empty() && texts.iter().all(|v| of_text(v).is_some()) {
            return texts.first().and_then(of_text);
        }
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Name(name) => match &file.scopes.lookup(&file.facts, name, at.node)[..] {
                [def] => match &def.origin {
                    Origin::Value { expr, path } if path.is_empty() => {
                        self.answer_text(at.sibling(*expr), left)
                    }
                    _ => None,
                },
                _ => None,
            },
            // `"".join(block.text for block in …)`, `blocks.map((b) => b.text).join("")`
            Kind::Call(call) => {
                let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
                if &**name != "join" {
                    return self
                        .file(at.file)
                        .sdk
                        .has_word("trims-text", name)
                        .then(|| self.answer_text(at.sibling(*object), left))?;
                }
                let list = call.args.first().map_or(*object, |a| a.value);
                let of_list = |n: NodeId| match file.facts.kind(n) {
                    Kind::Comprehension(c) => self.answer_text(at.sibling(c.element), left),
                    _ => None,
                };
                of_list(list)
                    .or_else(|| of_list(*object))
                    .or_else(|| self.mapped_text(at.sibling(*object), left))
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left: value, .. } => {
                self.answer_text(at.sibling(*value), left)
            }
            _ => None,
        }
    }

    /// `content.filter(…).map((b) => b.text)`
    fn mapped_text(&self, at: NodeRef, left: u32) -> Option<NodeRef> {
        let left = left.checked_sub(1)?;
        let Kind::Call(call) = self.kind(at) else { return None };
        let Kind::Function(f) = self.kind(at.sibling(call.args.first()?.value)) else { return None };
        let body = at.sibling(f.body);
        let body = match self.kind(body) {
            Kind::If { then, .. } => at.sibling(*then),
            _ => body,
        };
        match self.kind(body) {
            Kind::List(items) => match items[..] {
                [one] => self.answer_text(at.sibling(one), left),
                _ => None,
            },
            _ => self.answer_text(body, left),
        }
    }
}
