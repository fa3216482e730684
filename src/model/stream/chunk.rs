//! Pieces of a streamed body as the network delivers them: they end anywhere, in the middle of
//! a line or of a character.

mod fed;
mod piece;
mod piped;
mod source;

use super::Project;
use crate::facts::Kind;
use crate::model::names::index::{constant, last_name, path_name};
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

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

const MAX_DEPTH: u32 = 26;

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
        out.retain(|fault| !self.is_in_other_branch(fault.at));
        // What a refused request answers is no stream of events.
        out.retain(|fault| ![fault.at, fault.source].iter().any(|&at| self.is_of_refused_answer(at, &[])));
        out.retain(|fault| {
            let fed = |f: NodeRef| self.is_guess(f, fault);
            let feeder = self.whole_function(fault.source);
            !fed(function) && (feeder == function || !fed(feeder))
        });
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
                    model.sdk.has_word("keeps-rest", name)
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
                model.sdk.words("sets-encoding").iter().any(|w| model.source.text.contains(w.as_str()));
            // `decode("utf-8", errors="ignore")`
            let lossy = call.args.iter().skip(1).any(|a| {
                constant(facts, a.value).is_some_and(|how| model.sdk.has_word("lossy-decoding", &how))
            });
            let kind = match &**name {
                "decode" if !lossy => ChunkUse::Decoded,
                _ => ChunkUse::DecodedLossy,
            };
            let plain = lossy || &**name != "decode" || call.args.len() <= 1;
            return (!careful && plain).then_some((piece.source, kind));
        }
        let argument = call.args.first()?;
        let piece = self.piece(at.sibling(argument.value), 0).filter(|p| !p.text)?;
        let kind = match &**name {
            "from_utf8" if !self.keeps_half_characters(at) => ChunkUse::Decoded,
            "from_utf8_lossy" => ChunkUse::DecodedLossy,
            // `decoder.decode(value)`, unlike one with `{ stream: true }` or an incremental one.
            "decode" if call.args.len() == 1 && self.is_text_decoder(at.sibling(*object)) => {
                ChunkUse::DecodedLossy
            }
            _ => return None,
        };
        Some((piece.source, kind))
    }

    /// Whether the function around a decoding asks how much of the bytes was whole: `error.valid_up_to()`.
    fn keeps_half_characters(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(self.whole_function(at).node).into_iter().any(
            |n| matches!(facts.kind(n), Kind::Member { name, .. } if self.file(at.file).sdk.has_word("whole-characters", name)),
        )
    }

    fn is_text_decoder(&self, at: NodeRef) -> bool {
        let made = |n: NodeRef| match self.kind(n) {
            Kind::Call(c) => self.file(n.file).named_in(c.callee, "text-decoders"),
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
}
