//! Answers that go through a function which several calls share: what comes in by one call goes out by the same.

use super::Use;
use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::flow::End;
use crate::model::values::value::{Hop, NodeRef, Response, Value};

impl Project {
    /// What becomes of a part of an answer; where it came into a function by a call, it goes back to that call.
    pub fn sinks_of(&self, used: &Use) -> Vec<End> {
        let Some(Hop::Argument(entry)) = used.response.hops.last() else { return self.sinks(used.at) };
        let mut ends = self.sinks_by_caller(used.at);
        ends.retain(|end| end.through.is_none_or(|call| call == *entry));
        ends.iter_mut().for_each(|end| end.through = None);
        ends.sort();
        ends.dedup();
        ends
    }

    /// Whether a part of an answer, found at a place, came into a function by one call and out of it by another,
    /// which never happens: `parse(answer)` here gives nothing to who calls `parse(reply)` there.
    pub(in crate::model) fn came_by_another_call(&self, at: NodeRef, response: &Response) -> bool {
        let Some(&Hop::Argument(entry)) = response.hops.last() else { return false };
        let Kind::Call(call) = self.kind(entry) else { return false };
        let here = self.function_of(at);
        if here.is_none() || self.function_of(entry) == here {
            return false;
        }
        let facts = self.facts(at.file);
        let around = |f: NodeRef| f.file == at.file && facts.ancestors(at.node).any(|n| n == f.node);
        let callee = self.eval(entry.sibling(call.callee));
        let entered = callee.iter().filter_map(|v| match v {
            Value::Function(f) => Some(*f),
            _ => None,
        });
        let mut calls_itself = false;
        for function in entered {
            if around(function) {
                return false;
            }
            calls_itself |= self.callers(function).iter().any(|&c| c != entry && self.function_of(c) == here);
        }
        calls_itself
    }
}
