//! Which expressions are a piece of a body, or text made of one.

use super::{MAX_DEPTH, Piece};
use crate::facts::{BinaryOp, CallStyle, Kind, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::names::words::{has_word_of, snake};
use crate::model::stream::Project;
use crate::model::values::eval::Argument;
use crate::model::values::value::{NodeRef, Value};

/// Callers of one function that are looked at.
const MAX_CALLERS: usize = 4;

/// How much of the depth a step to the callers of a function takes: three fit.
pub(super) const HOP: u32 = 7;

impl Project {
    /// Whether an expression is a piece of a body as it came, or text of one.
    pub(in crate::model::stream) fn is_piece_of_body(&self, at: NodeRef) -> bool {
        self.piece(at, 0).is_some()
    }

    /// The piece that an expression is, or is text of; nothing once other text is put before it.
    pub(super) fn piece(&self, at: NodeRef, depth: u32) -> Option<Piece> {
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
            Kind::Block { body, tail: true } => body.last().and_then(|&n| next(n)),
            // `select! { next = stream.next() => next, … }`
            Kind::Call(call) if call.style == CallStyle::Macro => {
                call.args.iter().find_map(|a| match facts.kind(a.value) {
                    Kind::If { then, .. } => next(*then),
                    _ => None,
                })
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
                if model.sdk.has_word("payload-callbacks", &name)
                    && object.is_some_and(|o| next(o).is_some())
                    && let Some(kept) = self.kept_by_callback(at, depth)
                {
                    return Some(kept);
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
                Origin::Param { function, index, .. } => {
                    let function = at.sibling(*function);
                    let event = || self.data_of_event(function).filter(|_| *index == 0);
                    let mapped = || self.mapped_over(function, depth + 1).filter(|_| *index == 0);
                    let given = || self.given_piece(function, *index as usize, depth + HOP);
                    let piped = || self.piped_through(function).filter(|_| *index == 0);
                    match event().or_else(mapped).or_else(piped).or_else(given) {
                        Some(piece) => found = Some(piece),
                        None if *index == 0 => {}
                        None => return None,
                    }
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
        let sdk = self.file(function.file).sdk;
        let body = last_name(facts, of).is_some_and(|n| has_word_of(sdk, "streamed-answers", &n))
            || self.may_be_of_answer(function.sibling(of));
        let source = function.sibling(*object);
        (listens && body && c.args.get(1).is_some_and(|a| a.value == function.node))
            .then_some(Piece { source, text: false })
    }

    /// `stream.map(|chunk| …)`: a closure that is run for each piece.
    fn mapped_over(&self, function: NodeRef, depth: u32) -> Option<Piece> {
        let model = self.file(function.file);
        let call = model.facts.parent(function.node)?;
        let Kind::Call(c) = model.facts.kind(call) else { return None };
        let Kind::Member { object, name, .. } = model.facts.kind(c.callee) else { return None };
        let first = c.args.first().is_some_and(|a| a.value == function.node);
        let object = function.sibling(*object);
        let each = || self.source(object, depth).filter(|_| model.sdk.has_word("piece-callbacks", name));
        // `item.map(|bytes| …)`: the piece in what came.
        let inner =
            || self.piece(object, depth + 1).filter(|_| model.sdk.has_word("payload-callbacks", name));
        first.then(|| each().or_else(inner))?
    }

    /// The piece that a closure gives back for each it is given, as it is or as text: `.map(|b| b.map_err(…))`.
    pub(super) fn kept_by_callback(&self, call: NodeRef, depth: u32) -> Option<Piece> {
        let Kind::Call(c) = self.kind(call) else { return None };
        let [callback] = &c.args[..] else { return None };
        let Kind::Function(f) = self.kind(call.sibling(callback.value)) else { return None };
        if depth > MAX_DEPTH || !f.body.is_some() {
            return None;
        }
        match self.return_values(call.sibling(callback.value))[..] {
            [given] => self.piece(given, depth + 2),
            _ => None,
        }
    }

    /// A piece that callers give to a function as it is.
    fn given_piece(&self, function: NodeRef, index: usize, depth: u32) -> Option<Piece> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.callers(function).iter().filter(|&&c| !self.is_test(c)).take(MAX_CALLERS).find_map(|&call| {
            match self.argument_of(call, function, index) {
                Argument::Given(argument) => self.piece(argument, depth),
                _ => None,
            }
        })
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
                    // `StreamExt::next(&mut stream)`
                    let argument = call.args.first().map(|a| at.sibling(a.value));
                    let given = || argument.and_then(|a| self.source(a, depth + 1));
                    return self.source(at.sibling(*object), depth + 1).or_else(given);
                }
                if model.sdk.has_word("own-next-piece", name) && call.args.is_empty() {
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
}
