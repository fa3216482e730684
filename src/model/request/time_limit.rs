//! How long a request may take.

mod pieces;

use std::sync::Arc;

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::names::index::last_name;
use crate::model::request::Request;
use crate::model::values::eval::may_be_cut_off;
use crate::model::values::value::{Client, Field, NodeRef, Value};
use crate::sdk::Road;

/// What bounds the time of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TimeLimit {
    /// A limit is set: on the request, on its client, or around the call.
    Set,
    /// The limit that what sends it has by itself.
    Default,
    /// These options switch it off.
    Off(Vec<NodeRef>),
    /// Nothing.
    Never,
    /// Out of reach.
    Unknown,
}

impl Project {
    /// What bounds the time of a request.
    pub fn time_limit(&self, request: &Request) -> TimeLimit {
        if !self.clock_around(request.at).is_absent()
            || self.sets_default_timeout(request)
            || self.is_ended_by_timer(request)
            || self.is_waited_for_within_limit(request)
        {
            return TimeLimit::Set;
        }
        match self.own_limit(request) {
            TimeLimit::Never | TimeLimit::Off(_) if self.reads_pieces_within_limit(request) => TimeLimit::Set,
            limit => limit,
        }
    }

    /// The limit that is set on a request, or on what sends it.
    fn own_limit(&self, request: &Request) -> TimeLimit {
        if let Some(function) = request.function {
            return match &function.timeout {
                Some(spec) => self.limit_of(request, None, spec, function.default_timeout),
                None if function.default_timeout => TimeLimit::Default,
                None => TimeLimit::Unknown,
            };
        }
        let mut off = Vec::new();
        let mut never = false;
        for client in &request.clients {
            let Some(spec) = &client.kind.timeout else {
                return if client.kind.default_timeout { TimeLimit::Default } else { TimeLimit::Unknown };
            };
            match self.limit_of(request, Some(client), spec, client.kind.default_timeout) {
                TimeLimit::Never if self.has_own_transport(client) || self.has_own_sending(client) => {
                    return TimeLimit::Unknown;
                }
                TimeLimit::Never => never = true,
                TimeLimit::Off(nodes) => off.extend(nodes),
                other => return other,
            }
        }
        match (off.is_empty(), never) {
            // A limit may be among what was left out.
            _ if self.may_be_limited_in_another_way(request) => TimeLimit::Unknown,
            (false, _) => TimeLimit::Off(off),
            (true, true) => TimeLimit::Never,
            (true, false) => TimeLimit::Unknown,
        }
    }

    /// Whether a request may be sent in so many ways that not all of them are kept, and a limit is set where
    /// it, or one of its clients, is built.
    fn may_be_limited_in_another_way(&self, request: &Request) -> bool {
        let Kind::Call(call) = self.kind(request.at) else { return false };
        let sender = request.first_argument.checked_sub(1).and_then(|i| call.args.get(i));
        let sender = request.at.sibling(sender.map_or(call.callee, |arg| arg.value));
        if !may_be_cut_off(&self.eval(sender)) {
            return false;
        }
        let sets = |place: NodeRef, spec: &str| {
            let facts = self.facts(place.file);
            facts.descendants(self.whole_function(place).node).into_iter().any(|n| match facts.kind(n) {
                Kind::Call(c) => matches!(facts.kind(c.callee), Kind::Member { name, .. } if spec.split('|').any(|s| s == &**name)),
                _ => false,
            })
        };
        request.clients.iter().any(|client| {
            let mut places = client.made.iter().chain(&client.layers).chain([&request.at]);
            client.kind.timeout.as_deref().is_some_and(|spec| places.any(|&place| sets(place, spec)))
        })
    }

    /// Whether a timer ends what a request gave: `setTimeout(() => sent.destroy(), 90_000)`.
    fn is_ended_by_timer(&self, request: &Request) -> bool {
        let facts = self.facts(request.at.file);
        let sdk = self.file(request.at.file).sdk;
        let in_timer = |n: NodeId| {
            matches!(facts.kind(n), Kind::Function(_))
                && facts.parent(n).is_some_and(|p| match facts.kind(p) {
                    Kind::Call(c) => {
                        last_name(facts, c.callee).is_some_and(|name| sdk.has_word("timer-names", &name))
                            && c.args.len() > 1
                    }
                    _ => false,
                })
        };
        self.readers_of_sent(request).iter().any(|reader| {
            let ended = facts.parent(reader.node).is_some_and(|p| match facts.kind(p) {
                Kind::Member { object, name, .. } => {
                    *object == reader.node && sdk.has_word("ends-connection", name)
                }
                _ => false,
            });
            ended && facts.ancestors(reader.node).any(in_timer)
        })
    }

    /// Whether what was sent is waited for later, under a limit: `let sent = request.send();
    /// timeout(LIMIT, sent).await`.
    fn is_waited_for_within_limit(&self, request: &Request) -> bool {
        let mut readers = self.readers_of_sent(request).into_iter();
        readers.any(|reader| !self.clock_around(reader).is_absent())
    }

    /// Where what a request gave is read, while it is not waited for at once.
    fn readers_of_sent(&self, request: &Request) -> Vec<NodeRef> {
        let facts = self.facts(request.at.file);
        match facts.parent(request.at.node).map(|p| facts.kind(p)) {
            Some(Kind::Assign(bound)) => self.readers(request.at.sibling(bound.target)),
            _ => Vec::new(),
        }
    }

