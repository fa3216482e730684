//! String literals.

use tree_sitter::Node as Syntax;

use super::lower::{Lowerer, Parts};
use super::vocabulary::Part;
use super::*;

impl Lowerer<'_> {
    /// The parts of a literal: texts with escapes resolved, and interpolated expressions.
    pub(super) fn string(&mut self, node: Syntax<'_>, parts: &Parts<'_>, id: NodeId) -> Box<[StrPart]> {
        let literal = self.text(node);
        let mut out = Vec::new();
        if !self.reads_pieces(node) {
            push_text(&mut out, &self.grammar.unescape(literal, literal));
        }
        for (part, child) in parts.iter() {
            match part {
                Part::Text => push_text(&mut out, &self.grammar.unescape(literal, self.text(child))),
                Part::Value => {
                    let hole = self.lower_or_opaque(child, id);
                    out.push(StrPart::Hole(hole));
                }
                _ => {}
            }
        }
        out.into()
    }

    /// Adjacent literals as one.
    pub(super) fn concat(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let mut out = Vec::new();
        for item in parts.all(Part::Item) {
            let inner = self.parts(item);
            for piece in self.string(item, &inner, id) {
                match piece {
                    StrPart::Text(text) => push_text(&mut out, &text),
                    hole => out.push(hole),
                }
            }
        }
        Kind::Str(out.into())
    }
}

fn push_text(out: &mut Vec<StrPart>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(StrPart::Text(last)) = out.last_mut() {
        *last = format!("{last}{text}").into();
    } else {
        out.push(StrPart::Text(text.into()));
    }
}
