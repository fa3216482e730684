//! Where an event of a stream comes from, and where it goes as a whole.

use super::super::eval::Argument;
use super::super::index::{constant, last_name, takes_receiver};
use super::super::scope::Origin;
use super::super::value::{NodeRef, Value};
use super::Project;
use crate::facts::{BinaryOp, Kind, Name, NodeId};

const MAX_DEPTH: u32 = 14;
const MAX_CALLERS: usize = 4;

impl Project {
    /// `x.key`, `x["key"]`, `x.get("key")`: the object and the key.
    pub(super) fn key_of(&self, at: NodeRef) -> Option<(NodeRef, Name)> {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Member { object, name, .. } => Some((at.sibling(*object), name.clone())),
            Kind::Index { object, index } => Some((at.sibling(*object), constant(facts, *index)?)),
            Kind::Call(call) => match facts.kind(call.callee) {
                Kind::Member { object, name, .. } if &**name == "get" => {
                    Some((at.sibling(*object), constant(facts, call.args.first()?.value)?))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether an expression is the name that a library gives to an event: `message.event`.
    pub(super) fn ends_in_event(&self, at: NodeRef) -> bool {
        self.event_name_within(at, 0)
    }

    fn event_name_within(&self, at: NodeRef, depth: u32) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        match facts.kind(at.node) {
            Kind::Member { name, .. } => &**name == "event",
            Kind::Call(call) if call.args.is_empty() => match facts.kind(call.callee) {
                Kind::Member { object, .. } => self.event_name_within(at.sibling(*object), depth),
                _ => false,
            },
            Kind::Name(name) if depth < 3 => {
                model.scopes.lookup(facts, name, at.node).iter().any(|d| match &d.origin {
                    Origin::Value { expr, path } if path.is_empty() => {
                        self.event_name_within(at.sibling(*expr), depth + 1)
                    }
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// The call that parsed the text of an event, from which a value was taken.
    pub(super) fn parse_of(&self, at: NodeRef) -> Option<NodeRef> {
        self.parse_within(at, 0)
    }

    fn parse_within(&self, at: NodeRef, depth: u32) -> Option<NodeRef> {
        if depth > MAX_DEPTH {
            return None;
        }
        let model = self.file(at.file);
        let facts = &model.facts;
        let next = |n: NodeId| self.parse_within(at.sibling(n), depth + 1);
        match facts.kind(at.node) {
            Kind::Name(name) => {
                let defs = model.scopes.lookup(facts, name, at.node);
                defs.iter().take(8).find_map(|def| match &def.origin {
                    Origin::Value { expr, .. } if *expr != at.node => next(*expr),
                    Origin::Param { function, index, path } if path.is_empty() => {
                        self.parsed_by_callers(at.sibling(*function), *index as usize, depth + 1)
                    }
                    _ => None,
                })
            }
            Kind::Member { object, .. } | Kind::Index { object, .. } => next(*object),
            Kind::Await(x) | Kind::Propagate(x) => next(*x),
            Kind::Unary { operand, .. } => next(*operand),
            Kind::Cast { value, .. } => next(*value),
            Kind::Match(m) => next(m.subject),
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => next(*left),
            Kind::Call(call) => {
                if self.is_event_parse(at) {
                    return Some(at);
                }
                if let Kind::Member { object, .. } = facts.kind(call.callee)
                    && let Some(found) = next(*object)
                {
                    return Some(found);
                }
                self.eval(at.sibling(call.callee)).iter().find_map(|v| match v {
                    Value::Function(f) => self.parsed_in(*f),
                    _ => None,
                })
            }
            _ => None,
        }
    }

    /// The parsing of events in a function that gives them back.
    fn parsed_in(&self, function: NodeRef) -> Option<NodeRef> {
        let model = self.file(function.file);
        if !model.source.text.contains("data:") || self.is_test(function) {
            return None;
        }
        let facts = &model.facts;
        let found = facts.descendants(function.node);
        let cuts = found.iter().any(|&n| {
            constant(facts, n).is_some_and(|t| matches!(t.trim_start_matches('^').trim(), "data:"))
        });
        let parse = found.into_iter().find(|&n| self.is_event_parse(function.sibling(n)))?;
        cuts.then(|| function.sibling(parse))
    }

    fn parsed_by_callers(&self, function: NodeRef, index: usize, depth: u32) -> Option<NodeRef> {
        let receiver = takes_receiver(self.files(), function);
        let callers = self.callers(function).iter().copied().filter(|&c| !self.is_test(c));
        callers.take(MAX_CALLERS).find_map(|call| match self.argument_of(call, function, index, receiver) {
            Argument::Given(arg) => self.parse_within(arg, depth),
            _ => None,
        })
    }

    /// Whether a call parses JSON that is no frame of another protocol: events of the AWS SDK
    /// hold `bytes`, and their errors are raised by the SDK.
    fn is_event_parse(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        let Kind::Call(call) = facts.kind(at.node) else { return false };
        let Some(name) = last_name(facts, call.callee) else { return false };
        let own = match facts.kind(call.callee) {
            Kind::Member { object, .. } => match last_name(facts, *object) {
                Some(module) => model.sdk.words("parse").iter().any(|w| {
                    w.strip_suffix(&*name).and_then(|w| w.strip_suffix('.')).is_some_and(|w| {
                        !w.is_empty() && (w == &*module || w.ends_with(&format!(".{module}")))
                    })
                }),
                None => false,
            },
            Kind::Name(_) => self
                .eval(at.sibling(call.callee))
                .iter()
                .any(|v| matches!(v, Value::External(e) if model.sdk.has_word("parse", &e.path))),
            _ => false,
        };
        let json = matches!(&*name, "json") && call.args.is_empty() && self.is_sse_item(at, call.callee);
        (own || json) && !call.args.iter().any(|a| self.is_frame(at.sibling(a.value), 0))
    }

    /// Whether a text comes from the `bytes` of a frame, or is a piece of a tool call's JSON.
    fn is_frame(&self, at: NodeRef, depth: u32) -> bool {
        let model = self.file(at.file);
        model.facts.descendants(at.node).into_iter().any(|n| {
            let here = at.sibling(n);
            if let Kind::Name(name) = model.facts.kind(n)
                && depth < 3
            {
                let defs = model.scopes.lookup(&model.facts, name, n);
                return defs.iter().take(4).any(|d| match &d.origin {
                    Origin::Value { expr, .. } if *expr != n => {
                        let direct =
                            self.key_of(at.sibling(*expr)).is_some_and(|(_, key)| is_frame_key(&key));
                        direct
                            || matches!(model.facts.kind(*expr), Kind::Call(_))
                                && self.is_frame(at.sibling(*expr), depth + 1)
                    }
                    _ => false,
                });
            }
            self.key_of(here).is_some_and(|(_, key)| is_frame_key(&key))
        })
    }

    /// `sse.json()` of an event that a library has cut out of the stream.
    fn is_sse_item(&self, at: NodeRef, callee: NodeId) -> bool {
        let model = self.file(at.file);
        let Kind::Member { object, .. } = model.facts.kind(callee) else { return false };
        let Kind::Name(name) = model.facts.kind(*object) else { return false };
        model.scopes.lookup(&model.facts, name, *object).iter().any(|def| match &def.origin {
            Origin::Value { expr, path } => {
                !path.is_empty()
                    && last_name(&model.facts, *expr)
                        .is_some_and(|n| matches!(&*n, "iter_sse" | "aiter_sse" | "events"))
            }
            _ => false,
        })
    }

    /// Whether parsed events, or the texts they are parsed from, are handed on whole.
    pub(super) fn relays_events(&self, function: NodeRef, parse: NodeRef) -> bool {
        let facts = self.facts(function.file);
        if self.is_watching(function) {
            return true;
        }
        if parse.file != function.file {
            return false;
        }
        if facts.descendants(function.node).into_iter().any(|n| self.yields_data(function.sibling(n))) {
            return true;
        }
        let mut texts: Vec<NodeId> = Vec::new();
        if let Kind::Call(call) = facts.kind(parse.node) {
            let source = call.args.first().map(|a| a.value).or(match facts.kind(call.callee) {
                Kind::Member { object, .. } => Some(*object),
                _ => None,
            });
            if let Some(source) = source {
                self.text_variables(parse.sibling(source), &mut texts, 0);
            }
        }
        facts.descendants(function.node).into_iter().any(|n| {
            let Kind::Name(name) = facts.kind(n) else { return false };
            let at = function.sibling(n);
            let is_text = || {
                let defs = self.file(function.file).scopes.lookup(facts, name, n);
                defs.iter().any(|d| texts.contains(&d.node))
            };
            if self.is_relayed(at) && is_text() {
                return true;
            }
            self.is_event(at, parse) && self.is_given_away(at)
        })
    }

    /// `yield JSON.parse(sse.data)`, `yield decode(sse.json())`: the whole data of an event that a library
    /// cut out goes on.
    fn yields_data(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Kind::Yield(Some(given)) = facts.kind(at.node) else { return false };
        let is_data = |node: NodeId| match facts.kind(node) {
            Kind::Member { name, .. } => &**name == "data",
            Kind::Call(call) if call.args.is_empty() => {
                matches!(facts.kind(call.callee), Kind::Member { name, .. } if &**name == "json")
            }
            _ => false,
        };
        let mut given = *given;
        while let Kind::Cast { value, .. } | Kind::Await(value) = facts.kind(given) {
            given = *value;
        }
        match facts.kind(given) {
            Kind::Call(call) => is_data(given) || call.args.iter().any(|arg| is_data(arg.value)),
            _ => is_data(given),
        }
    }

    /// Definitions of the variables on the way from the network to the parser.
    fn text_variables(&self, at: NodeRef, out: &mut Vec<NodeId>, depth: u32) {
        let model = self.file(at.file);
        let facts = &model.facts;
        let first = facts.descendants(at.node).into_iter().find(|&n| matches!(facts.kind(n), Kind::Name(_)));
        let Some(node) = first else { return };
        let Kind::Name(name) = facts.kind(node) else { return };
        if depth > 5 {
            return;
        }
        for def in model.scopes.lookup(facts, name, node).into_iter().take(4) {
            if out.contains(&def.node) {
                continue;
            }
            out.push(def.node);
            if let Origin::Value { expr, .. } = &def.origin {
                self.text_variables(at.sibling(*expr), out, depth + 1);
            }
        }
    }

    fn is_relayed(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        let mut from = at.node;
        for _ in 0..4 {
            let Some(parent) = facts.parent(from) else { return false };
            match facts.kind(parent) {
                Kind::Yield(_) => return true,
                Kind::Call(call) if call.callee != from => {
                    let name = last_name(facts, call.callee);
                    return name.is_some_and(|n| model.sdk.has_word("relay-names", &n));
                }
                Kind::Str(_)
                | Kind::Await(_)
                | Kind::Propagate(_)
                | Kind::Binary { op: BinaryOp::Add, .. } => {
                    from = parent;
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether a text goes to a log and nowhere else.
    fn is_only_logged(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        facts.ancestors(at.node).skip(1).take(4).any(|n| match facts.kind(n) {
            Kind::Call(call) => last_name(facts, call.callee).is_some_and(|n| model.sdk.ends_word("log", &n)),
            _ => false,
        })
    }

    /// Whether callers of a reader pass on what they give it: it only watches.
    fn is_watching(&self, function: NodeRef) -> bool {
        self.callers(function).iter().take(MAX_CALLERS).any(|&call| {
            let facts = self.facts(call.file);
            let Kind::Call(c) = facts.kind(call.node) else { return false };
            let given: Vec<&Name> = c
                .args
                .iter()
                .filter_map(|a| match facts.kind(a.value) {
                    Kind::Name(name) => Some(name),
                    _ => None,
                })
                .collect();
            let around = self.whole_function(call);
            !given.is_empty()
                && facts.descendants(around.node).into_iter().any(|n| match facts.kind(n) {
                    Kind::Name(name) => given.contains(&name) && self.is_relayed(call.sibling(n)),
                    _ => false,
                })
        })
    }

    /// Whether a name stands for a parsed event as a whole.
    fn is_event(&self, at: NodeRef, parse: NodeRef) -> bool {
        let model = self.file(at.file);
        let Kind::Name(name) = model.facts.kind(at.node) else { return false };
        if model.binds(at.node) {
            return false;
        }
        model.scopes.lookup(&model.facts, name, at.node).iter().any(|def| match &def.origin {
            Origin::Value { expr, .. } => {
                let facts = &model.facts;
                let mut value = *expr;
                while let Kind::Propagate(x) | Kind::Await(x) | Kind::Cast { value: x, .. } =
                    facts.kind(value)
                {
                    value = *x;
                }
                let within_match = matches!(facts.kind(value), Kind::Match(m) if m.subject == parse.node);
                value == parse.node || within_match
            }
            _ => false,
        })
    }

    fn is_given_away(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        let Some(parent) = facts.parent(at.node) else { return false };
        match facts.kind(parent) {
            Kind::Yield(_) | Kind::Return(_) | Kind::Record(_) | Kind::List(_) => true,
            Kind::Block { tail, body } => *tail && body.last() == Some(&at.node),
            Kind::Call(call) if call.callee != at.node => {
                let name = last_name(facts, call.callee).unwrap_or_default();
                if matches!(&*name, "stringify" | "dumps" | "to_string") {
                    return !self.is_only_logged(at.sibling(parent));
                }
                let harmless = ["looks-at-nothing", "test"].iter().any(|l| model.sdk.has_word(l, &name))
                    || model.sdk.ends_word("log", &name);
                let within =
                    self.eval(at.sibling(call.callee)).iter().any(|v| matches!(v, Value::Function(_)));
                !harmless && !within
            }
            _ => false,
        }
    }
}

fn is_frame_key(key: &str) -> bool {
    matches!(key, "bytes" | "partial_json")
}
