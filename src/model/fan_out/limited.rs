//! What limits how many of several requests run at a time.

use super::FanOut;
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::index::last_name;
use crate::model::scope::Origin;
use crate::model::value::{NodeRef, Value};

impl Project {
    /// Whether something in sight limits how many of them run at a time: by what it is, or by its
    /// name. A limiter counts where it is used or made on the way from the collection to the request; what
    /// else the file limits is another matter.
    pub fn is_limited_fan_out(&self, fan: &FanOut) -> bool {
        let mut places: Vec<NodeRef> = vec![fan.element];
        places.extend(self.outermost_function(fan.at));
        places.extend(self.outermost_function(fan.request));
        places.extend(fan.through);
        places.extend(fan.way.iter().copied());
        // What the client is made with holds for all of its requests.
        let request = self.requests().iter().find(|r| r.at == fan.request);
        let clients = request.map_or(&[][..], |r| &r.clients);
        places.extend(clients.iter().filter_map(|c| self.outermost_function(c.made?)));
        places.sort_unstable();
        places.dedup();
        places.into_iter().any(|place| {
            let facts = self.facts(place.file);
            facts.descendants(place.node).into_iter().any(|n| self.limits(place.sibling(n)))
        })
    }

    /// Whether a piece of code names, makes or uses a limiter.
    fn limits(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            // A class of errors is named after what the API limits.
            Kind::Name(name) | Kind::Member { name, .. } => {
                let is_error = name.ends_with("Error") || name.ends_with("Exception");
                self.has_part(at, "limiter-parts", name) && !is_error || self.is_limiter(at)
            }
            // What is entered for each of them and came from elsewhere may let in a few at a time.
            Kind::With(w) => w.items.iter().any(|item| self.may_let_in_few(at.sibling(item.value))),
            Kind::Call(c) => {
                let Some(name) = last_name(&file.facts, c.callee) else { return false };
                // `chunked(items, 5)`; a step of a chain limits what it stands in.
                file.sdk.has_word("cuts-batches", &name)
                    || c.args.iter().any(|a| matches!(file.facts.kind(a.value), Kind::Function(_)))
                        && self.waits_first(at.sibling(c.callee))
                    || file.sdk.has_word("limiter", &format!(".{name}"))
                        && matches!(file.facts.kind(c.callee), Kind::Member { .. })
            }
            _ => false,
        }
    }

    /// Whether a function of the project that is given a function waits for something before it calls that.
    fn waits_first(&self, callee: NodeRef) -> bool {
        self.eval(callee).iter().any(|v| {
            let Value::Function(f) = v else { return false };
            let file = self.file(f.file);
            let inside = file.facts.descendants(f.node);
            let calls_given = |&n: &NodeId| {
                let Kind::Call(c) = file.facts.kind(n) else { return false };
                let Kind::Name(name) = file.facts.kind(c.callee) else { return false };
                let defs = file.scopes.lookup(&file.facts, name, n);
                defs.iter().any(|d| matches!(d.origin, Origin::Param { function, .. } if function == f.node))
            };
            let Some(called) = inside.iter().copied().find(calls_given) else { return false };
            let start = file.facts.span(called).start;
            inside
                .iter()
                .any(|&n| matches!(file.facts.kind(n), Kind::Await(_)) && file.facts.span(n).end <= start)
        })
    }

    /// Whether an expression is a limiter, or what makes one.
    fn is_limiter(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().any(|v| match v {
            Value::External(e) => sdk.has_word("limiter", e.path.trim_end_matches("()")),
            _ => false,
        })
    }

    /// Whether what a block enters is an object that nothing is known of.
    fn may_let_in_few(&self, item: NodeRef) -> bool {
        let is_held = matches!(self.kind(item), Kind::Name(_) | Kind::Member { .. });
        is_held && self.eval(item).iter().all(|v| matches!(v, Value::Unknown))
    }
}
