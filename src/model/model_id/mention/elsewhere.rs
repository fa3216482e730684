//! Models that are set in code which asks a service of somebody else's for them.

use crate::facts::{ClassKind, Kind, NodeId, StrPart};
use crate::model::Project;
use crate::model::value::{NodeRef, Value};

/// Variables between a literal and the object that is made with it.
const MAX_NAMES: u32 = 2;

impl Project {
    /// Whether a literal is the model of code that only asks an address of somebody else's, in the form of
    /// another API: `self.url = "https://gateway.example/v1/chat/completions"`.
    pub(super) fn is_sent_elsewhere(&self, literal: NodeRef) -> bool {
        let facts = self.facts(literal.file);
        let class = facts.ancestors(literal.node).find(|&n| is_class(facts.kind(n)));
        match class {
            Some(class) => self.asks_elsewhere(literal.sibling(class)),
            None => {
                self.asks_elsewhere(literal.sibling(NodeId::ROOT))
                    || self.is_given_elsewhere(literal, MAX_NAMES)
            }
        }
    }

    /// Whether a class, or a file, sends to such an address, and nothing to Claude.
    fn asks_elsewhere(&self, around: NodeRef) -> bool {
        let file = self.file(around.file);
        let facts = &file.facts;
        let paths = file.sdk.words("other-paths");
        let (mut other, mut own) = (false, false);
        for node in facts.descendants(around.node) {
            let Kind::Str(parts) = facts.kind(node) else { continue };
            for part in parts {
                let StrPart::Text(text) = part else { continue };
                other |= paths.iter().any(|path| text.ends_with(path.as_str()));
                own |= text.contains("anthropic.com");
            }
        }
        let span = facts.span(around.node);
        let sends = |at: NodeRef| at.file == around.file && span.contains(facts.span(at.node));
        other && !own && !self.requests().iter().any(|request| sends(request.at))
    }

    /// Whether a literal is given, perhaps through a variable, to the constructor of such a class.
    fn is_given_elsewhere(&self, literal: NodeRef, left: u32) -> bool {
        let facts = self.facts(literal.file);
        let Some(left) = left.checked_sub(1) else { return false };
        let mut at = literal.node;
        for parent in facts.ancestors(literal.node).skip(1) {
            match facts.kind(parent) {
                Kind::Call(call) if call.callee != at => {
                    let classes = self.eval(literal.sibling(call.callee));
                    let made = classes.iter().any(|v| matches!(v, Value::Class(_)));
                    if made {
                        return classes.iter().all(|v| match v {
                            Value::Class(class) => self.asks_elsewhere(*class),
                            _ => false,
                        });
                    }
                }
                Kind::Assign(a) if a.value == Some(at) => {
                    let readers = self.readers(literal.sibling(a.target));
                    return !readers.is_empty()
                        && readers.into_iter().all(|reader| self.is_given_elsewhere(reader, left));
                }
                Kind::Binary { .. } | Kind::Cast { .. } => {}
                _ => return false,
            }
            at = parent;
        }
        false
    }
}

fn is_class(kind: &Kind) -> bool {
    matches!(kind, Kind::Class(c) if c.kind != ClassKind::Module)
}
