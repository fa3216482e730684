//! Functions that a platform ends after some time: those of serverless services.

use super::value::NodeRef;
use super::{Project, enclosing_function};
use crate::facts::{Function, Kind};

const MAX_CALLERS: usize = 24;
const MAX_DEPTH: u32 = 4;

impl Project {
    /// The function of a serverless platform that this code runs in, when there is one: it is
    /// killed when its time is up.
    pub fn platform_handler(&self, at: NodeRef) -> Option<NodeRef> {
        let mut next = vec![(at, 0)];
        let mut seen = 0;
        while let Some((at, depth)) = next.pop() {
            seen += 1;
            if seen > MAX_CALLERS {
                return None;
            }
            let model = self.file(at.file);
            let mut function = match model.facts.kind(at.node) {
                Kind::Function(_) => Some(at.node),
                _ => enclosing_function(&model.facts, at.node),
            };
            while let Some(node) = function {
                let here = at.sibling(node);
                if let Kind::Function(f) = model.facts.kind(node)
                    && self.has_time_of_platform(here, f)
                {
                    return Some(here);
                }
                if depth < MAX_DEPTH {
                    next.extend(self.callers(here).iter().map(|&c| (c, depth + 1)));
                }
                function = enclosing_function(&model.facts, node);
            }
        }
        None
    }

    fn has_time_of_platform(&self, at: NodeRef, function: &Function) -> bool {
        let model = self.file(at.file);
        let names: Vec<&str> = function
            .params
            .iter()
            .filter_map(|p| match model.facts.kind(p.pattern) {
                Kind::Name(n) => Some(n.trim_start_matches('_')),
                _ => None,
            })
            .collect();
        let typed = || {
            function.params.iter().filter_map(|p| p.ty).any(|ty| {
                let named = model.facts.descendants(ty).into_iter().any(
                    |n| matches!(model.facts.kind(n), Kind::Name(n) if model.sdk.has_word("platform-events", n)),
                );
                named || model.sdk.has_word("platform-events", model.text_of(ty))
            })
        };
        let limited = || {
            let mut words = model.sdk.words("platform-time-limits").iter();
            function.exported && words.any(|w| model.scopes.top_level(w).next().is_some())
        };
        names[..] == ["event", "context"]
            || function.name.as_ref().is_some_and(|n| model.sdk.has_word("platform-names", n))
            || typed()
            || limited()
    }
}
