//! Stop reasons that are handed on as they came in answers of OpenAI's form.

use crate::facts::{BinaryOp, Key, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::response::{Use, What};
use crate::model::values::value::{NodeRef, Response};

/// Steps from a choice to the list of them.
const MAX_OUT: usize = 6;

/// A stop reason that stands where clients look for another vendor's word for it.
#[derive(Debug, Clone)]
pub struct RawReason<'p> {
    /// Where it is read.
    pub at: NodeRef,
    /// What it is a part of.
    pub response: &'p Response,
}

impl Project {
    /// Every stop reason that becomes the `finish_reason` of a choice as it came, in file order.
    pub fn raw_reasons(&self) -> Vec<RawReason<'_>> {
        let uses = self.all_uses().values().flatten();
        // Frameworks that speak of `length` themselves have mapped it before.
        let is_mapped = |u: &Use| u.response.path.is_empty() || u.response.has_translated_reason();
        let stops = uses.filter(|u| u.what == What::Stop && !self.is_test(u.at) && !is_mapped(u));
        let mut out: Vec<RawReason<'_>> = stops
            .filter(|u| self.is_finish_reason(u.at))
            .map(|u| RawReason { at: u.at, response: &u.response })
            .collect();
        out.sort_by_key(|r| r.at);
        out.dedup_by_key(|r| r.at);
        out
    }

    /// `choices: [{ finish_reason: … }]`, `Choice(finish_reason=…)`
    fn is_finish_reason(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut value = at.node;
        for parent in facts.ancestors(at.node).skip(1).take(MAX_OUT) {
            match facts.kind(parent) {
                // `reason ?? null`
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } if *left == value => {}
                Kind::Cast { .. } => {}
                Kind::Call(call) => {
                    let named = call
                        .args
                        .iter()
                        .any(|a| a.value == value && a.name.as_deref().is_some_and(is_finish));
                    return named && last_name(facts, call.callee).is_some_and(|n| &*n == "Choice");
                }
                Kind::Record(record) => {
                    let finish = record.entries.iter().any(|e| {
                        e.value == value && matches!(&e.key, Some(Key::Known(key)) if is_finish(key))
                    });
                    return finish && self.is_choice(at.sibling(parent));
                }
                _ => return false,
            }
            value = parent;
        }
        false
    }

    fn is_choice(&self, record: NodeRef) -> bool {
        let facts = self.facts(record.file);
        let mut value: NodeId = record.node;
        for parent in facts.ancestors(record.node).skip(1).take(MAX_OUT) {
            match facts.kind(parent) {
                Kind::List(_) | Kind::Call(_) => {}
                Kind::Record(outer) => {
                    let is = |key: &str| key == "choices";
                    return outer
                        .entries
                        .iter()
                        .any(|e| e.value == value && matches!(&e.key, Some(Key::Known(key)) if is(key)));
                }
                _ => return false,
            }
            value = parent;
        }
        false
    }
}

fn is_finish(key: &str) -> bool {
    matches!(key, "finish_reason" | "finishReason")
}
