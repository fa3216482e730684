//! Retries that cannot do what they are there for.

use super::library::prefixes;
use super::probe::{Probe, Thrown};
use super::scope::{ASKED, RetryScope};
use super::{Retry, RetryForm, Tri};
use crate::facts::{Kind, NodeId};
use crate::finding::Location;
use crate::model::names::index::takes_receiver;
use crate::model::names::scope::Origin;
use crate::model::values::value::{Field, NodeRef, Value, location};
use crate::model::{Project, Request};
use crate::sdk::failures::Failure;

impl Project {
    /// A predicate given to a library where it takes a rule made of one: `retry=is_busy`.
    pub fn bare_predicate(&self, retry: &Retry) -> Option<NodeRef> {
        let kind = retry.library?;
        let sdk = self.file(retry.at.file).sdk;
        if !kind.path.iter().any(|p| sdk.has_word("filter-of-state", p)) {
            return None;
        }
        let given = self.setting(retry.call?, kind.filter.as_deref()?);
        given.nodes().iter().copied().find(|&node| {
            let values = self.eval(node);
            !values.is_empty()
                && values.iter().all(|v| match v {
                    Value::Function(f) => self.takes_an_error(*f),
                    Value::Node(n) => matches!(self.kind(*n), Kind::Function(_)) && self.takes_an_error(*n),
                    _ => false,
                })
        })
    }

    /// Whether a function treats its one parameter as an error, not as the state of a retry.
    fn takes_an_error(&self, f: NodeRef) -> bool {
        let Kind::Function(function) = self.kind(f) else { return false };
        let receiver = usize::from(takes_receiver(&self.files, f));
        let [param] = &function.params[receiver.min(function.params.len())..] else { return false };
        let Kind::Name(name) = self.kind(f.sibling(param.pattern)) else { return false };
        let facts = self.facts(f.file);
        let nodes = facts.descendants(function.body);
        let state = nodes.iter().any(|&n| {
            matches!(facts.kind(n), Kind::Member { object, name: member, .. }
                if matches!(facts.kind(*object), Kind::Name(x) if x == name)
                    && self.file(f.file).sdk.has_word("retry-state", member))
        });
        let asked = nodes.iter().any(|&n| match facts.kind(n) {
            Kind::Call(c) => {
                let about =
                    c.args.first().is_some_and(|a| matches!(facts.kind(a.value), Kind::Name(x) if x == name));
                about && self.file(f.file).named_in(c.callee, "shape-tests")
            }
            Kind::Member { object, name: member, .. } => {
                matches!(facts.kind(*object), Kind::Name(x) if x == name)
                    && self.has_part(f, "status-parts", member)
            }
            _ => false,
        });
        asked && !state
    }

    /// The function between a request and a library's retry that keeps every failure to itself.
    pub fn swallowed_before(&self, request: &Request, retry: &Retry) -> Option<NodeRef> {
        if retry.form != RetryForm::Library || self.looks_at_results(retry) {
            return None;
        }
        let asked = [Failure::RateLimit, Failure::Overloaded, Failure::Server, Failure::Connection];
        let mut place = None;
        for failure in asked {
            let p = Probe::new(failure, self.fails_at_once(request, failure), None);
            let mut swallowed = None;
            for &step in &retry.trail {
                let flow = self.follow(step, self.repeated_block(retry, step), &p);
                if flow.thrown == 0 && p.failed.get() && flow.falls.max(flow.left) == 2 {
                    swallowed = Some(step);
                    break;
                }
                if flow.thrown != 2 || flow.falls.max(flow.left) > 0 {
                    return None;
                }
                p.failed.set(true);
            }
            place = Some(swallowed?);
        }
        place
    }

    /// The function under the retry of a library that turns overloads into errors of another class, which that
    /// retry does not repeat although it names their own.
    pub fn renamed_before(&self, request: &Request, retry: &Retry) -> Option<NodeRef> {
        if retry.form != RetryForm::Library || self.looks_at_results(retry) {
            return None;
        }
        let scope = self.retry_scope(request, retry);
        let bare = Retry { trail: Vec::new(), ..retry.clone() };
        let overloads = [Failure::RateLimit, Failure::Overloaded, Failure::Server];
        let named =
            |&failure: &Failure| self.repeats_by_library(&bare, &Probe::new(failure, true, None)) == Tri::Yes;
        if overloads.iter().any(|&failure| scope.again(failure) != Tri::No) {
            return None;
        }
        let p = Probe::new(overloads.into_iter().find(named)?, true, None);
        retry.trail.iter().copied().find(|&step| {
            self.comes_out_of(step, self.repeated_block(retry, step), &p)
                && matches!(p.thrown.get(), Thrown::Class(_) | Thrown::Plain(_))
        })
    }

    /// Whether nothing else gets through to such a retry either.
    pub fn repeats_nothing(&self, request: &Request, retry: &Retry) -> bool {
        let scope = self.retry_scope(request, retry);
        ASKED.iter().all(|&failure| scope.again(failure) == Tri::No)
    }

    /// Whether a retry repeats because of what came back.
    fn looks_at_results(&self, retry: &Retry) -> bool {
        let Some(kind) = retry.library else { return true };
        if kind.path.iter().any(|p| p.contains("predicate")) || kind.filter.is_none() || kind.queue {
            return true;
        }
        let Some(call) = retry.call else { return false };
        let given = kind.filter.iter().flat_map(|f| f.split('|')).map(|n| self.setting(call, n));
        given.into_iter().any(|field| match field {
            Field::Absent => false,
            Field::Unknown(_) => true,
            Field::Known(nodes) => nodes.iter().any(|&n| {
                self.file(n.file).text_of(n.node).contains("result")
                    || self.eval(n).iter().any(|v| match v {
                        Value::External(e) => e.path.contains("result"),
                        Value::Unknown => true,
                        _ => false,
                    })
            }),
        })
    }

