//! Ids in the forms of several platforms that reach one request.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::ModelMention;
use crate::model::Project;
use crate::model::control::reach::Senders;
use crate::model::values::value::NodeRef;
use crate::sdk::models::Platform;

/// Readers of a constant and callers of a function that are looked at.
const MAX_PLACES: usize = 32;

impl Project {
    /// Forgets whose ids a request takes where ids in the forms of several platforms come to it from code that
    /// no function on the way to it names: the constants of all platforms meet in the settings or behind an
    /// interface, and which of them is sent is chosen with the client. What the senders name is sent as it is.
    pub(super) fn forget_platforms_of_mixtures(&self, found: &mut BTreeMap<NodeRef, ModelMention>) {
        let mut forms: FxHashMap<NodeRef, Vec<Platform>> = FxHashMap::default();
        for mention in found.values() {
            let Some(id) = mention.id() else { continue };
            for reached in &mention.reaches {
                let forms = forms.entry(reached.request).or_default();
                if !forms.contains(&id.form) {
                    forms.push(id.form);
                }
            }
        }
        let mixed: FxHashSet<NodeRef> =
            forms.into_iter().filter(|(_, forms)| forms.len() > 1).map(|(request, _)| request).collect();
        if mixed.is_empty() {
            return;
        }
        let senders = self.sending_functions();
        for (literal, mention) in found {
            let reaches = mention.reaches.iter_mut().filter(|u| mixed.contains(&u.request));
            let apart = || !self.is_named_by_senders(*literal, &senders);
            for reached in reaches.filter(|u| !u.direct && apart()) {
                reached.platform = None;
            }
        }
    }

    /// Whether a literal, or the constant that it is, is named in a function that leads to a request, or in one
    /// that such a function calls.
    fn is_named_by_senders(&self, literal: NodeRef, senders: &Senders) -> bool {
        let sends = |at: NodeRef| self.functions_around(at).any(|f| senders.sends(f));
        let by_sender = |at: NodeRef| {
            sends(at)
                || self
                    .functions_around(at)
                    .any(|f| self.callers(f).iter().take(MAX_PLACES).any(|&c| sends(c)))
        };
        let constant = self.bound_at(literal).filter(|_| self.function_of(literal).is_none());
        let readers = constant.map_or(Vec::new(), |(at, target)| self.readers(at.sibling(target)));
        by_sender(literal) || readers.into_iter().take(MAX_PLACES).any(by_sender)
    }

    fn functions_around(&self, at: NodeRef) -> impl Iterator<Item = NodeRef> {
        std::iter::successors(self.function_of(at), |&f| self.function_of(f))
    }
}
