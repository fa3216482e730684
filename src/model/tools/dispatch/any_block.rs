//! Results that are made for every block of an answer, whatever it is.

use super::ToolDispatch;
use crate::facts::{Kind, NodeId};
use crate::model::values::value::NodeRef;
use crate::model::{IdKey, Project};

impl Project {
    /// The ids of results that a loop over all blocks of an answer makes for each of them, although it asks which of
    /// them are calls of tools: `if block.type == "tool_use": …` ends before the result is made.
    pub fn ids_of_any_block(&self, dispatch: &ToolDispatch) -> Vec<NodeRef> {
        let facts = self.facts(dispatch.at.file);
        let Kind::Loop(l) = facts.kind(dispatch.at.node) else { return Vec::new() };
        let whole = l.iterable.is_some_and(|mut list| {
            while let Kind::Cast { value, .. } = facts.kind(list) {
                list = *value;
            }
            self.is_block_list(dispatch.at.sibling(list))
        });
        let Kind::Block { body, .. } = facts.kind(l.body) else { return Vec::new() };
        if !dispatch.each || !whole || dispatch.responses.is_empty() {
            return Vec::new();
        }
        let results = self.tool_results().iter().filter(|result| dispatch.results.contains(&result.at));
        let own = results.filter(|result| result.at.file == dispatch.at.file);
        let for_any = own.filter(|result| {
            let place = body.iter().position(|&s| facts.ancestors(result.at.node).any(|n| n == s));
            place.is_some_and(|place| {
                let before = &body[..place];
                before.iter().any(|&s| self.only_asks_for_calls(dispatch.at.sibling(s)))
                    && !self.is_chosen(result.at, l.body)
                    && !before.iter().any(|&s| self.may_end_turn(dispatch.at.sibling(s)))
            })
        });
        let id = |id: &IdKey| match id {
            IdKey::Given(id) => Some(*id),
            _ => None,
        };
        for_any.filter_map(|result| id(&result.id)).collect()
    }

    /// `if block.type == "tool_use": …`, and nothing for the others.
    fn only_asks_for_calls(&self, statement: NodeRef) -> bool {
        match self.kind(statement) {
            Kind::If { condition, otherwise: None, .. } => {
                self.finds(statement.sibling(*condition), &|text| text == "tool_use")
            }
            _ => false,
        }
    }

    /// Whether a place in the body of a loop is not come to in every turn.
    fn is_chosen(&self, at: NodeRef, body: NodeId) -> bool {
        let facts = self.facts(at.file);
        let mut around = facts.ancestors(at.node).skip(1).take_while(|&n| n != body);
        around.any(|n| {
            matches!(
                facts.kind(n),
                Kind::If { .. } | Kind::Match(_) | Kind::Loop(_) | Kind::Comprehension(_) | Kind::Function(_)
            )
        })
    }

    /// Whether a statement may end the turn of the loop.
    fn may_end_turn(&self, statement: NodeRef) -> bool {
        let facts = self.facts(statement.file);
        let mut inside = facts.descendants(statement.node).into_iter();
        inside.any(|n| matches!(facts.kind(n), Kind::Continue | Kind::Break(_)))
    }
}
