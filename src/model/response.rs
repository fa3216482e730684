//! What becomes of responses.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::index::last_name;
use super::scope::{Origin, Step};
use super::value::{Hop, NodeRef, Response, Value};
use super::{Project, enclosing_function};
use crate::facts::{BinaryOp, Kind, NodeId};
use crate::sdk::Sdk;

use super::gathered::GATHERED;

/// What of a response is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// The reason why it ended.
    Stop,
    /// The blocks of the answer, or something of theirs that is not text.
    Content,
    /// The text of the answer.
    Text,
    /// The HTTP status.
    Status,
    /// All of it, by code out of sight, which may look at anything.
    Escape,
}

/// One use of a response.
#[derive(Clone, Debug)]
pub struct Use {
    /// Where.
    pub at: NodeRef,
    /// What is used.
    pub what: What,
    /// How it came there.
    pub response: Arc<Response>,
}

impl Use {
    /// Whether what is known here is known there too: the other use sees the same response, at
    /// the same place or after it travelled on.
    pub fn covers(&self, other: &Use) -> bool {
        let mut hops = &self.response.hops[..];
        while let [rest @ .., Hop::Argument(_)] = hops {
            hops = rest;
        }
        self.response.request == other.response.request && other.response.hops.starts_with(hops)
    }
}

/// Uses by request.
pub(super) type Uses = FxHashMap<NodeRef, Vec<Use>>;

impl Project {
    /// Uses of the response of a request, in file order.
    pub fn uses(&self, request: NodeRef) -> &[Use] {
        let uses = self.uses.get_or_init(|| self.find_uses());
        uses.get(&request).map_or(&[], |u| u)
    }

