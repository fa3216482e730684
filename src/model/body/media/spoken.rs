//! What the code around bytes speaks of.

use crate::facts::{Kind, NodeId, StrPart, UnaryOp};
use crate::model::Project;
use crate::model::control::counter::{is_comparison, is_order};
use crate::model::names::index::constant;
use crate::model::names::words::has_word_of;
use crate::model::values::value::{NodeRef, Value};
use crate::source::Span;

/// Texts of more words than this are meant for people or models.
const MAX_WORDS: usize = 3;
/// Fewer of something are elements, not bytes.
const LEAST_SIZE: f64 = 10_000.0;
/// Callers of a function that are looked at.
const MAX_CALLERS: usize = 8;

/// What may be spoken of.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    /// The list of parts of code; those with a blank in them count in texts for people as well.
    pub parts: &'static str,
    /// The list of words in names.
    pub words: &'static str,
}

impl Topic {
    /// Photos of chat programs, which come as JPEG and scaled down.
    pub const CHAT_PHOTOS: Topic = Topic { parts: "jpeg-source-parts", words: "jpeg-source-words" };
}

impl Project {
    /// Whether what happens around a place, in the functions that read the bytes, or in the
    /// direct callers speaks of something. What comments say does not count, nor what is only logged.
    pub fn is_spoken_of(&self, places: &[NodeRef], topic: Topic) -> bool {
        self.functions_at_hand(places).iter().any(|&f| self.speaks_of(f, topic))
    }

    /// Whether the functions around a read of bytes, or their direct callers, compare how long what was read is with
    /// so much that it is a size: `assert len(raw) < 20_000_000`.
    pub fn compares_size(&self, read: NodeRef) -> bool {
        self.functions_at_hand(&[read]).iter().any(|&function| {
            let facts = self.facts(function.file);
            facts.descendants(function.node).into_iter().any(|n| {
                let Kind::Binary { op, left, right } = facts.kind(n) else { return false };
                let is_size = |length: NodeId, most: NodeId| {
                    self.number(function.sibling(most)).is_some_and(|most| most >= LEAST_SIZE)
                        && self
                            .length_of(function.sibling(length))
                            .is_some_and(|of| self.made_of(of).contains(&read))
                };
                is_order(*op) && (is_size(*left, *right) || is_size(*right, *left))
            })
        })
    }

    /// The functions around some places, and their direct callers.
    fn functions_at_hand(&self, places: &[NodeRef]) -> Vec<NodeRef> {
        // Where there is no function, the whole file.
        let around = |p: NodeRef| self.function_of(p).unwrap_or(p.sibling(NodeId::ROOT));
        let mut functions: Vec<NodeRef> = places.iter().map(|&p| around(p)).collect();
        let callers =
            functions.iter().flat_map(|&f| self.callers(f).iter().take(MAX_CALLERS).map(|&c| around(c)));
        let callers: Vec<NodeRef> = callers.collect();
        functions.extend(callers);
        functions.sort();
        functions.dedup();
        functions
    }

    /// Whether a function of the project that is called there speaks of something.
    pub(super) fn is_spoken_of_in(&self, callee: NodeRef, topic: Topic) -> bool {
        self.eval(callee).iter().any(|v| matches!(v, Value::Function(f) if self.speaks_of(*f, topic)))
    }

    fn speaks_of(&self, function: NodeRef, topic: Topic) -> bool {
        let file = self.file(function.file);
        let named = |name: &str| has_word_of(file.sdk, topic.words, name);
        let mut nodes = file.facts.descendants(function.node);
        let is_logged = |n: NodeId| {
            let at = function.sibling(n);
            self.is_statement(at) && self.is_log(at)
        };
        let logs: Vec<NodeId> = nodes.iter().copied().filter(|&n| is_logged(n)).collect();
        let logged: Vec<Span> = logs.into_iter().map(|n| file.facts.span(n)).collect();
        nodes.retain(|&n| !logged.iter().any(|log| log.contains(file.facts.span(n))));
        let in_name = nodes.iter().any(|&n| match file.facts.kind(n) {
            Kind::Name(name) | Kind::Member { name, .. } => named(name),
            Kind::Call(call) => call.args.iter().any(|arg| arg.name.as_deref().is_some_and(named)),
            Kind::Function(f) => f.name.as_deref().is_some_and(named),
            _ => false,
        });
        if in_name {
            return true;
        }
        let span = file.facts.span(function.node);
        let comments = file.facts.comments.iter().map(|c| c.span).filter(|c| span.contains(*c));
        let comments: Vec<Span> = comments.chain(logged).collect();
        let prose = nodes.iter().filter(|&&n| match file.facts.kind(n) {
            Kind::Str(parts) => match &parts[..] {
                [StrPart::Text(text)] => text.split_whitespace().nth(MAX_WORDS).is_some(),
                // `f"{folder}/{page}.jpg"` is no sentence.
                parts => has_blank(parts) && self.only_shows(function, parts),
            },
            _ => false,
        });
        let prose = prose.map(|&n| file.facts.span(n)).chain(comments.iter().copied());
        // That it is an image says nothing of which kind.
        let of_any_kind = nodes.iter().filter(|&&n| self.asks_for_any_image(function.sibling(n)));
        let prose = prose.chain(of_any_kind.map(|&n| file.facts.span(n)));
        // That there is something says nothing of how much.
        let of_nothing = nodes.iter().filter(|&&n| self.asks_if_empty(function.sibling(n)));
        let of_nothing: Vec<Span> = of_nothing.map(|&n| file.facts.span(n)).collect();
        let prose = prose.chain(of_nothing.iter().copied());
        let said = self.code_without(function, comments.iter().chain(&of_nothing).copied().collect());
        let code = self.code_without(function, prose.collect());
        file.sdk.words(topic.parts).iter().any(|part| match part.contains(' ') {
            true => said.contains(part.as_str()),
            false => code.contains(part.as_str()),
        })
    }

