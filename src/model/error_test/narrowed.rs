//! Words that are asked for although the class of the error is known there.

use crate::facts::{BinaryOp, Kind};
use crate::model::Project;
use crate::model::value::NodeRef;

impl Project {
    /// Whether a test of an error's words stands where its class is known already, and nothing there asks for its
    /// status or a class below: `if isinstance(e, anthropic.APIStatusError): if "overloaded" in str(e): …`.
    pub fn rests_on_words(&self, test: NodeRef) -> bool {
        let facts = self.facts(test.file);
        let mut from = test.node;
        for up in facts.ancestors(test.node).skip(1) {
            match facts.kind(up) {
                Kind::Function(_) => return false,
                Kind::If { condition, then, .. }
                    if *then == from && self.asks_for_api_class(test.sibling(*condition)) =>
                {
                    return !self.tests_class_or_status(test.sibling(*then));
                }
                Kind::Binary { op: BinaryOp::And, left, right }
                    if *right == from && self.asks_for_api_class(test.sibling(*left)) =>
                {
                    return !self.tests_class_or_status(test.sibling(*right));
                }
                _ => {}
            }
            from = up;
        }
        false
    }

    /// Whether a condition holds only for errors of a package whose classes are known.
    fn asks_for_api_class(&self, condition: NodeRef) -> bool {
        let known = |&class: &NodeRef| !self.named_errors(class).is_empty();
        let tests = self.class_tests(condition, true);
        tests.iter().any(|test| !test.classes.is_empty() && test.classes.iter().all(known))
    }
}
