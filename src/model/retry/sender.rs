//! Retries of the client or function that sends a request.

use std::sync::Arc;

use super::Retry;
use super::library::prefixes;
use crate::facts::Kind;
use crate::model::values::value::{Client, Field, NodeRef, Value};
use crate::model::{Project, Request};
use crate::sdk::Road;

/// Whether what sends a request repeats it by itself.
#[derive(Clone, Debug)]
pub enum Sender {
    /// It does.
    Retries,
    /// It would, but these options switch it off.
    Off(Vec<NodeRef>),
    /// It does not.
    Never,
    /// Out of reach.
    Unknown,
}

/// Calls that give a client retries after it was made.
#[derive(Debug, Default)]
pub(in crate::model) struct RetryIndex {
    /// Methods of a client that change how it sends (`mount`), with the client.
    transports: Vec<(NodeRef, Arc<Client>)>,
    /// Calls of a retry facility that changes a client given to it.
    wraps: Vec<(NodeRef, Vec<Value>, Option<Retry>)>,
    /// Module-wide settings: what is set, by the head of its path.
    settings: Vec<String>,
    /// What all requests of the program are given to, of those that may be given to anything.
    dispatchers: Vec<NodeRef>,
}

impl Project {
    fn retry_index(&self) -> &RetryIndex {
        self.retries.get_or_init(|| self.find_retry_index())
    }

