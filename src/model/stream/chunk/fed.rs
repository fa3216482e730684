//! Pieces that are given to a parser which carries over what is left of them.

use super::super::Project;
use super::{ChunkFault, ChunkUse};
use crate::facts::Kind;
use crate::model::value::NodeRef;

impl Project {
    /// Whether pieces of the same body also go to such a parser, as they come: what else is done
    /// with one is a guess at what it may be. Text made of pieces has lost what was cut in two.
    pub(super) fn is_guess(&self, function: NodeRef, fault: &ChunkFault) -> bool {
        let facts = self.facts(function.file);
        let cut = matches!(fault.kind, ChunkUse::Split | ChunkUse::Parsed);
        facts.descendants(function.node).into_iter().any(|n| {
            let Kind::Call(c) = facts.kind(n) else { return false };
            let Kind::Member { name, .. } = facts.kind(c.callee) else { return false };
            &**name == "feed"
                && c.args
                    .first()
                    .and_then(|a| self.piece(function.sibling(a.value), 0))
                    .is_some_and(|piece| piece.source == fault.source && (cut || !piece.text))
        })
    }
}
