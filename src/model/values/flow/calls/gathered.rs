//! Values that are put into what gathers them.

use crate::facts::{Kind, NodeId};
use crate::model::enclosing_function;
use crate::model::names::scope::Origin;
use crate::model::values::flow::{Parts, Sink, Walk};
use crate::model::values::value::NodeRef;

impl Walk<'_> {
    /// The value is put into what stands at `into`: a variable of this function is followed on.
    pub(in crate::model::values::flow) fn keep(
        &mut self,
        at: NodeRef,
        into: NodeId,
        parts: Parts,
        gathers: bool,
        depth: u32,
    ) {
        let before = self.gathered;
        self.gathered |= gathers;
        let file = self.project.file(at.file);
        match file.facts.kind(into) {
            Kind::Name(_) if !file.is_own_object(into) => self.gather(at, into, parts, depth),
            _ => self.end(at, Sink::Used),
        }
        self.gathered = before;
    }

    /// Follows what is added to a variable: to wherever that is read later.
    pub(in crate::model::values::flow) fn gather(
        &mut self,
        at: NodeRef,
        target: NodeId,
        parts: Parts,
        depth: u32,
    ) {
        let project = self.project;
        let model = project.file(at.file);
        let facts = &model.facts;
        let Kind::Name(name) = facts.kind(target) else { return self.end(at, Sink::Used) };
        let before = std::mem::replace(&mut self.gathered, true);
        self.kept = true;
        let defs = model.scopes.lookup(facts, name, target);
        // Others see what is added to an object that was not made here.
        let of_caller = !defs.iter().all(|d| match &d.origin {
            // `text, calls = "", []`
            Origin::Value { expr, path } => {
                project.part_at(at.sibling(*expr), path).is_some_and(|made| self.is_fresh(made))
            }
            Origin::Opaque => true,
            _ => false,
        });
        let root =
            defs.first().map_or(NodeId::ROOT, |d| enclosing_function(facts, d.node).unwrap_or(NodeId::ROOT));
        if of_caller || defs.is_empty() {
            self.end(at, Sink::Used);
        }
        let start = facts.span(at.node).start;
        let readers = model.names(name).iter().copied().filter(|&n| {
            facts.span(n).start > start
                && facts.ancestors(n).any(|a| a == root)
                && !project.is_binding(at.sibling(n))
        });
        for reader in readers {
            self.follow(at.sibling(reader), parts.clone(), depth + 1);
        }
        self.gathered = before;
    }
}
