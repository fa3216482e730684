//! What becomes of responses.

pub(in crate::model) mod content_block;
pub(in crate::model) mod declared;
mod each_call;
mod escape;
pub(in crate::model) mod gathered;
mod matched;
pub(in crate::model) mod model_json;
mod other_way;
pub(in crate::model) mod refusal_words;

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Project;
use crate::facts::{BinaryOp, Kind};
use crate::model::names::index::constant;
use crate::model::names::scope::{Origin, Step};
use crate::model::values::value::{Hop, NodeRef, Response, Value};
use crate::sdk::Sdk;

use crate::model::response::gathered::GATHERED;

/// What of a response is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// The reason why it ended.
    Stop,
    /// The sequence it was to stop at, which is there if nothing else ended it.
    Mark,
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
    /// the same place or after it travelled on. Pieces of a stream are used before the reason is there,
    /// so it is known to those who are given the message behind them.
    pub fn covers(&self, other: &Use) -> bool {
        let outside = |mut hops: &[Hop]| {
            while let [.., Hop::Argument(_)] = hops {
                hops = &hops[..hops.len() - 1];
            }
            hops.len()
        };
        let (here, there) = (&self.response.hops[..], &other.response.hops[..]);
        let back = |rest: &[Hop]| rest.iter().all(|hop| matches!(hop, Hop::Return(_)));
        let behind = |from: &[Hop]| here.strip_prefix(from).is_some_and(back);
        self.response.request == other.response.request
            && (there.starts_with(&here[..outside(here)])
                || other.response.is_piece() && (behind(there) || behind(&there[..outside(there)])))
    }
}

/// Uses by request.
pub(super) type Uses = FxHashMap<NodeRef, Vec<Use>>;

impl Project {
    /// Uses of the response of a request, in file order.
    pub fn uses(&self, request: NodeRef) -> &[Use] {
        self.all_uses().get(&request).map_or(&[], |u| u)
    }

    /// The requests whose answers, or parts of them, a call is given.
    pub fn answers_given(&self, call: NodeRef) -> Vec<NodeRef> {
        let Kind::Call(c) = self.kind(call) else { return Vec::new() };
        let values = c.args.iter().flat_map(|a| self.eval(call.sibling(a.value)).to_vec());
        let answer = |v| match v {
            Value::Response(r) => Some(r.request),
            _ => None,
        };
        values.filter_map(answer).collect()
    }

    /// Uses of all responses, by the request or the type they are known by.
    pub(super) fn all_uses(&self) -> &Uses {
        self.uses.get_or_init(|| self.find_uses())
    }

    fn find_uses(&self) -> Uses {
        let mut uses = Uses::default();
        if self.requests().is_empty() && !self.may_declare_responses() {
            return uses;
        }
        let interesting = self.interesting_names();
        for (file, model) in self.file_ids() {
            let facts = &model.facts;
            for node in facts.ids() {
                let at = NodeRef { file, node };
                if self.names_part(at, &interesting) && !self.is_called_get(at) {
                    self.record(at, &mut uses);
                }
                match facts.kind(node) {
                    Kind::Call(_) => {
                        self.escapes(at, &interesting, &mut uses);
                        if let Some((given, response)) = self.heard(at) {
                            self.classify(given, &response, &mut uses);
                        }
                    }
                    Kind::Assign(assign) if assign.op.is_none() => {
                        if let Some(value) = assign.value {
                            self.kept_elsewhere(at.sibling(assign.target), at.sibling(value), &mut uses);
                        }
                    }
                    Kind::Match(m) => {
                        let patterns = m.arms.iter().flat_map(|arm| &arm.patterns);
                        patterns.for_each(|&p| self.matched(at.sibling(m.subject), at.sibling(p), &mut uses));
                    }
                    Kind::Let { pattern, value } => {
                        self.matched(at.sibling(*value), at.sibling(*pattern), &mut uses);
                    }
                    // `"stop_reason" in message`
                    Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } => {
                        if let Some(key) = constant(facts, *left)
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
        for (&of, list) in &mut uses {
            // A function that sends whatever it is given gets answers of other hosts too.
            if let Some(shared) = self.request_at(of).and_then(|request| self.shared_calls(request)) {
                list.retain(|used| !shared.is_of_others(&used.response));
            }
            list.sort_by_key(|u| u.at);
        }
        uses
    }

    /// Whether an expression takes something by one of these names, or by one that is worked out.
    fn names_part(&self, at: NodeRef, interesting: &BTreeSet<&'static str>) -> bool {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Member { name, .. } => interesting.contains(&**name),
            Kind::Index { index, .. } => constant(facts, *index).is_none_or(|k| interesting.contains(&*k)),
            Kind::Call(c) => c
                .args
                .iter()
                .filter_map(|a| constant(facts, a.value))
                .any(|key| interesting.contains(key.rsplit('/').next().unwrap_or_default())),
            _ => false,
        }
    }

    /// Last names of every field that tells the stop reason, the content or the status.
    fn interesting_names(&self) -> BTreeSet<&'static str> {
        let mut names = BTreeSet::new();
        for request in self.requests() {
            let kind = request.kind;
            for path in kind.stop.iter().chain(&kind.content).chain(&kind.text).chain(&kind.status) {
                names.extend(path.split('.').map(|p| p.trim_end_matches("()")).filter(|p| *p != "[]"));
            }
        }
        names.extend(["text", "input", "arguments", "content", "stop_reason", "stop_sequence"]);
        names
    }

    /// `answer.get` in `answer.get("content")`
    fn is_called_get(&self, at: NodeRef) -> bool {
        self.is_called(at) && matches!(self.kind(at), Kind::Member { name, .. } if &**name == "get")
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
        // Kept or shown it says nothing to the program.
        if what == What::Mark && !self.is_condition(at) || self.came_by_another_call(at, response) {
            return;
        }
        let list = uses.entry(response.request).or_default();
        list.push(Use { at, what, response: response.clone() });
    }

    fn kind_has_body(&self, f: NodeRef) -> bool {
        matches!(self.kind(f), Kind::Function(f) if f.body.is_some())
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
        let sdk = self.file(response.request.file).sdk;
        if path.len() == 1 && !kind.stop.is_empty() && sdk.has_word("stop-marks", last) {
            return Some(What::Mark);
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
            // How long a text is says nothing of it.
            let last = bare(last);
            let measures = ["length-names", "byte-length-names"].iter().any(|list| sdk.has_word(list, &last));
            (!measures).then_some(What::Text)
        } else if kind.content.iter().any(starts) {
            Some(What::Content)
        } else {
            None
        }
    }
}
