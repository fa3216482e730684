//! Questions whether to try again that are asked about what an answer says, not about a failure.

use crate::facts::Call;
use crate::model::Project;
use crate::model::names::words::has_word_of;
use crate::model::response::What;
use crate::model::values::came_from::WalkBack;
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};

/// Expressions that what is asked about is followed back through.
const MAX_STEPS: usize = 8;
/// Parts of one of them that are looked at.
const MAX_PARTS: usize = 16;

impl Project {
    /// `shouldRetry(text)`, `needs_retry(validation)`: the call succeeded, and what came of it is asked for its
    /// form.
    pub(super) fn asks_about_answer(&self, call: NodeRef, c: &Call) -> bool {
        let verdict = self.last_name_at(call.sibling(c.callee)).is_some_and(|name| {
            ["retry-verdict-parts", "retry-parts"].iter().any(|list| self.has_part(call, list, &name))
        });
        verdict
            && c.args.iter().all(|a| self.aside(call.sibling(a.value)) == Truth::Free)
            && c.args.iter().any(|a| self.is_said_by_answer(call.sibling(a.value)))
    }

    /// The text of an answer, or what its name calls the judgement of one.
    fn is_said_by_answer(&self, at: NodeRef) -> bool {
        let content = |v: &Value| match v {
            Value::Response(r) => matches!(self.use_of(r), Some(What::Text | What::Content)),
            _ => false,
        };
        let sdk = self.file(at.file).sdk;
        self.last_name_at(at).is_some_and(|name| has_word_of(sdk, "judged-words", &name))
            || WalkBack::new(at, MAX_STEPS, |part| self.came_from(part)).any(|part| {
                let inside = self.facts(part.file).descendants(part.node).into_iter().take(MAX_PARTS);
                inside.map(|n| part.sibling(n)).any(|n| self.eval(n).iter().any(content))
            })
    }
}
