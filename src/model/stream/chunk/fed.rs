//! Pieces that are given to a parser which carries over what is left of them.

use super::super::Project;
use super::{ChunkFault, ChunkUse};
use crate::facts::{Arg, Kind};
use crate::model::values::value::{NodeRef, Value};

/// Functions that pieces are followed into.
const MAX_FUNCTIONS: usize = 12;
/// Arguments of a call beyond which it takes no piece.
const MAX_ARGUMENTS: usize = 6;

impl Project {
    /// The functions of the project that a function, or one of these, gives pieces to as they come.
    pub fn given_pieces(&self, function: NodeRef) -> Vec<NodeRef> {
        let mut out = vec![function];
        let mut next = 0;
        while let Some(&giver) = out.get(next).filter(|_| out.len() < MAX_FUNCTIONS) {
            next += 1;
            let facts = self.facts(giver.file);
            for node in facts.descendants(giver.node) {
                let Kind::Call(c) = facts.kind(node) else { continue };
                let is_piece = |a: &Arg| self.piece(giver.sibling(a.value), 0).is_some();
                let takers: Vec<NodeRef> = match c.args.len() <= MAX_ARGUMENTS {
                    true => self.functions_called(giver.sibling(c.callee)),
                    false => Vec::new(),
                };
                if takers.iter().any(|f| !out.contains(f)) && c.args.iter().any(is_piece) {
                    out.extend(takers.into_iter().filter(|&f| !self.is_test(f)));
                }
            }
        }
        out.split_off(1)
    }

    fn functions_called(&self, callee: NodeRef) -> Vec<NodeRef> {
        let functions = self.eval(callee).to_vec().into_iter().filter_map(|v| match v {
            Value::Function(f) => Some(f),
            _ => None,
        });
        functions.collect()
    }

    /// Whether a callee is the function that a place stands in.
    fn calls_function_around(&self, callee: NodeRef, at: NodeRef) -> bool {
        self.functions_called(callee).into_iter().any(|f| self.stands_inside(at, f))
    }

    /// Whether pieces of the same body also go to such a parser, as they come: what else is done
    /// with one is a guess at what it may be. Text made of pieces has lost what was cut in two.
    pub(super) fn is_guess(&self, function: NodeRef, fault: &ChunkFault) -> bool {
        let facts = self.facts(function.file);
        let cut = matches!(fault.kind, ChunkUse::Split | ChunkUse::Parsed);
        facts.descendants(function.node).into_iter().any(|n| {
            let Kind::Call(c) = facts.kind(n) else { return false };
            let Kind::Member { name, .. } = facts.kind(c.callee) else { return false };
            &**name == "feed"
                && !self.calls_function_around(function.sibling(c.callee), fault.at)
                && c.args
                    .first()
                    .and_then(|a| self.piece(function.sibling(a.value), 0))
                    .is_some_and(|piece| piece.source == fault.source && (cut || !piece.text))
        })
    }
}
