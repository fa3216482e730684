//! The answers of which a dispatch takes the calls: through lists of some of the blocks, and lists put together.

use std::sync::Arc;

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Response, Value};
use crate::model::{Project, enclosing_function};

/// Lists in a row, each taken from the one before.
const MAX_FILTERS: usize = 8;

/// Callers that are asked which list they hand on.
const MAX_CALLERS: usize = 2;

impl Project {
    /// The answers whose blocks an expression holds.
    pub(in crate::model) fn answers_of(&self, blocks: NodeRef) -> Vec<Arc<Response>> {
        self.answers_behind(blocks, MAX_FILTERS)
    }

    fn answers_behind(&self, blocks: NodeRef, left: usize) -> Vec<Arc<Response>> {
        let mut out: Vec<Arc<Response>> = Vec::new();
        let Some(left) = left.checked_sub(1) else { return out };
        let blocks = self.unfiltered(blocks);
        for list in self.joined_lists(blocks).unwrap_or_default() {
            for response in self.answers_behind(list, left) {
                if !out.iter().any(|o| o.request == response.request) {
                    out.push(response);
                }
            }
        }
        for value in self.eval(blocks).iter() {
            // `[Wanted(block.id, block.input) for block in answer.content]`, kept in an object
            if let Value::Node(made) = value
                && let Kind::Comprehension(c) = self.kind(*made)
                && let [clause] = &c.clauses[..]
            {
                for response in self.answers_behind(made.sibling(clause.iterable), left) {
                    if !out.iter().any(|o| o.request == response.request) {
                        out.push(response);
                    }
                }
            }
            if let Value::Response(r) = value
                && r.path.iter().any(|p| matches!(&**p, "content" | "message" | "output"))
                && !r.is_piece()
                // Of an answer that is known by its type nothing is known but that.
                && matches!(self.kind(r.request), Kind::Call(_))
                && !out.iter().any(|o| o.request == r.request)
            {
                out.push(r.clone());
            }
        }
        if out.is_empty() {
            out.extend(
                self.converted_answers(blocks)
                    .into_iter()
                    .filter(|r| matches!(self.kind(r.request), Kind::Call(_))),
            );
        }
        // Calls that were taken out of an answer by who gives them back.
        if out.is_empty() {
            for value in self.eval(blocks).iter() {
                let list = match value {
                    Value::Node(made) => self.filled_from(*made).or_else(|| self.gone_through_for(*made)),
                    Value::Instance { made: Some(made), .. } => self.gone_through_for(*made),
                    Value::External(e) => e.made.and_then(|made| self.filled_from(made)),
                    _ => None,
                };
                out.extend(list.into_iter().flat_map(|list| self.answers_behind(list, left)));
            }
            out.dedup_by_key(|r| r.request);
        }
        // A list that was gathered by who hands it on.
        if out.is_empty() {
            out.extend(self.lists_given(blocks).into_iter().flat_map(|list| self.answers_behind(list, left)));
            out.dedup_by_key(|r| r.request);
        }
        out
    }

    /// What the loop goes through that fills an empty list where it is made.
    fn filled_from(&self, made: NodeRef) -> Option<NodeRef> {
        let held = self.binding_of(made).filter(|_| self.is_made_empty(made))?;
        let Kind::Name(name) = self.kind(held) else { return None };
        self.gathered_from(held, name)
    }

    /// The list for whose elements a callback makes something: `blocks` of
    /// `blocks.filter_map(|block| Some(Wanted { id: block.id }))`.
    fn gone_through_for(&self, made: NodeRef) -> Option<NodeRef> {
        let file = self.file(made.file);
        let closure = enclosing_function(&file.facts, made.node)?;
        let Kind::Call(call) = file.facts.kind(file.facts.parent(closure)?) else { return None };
        let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
        file.sdk.has_word("callback-map", name).then(|| made.sibling(*object))
    }

    /// The lists that are put together to one: `first + second`, `[...first, ...second]`.
    fn joined_lists(&self, at: NodeRef) -> Option<Vec<NodeRef>> {
        match self.kind(at) {
            Kind::Binary { op: BinaryOp::Add, left, right } => {
                Some(vec![at.sibling(*left), at.sibling(*right)])
            }
            Kind::List(items) if items.len() > 1 => {
                let spread = |&item: &NodeId| match self.kind(at.sibling(item)) {
                    Kind::Spread(list) => Some(at.sibling(*list)),
                    _ => None,
                };
                items.iter().map(spread).collect()
            }
            _ => None,
        }
    }

