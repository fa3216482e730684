//! Pieces of a streamed body as the network delivers them: they end anywhere, in the middle of
//! a line or of a character.

mod fed;

use super::super::eval::Argument;
use super::super::index::{constant, last_name, path_name, takes_receiver};
use super::super::scope::{Origin, Step};
use super::super::tool_words::snake;
use super::super::value::{NodeRef, Value};
use super::Project;
use crate::facts::{BinaryOp, Kind, NodeId};

/// What is done with a piece that may end anywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ChunkUse {
    /// Cut into lines or events; what is left over is not kept for the next piece.
    Split,
    /// Parsed as JSON.
    Parsed,
    /// Made into text, which fails in the middle of a character.
    Decoded,
    /// Made into text, which loses a character cut in two.
    DecodedLossy,
}

/// A use of a piece that goes wrong at its ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ChunkFault {
    /// The worst first.
    pub kind: ChunkUse,
    /// Where.
    pub at: NodeRef,
    /// What gives the pieces.
    pub source: NodeRef,
}

/// A piece, or text made of it.
#[derive(Clone, Copy, Debug)]
struct Piece {
    source: NodeRef,
    text: bool,
}

const MAX_DEPTH: u32 = 12;

/// Variables and parameters through which a body is followed.
const MAX_BODY_HOPS: u32 = 3;

impl Project {
    /// Uses of pieces in a function and what is inside it, the worst first.
    pub fn chunk_faults(&self, function: NodeRef) -> Vec<ChunkFault> {
        let model = self.file(function.file);
        let facts = &model.facts;
        let mut out = Vec::new();
        for node in facts.descendants(function.node) {
            let at = function.sibling(node);
            let Kind::Call(call) = facts.kind(node) else { continue };
            let Some(name) = last_name(facts, call.callee) else { continue };
            let object = match facts.kind(call.callee) {
                Kind::Member { object, .. } => Some(at.sibling(*object)),
                _ => None,
            };
            let argument = call.args.first().map(|a| at.sibling(a.value));
            if model.sdk.has_word("decode-names", &name) {
                let decoded = self.decodes_piece(at);
                out.extend(decoded.map(|(source, kind)| ChunkFault { kind, at, source }));
            } else if model.sdk.has_word("split-text", &name) {
                let lines = argument.is_none_or(|a| match constant(facts, a.node) {
                    Some(text) => text.contains(['\n', '\r']) || text.contains("\\n"),
                    None => false,
                });
                if let Some(piece) = object.filter(|_| lines).and_then(|o| self.piece(o, 0))
                    && !self.keeps_the_rest(function, at)
                {
                    out.push(ChunkFault { kind: ChunkUse::Split, at, source: piece.source });
                }
            } else if model.sdk.ends_word("parse", &name)
                && let Some(piece) = argument.and_then(|a| self.piece(a, 0))
                && !self.keeps_the_rest(function, at)
            {
                out.push(ChunkFault { kind: ChunkUse::Parsed, at, source: piece.source });
            }
        }
        out.retain(|fault| !self.is_guess(function, fault));
        out.sort();
        out
    }

