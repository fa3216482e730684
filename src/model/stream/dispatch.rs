//! Where code tells the events of a stream apart.

use super::snake;
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::names::index::last_name;
use crate::model::names::scope::{Origin, Step};
use crate::model::values::value::NodeRef;

/// A comparison that tells events apart.
#[derive(Debug, Clone)]
pub(super) struct Dispatch {
    pub(super) at: NodeRef,
    /// Where the text of the event is parsed.
    pub(super) parse: Option<NodeRef>,
    /// The enumeration whose variants are matched.
    pub(super) variants: Option<crate::facts::Name>,
}

impl Project {
    /// Whether a node tells events of a stream apart that was read by hand.
    pub(super) fn dispatch(&self, at: NodeRef, sends: bool) -> Option<Dispatch> {
        let model = self.file(at.file);
        let facts = &model.facts;
        let named = |n: NodeId| {
            // `Some("message_stop")`
            let inner = match facts.kind(n) {
                Kind::Call(c) if c.args.len() == 1 && matches!(facts.kind(c.callee), Kind::Name(_)) => {
                    c.args[0].value
                }
                _ => n,
            };
            constant(facts, inner).is_some_and(|c| self.is_event_name(at, &c))
        };
        let (subject, variants) = match facts.kind(at.node) {
            Kind::Binary {
                op: BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot,
                left,
                right,
            } => match (named(*left), named(*right)) {
                (false, true) => (*left, None),
                (true, false) => (*right, None),
                _ => return None,
            },
            Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } => match facts.kind(*right) {
                Kind::List(items) if items.iter().any(|&i| named(i)) => (*left, None),
                _ => return None,
            },
            Kind::Match(m) => {
                let patterns = || m.arms.iter().flat_map(|a| a.patterns.iter().copied());
                let variants = patterns().find_map(|p| self.event_variant(at.sibling(p)));
                if variants.is_none() && !patterns().any(named) {
                    return None;
                }
                (m.subject, variants)
            }
            // `chunk.startsWith("event: content_block_delta")`: the text of the stream itself.
            Kind::Call(call) => {
                if let Some(text) = sends.then(|| self.text_of_delta(at)).flatten() {
                    return Some(text);
                }
                let Kind::Member { object, .. } = facts.kind(call.callee) else { return None };
                let text = constant(facts, call.args.first()?.value)?;
                let event = text.trim_start_matches('^').strip_prefix("event:")?.trim();
                if !self.is_event_name(at, event) {
                    return None;
                }
                let parse = self.parse_of(at.sibling(*object));
                return Some(Dispatch { at, parse, variants: None });
            }
            Kind::Member { .. } | Kind::Index { .. } if sends => return self.text_of_delta(at),
            _ => return None,
        };
        let subject = at.sibling(subject);
        // What is called so in an event of the program's own is no delta of Claude's.
        if variants.is_none() && self.names_deltas_only(at) && !self.speaks_of_delta(subject) {
            return None;
        }
        let parse = self.parse_of(subject);
        // Libraries that cut the stream into events give them a name and a text.
        let by_library = variants.is_none()
            && self.ends_in_event(subject)
            && !self.texts_compared(at).iter().any(|name| self.own_events().contains(name));
        (parse.is_some() || by_library).then_some(Dispatch { at, parse, variants })
    }

    /// `event["delta"]["text"]`, `event.get("delta", {}).get("text")`, `JSON.parse(data).delta?.text`: the text
    /// of whatever event it is.
    fn text_of_delta(&self, at: NodeRef) -> Option<Dispatch> {
        let (delta, key) = self.key_of(at)?;
        let (event, outer) = self.key_of(self.held_in(delta))?;
        let fits = matches!(&*key, "text" | "thinking") && &*outer == "delta";
        if !fits || !matches!(self.kind(event), Kind::Name(_)) && !self.is_event_parse(event) {
            return None;
        }
        let parse = self.parse_of(event)?;
        Some(Dispatch { at, parse: Some(parse), variants: None })
    }

    /// What a variable holds, or the parameter of a callback is given: `delta` of
    /// `event.get("delta").and_then(|delta| delta.get("text"))`.
    fn held_in(&self, at: NodeRef) -> NodeRef {
        let model = self.file(at.file);
        let Kind::Name(name) = model.facts.kind(at.node) else { return at };
        let [def] = &model.scopes.lookup(&model.facts, name, at.node)[..] else { return at };
        match &def.origin {
            Origin::Value { expr, path } if path.iter().all(|s| *s == Step::Unwrap) => at.sibling(*expr),
            Origin::Param { function, index: 0, path } if path.is_empty() => {
                let call = model.facts.parent(*function).map(|call| model.facts.kind(call));
                let Some(Kind::Call(call)) = call else { return at };
                match model.facts.kind(call.callee) {
                    Kind::Member { object, name, .. } if model.sdk.has_word("callback-same", name) => {
                        at.sibling(*object)
                    }
                    _ => at,
                }
            }
            _ => at,
        }
    }

    /// Whether a comparison is with names of deltas, `text_delta`, and not with those of events.
    pub(super) fn names_deltas_only(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        let names = self.texts_compared(at);
        names.iter().any(|name| sdk.has_word("stream-deltas", name))
            && !names.iter().any(|name| sdk.has_word("stream-events", name))
    }

    /// The texts that a comparison is with.
    fn texts_compared(&self, at: NodeRef) -> Vec<Name> {
        let facts = self.facts(at.file);
        let compared: Vec<NodeId> = match facts.kind(at.node) {
            Kind::Binary { left, right, .. } => vec![*left, *right],
            Kind::Match(m) => m.arms.iter().flat_map(|arm| arm.patterns.to_vec()).collect(),
            _ => return Vec::new(),
        };
        let inside = compared.into_iter().flat_map(|n| facts.descendants(n));
        inside.filter_map(|n| constant(facts, n)).collect()
    }

    /// Whether an expression, or what the name in it stands for, is part of a delta.
    fn speaks_of_delta(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let says = |n: NodeId| model.text_of(n).to_ascii_lowercase().contains("delta");
        let stands_for = |n: NodeId| match model.facts.kind(n) {
            Kind::Name(name) => {
                model.scopes.lookup(&model.facts, name, n).iter().any(|def| match &def.origin {
                    Origin::Value { expr, .. } => says(*expr),
                    _ => false,
                })
            }
            _ => false,
        };
        says(at.node) || model.facts.descendants(at.node).into_iter().take(16).any(stands_for)
    }

    /// Whether a branch asks which event it is, by its name.
    pub(super) fn asks_for_event(&self, branch: NodeRef) -> bool {
        let facts = self.facts(branch.file);
        let named = |n: NodeId| {
            let texts = facts.descendants(n).into_iter().filter_map(|n| constant(facts, n));
            texts.into_iter().any(|text| self.is_event_name(branch, &text))
        };
        match facts.kind(branch.node) {
            Kind::If { condition, .. } => named(*condition),
            Kind::Match(m) => m.arms.iter().flat_map(|arm| &arm.patterns).any(|&p| named(p)),
            _ => false,
        }
    }

    fn is_event_name(&self, at: NodeRef, name: &str) -> bool {
        let sdk = self.file(at.file).sdk;
        sdk.has_word("stream-events", name) || sdk.has_word("stream-deltas", name)
    }

    /// The enumeration of a pattern that is an event: `StreamEvent::ContentBlockDelta { … }`.
    fn event_variant(&self, pattern: NodeRef) -> Option<crate::facts::Name> {
        let facts = self.facts(pattern.file);
        let head = match facts.kind(pattern.node) {
            Kind::Record(r) => r.ty?,
            Kind::Call(c) => match c.args.first() {
                // `Ok(StreamEvent::MessageStop)`
                Some(arg) if matches!(facts.kind(c.callee), Kind::Name(_)) => {
                    return self.event_variant(pattern.sibling(arg.value));
                }
                _ => c.callee,
            },
            Kind::Member { .. } => pattern.node,
            _ => return None,
        };
        let Kind::Member { object, name, .. } = facts.kind(head) else { return None };
        let known = self.is_event_name(pattern, &snake(name));
        known.then(|| last_name(facts, *object)).flatten()
    }
}
