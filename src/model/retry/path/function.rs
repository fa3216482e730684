//! From a function to whatever runs it.

use super::{MAX_LOOSE, Walk};
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::retry::{Retry, RetryForm};
use crate::model::values::value::NodeRef;

impl Walk<'_> {
    /// Goes from a function to what runs it.
    pub(in crate::model::retry) fn function(&mut self, function: NodeRef, hops: u32) {
        let again = !self.seen.insert(function);
        self.meets(function, again);
        if again {
            return;
        }
        let project = self.project;
        let Kind::Function(f) = project.kind(function) else { return };
        let mut decorated = false;
        let before = self.out.retries.len();
        for &decorator in &f.decorators {
            decorated |= self.decorator(function.sibling(decorator));
        }
        for retry in &mut self.out.retries[before..] {
            retry.effective &= !f.is_generator || retry.drives;
        }
        let back = project.hands_message_back(function).or_else(|| project.puts_work_back(function));
        if let Some(call) = back {
            self.found(Retry::new(call, RetryForm::Queue));
        }
        self.recursion(function);
        self.out.foreign_base |= project.has_base_out_of_sight(function);
        let mut reached = decorated;
        // A method written over one of a base class is called through that one.
        let mut same = vec![function];
        same.extend(self.project.overridden(function));
        for (i, &target) in same.iter().enumerate() {
            if i > 0
                && let Kind::Function(base) = project.kind(target)
            {
                for &decorator in &base.decorators {
                    self.decorator(target.sibling(decorator));
                }
            }
            for &call in project.callers(target) {
                if project.is_test(call) && !project.is_test(function) {
                    continue;
                }
                reached = true;
                let elsewhere =
                    |&(f, i): &(NodeRef, usize)| f == target && project.goes_elsewhere(call, f, i);
                if self.addressed.as_ref().is_some_and(elsewhere)
                    || self.shared.as_ref().is_some_and(|shared| !shared.may_be_own(project, target, call))
                    || project.asks_for_another_model(call)
                {
                    continue;
                }
                if !self.is_inside(call, function) {
                    self.climb(project.first_pull(target, call).unwrap_or(call), hops + 1);
                }
                self.lasts(!self.doubt && i == 0 && self.is_library_class(function));
            }
            for &mention in project.mentions(target) {
                if project.is_test(mention) && !project.is_test(function) || self.is_inside(mention, function)
                {
                    continue;
                }
                reached = true;
                self.value_use(mention, hops + 1);
            }
        }
        if self.is_anonymous(function) {
            reached |= self.value_use(function, hops);
        }
        let loose = project.possible_callers(function);
        if !reached || !loose.is_empty() {
            let before = std::mem::replace(&mut self.doubt, true);
            for &call in loose.iter().take(MAX_LOOSE) {
                let same_language = project.file(call.file).language == project.file(function.file).language;
                if same_language && !project.is_test(call) && !self.is_inside(call, function) {
                    self.climb(call, hops + 2);
                }
            }
            self.doubt = before;
        }
        if !reached && !self.doubt {
            self.root(function);
        }
    }

    /// A function nobody is seen to call.
    fn root(&mut self, function: NodeRef) {
        let Kind::Function(f) = self.project.kind(function) else { return };
        let main = f.name.as_deref() == Some("main");
        if main && !self.project.starts_server(function) {
            self.starts();
        } else {
            self.lasts(true);
        }
        self.ends();
    }

    /// Whether a function is a value: a closure, or a function expression.
    pub(in crate::model::retry) fn is_anonymous(&self, function: NodeRef) -> bool {
        matches!(self.project.kind(function), Kind::Function(f) if f.name.is_none())
            || !self.is_declared(function)
    }

    /// Whether a function stands as a statement or a member, not as a value.
    fn is_declared(&self, function: NodeRef) -> bool {
        let facts = self.project.facts(function.file);
        let Some(parent) = facts.parent(function.node) else { return true };
        match facts.kind(parent) {
            Kind::Class(_) | Kind::Export(_) => true,
            Kind::Block { body, tail } => !*tail || body.last() != Some(&function.node),
            _ => false,
        }
    }
}

impl Project {
    /// Where a function hands a message back to its queue, to be delivered again:
    /// `message.retry({ delaySeconds: 30 })`.
    fn hands_message_back(&self, function: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(function.file);
        let sdk = self.file(function.file).sdk;
        let hands_back = |&n: &NodeId| {
            let Kind::Call(c) = facts.kind(n) else { return false };
            let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return false };
            // Others of that name are given what they repeat.
            let message = matches!(facts.kind(*object), Kind::Name(_));
            let options = c.args.iter().all(|a| matches!(facts.kind(a.value), Kind::Record(_)));
            sdk.has_word("hands-back", name) && message && c.args.len() < 2 && options
        };
        facts.descendants(function.node).into_iter().find(hands_back).map(|n| function.sibling(n))
    }
}