    fn limit_of(
        &self,
        request: &Request,
        client: Option<&Arc<Client>>,
        spec: &str,
        default: bool,
    ) -> TimeLimit {
        let mut open = false;
        let mut off = Vec::new();
        for name in spec.split('|') {
            let field = self.option_in_force(request, client.map(AsRef::as_ref), name);
            match field {
                Field::Absent => {}
                Field::Unknown(_) => open = true,
                Field::Known(nodes) if nodes.iter().all(|&n| self.is_no_limit(n)) => off.extend(nodes),
                Field::Known(nodes) if nodes.iter().any(|&n| self.is_unlimited_for_some(n)) => {
                    off.extend(nodes.into_iter().filter(|&n| self.is_unlimited_for_some(n)));
                }
                Field::Known(_) => return TimeLimit::Set,
            }
        }
        match (open, off.is_empty()) {
            (true, _) => TimeLimit::Unknown,
            (false, false) => TimeLimit::Off(off),
            (false, true) if default => TimeLimit::Default,
            (false, true) => TimeLimit::Never,
        }
    }

    /// Where clients of the official SDKs are made that keep the timeout they have by themselves.
    pub fn clients_at_default_timeout(&self) -> Vec<NodeRef> {
        let mut out = Vec::new();
        for (at, kind) in self.clients_made() {
            let Some(spec) = kind.timeout.as_ref().filter(|_| kind.road == Road::Sdk && kind.default_timeout)
            else {
                continue;
            };
            if spec.split('|').all(|name| self.option_of(at, name).is_absent()) {
                out.push(at);
            }
        }
        out
    }

    /// `timeout=None`, `timeout: 0`.
    fn is_no_limit(&self, at: NodeRef) -> bool {
        let values = self.eval(at);
        !values.is_empty()
            && values.iter().all(|v| match v {
                Value::Node(n) => match self.kind(*n) {
                    Kind::Null => true,
                    Kind::Number(n) => *n == 0.0,
                    _ => false,
                },
                _ => false,
            })
    }

    /// Whether callers leave a limit out that has no default: `def ask(text, timeout=None)`.
    fn is_unlimited_for_some(&self, at: NodeRef) -> bool {
        self.left_out(at).is_some_and(|left| self.is_no_limit(left.default))
    }

    /// Whether a session is given an adapter of the project, which may set a limit.
    fn has_own_transport(&self, client: &Client) -> bool {
        let Some(made) = client.made else { return true };
        let facts = self.facts(made.file);
        client.kind.transports.iter().filter_map(|t| t.strip_suffix("()")).any(|method| {
            facts.ids().any(|n| {
                matches!(facts.kind(n), Kind::Call(c)
                if matches!(facts.kind(c.callee), Kind::Member { name, .. } if &**name == method)
                    && c.args.iter().any(|a| {
                        let values = self.eval(made.sibling(a.value));
                        values.iter().any(|v| matches!(v, Value::Instance { .. } | Value::Unknown))
                    }))
            })
        })
    }

    /// Whether the method by which a session sends is the program's own, and gives a limit: in a class made of the
    /// session's, or put in the place of the method.
    fn has_own_sending(&self, client: &Client) -> bool {
        let Some(made) = client.made else { return true };
        let sends = |file: NodeRef, name: &str| self.file(file.file).sdk.has_word("sends-for-session", name);
        let of_class = self.callee_of(made).is_some_and(|callee| {
            self.eval(callee).iter().any(|v| {
                let Value::Class(class) = v else { return false };
                let Kind::Class(c) = self.kind(*class) else { return false };
                c.body.iter().any(|&member| match self.kind(class.sibling(member)) {
                    Kind::Function(f) => {
                        f.name.as_deref().is_some_and(|n| sends(*class, n))
                            && self.names_limit(class.sibling(member))
                    }
                    _ => false,
                })
            })
        });
        let facts = self.facts(made.file);
        of_class
            || facts.ids().any(|n| {
                let Kind::Assign(a) = facts.kind(n) else { return false };
                let (Kind::Member { object, name, .. }, Some(value)) = (facts.kind(a.target), a.value) else {
                    return false;
                };
                let same = |v: &Value| matches!(v, Value::Client(c) if c.made == Some(made));
                sends(made, name)
                    && self.eval(made.sibling(*object)).iter().any(same)
                    && self.names_limit(made.sibling(value))
            })
    }

    /// Whether code gives something by the name of a limit.
    fn names_limit(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Call(c) => c.args.iter().any(|a| a.name.as_deref() == Some("timeout")),
            Kind::Str(_) => constant(facts, n).is_some_and(|t| &*t == "timeout"),
            _ => false,
        })
    }

    /// Whether a limit is set for everything in the program: `socket.setdefaulttimeout(30)`,
    /// `axios.defaults.timeout = 30_000`.
    fn sets_default_timeout(&self, request: &Request) -> bool {
        if request.road != Road::Http {
            return false;
        }
        *self.default_timeouts.get_or_init(|| {
            self.file_ids().any(|(_, model)| {
                let facts = &model.facts;
                facts.ids().any(|n| match facts.kind(n) {
                    Kind::Call(c) => last_name(facts, c.callee).is_some_and(|name| {
                        model.sdk.has_word("sets-default-timeout", &name)
                            || model.sdk.has_word("sets-dispatcher", &name)
                                && c.args.iter().any(|a| model.text_of(a.value).contains("Timeout"))
                    }),
                    Kind::Assign(a) => match facts.kind(a.target) {
                        Kind::Member { object, name, .. } => {
                            &**name == "timeout"
                                && last_name(facts, *object).is_some_and(|o| &*o == "defaults")
                        }
                        _ => false,
                    },
                    _ => false,
                })
            })
        })
    }
}