    fn find_retry_index(&self) -> RetryIndex {
        let mut index = RetryIndex::default();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                match model.facts.kind(node) {
                    Kind::Call(call) => {
                        let callee = at.sibling(call.callee);
                        if !matches!(self.kind(callee), Kind::Name(_) | Kind::Member { .. }) {
                            continue;
                        }
                        if model.named_in(call.callee, "sets-dispatcher") && !model.source.role.is_test {
                            index.dispatchers.extend(call.args.first().map(|a| at.sibling(a.value)));
                        }
                        for value in self.eval(callee).iter() {
                            match value {
                                Value::Client(c)
                                    if c.kind
                                        .transports
                                        .iter()
                                        .any(|t| t.strip_suffix("()") == Some(&*c.path)) =>
                                {
                                    index.transports.push((at, c.clone()));
                                }
                                Value::External(e) => {
                                    let Some(kind) = model.sdk.retry(&e.path) else { continue };
                                    let Some(wraps) = &kind.wraps else { continue };
                                    let targets = self.setting(at, wraps);
                                    let values =
                                        targets.nodes().iter().flat_map(|&n| self.eval(n).to_vec()).collect();
                                    let retry = self.library_retry(kind, Some(at), at);
                                    index.wraps.push((at, values, retry));
                                }
                                _ => {}
                            }
                        }
                    }
                    Kind::Assign(a) if matches!(model.facts.kind(a.target), Kind::Member { .. }) => {
                        for value in self.eval(at.sibling(a.target)).iter() {
                            if let Value::External(e) = value
                                && model.sdk.has_word("retry-setting", &e.path)
                            {
                                index.settings.push(e.path.split('.').next().unwrap_or("").to_string());
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        index
    }

    /// Whether the client or function that sends a request repeats it.
    pub fn sender(&self, request: &Request) -> Sender {
        if let Some(function) = request.function {
            let head = function.path.first().and_then(|p| p.split('.').next()).unwrap_or("");
            if self.retry_index().settings.iter().any(|s| s == head) || self.is_wrapped(request, None) {
                return Sender::Retries;
            }
            let named =
                self.switched_off(request, None, function.retries.as_deref(), function.attempts.as_deref());
            let sends_all = |n: &NodeRef| self.same_program(&[request.at.file]).may_run(n.file);
            let mut sent_by_all = self.retry_index().dispatchers.iter().filter(|n| sends_all(n));
            let open = function.transports.iter().any(|t| match self.call_option(request, t) {
                Field::Absent => !sent_by_all.all(|&n| self.is_plain_transport(n)),
                Field::Unknown(Some(why)) if self.is_rest_without(why, t) => false,
                Field::Unknown(_) => true,
                Field::Known(nodes) => !nodes.iter().all(|&n| self.is_plain_transport(n)),
            });
            return match named.unwrap_or(default_of(request.road, function.default_retries)) {
                Sender::Never | Sender::Off(_) if open => Sender::Unknown,
                known => known,
            };
        }
        if request.clients.is_empty() {
            return Sender::Unknown;
        }
        let mut off = Vec::new();
        for client in &request.clients {
            match self.client_sender(request, client) {
                Sender::Off(nodes) => off.extend(nodes),
                Sender::Never => {}
                other => return other,
            }
        }
        if off.is_empty() { Sender::Never } else { Sender::Off(off) }
    }

    fn client_sender(&self, request: &Request, client: &Arc<Client>) -> Sender {
        if self.is_wrapped(request, Some(client)) {
            return Sender::Retries;
        }
        let kind = client.kind;
        let decided =
            self.switched_off(request, Some(client), kind.retries.as_deref(), kind.attempts.as_deref());
        let by_itself = self.retries_of_method(request, client).or(kind.default_retries);
        let decided = decided.unwrap_or(default_of(kind.road, by_itself));
        if matches!(decided, Sender::Retries | Sender::Unknown) {
            return decided;
        }
        for transport in kind.transports.iter().filter(|t| !t.ends_with("()")) {
            match self.client_option(client, transport) {
                Field::Absent => {}
                Field::Unknown(None) if client.made.is_none() && kind.plain => {}
                Field::Unknown(Some(why)) if kind.plain && self.is_rest_without(why, transport) => {}
                Field::Unknown(_) => return Sender::Unknown,
                Field::Known(nodes) => {
                    if !nodes.iter().all(|&n| self.is_plain_transport(n)) {
                        return Sender::Unknown;
                    }
                }
            }
        }
        decided
    }

    /// What the options say: of the call first, then of the client.
    fn switched_off(
        &self,
        request: &Request,
        client: Option<&Client>,
        retries: Option<&str>,
        attempts: Option<&str>,
    ) -> Option<Sender> {
        let mut open = false;
        for (spec, least) in [(retries, 0.0), (attempts, 1.0)] {
            let Some(spec) = spec else { continue };
            for name in spec.split('|') {
                let field = match client {
                    Some(client) if client.kind.retries_by_client => self.client_option(client, name),
                    _ => self.option_in_force(request, client, name),
                };
                match field {
                    Field::Absent => {}
                    // `send(*args, **options)` in a helper whose calls give it nothing of that name.
                    Field::Unknown(Some(why)) if client.is_none() && self.is_rest_without(why, name) => {}
                    // `retry: 0` says nothing of `retry.limit`, but another spelling may.
                    Field::Unknown(_) => open = true,
                    Field::Known(nodes) => {
                        let numbers: Option<Vec<f64>> = nodes
                            .iter()
                            .map(|&n| self.numbers(n))
                            .collect::<Option<Vec<_>>>()
                            .map(|n| n.concat());
                        return Some(match numbers {
                            Some(all) if all.iter().all(|n| *n <= least) => Sender::Off(nodes),
                            Some(all) if all.iter().all(|n| *n > least) => Sender::Retries,
                            _ => Sender::Unknown,
                        });
                    }
                }
            }
        }
        open.then_some(Sender::Unknown)
    }

    fn is_plain_transport(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().all(|v| match v {
            // `new Agent().compose(…)` is none.
            Value::External(e) => {
                sdk.in_lists(&["plain-transport", "default-http-client"], e.path.trim_end_matches("()"))
            }
            Value::Node(n) => matches!(self.kind(*n), Kind::Null),
            // A client of its own, which nothing was put into.
            Value::Client(c) => {
                let index = self.retry_index();
                c.kind.road == Road::Http
                    && c.kind.transports.iter().all(|t| t.ends_with("()"))
                    && !index.transports.iter().any(|(_, o)| o.kind == c.kind && o.made == c.made)
            }
            _ => false,
        })
    }

    /// Whether a client or function is given retries from outside: by a library that changes it,
    /// or by a method that is not known to do less.
    fn is_wrapped(&self, request: &Request, client: Option<&Arc<Client>>) -> bool {
        let index = self.retry_index();
        let same = |other: &Client| match client {
            Some(client) => {
                other.kind == client.kind
                    && (other.made == client.made || other.made.is_none() || client.made.is_none())
            }
            None => false,
        };
        let wrapped = index.wraps.iter().any(|(_, targets, retry)| {
            retry.is_some()
                && targets.iter().any(|t| match t {
                    Value::Client(c) => same(c),
                    Value::External(e) => request.function.is_some_and(|f| {
                        f.path.iter().any(|p| p.starts_with(e.path.trim_end_matches(".default")))
                    }),
                    Value::Unknown => client.is_some(),
                    _ => false,
                })
        });
        wrapped
            || index.transports.iter().any(|(call, c)| {
                same(c)
                    && match self.kind(*call) {
                        Kind::Call(c) => {
                            // `mount(prefix, adapter)`, `retry(policy)`
                            let given = c.args.iter().skip(usize::from(c.args.len() > 1));
                            !given.into_iter().all(|a| self.connects_only(call.sibling(a.value)))
                        }
                        _ => false,
                    }
            })
    }

    /// The retry policies that adapters and plug-ins give to the clients of a request.
    pub(super) fn policies_of(&self, request: &Request) -> Vec<NodeRef> {
        let index = self.retry_index();
        let mut out = Vec::new();
        for client in request.clients.iter().filter(|c| c.made.is_some()) {
            let same = |c: &Client| c.kind == client.kind && c.made == client.made;
            for (call, _) in index.transports.iter().filter(|(_, c)| same(c)) {
                let Kind::Call(c) = self.kind(*call) else { continue };
                for arg in c.args.iter().skip(usize::from(c.args.len() > 1)) {
                    out.extend(self.policy_of(call.sibling(arg.value)));
                }
            }
            let wraps = index.wraps.iter();
            let wraps = wraps.filter(|w| w.1.iter().any(|v| matches!(v, Value::Client(c) if same(c))));
            out.extend(wraps.map(|w| w.0));
        }
        out
    }

    /// The policy in an adapter.
    fn policy_of(&self, adapter: NodeRef) -> Vec<NodeRef> {
        let sdk = self.file(adapter.file).sdk;
        let policies = self.eval(adapter).iter().find_map(|v| {
            let Value::External(e) = v else { return None };
            let kind = prefixes(&e.path).find_map(|p| sdk.retry(p))?;
            Some(self.setting(e.made?, kind.policy.as_deref()?).nodes().to_vec())
        });
        policies.unwrap_or_default()
    }

    /// An adapter that repeats connection attempts at most: without a policy, or with a number.
    fn connects_only(&self, adapter: NodeRef) -> bool {
        let sdk = self.file(adapter.file).sdk;
        self.eval(adapter).iter().all(|v| match v {
            Value::External(e) => {
                let Some(kind) = prefixes(&e.path).find_map(|p| sdk.retry(p)) else {
                    return prefixes(&e.path).any(|p| sdk.has_word("plain-transport", p));
                };
                let (Some(policy), Some(made)) = (&kind.policy, e.made) else { return false };
                match self.setting(made, policy) {
                    Field::Absent => true,
                    Field::Known(nodes) => nodes.iter().all(|&n| self.numbers(n).is_some()),
                    Field::Unknown(_) => false,
                }
            }
            _ => false,
        })
    }
}

fn default_of(road: Road, default: Option<u32>) -> Sender {
    match default {
        Some(0) => Sender::Never,
        Some(_) => Sender::Retries,
        None if road == Road::Http => Sender::Never,
        None => Sender::Unknown,
    }
}
