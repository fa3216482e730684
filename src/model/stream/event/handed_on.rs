//! Whether a reader hands events, or the texts they are parsed from, on as a whole.

use super::MAX_CALLERS;
use crate::facts::{Kind, Name, NodeId};
use crate::model::names::index::last_name;
use crate::model::names::scope::{Origin, Step};
use crate::model::names::words::snake;
use crate::model::stream::Project;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whether parsed events, or the texts they are parsed from, are handed on whole.
    pub(in crate::model::stream) fn relays_events(&self, function: NodeRef, parse: NodeRef) -> bool {
        let facts = self.facts(function.file);
        if self.is_watching(function) || self.stands_beside(function, parse) {
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
        let told = self.told_apart(parse);
        facts.descendants(function.node).into_iter().any(|n| {
            let Kind::Name(name) = facts.kind(n) else { return false };
            let at = function.sibling(n);
            let is_text = || {
                let defs = self.file(function.file).scopes.lookup(facts, name, n);
                defs.iter().any(|d| texts.contains(&d.node))
            };
            if (self.is_relayed(at) || self.is_gathered_for_caller(at, function)) && is_text() {
                return true;
            }
            let told = || told.as_ref().is_some_and(|event| self.is_same_variable(at, *event));
            (self.is_event(at, parse) || told()) && self.is_given_away(at)
        })
    }

    /// Whether something is put as it is into a list that the function gives back: `out.push(line)`,
    /// `return out.join("\n")`.
    fn is_gathered_for_caller(&self, at: NodeRef, function: NodeRef) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        let Some(Kind::Call(call)) = facts.parent(at.node).map(|p| facts.kind(p)) else { return false };
        let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return false };
        let Kind::Name(list) = facts.kind(*object) else { return false };
        let is_list = |n: NodeId| match facts.kind(n) {
            Kind::Name(name) => name == list,
            // `"\n".join(out)`
            Kind::Call(c) => model.named_in(c.callee, "joins-pieces") && facts.names(n, list),
            _ => false,
        };
        let gives = |n: NodeId| match facts.kind(n) {
            Kind::Return(Some(value)) => match facts.kind(*value) {
                Kind::List(items) => items.iter().any(|&item| is_list(item)),
                Kind::Record(r) => r.entries.iter().any(|e| is_list(e.value)),
                _ => is_list(*value),
            },
            _ => false,
        };
        call.args.iter().any(|a| a.value == at.node)
            && model.sdk.has_word("gather", name)
            && facts.descendants(function.node).into_iter().any(gives)
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
            let name_of = |node: NodeId| match facts.kind(node) {
                Kind::Name(name) => Some(name),
                _ => None,
            };
            let given: Vec<&Name> = c
                .args
                .iter()
                .filter_map(|a| match facts.kind(a.value) {
                    Kind::Unary { operand, .. } => name_of(*operand),
                    _ => name_of(a.value),
                })
                .collect();
            let around = self.whole_function(call);
            !given.is_empty()
                && facts.descendants(around.node).into_iter().any(|n| match facts.kind(n) {
                    // The call of the reader itself, whatever it is called: `write(question)`.
                    Kind::Name(name) => {
                        given.contains(&name)
                            && !facts.span(call.node).contains(facts.span(n))
                            && self.is_relayed(call.sibling(n))
                    }
                    _ => false,
                })
        })
    }

    /// The variable of the event that a comparison asks for its name, where nothing is parsed in sight:
    /// `event.type === "message_stop"`.
    fn told_apart(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let asked = match facts.kind(at.node) {
            Kind::Binary { left, right, .. } => vec![*left, *right],
            Kind::Match(m) => vec![m.subject],
            _ => return None,
        };
        let first = |n: NodeId| {
            facts.descendants(n).into_iter().find(|&n| n != at.node && matches!(facts.kind(n), Kind::Name(_)))
        };
        asked
            .into_iter()
            .filter(|&n| !matches!(facts.kind(n), Kind::Name(_)))
            .find_map(first)
            .map(|n| at.sibling(n))
    }

    /// Whether two names of one function are the same variable, read.
    fn is_same_variable(&self, at: NodeRef, other: NodeRef) -> bool {
        let model = self.file(at.file);
        let defined = |at: NodeRef| -> Vec<NodeId> {
            let Kind::Name(name) = model.facts.kind(at.node) else { return Vec::new() };
            model.scopes.lookup(&model.facts, name, at.node).iter().map(|def| def.node).collect()
        };
        let own = defined(at);
        !model.binds(at.node) && !own.is_empty() && own == defined(other)
    }

    /// Whether a name stands for a parsed event as a whole.
    fn is_event(&self, at: NodeRef, parse: NodeRef) -> bool {
        let model = self.file(at.file);
        let Kind::Name(name) = model.facts.kind(at.node) else { return false };
        if model.binds(at.node) {
            return false;
        }
        let facts = &model.facts;
        let is_matched = |def: NodeId| {
            facts.ancestors(def).any(|n| match facts.kind(facts.parent(n).unwrap_or(n)) {
                Kind::Match(m) => m.arms.iter().any(|arm| arm.patterns.contains(&n)),
                _ => false,
            })
        };
        model.scopes.lookup(facts, name, at.node).iter().any(|def| match &def.origin {
            // What one arm takes out of an event is not all that comes.
            Origin::Value { path, .. }
                if path.iter().any(|step| *step != Step::Unwrap)
                    && is_matched(def.node)
                    && !self.is_whole_payload(at.sibling(def.node)) =>
            {
                false
            }
            Origin::Value { expr, .. } => {
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

    /// Whether a pattern gives a name to all that a variant of the program's own holds, which is no type of events:
    /// `Line::Known(event)`.
    fn is_whole_payload(&self, bound: NodeRef) -> bool {
        let model = self.file(bound.file);
        let facts = &model.facts;
        let Some(Kind::Call(c)) = facts.parent(bound.node).map(|up| facts.kind(up)) else { return false };
        let variant = last_name(facts, c.callee).map(|name| snake(&name)).unwrap_or_default();
        let is_type =
            ["stream-events", "stream-deltas"].iter().any(|list| model.sdk.has_word(list, &variant))
                || matches!(&*variant, "error" | "ping");
        matches!(&c.args[..], [only] if only.value == bound.node) && !is_type
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
                if self.file(at.file).sdk.has_word("json-writers", &name) {
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
