//! Blocks of an answer that a function of the project turned into records before they are gone through.

use std::sync::Arc;

use crate::facts::{Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Response, Value};

/// Functions that hand the list on.
const MAX_HOPS: u32 = 2;

impl Project {
    /// The answers whose blocks are in a list that a function made of them, one by one: `as_params(answer)`.
    pub(super) fn converted_answers(&self, blocks: NodeRef) -> Vec<Arc<Response>> {
        let mut out = Vec::new();
        self.add_converted(blocks, 0, &mut out);
        out
    }

    fn add_converted(&self, blocks: NodeRef, depth: u32, out: &mut Vec<Arc<Response>>) {
        let file = self.file(blocks.file);
        let mut call = match file.facts.kind(blocks.node) {
            Kind::Name(_) => match file.only_value(blocks.node) {
                Some(value) => value,
                None => return,
            },
            _ => blocks.node,
        };
        while let Kind::Await(inner) | Kind::Propagate(inner) = file.facts.kind(call) {
            call = *inner;
        }
        let Kind::Call(c) = file.facts.kind(call) else { return };
        let call = blocks.sibling(call);
        for function in self.functions_of(call.sibling(c.callee)) {
            // What asks and converts in one.
            if depth < MAX_HOPS {
                for &returned in self.return_values(function).iter() {
                    if matches!(self.kind(returned), Kind::Call(_) | Kind::Await(_) | Kind::Name(_)) {
                        self.add_converted(returned, depth + 1, out);
                    }
                }
            }
            for arg in c.args.iter().map(|a| call.sibling(a.value)) {
                if !self.converts_blocks(call, function, arg) {
                    continue;
                }
                for value in self.eval(arg).iter() {
                    let Value::Response(answer) = value else { continue };
                    let content = match answer.path.last() {
                        _ if self.is_whole(answer) => answer.step("content"),
                        Some(last) if &**last == "content" => value.clone(),
                        _ => continue,
                    };
                    if let Value::Response(content) = content
                        && !out.iter().any(|known| known.request == content.request)
                    {
                        out.push(content);
                    }
                }
            }
        }
    }

    /// Whether a function goes through the blocks that it is given as an argument and gives back a list.
    fn converts_blocks(&self, call: NodeRef, function: NodeRef, arg: NodeRef) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        let Kind::Function(f) = facts.kind(function.node) else { return false };
        let Some(index) = self.parameter_for_argument(call, function, arg) else { return false };
        let Kind::Name(param) = facts.kind(f.params[index].pattern) else { return false };
        let goes_through = |n: NodeId| match facts.kind(n) {
            Kind::Loop(l) => l.iterable.is_some_and(|i| self.are_blocks_of(function.sibling(i), param)),
            Kind::Comprehension(c) => {
                c.clauses.iter().any(|clause| self.are_blocks_of(function.sibling(clause.iterable), param))
            }
            _ => false,
        };
        let is_list = |at: &NodeRef| {
            match self.kind(*at) {
            Kind::Comprehension(_) => true,
            Kind::Name(name) => self.file(at.file).scopes.lookup(self.facts(at.file), name, at.node).iter().any(
                |def| matches!(&def.origin, Origin::Value { expr, .. } if matches!(self.kind(at.sibling(*expr)), Kind::List(_))),
            ),
            _ => false,
        }
        };
        let returned = self.return_values(function);
        !returned.is_empty()
            && returned.iter().all(is_list)
            && facts.descendants(function.node).into_iter().any(goes_through)
    }

    fn are_blocks_of(&self, at: NodeRef, param: &Name) -> bool {
        match self.kind(at) {
            Kind::Name(name) => name == param,
            Kind::Member { object, name, .. } => {
                &**name == "content" && matches!(self.kind(at.sibling(*object)), Kind::Name(n) if n == param)
            }
            _ => false,
        }
    }
}