    /// A value that a loop takes out of a record of elsewhere and sends: the next attempt lacks it.
    pub fn taken_in_loop(&self, retry: &Retry) -> Option<NodeRef> {
        let point = retry.point.filter(|p| p.file == retry.at.file)?;
        if retry.form != RetryForm::Loop {
            return None;
        }
        let facts = self.facts(retry.at.file);
        self.own_nodes(retry.at).into_iter().map(|n| retry.at.sibling(n)).find(|&at| {
            let Kind::Call(c) = self.kind(at) else { return false };
            let callee = at.sibling(c.callee);
            let Kind::Member { object, name, .. } = self.kind(callee) else { return false };
            let Kind::Name(record) = facts.kind(*object) else { return false };
            let keyed = c.args.first().is_some_and(|a| matches!(facts.kind(a.value), Kind::Str(_)));
            &**name == "pop" && keyed && !self.is_bound_in(retry.at, record) && self.is_sent(at, point)
        })
    }

    /// Whether a loop binds a name anew each turn.
    pub(super) fn is_bound_in(&self, around: NodeRef, name: &str) -> bool {
        let facts = self.facts(around.file);
        self.own_nodes(around).into_iter().any(|n| {
            let Kind::Assign(a) = facts.kind(n) else { return false };
            // `messages, system = split(…)`
            facts
                .descendants(a.target)
                .into_iter()
                .take(16)
                .any(|t| matches!(facts.kind(t), Kind::Name(x) if &**x == name))
        })
    }

    /// Whether a value goes into a call: itself, or by the variable it is put in.
    fn is_sent(&self, value: NodeRef, call: NodeRef) -> bool {
        let file = self.file(value.file);
        if file.facts.ancestors(value.node).any(|n| n == call.node) {
            return true;
        }
        file.facts.descendants(call.node).into_iter().any(|n| {
            let Kind::Name(name) = file.facts.kind(n) else { return false };
            file.scopes.lookup(&file.facts, name, n).iter().any(
                |d| matches!(&d.origin, Origin::Value { expr, path } if *expr == value.node && path.is_empty()),
            )
        })
    }

    /// Whether overload is looked for as 503 alone, which the API does not send for it.
    pub fn knows_unavailable_only(&self, scope: &RetryScope) -> bool {
        let lacks = [Failure::RateLimit, Failure::Overloaded, Failure::Server];
        scope.again(Failure::Unavailable) == Tri::Yes && lacks.iter().all(|&f| scope.again(f) == Tri::No)
    }

    /// The policy of an adapter or plug-in that never repeats a POST, given to a request's client.
    pub fn post_left_out(&self, request: &Request) -> Option<NodeRef> {
        for &policy in &self.policies_of(request) {
            for value in self.eval(policy).iter() {
                let Value::External(e) = value else { continue };
                let sdk = self.file(policy.file).sdk;
                let Some(kind) = prefixes(&e.path).find_map(|p| sdk.retry(p)) else { continue };
                let Some(made) = e.made.filter(|_| !kind.post) else { continue };
                let Some(methods) = kind.methods.as_deref().or(kind.filter.as_deref()) else { continue };
                let left_out = match self.setting(made, methods) {
                    Field::Absent => true,
                    Field::Unknown(_) => false,
                    Field::Known(nodes) => {
                        kind.methods.is_some() && nodes.iter().all(|&n| self.lists_without_post(n, 0))
                    }
                };
                if left_out {
                    return Some(made);
                }
            }
        }
        None
    }

    /// A literal list of HTTP methods that POST is not in.
    fn lists_without_post(&self, at: NodeRef, depth: u32) -> bool {
        let texts = |items: &[NodeId], of: NodeRef| {
            !items.is_empty()
                && items.iter().all(|&i| {
                    self.text(of.sibling(i)).known().is_some_and(|t| !t.eq_ignore_ascii_case("post"))
                })
        };
        if depth > 3 {
            return false;
        }
        match self.kind(at) {
            Kind::List(items) => texts(items, at),
            // `frozenset(["GET"])`
            Kind::Call(c) if c.args.len() == 1 => {
                self.lists_without_post(at.sibling(c.args[0].value), depth + 1)
            }
            Kind::Name(_) | Kind::Member { .. } => match &self.eval(at)[..] {
                [Value::Node(n)] if *n != at => self.lists_without_post(*n, depth + 1),
                _ => false,
            },
            _ => false,
        }
    }

    /// Names of retry settings that a package does not have, where they are written.
    pub fn invented_retries(&self) -> Vec<(Location, String)> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            let listed = model.sdk.words("invented-retry");
            if listed.is_empty() {
                continue;
            }
            for node in model.facts.ids() {
                match model.facts.kind(node) {
                    Kind::Import(import) if import.level == 0 => {
                        for name in &import.names {
                            let Some(imported) = &name.imported else { continue };
                            let path = format!("{}.{imported}", import.module);
                            if listed.contains(&path) {
                                out.push((location(file, name.span), path));
                            }
                        }
                    }
                    Kind::Member { name, name_span, .. } if model.sdk.ends_word("invented-retry", name) => {
                        let at = NodeRef { file, node };
                        let path = self.eval(at).iter().find_map(|v| match v {
                            Value::External(e) if listed.iter().any(|l| *l == *e.path) => {
                                Some(e.path.to_string())
                            }
                            _ => None,
                        });
                        if let Some(path) = path {
                            out.push((location(file, *name_span), path));
                        }
                    }
                    _ => {}
                }
            }
        }
        out
    }
}