    /// `file.mimetype.startsWith("image/")`
    fn asks_for_any_image(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Call(call) = file.facts.kind(at.node) else { return false };
        let [arg] = &call.args[..] else { return false };
        file.named_in(call.callee, "begins-with")
            && constant(&file.facts, arg.value).is_some_and(|text| file.sdk.has_word("any-image", &text))
    }

    /// `file.size === 0`, `len(data) > 0`, `!file.size`
    fn asks_if_empty(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let is_zero = |n: NodeId| file.number_of(n) == Some(0.0);
        let is_size = |n: NodeId| {
            matches!(file.facts.kind(n), Kind::Name(_) | Kind::Member { .. }) || self.is_length(at.sibling(n))
        };
        match file.facts.kind(at.node) {
            Kind::Binary { op, left, right } if is_comparison(*op) => {
                // `0 < size < limit` goes on.
                let goes_on =
                    |n: NodeId| matches!(file.facts.kind(n), Kind::Binary { left, .. } if left == right);
                let beside = file.facts.parent(at.node).map(|up| file.facts.children(up)).unwrap_or_default();
                (is_zero(*left) && is_size(*right) || is_zero(*right) && is_size(*left))
                    && !beside.into_iter().any(goes_on)
            }
            Kind::Unary { op: UnaryOp::Not, operand } => self.is_length(at.sibling(*operand)),
            _ => false,
        }
    }

    /// Whether what is put into a text is at most counted: `f"page {n} of {len(images)}"`.
    fn only_shows(&self, function: NodeRef, parts: &[StrPart]) -> bool {
        let file = self.file(function.file);
        let counts = |n: NodeId| match file.facts.kind(n) {
            Kind::Call(call) => file.named_in(call.callee, "length-names"),
            _ => true,
        };
        let mut holes = parts.iter().filter_map(|part| match part {
            StrPart::Hole(hole) => Some(*hole),
            StrPart::Text(_) => None,
        });
        !parts.is_empty() && holes.all(|hole| file.facts.descendants(hole).into_iter().all(counts))
    }

    /// The code of a function in lower case without some parts of it, and without what is never meant.
    fn code_without(&self, function: NodeRef, mut parts: Vec<Span>) -> String {
        let file = self.file(function.file);
        let span = file.facts.span(function.node);
        parts.sort_by_key(|p| p.start);
        let text = |start: u32, end: u32| file.source.text.get(start as usize..end as usize).unwrap_or("");
        let mut out = String::new();
        let mut from = span.start;
        for part in parts {
            out.push_str(text(from, part.start.max(from)));
            from = from.max(part.end);
        }
        out.push_str(text(from, span.end.max(from)));
        let mut out = without_json_headers(out.to_lowercase());
        for limit in file.sdk.words("rate-limit-names") {
            out = out.replace(limit.as_str(), "");
        }
        out
    }
}

fn has_blank(parts: &[StrPart]) -> bool {
    parts.iter().any(|part| matches!(part, StrPart::Text(text) if text.contains(char::is_whitespace)))
}

/// A text without the names of headers that say how the request itself is written.
fn without_json_headers(text: String) -> String {
    const HEADER: &str = "content-type";
    const REACH: usize = 40;
    let of_json = |at: usize| {
        let after: String = text[at..].chars().take(REACH).collect();
        after.contains("application/json")
    };
    let headers: Vec<usize> =
        text.match_indices(HEADER).map(|(at, _)| at).filter(|&at| of_json(at)).collect();
    let mut text = text;
    for at in headers.into_iter().rev() {
        text.replace_range(at..at + HEADER.len(), "");
    }
    text
}