    fn find_uses(&self) -> Uses {
        let mut uses = Uses::default();
        if self.requests().is_empty() {
            return uses;
        }
        let interesting = self.interesting_names();
        for (file, model) in self.file_ids() {
            let facts = &model.facts;
            for node in facts.ids() {
                let at = NodeRef { file, node };
                let named = match facts.kind(node) {
                    Kind::Member { name, .. } => interesting.contains(&**name),
                    Kind::Index { index, .. } => {
                        super::index::constant(facts, *index).is_none_or(|k| interesting.contains(&*k))
                    }
                    Kind::Call(c) => c.args.iter().any(|a| {
                        super::index::constant(facts, a.value).is_some_and(|k| interesting.contains(&*k))
                    }),
                    // Streams are iterated, and pieces are bound to names.
                    Kind::Name(_) => false,
                    _ => false,
                };
                if named && !self.is_callee(at) {
                    self.record(at, &mut uses);
                }
                match facts.kind(node) {
                    Kind::Call(_) => self.escapes(at, &mut uses),
                    Kind::Assign(assign) if assign.op.is_none() => {
                        if let Some(value) = assign.value {
                            self.kept_elsewhere(at.sibling(assign.target), at.sibling(value), &mut uses);
                        }
                    }
                    // `"stop_reason" in message`
                    Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } => {
                        if let Some(key) = super::index::constant(facts, *left)
                            && interesting.contains(&*key)
                        {
                            for value in self.eval(at.sibling(*right)).iter() {
                                if let Value::Response(r) = value
                                    && let Value::Response(r) = r.step(key.clone())
                                    && self.use_of(&r) == Some(What::Stop)
                                {
                                    self.classify(at, &r, &mut uses);
                                }
                            }
                        }
                    }
                    _ => {}
                }
            }
            for def in model.scopes.defs() {
                let (Origin::Value { path, .. } | Origin::Param { path, .. }) = &def.origin else { continue };
                if path.iter().any(|s| matches!(s, Step::Key(k) if interesting.contains(&**k))) {
                    for value in self.def(file, def, None) {
                        if let Value::Response(r) = value {
                            self.classify(NodeRef { file, node: def.node }, &r, &mut uses);
                        }
                    }
                }
            }
        }
        for list in uses.values_mut() {
            list.sort_by_key(|u| u.at);
        }
        uses
    }

    /// Last names of every field that tells the stop reason, the content or the status.
    fn interesting_names(&self) -> std::collections::BTreeSet<&'static str> {
        let mut names = std::collections::BTreeSet::new();
        for request in self.requests() {
            let kind = request.kind;
            for path in kind.stop.iter().chain(&kind.content).chain(&kind.text).chain(&kind.status) {
                names.extend(path.split('.').map(|p| p.trim_end_matches("()")).filter(|p| *p != "[]"));
            }
        }
        names.extend(["text", "input"]);
        names
    }

    fn is_callee(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.parent(at.node).is_some_and(|p| matches!(facts.kind(p), Kind::Call(c) if c.callee == at.node))
            && matches!(facts.kind(at.node), Kind::Member { name, .. } if &**name == "get")
    }

    fn record(&self, at: NodeRef, uses: &mut Uses) {
        for value in self.eval(at).iter() {
            if let Value::Response(r) = value {
                self.classify(at, r, uses);
            }
        }
    }

    fn classify(&self, at: NodeRef, response: &Arc<Response>, uses: &mut Uses) {
        let what = match self.use_of(response) {
            Some(what) => what,
            None => return,
        };
        let list = uses.entry(response.request).or_default();
        list.push(Use { at, what, response: response.clone() });
    }

    /// A whole response handed to code out of sight.
    fn escapes(&self, at: NodeRef, uses: &mut Uses) {
        let model = self.file(at.file);
        let Kind::Call(call) = self.kind(at) else { return };
        if call.args.is_empty() {
            return;
        }
        let mut known = None;
        for arg in &call.args {
            if !matches!(
                model.facts.kind(arg.value),
                Kind::Name(_) | Kind::Member { .. } | Kind::Await(_) | Kind::Call(_)
            ) || self.is_bound_here(at.sibling(arg.value))
            {
                continue;
            }
            for value in self.eval(at.sibling(arg.value)).iter() {
                let Value::Response(r) = value else { continue };
                if !self.is_whole(r) {
                    continue;
                }
                let known = *known.get_or_insert_with(|| self.callee_is_harmless(at, call.callee));
                if !known {
                    let list = uses.entry(r.request).or_default();
                    list.push(Use { at, what: What::Escape, response: r.clone() });
                }
            }
        }
    }

    /// `answer.raw = message.model_dump()`: all of it, kept by an object of code out of sight.
    fn kept_elsewhere(&self, target: NodeRef, value: NodeRef, uses: &mut Uses) {
        let Kind::Member { object, .. } = self.kind(target) else { return };
        if !self
            .eval(target.sibling(*object))
            .iter()
            .all(|v| matches!(v, Value::Unknown | Value::External(_)))
        {
            return;
        }
        for value in self.eval(value).iter() {
            if let Value::Response(r) = value
                && self.is_whole(r)
            {
                let list = uses.entry(r.request).or_default();
                list.push(Use { at: target, what: What::Escape, response: r.clone() });
            }
        }
    }

    /// Whether a name is part of a pattern: `Shape::Circle(r)` calls nothing there.
    fn is_bound_here(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let Kind::Name(name) = model.facts.kind(at.node) else { return false };
        model.scopes.lookup(&model.facts, name, at.node).iter().any(|d| d.node == at.node)
    }

    /// Whether a called function is in sight, or known not to look at stop reasons.
    fn callee_is_harmless(&self, at: NodeRef, callee: NodeId) -> bool {
        let model = self.file(at.file);
        if let Some(name) = last_name(&model.facts, callee)
            && model.sdk.has_word("looks-at-nothing", &name)
        {
            return true;
        }
        if self.adds_to_conversation(at, callee) {
            return true;
        }
        self.eval(at.sibling(callee)).iter().all(|v| match v {
            Value::Function(f) => self.kind_has_body(*f),
            Value::External(e) => {
                model.sdk.passes_through(&e.path).is_some() || model.sdk.has_word("log", &e.path)
            }
            _ => false,
        })
    }

    /// `messages.append(reply)`, `state["messages"].append(reply)`: the next request is made of that, and
    /// those who take the answer out of it again are seen.
    fn adds_to_conversation(&self, at: NodeRef, callee: NodeId) -> bool {
        let file = self.file(at.file);
        let Kind::Member { object, name, .. } = file.facts.kind(callee) else { return false };
        let list = match file.facts.kind(*object) {
            Kind::Index { index, .. } => super::index::constant(&file.facts, *index),
            _ => last_name(&file.facts, *object),
        };
        file.sdk.has_word("gather", name)
            && list.is_some_and(|list| {
                let list = super::tool_words::snake(&list);
                list.split('_').any(|word| file.sdk.has_word("conversation-words", word))
            })
    }

    fn kind_has_body(&self, f: NodeRef) -> bool {
        matches!(self.kind(f), Kind::Function(f) if f.body.is_some())
    }

    /// The function around a use, if any.
    pub fn use_function(&self, u: &Use) -> Option<NodeRef> {
        enclosing_function(self.facts(u.at.file), u.at.node).map(|n| u.at.sibling(n))
    }
}

