//! Models that are named where costs are worked out: they are looked up and not asked.

use crate::facts::{Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::names::words::has_word_of;
use crate::model::values::value::NodeRef;
use crate::model::{FileModel, Project};

/// Whether a function, or the type it belongs to, is about what tokens cost: the model it is given is
/// looked up and not asked.
pub(super) fn counts_costs(file: &FileModel, function: NodeId) -> bool {
    let facts = &file.facts;
    let of_class = |node| matches!(facts.kind(node), Kind::Class(c) if is_about_costs(file, &c.name));
    is_in_estimate(file, function) || facts.ancestors(function).any(of_class)
}

/// Whether a place stands in a function that works out what tokens cost, and is not given to something
/// else there: prices of other things may be asked of a model.
pub(super) fn is_in_estimate(file: &FileModel, place: NodeId) -> bool {
    for node in file.facts.ancestors(place) {
        match file.facts.kind(node) {
            Kind::Function(f) if f.name.as_deref().is_some_and(|name| is_about_costs(file, name)) => {
                return true;
            }
            Kind::Call(call) if call.args.iter().any(|arg| arg.name.is_some() && arg.value == place) => {
                return last_name(&file.facts, call.callee).is_some_and(|name| is_about_costs(file, &name));
            }
            _ => {}
        }
    }
    false
}

fn is_about_costs(file: &FileModel, name: &str) -> bool {
    has_word_of(file.sdk, "cost-words", name)
}

impl Project {
    /// Whether a constant of the file is read by nothing but what works out what tokens cost.
    pub(super) fn is_for_estimates_only(&self, target: NodeRef) -> bool {
        let file = self.file(target.file);
        let Kind::Name(name) = file.facts.kind(target.node) else { return false };
        if file.facts.ancestors(target.node).any(|n| matches!(file.facts.kind(n), Kind::Function(_))) {
            return false;
        }
        // What tests make sure of is no other use.
        let read = self.file_ids().filter(|(_, model)| !model.source.role.is_test).flat_map(|(_, model)| {
            let reads = model.names(name).iter().filter(|&&n| !model.binds(n) && n != target.node);
            reads.map(move |&n| (model, n))
        });
        let mut read = read.peekable();
        read.peek().is_some() && read.all(|(model, n)| counts_costs(model, n))
    }
}
