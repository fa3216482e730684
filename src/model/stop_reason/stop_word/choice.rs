//! What a choice by the stop reason makes of each reason.

use super::MAX_DEPTH;
use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::names::index::path_name;
use crate::model::names::words::snake;
use crate::model::stop_reason::stop_values::MAX_PATTERN;
use crate::model::values::keyed::keyed;
use crate::model::values::value::NodeRef;

/// A choice of a word by the stop reason.
pub(super) struct Choice {
    /// What chooses: an expression, or statements one after another.
    steps: Vec<NodeRef>,
    /// The reason, as it is written there.
    subject: Name,
    /// The variable that is set to the word; else the word is given back, or the value of the expression.
    variable: Option<Name>,
}

/// What one piece of a choice does about one reason.
enum Step {
    /// It is this word.
    Word(NodeRef, String),
    /// Whatever follows chooses.
    Next,
    Unknown,
}

impl Project {
    /// The choice that a test of the stop reason is a part of.
    pub(super) fn choice_of(&self, test: NodeRef, subject: NodeRef) -> Option<Choice> {
        let facts = self.facts(test.file);
        let subject = self.asked_name(subject)?;
        let mut root = test.node;
        for up in facts.ancestors(test.node).skip(1).take(MAX_DEPTH) {
            let is_else = |n: NodeId| {
                let around = facts.parent(n).map(|p| facts.kind(p));
                matches!(around, Some(Kind::If { otherwise, .. }) if *otherwise == Some(n))
            };
            let within = match facts.kind(up) {
                Kind::If { condition, otherwise, .. } => *condition == root || *otherwise == Some(root),
                Kind::Block { body, .. } => body.len() == 1 && is_else(up),
                _ => false,
            };
            if !within {
                break;
            }
            root = up;
        }
        let at = test.sibling(root);
        let chooses = matches!(facts.kind(root), Kind::If { .. } | Kind::Match(_));
        if !chooses && keyed(facts, root).is_none() {
            return None;
        }
        let around = facts.parent(root).filter(|_| chooses);
        let Some(Kind::Block { body, tail }) = around.map(|p| facts.kind(p)) else {
            return Some(Choice { steps: vec![at], subject, variable: None });
        };
        let steps: Vec<NodeRef> = body.iter().map(|&n| test.sibling(n)).collect();
        let mut variable = None;
        for node in facts.descendants(root) {
            match facts.kind(node) {
                Kind::Return(Some(_)) => return Some(Choice { steps, subject, variable: None }),
                Kind::Assign(a) if a.op.is_none() => match facts.kind(a.target) {
                    Kind::Name(name) => variable = variable.or(Some(name.clone())),
                    _ => return None,
                },
                _ => {}
            }
        }
        let is_value = *tail && body.last() == Some(&root);
        (variable.is_some() || is_value).then_some(Choice { steps, subject, variable })
    }

    /// How the reason is written: `reason` in `reason.as_deref()`, `reason ?? ""`, `reason as string`.
    fn asked_name(&self, at: NodeRef) -> Option<Name> {
        let facts = self.facts(at.file);
        let mut node = at.node;
        for _ in 0..MAX_DEPTH {
            if let Some(name) = path_name(facts, node).filter(|_| !self.is_called(at.sibling(node))) {
                return Some(name);
            }
            node = match facts.kind(node) {
                Kind::Call(c) => match facts.kind(c.callee) {
                    Kind::Member { object, .. } => *object,
                    _ => return None,
                },
                Kind::Cast { value, .. } | Kind::Propagate(value) => *value,
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => *left,
                _ => return Some(self.file(at.file).text_of(node).into()),
            };
        }
        None
    }

    /// The word for one reason, and where it is written.
    pub(super) fn word_chosen(&self, choice: &Choice, reason: &str) -> Option<(NodeRef, String)> {
        match self.word_of_steps(choice, &choice.steps, reason, MAX_DEPTH) {
            Step::Word(at, word) => Some((at, word)),
            Step::Next | Step::Unknown => None,
        }
    }

    /// What statements one after another do about one reason.
    fn word_of_steps(&self, choice: &Choice, steps: &[NodeRef], reason: &str, left: usize) -> Step {
        let mut found = Step::Next;
        for &step in steps {
            match self.word_step(choice, step, reason, left) {
                Step::Next => {}
                // What follows may set the variable again.
                Step::Word(at, word) if choice.variable.is_some() => found = Step::Word(at, word),
                other => return other,
            }
        }
        found
    }

