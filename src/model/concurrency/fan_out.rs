//! Requests that are sent all at once: `gather(*[…])`, `Promise.all(items.map(…))`, `join_all`.

mod declared;
mod few;
mod limited;
mod size_check;
mod vendors;

use crate::facts::{Call, Kind, NodeId};
use crate::model::Project;
use crate::model::control::reach::Senders;
use crate::model::enclosing_function;
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

/// A collection of requests that run together.
#[derive(Clone, Debug)]
pub struct FanOut {
    /// The call that waits for them all.
    pub at: NodeRef,
    /// What is done for each element.
    pub element: NodeRef,
    /// What they are made of.
    pub collection: NodeRef,
    /// A request of theirs.
    pub request: NodeRef,
    /// The function of the project that leads to it.
    pub through: Option<NodeRef>,
    /// The functions between that one and the request.
    pub way: Vec<NodeRef>,
}

impl Project {
    /// Every place outside of tests that sends a request for each element of a collection, all at
    /// once, in file order.
    pub fn fan_outs(&self) -> Vec<FanOut> {
        let mut out = Vec::new();
        if self.requests().is_empty() {
            return out;
        }
        let senders = self.sending_functions();
        let mut kept: Vec<FanOut> = Vec::new();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let Kind::Call(c) = model.facts.kind(node) else { continue };
                let Some(name) = last_name(&model.facts, c.callee) else { continue };
                let is = |list: &str| {
                    model.sdk.ends_word(list, &name) && self.is_listed(list, at.sibling(c.callee))
                };
                if self.is_test(at) {
                    continue;
                }
                if is("fan-out-each")
                    && let Some(first) = c.args.first()
                    && let Some(collection) = self.started_over(at)
                    && let Some(found) = self.fan_out(at, at.sibling(first.value), collection, &senders)
                {
                    out.push(found);
                    continue;
                }
                if is("starts-task")
                    && let Some(first) = c.args.first()
                    && let Some(collection) = self.kept_for_later(at)
                {
                    kept.extend(self.fan_out(at, at.sibling(first.value), collection, &senders));
                    continue;
                }
                if let Some((element, collection)) = self.started_together(at, c, &name) {
                    out.extend(self.fan_out(at, element, collection, &senders));
                    continue;
                }
                if !is("fan-out") {
                    continue;
                }
                for arg in &c.args {
                    if let Some((element, collection)) = self.spread_over(at.sibling(arg.value), 0)
                        && let Some(found) = self.fan_out(at, element, collection, &senders)
                    {
                        out.push(found);
                        break;
                    }
                }
            }
        }
        // Where all of them are waited for together, that is the place.
        let waited = |started: &FanOut| out.iter().any(|o| self.stands_inside(started.at, o.element));
        kept.retain(|started| !waited(started));
        out.extend(kept);
        out.sort_by_key(|o| o.at);
        out
    }

    /// The collection for whose elements a loop starts tasks and keeps them: `tasks.append(create_task(…))`,
    /// with nothing in the loop that waits.
    fn kept_for_later(&self, task: NodeRef) -> Option<NodeRef> {
        let file = self.file(task.file);
        let facts = &file.facts;
        let Kind::Call(keeps) = facts.kind(facts.parent(task.node)?) else { return None };
        let Kind::Member { name, .. } = facts.kind(keeps.callee) else { return None };
        if !file.sdk.has_word("gather", name) {
            return None;
        }
        let around = facts.ancestors(task.node).find_map(|n| match facts.kind(n) {
            Kind::Function(_) => Some(None),
            Kind::Loop(l) => Some(Some(l)),
            _ => None,
        })??;
        let waits =
            facts.descendants(around.body).into_iter().any(|n| matches!(facts.kind(n), Kind::Await(_)));
        around.iterable.filter(|_| !around.is_async && !waits).map(|n| task.sibling(n))
    }

    /// The collection for whose elements a call starts something, without waiting for any of it
    /// before the next.
    fn started_over(&self, call: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(call.file);
        let sdk = self.file(call.file).sdk;
        let function = enclosing_function(facts, call.node);
        let around = facts.ancestors(call.node).take_while(|&n| Some(n) != function);
        for node in around {
            match facts.kind(node) {
                Kind::Comprehension(c) => return c.clauses.first().map(|c| call.sibling(c.iterable)),
                Kind::Loop(l) => {
                    let waits = facts.descendants(l.body).into_iter().any(|n| match facts.kind(n) {
                        Kind::Member { name, .. } => sdk.has_word("takes-finished", name),
                        _ => false,
                    });
                    return l.iterable.filter(|_| !waits).map(|n| call.sibling(n));
                }
                _ => {}
            }
        }
        None
    }

    /// `rows.forEach(async (row) => …)`, `docs.iter().map(ask).collect::<FuturesUnordered<_>>()`: what is started for
    /// each element of what, with nobody between.
    fn started_together(&self, at: NodeRef, call: &Call, name: &str) -> Option<(NodeRef, NodeRef)> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Kind::Member { object, .. } = facts.kind(call.callee) else { return None };
        match name {
            "forEach" => {
                let element = call.args.first()?.value;
                matches!(facts.kind(element), Kind::Function(f) if f.is_async)
                    .then(|| (at.sibling(element), at.sibling(*object)))
            }
            "collect" => {
                let unordered = |ty: NodeId| file.text_of(ty).contains("FuturesUnordered");
                let declared = facts
                    .parent(at.node)
                    .is_some_and(|p| matches!(facts.kind(p), Kind::Assign(a) if a.ty.is_some_and(unordered)));
                let such = declared || call.type_args.iter().any(|&ty| unordered(ty));
                such.then(|| self.spread_over(at.sibling(*object), 0))?
            }
            _ => None,
        }
    }

    fn fan_out(
        &self,
        at: NodeRef,
        element: NodeRef,
        collection: NodeRef,
        senders: &Senders,
    ) -> Option<FanOut> {
        let mut found = self.request_reached(element, senders);
        if found.is_none()
            && let Some(function) = self.function_at(element)
        {
            // `items.map(ask)`
            found = senders.request(function).map(|r| (r, Some(function)));
        }
        let (request, through) = found?;
        let way = through.map(|f| senders.way(f).collect()).unwrap_or_default();
        Some(FanOut { at, element, collection, request, through, way })
    }

    /// What is done for each element of what.
    fn spread_over(&self, at: NodeRef, depth: u32) -> Option<(NodeRef, NodeRef)> {
        if depth > 6 {
            return None;
        }
        let model = self.file(at.file);
        let facts = &model.facts;
        match facts.kind(at.node) {
            Kind::Comprehension(c) => {
                let clause = c.clauses.first()?;
                Some((at.sibling(c.element), at.sibling(clause.iterable)))
            }
            Kind::Spread(x) | Kind::Await(x) => self.spread_over(at.sibling(*x), depth + 1),
            Kind::Cast { value, .. } => self.spread_over(at.sibling(*value), depth + 1),
            Kind::Call(c) => {
                if let Kind::Member { object, name, .. } = facts.kind(c.callee) {
                    let function = c.args.first().map(|a| at.sibling(a.value));
                    if model.sdk.has_word("callback-map", name) {
                        return Some((function?, at.sibling(*object)));
                    }
                    return self.spread_over(at.sibling(*object), depth + 1);
                }
                // `map(ask, items)`
                let named = matches!(facts.kind(c.callee), Kind::Name(n) if &**n == "map");
                match (&c.args[..], named) {
                    ([f, items], true) => Some((at.sibling(f.value), at.sibling(items.value))),
                    ([only], false) => self.spread_over(at.sibling(only.value), depth + 1),
                    _ => None,
                }
            }
            Kind::Name(name) => {
                let defs = model.scopes.lookup(facts, name, at.node);
                for def in &defs {
                    let Origin::Value { expr, path } = &def.origin else { continue };
                    if !path.is_empty() {
                        continue;
                    }
                    if let Some(found) = self.spread_over(at.sibling(*expr), depth + 1) {
                        return Some(found);
                    }
                }
                self.collected(at, name)
            }
            _ => None,
        }
    }

    /// A list that a loop in the same function fills: `for x in items: tasks.append(ask(x))`.
    fn collected(&self, at: NodeRef, list: &str) -> Option<(NodeRef, NodeRef)> {
        let model = self.file(at.file);
        let facts = &model.facts;
        let function = enclosing_function(facts, at.node);
        model.names(list).iter().find_map(|&n| {
            let member = facts.parent(n)?;
            let Kind::Member { object, name, .. } = facts.kind(member) else { return None };
            if *object != n || !model.sdk.has_word("gather", name) {
                return None;
            }
            let call = facts.parent(member)?;
            let Kind::Call(c) = facts.kind(call) else { return None };
            if enclosing_function(facts, call) != function {
                return None;
            }
            let element = c.args.first()?.value;
            let around = facts.ancestors(call).take_while(|&a| Some(a) != function);
            let iterable = around.into_iter().find_map(|a| match facts.kind(a) {
                Kind::Loop(l) => l.iterable,
                _ => None,
            })?;
            Some((at.sibling(element), at.sibling(iterable)))
        })
    }
}