/// The path of a response below the message itself: without the longest root it starts with, and
/// without what only cuts the text of a stream into lines or events.
fn below_root(response: &Response, sdk: &Sdk) -> usize {
    let path = &response.path[..];
    let roots = response.kind.root.iter().filter(|root| {
        let mut steps = path.iter();
        root.split('.').all(|step| steps.next().is_some_and(|s| &**s == step))
    });
    let mut below = roots.map(|root| root.split('.').count()).max().unwrap_or(0);
    if below == 0 {
        return 0;
    }
    let cuts = |step: &str| step.strip_suffix("()").is_some_and(|m| sdk.has_word("split-text", m));
    while let Some(step) = path.get(below) {
        if &**step != GATHERED && !cuts(step) {
            break;
        }
        below += 1;
        if path.get(below).is_some_and(|s| cuts(&path[below - 1]) && &**s == "[]") {
            below += 1;
        }
    }
    below
}

impl Project {
    /// Whether the response is handed on whole.
    pub(super) fn is_whole(&self, response: &Response) -> bool {
        below_root(response, self.file(response.request.file).sdk) == response.path.len()
    }

    /// Whether something was looked for in the text, and this is what was found.
    pub fn is_found_in_text(&self, response: &Response) -> bool {
        let sdk = self.file(response.request.file).sdk;
        response.path.iter().any(|s| s.strip_suffix("()").is_some_and(|m| sdk.has_word("text-finders", m)))
    }

    /// What of a response a path leads to.
    pub(super) fn use_of(&self, response: &Response) -> Option<What> {
        let kind = response.kind;
        let path = &response.path[below_root(response, self.file(response.request.file).sdk)..];
        let last = path.last()?;
        let last_of = |p: &str| p.rsplit('.').next().map(|l| l.to_string());
        if kind.stop.iter().any(|s| last_of(s).as_deref() == Some(&**last))
            || path.iter().any(|p| kind.stop.iter().any(|s| s == &**p))
        {
            return Some(What::Stop);
        }
        let bare = |segment: &str| segment.trim_end_matches("()").to_string();
        let ends = |s: &String| {
            let mut steps = response.path.iter().rev();
            s.split('.').rev().all(|a| steps.next().is_some_and(|b| bare(a) == bare(b)))
        };
        if kind.status.iter().any(ends) {
            return Some(What::Status);
        }
        // The last step may be a method that is not called yet.
        let starts = |c: &String| {
            let segments = c.split('.');
            let n = segments.clone().count();
            n <= path.len()
                && segments
                    .zip(path.iter())
                    .enumerate()
                    .all(|(i, (a, b))| a == &**b || i + 1 == n && bare(a) == **b)
        };
        if kind.text.iter().any(starts) {
            Some(What::Text)
        } else if kind.content.iter().any(starts) {
            Some(What::Content)
        } else {
            None
        }
    }
}