    /// What callers give for a parameter.
    fn lists_given(&self, blocks: NodeRef) -> Vec<NodeRef> {
        let file = self.file(blocks.file);
        let Kind::Name(name) = file.facts.kind(blocks.node) else { return Vec::new() };
        let [def] = &file.scopes.lookup(&file.facts, name, blocks.node)[..] else { return Vec::new() };
        let Origin::Param { function, index, path } = &def.origin else { return Vec::new() };
        if !path.is_empty() {
            return Vec::new();
        }
        let given = self.arguments_given(blocks.sibling(*function), *index, MAX_CALLERS);
        given
            .filter(|(call, _)| !self.is_test(*call))
            .map(|(_, at)| at.sibling(self.facts(at.file).bare(at.node)))
            .collect()
    }

    /// What a list of some of the blocks was taken from: `[b for b in content if …]`, itself or by
    /// the variable that holds it.
    fn unfiltered(&self, blocks: NodeRef) -> NodeRef {
        let file = self.file(blocks.file);
        let mut at = blocks;
        for _ in 0..MAX_FILTERS {
            at = match file.facts.kind(at.node) {
                Kind::Comprehension(c) => match c.clauses.first() {
                    Some(clause) => at.sibling(clause.iterable),
                    None => return at,
                },
                Kind::Await(inner) | Kind::Propagate(inner) | Kind::Cast { value: inner, .. } => {
                    at.sibling(*inner)
                }
                // `content.filter((block) => block.type === "tool_use")`, `content.into_iter().filter_map(…).collect()`
                Kind::Call(_) => match self.chained_list(at) {
                    Some(list) => list,
                    None => return at,
                },
                Kind::Name(name) => match &file.scopes.lookup(&file.facts, name, at.node)[..] {
                    [def] => match &def.origin {
                        Origin::Value { expr, path }
                            if path.is_empty()
                                && (matches!(file.facts.kind(*expr), Kind::Comprehension(_))
                                    || self.chained_list(at.sibling(*expr)).is_some()
                                    || self.joined_lists(at.sibling(*expr)).is_some()) =>
                        {
                            at.sibling(*expr)
                        }
                        Origin::Value { expr, path }
                            if path.is_empty()
                                && (matches!(file.facts.kind(*expr), Kind::List(_))
                                    || self.makes_empty(at.sibling(*expr))) =>
                        {
                            match self.gathered_from(at, name) {
                                Some(blocks) => blocks,
                                None => return at,
                            }
                        }
                        _ => return at,
                    },
                    _ => return at,
                },
                _ => return at,
            };
        }
        at
    }

    /// The list whose elements, or some of them, a chain of methods goes through.
    fn chained_list(&self, at: NodeRef) -> Option<NodeRef> {
        let file = self.file(at.file);
        let Kind::Call(call) = file.facts.kind(at.node) else { return None };
        let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
        let keeps = ["filter", "callback-map"].iter().any(|list| file.sdk.has_word(list, name))
            || file.sdk.passes_object(name);
        keeps.then(|| at.sibling(*object))
    }

    /// Whether an expression makes a list with nothing in it: `[]`, `Vec::new()`, `vec![]`.
    pub(in crate::model) fn is_made_empty(&self, made: NodeRef) -> bool {
        match self.kind(made) {
            Kind::List(items) => items.is_empty(),
            _ => self.makes_empty(made),
        }
    }

    /// What a loop goes through that puts some of it into a list: `if …: calls.append(block)`.
    fn gathered_from(&self, at: NodeRef, list: &str) -> Option<NodeRef> {
        let mut loops = self.gathered_into(at, list).into_iter().map(|(_, iterable)| iterable);
        let first = loops.next()?;
        loops.all(|other| other == first).then_some(first)
    }

    /// What loops of a function put into a list, each with what the loop goes through.
    pub(super) fn gathered_into(&self, at: NodeRef, list: &str) -> Vec<(NodeRef, NodeRef)> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Some(function) = enclosing_function(facts, at.node) else { return Vec::new() };
        let gathered = facts.descendants(function).into_iter().filter_map(|node| {
            let Kind::Call(call) = facts.kind(node) else { return None };
            let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return None };
            let [only] = &call.args[..] else { return None };
            let adds = matches!(facts.kind(*object), Kind::Name(name) if &**name == list)
                && file.sdk.has_word("gather", name);
            let around = facts.ancestors(node).find_map(|around| match facts.kind(around) {
                Kind::Loop(l) => Some(l.iterable),
                _ => None,
            });
            Some((at.sibling(only.value), at.sibling(around.flatten().filter(|_| adds)?)))
        });
        gathered.collect()
    }
}
