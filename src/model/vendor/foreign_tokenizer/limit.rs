//! What a number of tokens is held against.

use super::MAX_PLACES;
use crate::facts::Kind;
use crate::model::Project;
use crate::model::control::counter::is_order;
use crate::model::names::index::last_name;
use crate::model::names::words::has_word_of;
use crate::model::values::flow::Sink;
use crate::model::values::value::NodeRef;

/// Limits below this are none of a context window or a budget.
const FEWEST: f64 = 1000.0;

/// No context window is smaller; lower limits are a program's own.
const LEAST_WINDOW: f64 = 150_000.0;

impl Project {
    /// What a number of tokens is held against.
    pub(super) fn limits_of(&self, count: NodeRef) -> Vec<NodeRef> {
        let tested = self.sinks(count).into_iter().filter(|e| e.sink == Sink::Tested);
        let tested: Vec<NodeRef> = tested.map(|e| e.at).collect();
        // Two counts that are held against each other find a place, they limit nothing.
        let counted = |side: &NodeRef| tested.iter().any(|&at| self.contains(*side, at));
        tested.iter().flat_map(|&at| self.limits_at(at)).filter(|side| !counted(side)).collect()
    }

    /// The sides of the comparisons around a place; none where one of them is a few tokens: a step of
    /// progress, or the least of something.
    fn limits_at(&self, place: NodeRef) -> Vec<NodeRef> {
        let facts = self.facts(place.file);
        let few = |at: NodeRef| self.number(at).is_some_and(|n| n < FEWEST) || self.is_minimum(at);
        let sides = facts.ancestors(place.node).take(3).find_map(|n| match facts.kind(n) {
            Kind::Binary { op, left, right } if is_order(*op) => {
                let sides = [place.sibling(*left), place.sibling(*right)];
                (!sides.iter().any(|&side| few(side))).then_some(sides)
            }
            _ => None,
        });
        // The side of the count itself is no limit.
        let counts = |side: &NodeRef| facts.span(side.node).contains(facts.span(place.node));
        sides.into_iter().flatten().filter(|side| !counts(side)).collect()
    }

    /// Whether a limit is one that the API sets: as high as a context window, or called so.
    pub(super) fn is_window(&self, limit: NodeRef) -> bool {
        let file = self.file(limit.file);
        let named = last_name(&file.facts, limit.node).is_some_and(|name| {
            has_word_of(file.sdk, "window-words", &name) && has_word_of(file.sdk, "limit-words", &name)
        });
        named || self.number(limit).is_some_and(|n| n >= LEAST_WINDOW)
    }

    /// Whether the counts of a tokenizer decide on what is sent: they are held against a limit, or cut it.
    pub(super) fn decides(&self, tokenizer: NodeRef) -> bool {
        let sdk = self.file(tokenizer.file).sdk;
        let counts = |at: NodeRef| match self.kind(at) {
            Kind::Call(call) => last_name(self.facts(at.file), call.callee)
                .is_some_and(|name| sdk.has_word("token-counts", &name)),
            _ => false,
        };
        let mut places = vec![tokenizer];
        for function in self.readers_of(tokenizer) {
            let all = self.facts(function.file).descendants(function.node).into_iter();
            places.extend(all.map(|n| function.sibling(n)).filter(|&n| counts(n)));
        }
        places.truncate(MAX_PLACES);
        places.into_iter().any(|place| {
            let facts = self.facts(place.file);
            let own = match facts.kind(place.node) {
                Kind::Call(call) => {
                    last_name(facts, call.callee).is_some_and(|name| sdk.has_word("token-limits", &name))
                }
                _ => false,
            };
            own || self.is_cut(place) || !self.limits_of(self.number_of_tokens(place)).is_empty()
        })
    }

    /// Whether only some of the tokens go on: `tokens[:limit]`, `tokens.slice(0, limit)`.
    fn is_cut(&self, tokens: NodeRef) -> bool {
        let model = self.file(tokens.file);
        let facts = &model.facts;
        let names = model.scopes.bound_to(tokens.node).flat_map(|d| model.names(&d.name)).copied();
        names.chain([tokens.node]).any(|n| {
            facts.parent(n).is_some_and(|p| match facts.kind(p) {
                Kind::Index { object, index } => {
                    *object == n && matches!(facts.kind(*index), Kind::Slice { .. })
                }
                Kind::Member { object, name, .. } => *object == n && model.sdk.has_word("shortens", name),
                _ => false,
            })
        })
    }

    /// `len(tokens)`, `tokens.length`, `tokens.len()`; else the tokens themselves.
    fn number_of_tokens(&self, tokens: NodeRef) -> NodeRef {
        let facts = self.facts(tokens.file);
        for up in facts.ancestors(tokens.node).skip(1).take(4) {
            let at = tokens.sibling(up);
            match facts.kind(up) {
                Kind::Call(_) | Kind::Member { .. } if self.is_length(at) => return at,
                Kind::Propagate(_) | Kind::Await(_) | Kind::Cast { .. } | Kind::Member { .. } => {}
                _ => break,
            }
        }
        tokens
    }

    /// The functions that may use a tokenizer: the one around it, those that read the name it is bound to,
    /// the methods of its object.
    fn readers_of(&self, tokenizer: NodeRef) -> Vec<NodeRef> {
        let model = self.file(tokenizer.file);
        let mut out: Vec<NodeRef> = self.function_of(tokenizer).into_iter().collect();
        let names = model.scopes.bound_to(tokenizer.node).flat_map(|d| model.names(&d.name));
        out.extend(names.filter_map(|&n| self.function_of(tokenizer.sibling(n))));
        if let Some(class) = self.class_of(tokenizer) {
            let functions = model.facts.ids().filter(|&n| matches!(model.facts.kind(n), Kind::Function(_)));
            let own = functions.map(|n| tokenizer.sibling(n)).filter(|&f| self.class_of(f) == Some(class));
            out.extend(own.take(MAX_PLACES));
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Whether a limit is the least of something, by its name.
    fn is_minimum(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        last_name(&file.facts, at.node).is_some_and(|name| has_word_of(file.sdk, "minimum-words", &name))
    }
}
