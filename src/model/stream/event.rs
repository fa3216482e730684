//! Where an event of a stream comes from, and where it goes as a whole.

mod beside;
mod handed_on;

use rustc_hash::FxHashSet;

use super::Project;
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::value::{NodeRef, Value};

const MAX_DEPTH: u32 = 14;
const MAX_CALLERS: usize = 4;

impl Project {
    /// Whether an expression is the name that a library gives to an event: `message.event`.
    pub(super) fn ends_in_event(&self, at: NodeRef) -> bool {
        self.event_name_within(at, 0)
    }

    /// The names of events that the program makes itself: `emit({ event: "message_delta", delta })`. Those of a
    /// stream that is handed on hold their text in `data`.
    pub(super) fn own_events(&self) -> &FxHashSet<Name> {
        self.own_events.get_or_init(|| {
            let files = self.files().iter().filter(|model| !model.source.role.is_test);
            let made = files.flat_map(|model| {
                model.facts.ids().filter_map(|node| match model.facts.kind(node) {
                    Kind::Record(r) if r.value_of("data").is_none() => {
                        constant(&model.facts, r.value_of("event")?)
                    }
                    _ => None,
                })
            });
            made.collect()
        })
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
        let found = model.facts.descendants(function.node);
        let parse = found.iter().copied().find(|&n| self.is_event_parse(function.sibling(n)))?;
        // `frame_text(frame).and_then(|text| serde_json::from_str(&text).ok())`
        let cut_by_helper = || {
            found.iter().any(|&n| match model.facts.kind(n) {
                Kind::Call(call) => {
                    let helpers = self.functions_of(function.sibling(call.callee));
                    helpers.into_iter().any(|helper| helper != function && self.cuts_data(helper))
                }
                _ => false,
            })
        };
        (self.cuts_data(function) || cut_by_helper()).then(|| function.sibling(parse))
    }

    /// Whether a function takes the text of an event out of the line that it comes in.
    fn cuts_data(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        facts
            .descendants(function.node)
            .into_iter()
            .any(|n| constant(facts, n).is_some_and(|t| matches!(t.trim_start_matches('^').trim(), "data:")))
    }

    fn parsed_by_callers(&self, function: NodeRef, index: usize, depth: u32) -> Option<NodeRef> {
        let callers = self.callers(function).iter().copied().filter(|&c| !self.is_test(c));
        callers.take(MAX_CALLERS).find_map(|call| match self.argument_of(call, function, index) {
            Argument::Given(arg) => self.parse_within(arg, depth),
            _ => None,
        })
    }

    /// Whether a call parses JSON that is no frame of another protocol: events of the AWS SDK
    /// hold `bytes`, and their errors are raised by the SDK.
    pub(super) fn is_event_parse(&self, at: NodeRef) -> bool {
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
            Origin::Value { expr, path } => !path.is_empty() && model.named_in(*expr, "event-iterators"),
            _ => false,
        })
    }
}

fn is_frame_key(key: &str) -> bool {
    matches!(key, "bytes" | "partial_json")
}
