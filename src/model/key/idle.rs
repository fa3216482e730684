//! Clients that are made and never asked for anything.

use super::{KeyTarget, KeyUse};
use crate::facts::Kind;
use crate::model::Project;

impl Project {
    /// Whether a key is given to a client of which nothing is asked but whether it is there: a check of the set-up.
    pub fn is_for_idle_client(&self, used: &KeyUse) -> bool {
        let KeyTarget::Client { made, .. } = used.to else { return false };
        let facts = self.facts(made.file);
        let Some(Kind::Assign(assign)) = facts.parent(made.node).map(|n| facts.kind(n)) else { return false };
        if assign.value != Some(made.node) || !matches!(facts.kind(assign.target), Kind::Name(_)) {
            return false;
        }
        let readers = self.readers(made.sibling(assign.target));
        let asked = |parent: &Kind, reader| match parent {
            Kind::If { condition, .. } => *condition == reader,
            Kind::Unary { .. } | Kind::Binary { .. } => true,
            _ => false,
        };
        !assign.exported
            && readers.iter().all(|reader| {
                facts.parent(reader.node).is_some_and(|parent| asked(facts.kind(parent), reader.node))
            })
    }
}
