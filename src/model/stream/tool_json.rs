//! Arguments of tool calls that arrive in pieces of JSON.

mod gathering;

use super::Project;
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::{Origin, Step};
use crate::model::response::model_json::Guard;
use crate::model::values::flow::Sink;
use crate::model::values::value::NodeRef;

/// What is wrong with the parsing of such pieces.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PartialFault {
    /// Each piece is parsed by itself.
    Piece,
    /// What has come so far is parsed after each piece.
    TooEarly,
    /// The whole is parsed, and nothing handles a failure.
    Unguarded,
}

/// A place that parses pieces of the JSON of a tool call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PartialJson {
    /// The call that parses.
    pub at: NodeRef,
    /// What is wrong.
    pub fault: PartialFault,
    /// Where the piece is taken from its event.
    pub piece: NodeRef,
    /// Whether the pieces were followed through a field, by its name.
    pub by_field: bool,
    /// Whether the failure is handed up, so that the reading of the stream ends.
    pub given_up: bool,
}

/// The field of an event that holds a piece.
const PIECE: &str = "partial_json";

/// The event of an emitter that gives pieces.
const LISTENED: &str = "inputJson";

/// Steps from a text to the list or map that it was taken from.
const MAX_STEPS: u32 = 8;

impl Project {
    /// Places that parse the JSON of tool calls too early or without a guard, one each.
    pub fn partial_json_parses(&self) -> Vec<PartialJson> {
        let mut out: Vec<PartialJson> = Vec::new();
        for (file, model) in self.file_ids() {
            let speaks = model.source.text.contains(PIECE) || model.source.text.contains(LISTENED);
            if model.source.role.is_test || !speaks {
                continue;
            }
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                if !self.is_piece_of_json(at) || self.is_test(at) {
                    continue;
                }
                for end in self.sinks(at).into_iter().filter(|e| e.sink == Sink::Parsed) {
                    out.extend(self.partial_fault(at, end.at, false));
                }
                // A pattern gives the piece a name: what reads that gathers it.
                let places = match model.binds(node) {
                    true => self.readers(at),
                    false => std::iter::once(at).chain(self.readers_of_piece(at)).collect(),
                };
                for place in places {
                    if let Some(held) = self.gathering_container(place) {
                        let parses = self.parses_from(place, &held);
                        out.extend(parses.into_iter().filter_map(|p| self.partial_fault(place, p, true)));
                    }
                    if let Some(field) = self.gathering_field(place) {
                        let parses = self.parses_of_field(place, &field);
                        out.extend(parses.into_iter().filter_map(|p| self.partial_fault(place, p, true)));
                    }
                }
            }
        }
        out.sort();
        out.dedup_by_key(|p| p.at);
        out
    }

    fn is_piece_of_json(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        match facts.kind(at.node) {
            Kind::Member { name, .. } => &**name == PIECE,
            Kind::Index { index, .. } => constant(facts, *index).is_some_and(|k| &*k == PIECE),
            // `get("partial_json")`, `getattr(delta, "partial_json", "")`, `pointer("/delta/partial_json")`
            Kind::Call(call) => {
                let named = last_name(facts, call.callee);
                let first = call.args.first().and_then(|a| constant(facts, a.value));
                if first.is_some_and(|k| k.strip_suffix(PIECE).is_some_and(|path| path.ends_with('/'))) {
                    return true;
                }
                named.is_some_and(|n| model.sdk.has_word("reads-by-name", &n))
                    && call
                        .args
                        .iter()
                        .take(2)
                        .any(|a| constant(facts, a.value).is_some_and(|k| &*k == PIECE))
            }
            Kind::Name(name) if &**name == PIECE => model.binds(at.node) && !self.is_of_all_pieces(at),
            // `stream.on("inputJson", (piece) => …)`
            Kind::Name(_) if model.binds(at.node) => self.is_listened_piece(at),
            _ => false,
        }
    }

    /// Whether the pattern around a name takes apart what was made of all pieces: `match` of what
    /// `fold` gave.
    fn is_of_all_pieces(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        let subject = facts.ancestors(at.node).skip(1).take(16).find_map(|n| match facts.kind(n) {
            Kind::Match(m) => Some(m.subject),
            Kind::Let { value, .. } => Some(*value),
            _ => None,
        });
        let folds = |n: NodeId| match facts.kind(n) {
            Kind::Call(c) => model.named_in(c.callee, "folds"),
            _ => false,
        };
        let made = |n: NodeId| match facts.kind(n) {
            Kind::Name(name) => model.scopes.lookup(facts, name, n).iter().any(|def| match &def.origin {
                Origin::Value { expr, .. } => facts.descendants(*expr).into_iter().take(32).any(folds),
                _ => false,
            }),
            _ => folds(n),
        };
        // What is taken out of a list or map of the program's own was gathered there.
        let taken = |s: NodeId| {
            let text = model.text_of(s);
            let of_event = [PIECE, "delta", "event"].iter().any(|part| text.to_lowercase().contains(part));
            !of_event
                && facts.descendants(s).into_iter().take(32).any(|n| match facts.kind(n) {
                    Kind::Call(c) => match facts.kind(c.callee) {
                        Kind::Member { name, .. } => model.sdk.has_word("takes-by-key", name),
                        _ => false,
                    },
                    _ => false,
                })
        };
        subject.is_some_and(|s| taken(s) || facts.descendants(s).into_iter().take(32).any(made))
    }

    /// Where a name is read that was given to a piece, with what unwraps it on the way:
    /// `let piece = data.pointer(…)?`.
    fn readers_of_piece(&self, piece: NodeRef) -> Vec<NodeRef> {
        let model = self.file(piece.file);
        let facts = &model.facts;
        let mut from = piece.node;
        for node in facts.ancestors(piece.node).skip(1).take(MAX_STEPS as usize) {
            let named = model.scopes.bound_to(from).map(|d| piece.sibling(d.node));
            let readers: Vec<NodeRef> = named.flat_map(|name| self.readers(name)).collect();
            if !readers.is_empty() {
                return readers;
            }
            match facts.kind(node) {
                Kind::Propagate(_) | Kind::Cast { .. } | Kind::Unary { .. } => from = node,
                Kind::Member { object, .. } if *object == from => from = node,
                Kind::Call(call) if call.callee == from => from = node,
                _ => return Vec::new(),
            }
        }
        Vec::new()
    }

    /// The field that an expression reads, or that a pattern took out under a name.
    fn field_read(&self, at: NodeRef) -> Option<Name> {
        let model = self.file(at.file);
        let Kind::Name(name) = model.facts.kind(at.node) else { return self.key_of(at).map(|k| k.1) };
        let [def] = model.scopes.lookup(&model.facts, name, at.node)[..] else { return None };
        match &def.origin {
            Origin::Value { path, .. } => match path.last() {
                Some(Step::Key(key)) => Some(key.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a failure ends the reading of the whole stream: handed up by every function that
    /// is seen to call this one.
    fn ends_the_stream(&self, parse: NodeRef) -> bool {
        let handed_up = |at: NodeRef| {
            let facts = self.facts(at.file);
            let mut around = facts.ancestors(at.node).skip(1).map(|n| facts.kind(n));
            around.find(|k| !matches!(k, Kind::Await(_))).is_some_and(|k| matches!(k, Kind::Propagate(_)))
        };
        let function = self.function_of(parse);
        handed_up(parse) && function.is_some_and(|f| self.callers(f).iter().all(|&c| handed_up(c)))
    }

    fn is_listened_piece(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Some(function) = facts.parent(at.node) else { return false };
        let Kind::Function(f) = facts.kind(function) else { return false };
        let Some(Kind::Call(call)) = facts.parent(function).map(|c| facts.kind(c)) else { return false };
        f.params.first().is_some_and(|p| p.pattern == at.node)
            && last_name(facts, call.callee).is_some_and(|n| &*n == "on")
            && call.args.first().is_some_and(|a| constant(facts, a.value).is_some_and(|e| &*e == LISTENED))
    }

    fn partial_fault(&self, piece: NodeRef, parse: NodeRef, by_field: bool) -> Option<PartialJson> {
        let given_up = self.ends_the_stream(parse);
        let guard = match self.parse_guard(parse)? {
            Guard::Unknown if given_up => Guard::Absent,
            guard => guard,
        };
        let alone = !by_field && self.parses_piece(piece, parse);
        let fault = if alone && !self.gathers_in_place(piece) {
            PartialFault::Piece
        } else if guard != Guard::Absent {
            // Trying after each piece is how partial JSON is shown early.
            return None;
        } else if !alone && self.is_same_branch(piece, parse) {
            PartialFault::TooEarly
        } else {
            PartialFault::Unguarded
        };
        Some(PartialJson { at: parse, fault, piece, by_field, given_up })
    }

    /// Whether exactly the piece is parsed, with nothing put before it.
    fn parses_piece(&self, piece: NodeRef, parse: NodeRef) -> bool {
        let Kind::Call(call) = self.kind(parse) else { return false };
        let Some(argument) = call.args.first() else { return false };
        let mut at = parse.sibling(argument.value);
        for _ in 0..6 {
            if at == piece {
                return true;
            }
            let model = self.file(at.file);
            match model.facts.kind(at.node) {
                Kind::Unary { operand, .. } => at = at.sibling(*operand),
                Kind::Cast { value, .. } => at = at.sibling(*value),
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => at = at.sibling(*left),
                Kind::Name(name) => {
                    if self.index.gathers.contains_key(&(at.file, name.clone())) {
                        return false;
                    }
                    let defs = model.scopes.lookup(&model.facts, name, at.node);
                    let [def] = defs[..] else { return false };
                    if def.node == piece.node {
                        return true;
                    }
                    match &def.origin {
                        Origin::Value { expr, path } if path.is_empty() => at = at.sibling(*expr),
                        _ => return false,
                    }
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether parsing happens in the branch that takes the piece.
    fn is_same_branch(&self, piece: NodeRef, parse: NodeRef) -> bool {
        if piece.file != parse.file {
            return false;
        }
        let facts = self.facts(piece.file);
        let mut from = piece.node;
        for node in facts.ancestors(piece.node).skip(1) {
            let branch = match facts.kind(node) {
                Kind::If { condition, .. } => *condition != from,
                Kind::Match(m) => m.subject != from,
                Kind::Function(_) | Kind::Loop(_) => return false,
                _ => false,
            };
            if branch {
                return facts.span(from).contains(facts.span(parse.node));
            }
            from = node;
        }
        false
    }
}