    fn word_step(&self, choice: &Choice, at: NodeRef, reason: &str, left: usize) -> Step {
        let Some(left) = left.checked_sub(1) else { return Step::Unknown };
        let facts = self.facts(at.file);
        let next = |n: NodeId| self.word_step(choice, at.sibling(n), reason, left);
        let asks = |subject: NodeRef| self.asked_name(subject).as_ref() == Some(&choice.subject);
        match facts.kind(at.node) {
            Kind::Block { body, .. } => {
                let steps: Vec<NodeRef> = body.iter().map(|&n| at.sibling(n)).collect();
                self.word_of_steps(choice, &steps, reason, left)
            }
            Kind::If { condition, then, otherwise } => {
                let condition = at.sibling(*condition);
                let test = self.stop_test(condition).filter(|(subject, _)| asks(*subject));
                let held = test.map(|(_, test)| self.is_held(&test, reason));
                match held.or_else(|| Some(Some(self.holds_for_any(condition, &asks)?))) {
                    Some(Some(true)) => next(*then),
                    Some(Some(false)) => otherwise.map_or(Step::Next, next),
                    Some(None) => Step::Unknown,
                    None => self.passed(choice, at),
                }
            }
            Kind::Match(m) if asks(at.sibling(m.subject)) => {
                let names = |p: &NodeId| self.stop_values(at.sibling(*p), MAX_PATTERN);
                let takes = |p: &NodeId| names(p).is_some_and(|v| v.iter().any(|v| v == reason));
                let rest = m
                    .arms
                    .iter()
                    .position(|a| a.guard.is_none() && a.patterns.iter().all(|p| names(p).is_none()));
                let own = m.arms.iter().position(|a| a.guard.is_none() && a.patterns.iter().any(takes));
                let Some(first) = own.or(rest) else { return Step::Next };
                // `case "a": case "b":`
                m.arms[first..].iter().find(|arm| !arm.falls).map_or(Step::Next, |arm| next(arm.body))
            }
            Kind::Return(Some(value)) if choice.variable.is_none() => next(*value),
            Kind::Assign(a) => match (&choice.variable, facts.kind(a.target), a.value) {
                (Some(variable), Kind::Name(name), Some(value)) if name == variable => next(value),
                _ => Step::Next,
            },
            Kind::Return(_) | Kind::Break(_) | Kind::Continue => Step::Next,
            Kind::Cast { value, .. } => next(*value),
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => match next(*left) {
                Step::Next => next(*right),
                step => step,
            },
            _ => match (keyed(facts, at.node), self.word(at)) {
                (_, Some(word)) => Step::Word(at, word),
                (Some(found), _) if asks(at.sibling(found.key)) => {
                    let table = self.json(at.sibling(found.object));
                    if !table.is_object() || !table.is_whole() {
                        return Step::Unknown;
                    }
                    let entry = table.entries().iter().find(|e| snake(&e.key) == reason);
                    match (entry.map(|e| e.value.text()), found.default) {
                        (Some(Some(word)), _) => Step::Word(at, word),
                        (None, Some(default)) => match next(default) {
                            Step::Word(_, word) => Step::Word(at, word),
                            step => step,
                        },
                        (None, None) => Step::Next,
                        _ => Step::Unknown,
                    }
                }
                _ => self.passed(choice, at),
            },
        }
    }

    /// Whether a condition that only asks if there is a reason holds for one: `reason === null`.
    fn holds_for_any(&self, condition: NodeRef, asks: &dyn Fn(NodeRef) -> bool) -> Option<bool> {
        match self.kind(condition) {
            Kind::Unary { op: UnaryOp::Not, operand } => {
                self.holds_for_any(condition.sibling(*operand), asks).map(|there| !there)
            }
            Kind::Binary { op, left, right } => {
                let equal = match op {
                    BinaryOp::Eq | BinaryOp::Is => true,
                    BinaryOp::Ne | BinaryOp::IsNot => false,
                    _ => return None,
                };
                let no_reason = |n: NodeId| matches!(self.kind(condition.sibling(n)), Kind::Null);
                let pairs = [(*left, *right), (*right, *left)];
                let asked =
                    pairs.iter().any(|&(one, other)| no_reason(other) && asks(condition.sibling(one)));
                asked.then_some(!equal)
            }
            Kind::Name(_) | Kind::Member { .. } => asks(condition).then_some(true),
            _ => None,
        }
    }

    /// A statement that chooses no word by itself.
    fn passed(&self, choice: &Choice, at: NodeRef) -> Step {
        let facts = self.facts(at.file);
        let is_statement = match facts.parent(at.node).map(|p| facts.kind(p)) {
            Some(Kind::Block { body, tail }) => !*tail || body.last() != Some(&at.node),
            _ => false,
        };
        let sets = facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Return(_) | Kind::Throw(_) => true,
            Kind::Assign(a) => match (&choice.variable, facts.kind(a.target)) {
                (Some(variable), Kind::Name(name)) => name == variable,
                _ => false,
            },
            _ => false,
        });
        if is_statement && !sets { Step::Next } else { Step::Unknown }
    }
}
