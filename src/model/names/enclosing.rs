//! Which function or type the code at a node belongs to.

use super::index::{function_of, owner_class};
use crate::facts::{Kind, NodeId};
use crate::model::control::region::is_handed_on;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
    /// The function whose code a node belongs to.
    pub fn function_of(&self, at: NodeRef) -> Option<NodeRef> {
        function_of(&self.files, at)
    }

    /// The function a node runs in; closures that are handed to a call run where they stand.
    pub fn named_function(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let mut function = enclosing_function(facts, at.node)?;
        while is_handed_on(facts, function) {
            function = enclosing_function(facts, function)?;
        }
        Some(at.sibling(function))
    }

    /// The nearest function around a node that has a name.
    pub fn function_with_name(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let mut function = enclosing_function(facts, at.node)?;
        loop {
            match facts.kind(function) {
                Kind::Function(f) if f.name.is_some() => return Some(at.sibling(function)),
                _ => function = enclosing_function(facts, function)?,
            }
        }
    }

    /// The outermost function around a node.
    pub fn outermost_function(&self, at: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let mut found: Option<NodeId> = None;
        let mut node = at.node;
        while let Some(function) = enclosing_function(facts, node) {
            found = Some(function);
            node = function;
        }
        found.map(|n| at.sibling(n))
    }

    /// The outermost function around a node, or its file.
    pub fn whole_function(&self, at: NodeRef) -> NodeRef {
        self.outermost_function(at).unwrap_or(at.sibling(NodeId::ROOT))
    }

    /// The type a node belongs to.
    pub fn class_of(&self, at: NodeRef) -> Option<NodeRef> {
        owner_class(&self.index, self.facts(at.file), at)
    }
}
