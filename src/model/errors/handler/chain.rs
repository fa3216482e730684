//! Handlers and branches of which the first that fits an error takes it.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// Ways to handle an error, in the order in which they are tried.
#[derive(Clone, Debug)]
pub enum HandlerChain {
    /// The classes that the handlers of one `try` name, handler by handler.
    Clauses(Vec<Vec<NodeRef>>),
    /// The conditions of branches.
    Branches(Vec<NodeRef>),
}

impl Project {
    /// Every such chain, in file order.
    pub fn handler_chains(&self) -> impl Iterator<Item = HandlerChain> {
        self.nodes().filter_map(|at| match self.kind(at) {
            Kind::Try(t) if t.handlers.len() > 1 => {
                let types = t.handlers.iter().map(|h| h.types.iter().map(|&ty| at.sibling(ty)).collect());
                Some(HandlerChain::Clauses(types.collect()))
            }
            Kind::If { .. } if !self.is_else_branch(at) => {
                Some(HandlerChain::Branches(self.exclusive_conditions(at)))
            }
            _ => None,
        })
    }

    /// The classes that handlers name and conditions ask for, in file order.
    pub fn caught_classes(&self) -> impl Iterator<Item = NodeRef> {
        self.nodes().flat_map(|at| match self.kind(at) {
            Kind::Try(t) => {
                t.handlers.iter().flat_map(|h| h.types.iter().map(|&ty| at.sibling(ty))).collect()
            }
            _ => self.class_test(at).map_or_else(Vec::new, |test| test.classes),
        })
    }

    /// Every node of the project, in file order.
    fn nodes(&self) -> impl Iterator<Item = NodeRef> {
        self.file_ids().flat_map(|(file, model)| model.facts.ids().map(move |node| NodeRef { file, node }))
    }
}