    /// Whether what is left of a piece goes before the next one.
    fn keeps_the_rest(&self, function: NodeRef, split: NodeRef) -> bool {
        let model = self.file(function.file);
        let facts = &model.facts;
        let results: Vec<_> =
            model.scopes.bound_to(split.node).filter_map(|d| path_name(facts, d.node)).collect();
        let carries = |name: &str| {
            let name = name.to_lowercase();
            model.sdk.words("carry-parts").iter().any(|p| name.contains(p.as_str()))
        };
        facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Assign(a) => {
                last_name(facts, a.target).is_some_and(|n| carries(&n))
                    || matches!(facts.kind(a.target), Kind::Index { object, .. }
                        if path_name(facts, *object).is_some_and(|n| results.contains(&n)))
            }
            Kind::Call(c) => match facts.kind(c.callee) {
                Kind::Member { object, name, .. } => {
                    matches!(&**name, "pop" | "unshift" | "insert" | "pop_back")
                        && path_name(facts, *object).is_some_and(|n| results.contains(&n))
                        || model.sdk.has_word("gather-text", name)
                            && last_name(facts, *object).is_some_and(|n| carries(&n))
                }
                _ => false,
            },
            _ => false,
        })
    }

    /// The piece that a call makes into text without regard to characters cut in two.
    fn decodes_piece(&self, at: NodeRef) -> Option<(NodeRef, ChunkUse)> {
        let model = self.file(at.file);
        let facts = &model.facts;
        let Kind::Call(call) = facts.kind(at.node) else { return None };
        let Kind::Member { object, name, .. } = facts.kind(call.callee) else {
            return None;
        };
        if let Some(piece) = self.piece(at.sibling(*object), 0).filter(|p| !p.text) {
            let careful =
                model.source.text.contains("setEncoding") || &**name == "decode" && call.args.len() > 1;
            let kind = if &**name == "decode" { ChunkUse::Decoded } else { ChunkUse::DecodedLossy };
            return (!careful).then_some((piece.source, kind));
        }
        let argument = call.args.first()?;
        let piece = self.piece(at.sibling(argument.value), 0).filter(|p| !p.text)?;
        let kind = match &**name {
            "from_utf8" => ChunkUse::Decoded,
            "from_utf8_lossy" => ChunkUse::DecodedLossy,
            // `decoder.decode(value)`, unlike one with `{ stream: true }` or an incremental one.
            "decode" if call.args.len() == 1 && self.is_text_decoder(at.sibling(*object)) => {
                ChunkUse::DecodedLossy
            }
            _ => return None,
        };
        Some((piece.source, kind))
    }

    fn is_text_decoder(&self, at: NodeRef) -> bool {
        let made = |n: NodeRef| match self.kind(n) {
            Kind::Call(c) => last_name(self.facts(n.file), c.callee).is_some_and(|n| &*n == "TextDecoder"),
            _ => false,
        };
        if made(at) {
            return true;
        }
        let model = self.file(at.file);
        let Some(name) = last_name(&model.facts, at.node) else { return false };
        model.scopes.lookup(&model.facts, &name, at.node).iter().any(|d| match &d.origin {
            Origin::Value { expr, .. } => made(at.sibling(*expr)),
            _ => false,
        })
    }

    /// The piece that an expression is, or is text of; nothing once other text is put before it.
    fn piece(&self, at: NodeRef, depth: u32) -> Option<Piece> {
        if depth > MAX_DEPTH {
            return None;
        }
        let model = self.file(at.file);
        let facts = &model.facts;
        let next = |n: NodeId| self.piece(at.sibling(n), depth + 1);
        match facts.kind(at.node) {
            Kind::Name(name) => self.piece_named(at, name, depth),
            Kind::Await(x) | Kind::Propagate(x) => next(*x),
            Kind::Unary { operand, .. } => next(*operand),
            Kind::Cast { value, .. } => next(*value),
            Kind::Match(m) => next(m.subject),
            Kind::Index { object, .. } => next(*object),
            Kind::Member { object, name, .. } if &**name == "value" => {
                let Kind::Name(result) = facts.kind(*object) else { return None };
                let defs = model.scopes.lookup(facts, result, *object);
                defs.iter().find_map(|d| match &d.origin {
                    Origin::Value { expr, path } if path.is_empty() => {
                        self.next_of(at.sibling(*expr), depth + 1)
                    }
                    _ => None,
                })
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => next(*left),
            Kind::Str(parts) => {
                let mut holes = parts.iter().filter_map(|p| match p {
                    crate::facts::StrPart::Hole(hole) => Some(*hole),
                    crate::facts::StrPart::Text(_) => None,
                });
                let hole = holes.next()?;
                if holes.next().is_some() { None } else { next(hole) }
            }
            Kind::Call(call) => {
                let name = last_name(facts, call.callee)?;
                let text = |p: Piece| Piece { text: true, ..p };
                let object = match facts.kind(call.callee) {
                    Kind::Member { object, .. } => Some(*object),
                    _ => None,
                };
                if model.sdk.has_word("decode-names", &name) {
                    let given =
                        object.and_then(next).or_else(|| call.args.first().and_then(|a| next(a.value)));
                    return given.map(text);
                }
                // A helper of the project that makes text of it.
                let makes_text =
                    snake(&name).split('_').any(|w| matches!(w, "string" | "text" | "utf8" | "decode"));
                if makes_text
                    && self.eval(at.sibling(call.callee)).iter().any(|v| matches!(v, Value::Function(_)))
                {
                    return call.args.first().and_then(|a| next(a.value)).map(text);
                }
                if !model.sdk.has_word("same-text", &name) {
                    return None;
                }
                object.and_then(next).or_else(|| call.args.first().and_then(|a| next(a.value)))
            }
            _ => None,
        }
    }

    fn piece_named(&self, at: NodeRef, name: &crate::facts::Name, depth: u32) -> Option<Piece> {
        let model = self.file(at.file);
        let facts = &model.facts;
        if self.index.gathers.contains_key(&(at.file, name.clone())) {
            return None;
        }
        let mut found = None;
        for def in model.scopes.lookup(facts, name, at.node) {
            match &def.origin {
                Origin::Value { expr, path } if *expr != at.node => {
                    let expr = at.sibling(*expr);
                    let piece = match path.is_empty() {
                        true => self.next_of(expr, depth + 1).or_else(|| self.piece(expr, depth + 1)),
                        false => self
                            .next_of(expr, depth + 1)
                            .or_else(|| self.each_of(expr, depth + 1))
                            .or_else(|| self.piece(expr, depth + 1)),
                    };
                    match piece {
                        Some(piece) => found = Some(piece),
                        // `let text = ""` before the loop
                        None if constant(facts, expr.node).is_some_and(|c| c.is_empty()) => {}
                        None => return None,
                    }
                }
                Origin::Param { function, index: 0, .. } => {
                    found = self.data_of_event(at.sibling(*function)).or(found)
                }
                Origin::Opaque => {}
                _ => return None,
            }
        }
        found
    }

    /// `stream.on("data", (chunk) => …)`
    fn data_of_event(&self, function: NodeRef) -> Option<Piece> {
        let facts = self.facts(function.file);
        let call = facts.parent(function.node)?;
        let Kind::Call(c) = facts.kind(call) else { return None };
        let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return None };
        let first = c.args.first()?;
        let listens = &**name == "on" && constant(facts, first.value).is_some_and(|t| &*t == "data");
        // Of a body; a process and a socket have events of that name too.
        let mut of = *object;
        while let Kind::Cast { value: x, .. } | Kind::Unary { operand: x, .. } = facts.kind(of) {
            of = *x;
        }
        let body = last_name(facts, of)
            .is_some_and(|n| matches!(&*n, "data" | "body" | "response" | "res" | "resp"));
        let source = function.sibling(*object);
        (listens && body && c.args.get(1).is_some_and(|a| a.value == function.node))
            .then_some(Piece { source, text: false })
    }

    /// The next piece: `reader.read()`, `stream.next()`, `response.chunk()`.
    fn next_of(&self, at: NodeRef, depth: u32) -> Option<Piece> {
        let model = self.file(at.file);
        let facts = &model.facts;
        match facts.kind(at.node) {
            Kind::Await(x) | Kind::Propagate(x) => self.next_of(at.sibling(*x), depth + 1),
            Kind::Call(call) if depth < MAX_DEPTH => {
                let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return None };
                if model.sdk.has_word("next-piece", name) {
                    return self.source(at.sibling(*object), depth + 1);
                }
                if &**name == "chunk" && call.args.is_empty() {
                    return Some(Piece { source: at, text: false });
                }
                model
                    .sdk
                    .has_word("same-text", name)
                    .then(|| self.next_of(at.sibling(*object), depth + 1))
                    .flatten()
            }
            _ => None,
        }
    }

    /// A piece of what is iterated over.
    fn each_of(&self, at: NodeRef, depth: u32) -> Option<Piece> {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Member { .. } | Kind::Name(_) if self.is_iterated(at) && self.is_body(at, 0) => {
                Some(Piece { source: at, text: false })
            }
            Kind::Member { .. } => None,
            Kind::Cast { value, .. } => self.each_of(at.sibling(*value), depth + 1),
            _ => self.source(at, depth),
        }
    }

    /// Whether a loop waits for one piece of an expression after another.
    fn is_iterated(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Cast { .. } => from = node,
                Kind::Loop(l) => return l.is_async && l.iterable == Some(from),
                _ => return false,
            }
        }
        false
    }

    /// Whether an expression is the body of a response: `response.body`, `{ data: stream }`, or a
    /// parameter that is given one.
    fn is_body(&self, at: NodeRef, depth: u32) -> bool {
        let file = self.file(at.file);
        let is = |key: &str| matches!(key, "body" | "data");
        match file.facts.kind(at.node) {
            Kind::Member { name, .. } => is(name),
            Kind::Cast { value: x, .. } | Kind::Await(x) | Kind::Unary { operand: x, .. } => {
                self.is_body(at.sibling(*x), depth)
            }
            Kind::Name(name) if depth < MAX_BODY_HOPS => {
                file.scopes.lookup(&file.facts, name, at.node).iter().any(|d| match &d.origin {
                    Origin::Value { expr, path } => match &path[..] {
                        [] => *expr != at.node && self.is_body(at.sibling(*expr), depth + 1),
                        [Step::Key(key)] => is(key),
                        _ => false,
                    },
                    Origin::Param { function, index, path } if path.is_empty() => {
                        let function = at.sibling(*function);
                        let receiver = takes_receiver(self.files(), function);
                        self.callers(function).iter().take(4).any(|&call| {
                            match self.argument_of(call, function, *index as usize, receiver) {
                                Argument::Given(arg) => self.is_body(arg, depth + 1),
                                _ => false,
                            }
                        })
                    }
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// Whether an expression gives pieces one after another.
    fn source(&self, at: NodeRef, depth: u32) -> Option<Piece> {
        if depth > MAX_DEPTH {
            return None;
        }
        let model = self.file(at.file);
        let facts = &model.facts;
        match facts.kind(at.node) {
            Kind::Await(x) | Kind::Propagate(x) => self.source(at.sibling(*x), depth + 1),
            Kind::Cast { value, .. } => self.source(at.sibling(*value), depth + 1),
            Kind::Unary { operand, .. } => self.source(at.sibling(*operand), depth + 1),
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => {
                self.source(at.sibling(*left), depth + 1)
            }
            Kind::Name(name) => {
                model.scopes.lookup(facts, name, at.node).iter().find_map(|d| match &d.origin {
                    Origin::Value { expr, path } if path.is_empty() && *expr != at.node => {
                        self.source(at.sibling(*expr), depth + 1)
                    }
                    _ => None,
                })
            }
            Kind::Call(call) => {
                let name = last_name(facts, call.callee)?;
                if model.sdk.has_word("line-sources", &name) {
                    return None;
                }
                let object = match facts.kind(call.callee) {
                    Kind::Member { object, .. } => Some(at.sibling(*object)),
                    _ => None,
                };
                let piped = object.is_some_and(|o| self.is_piped(o));
                match &*name {
                    "getReader" if piped => self.decoded_on_the_way(object?),
                    n if model.sdk.has_word("chunk-sources", n) => {
                        let text = self.option_of(at, "decode_unicode").is_known();
                        Some(Piece { source: at, text })
                    }
                    n if model.sdk.has_word("chunk-sources-text", n) => {
                        Some(Piece { source: at, text: true })
                    }
                    n if model.sdk.has_word("same-text", n) || n == "new" => {
                        object.and_then(|o| self.source(o, depth + 1)).or_else(|| {
                            call.args.first().and_then(|a| self.source(at.sibling(a.value), depth + 1))
                        })
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn is_piped(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Call(c) if last_name(self.facts(at.file), c.callee).is_some_and(|n| &*n == "pipeThrough"))
    }

    /// A body piped through a decoder of text, and through nothing else.
    fn decoded_on_the_way(&self, at: NodeRef) -> Option<Piece> {
        let facts = self.facts(at.file);
        let Kind::Call(call) = facts.kind(at.node) else { return None };
        let through = last_name(facts, call.args.first()?.value)?;
        let Kind::Member { object, .. } = facts.kind(call.callee) else { return None };
        (&*through == "TextDecoderStream" && !self.is_piped(at.sibling(*object)))
            .then_some(Piece { source: at, text: true })
    }

    /// Whether a source of pieces belongs to a request to Claude.
    pub fn is_claude_body(&self, source: NodeRef) -> bool {
        let facts = self.facts(source.file);
        facts.descendants(source.node).into_iter().any(|n| {
            matches!(facts.kind(n), Kind::Name(_) | Kind::Member { .. })
                && self.eval(source.sibling(n)).iter().any(|v| matches!(v, Value::Response(_)))
        })
    }
}
