//! Errors of the project's own that speak of answers, not of failures of the API.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::enclosing_function;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether an error class of the project, and all that are derived from it, are raised for nothing but what an
    /// answer says: in no handler that sees failures of the API, and under no condition about one. What a library
    /// raises is no such error then.
    pub(super) fn is_raised_for_answers(&self, class: NodeRef) -> bool {
        if let Some(&known) = self.answer_errors.borrow().get(&class) {
            return known;
        }
        let family = std::iter::once(class).chain(self.derived_of(class).iter().copied());
        let known =
            family.map(|class| self.is_made_for_answers(class)).reduce(|a, b| a && b).unwrap_or(false);
        self.answer_errors.borrow_mut().insert(class, known);
        known
    }

    /// Whether a class is made, and only where no failure of the API is at hand.
    fn is_made_for_answers(&self, class: NodeRef) -> bool {
        let Kind::Class(definition) = self.kind(class) else { return false };
        let name = &definition.name;
        let mut made = false;
        for &at in self.spelled(name) {
            let facts = self.facts(at.file);
            let Some(call) = facts.parent(at.node).map(|node| at.sibling(node)) else { continue };
            let Kind::Call(c) = self.kind(call) else { continue };
            if c.callee != at.node || self.is_test(at) {
                continue;
            }
            let raised = facts.parent(call.node).is_some_and(|p| matches!(facts.kind(p), Kind::Throw(_)));
            if !raised || self.may_tell_of_failure(call) {
                return false;
            }
            made = true;
        }
        made
    }

    /// Whether what stands here may run because a request failed.
    fn may_tell_of_failure(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Try(t) => {
                    let handler = t.handlers.iter().find(|h| h.body == from);
                    if handler.is_some_and(|h| self.catches_api_errors(at, h)) {
                        return true;
                    }
                }
                Kind::If { condition, .. }
                    if *condition != from && self.tests_class_or_status(at.sibling(*condition)) =>
                {
                    return true;
                }
                Kind::Match(_) => return true,
                // Where a function is told of an error, it may be one of the API's.
                Kind::Function(f) => {
                    let named = f.name.as_ref();
                    return named.is_some_and(|name| file.sdk.has_word("exit-methods", name))
                        || named.is_none() && enclosing_function(facts, node).is_some();
                }
                _ => {}
            }
            from = node;
        }
        true
    }
}
