//! Conditions about the name of a model, answered for one name.

use std::cell::Cell;

use crate::facts::{BinaryOp, Call, Kind, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::values::truth::Truth;
use crate::model::values::value::{NodeRef, Value};

/// Questions in each other.
const MAX_DEPTH: u32 = 10;
/// Expressions that one answer looks at.
const MAX_STEPS: u32 = 4000;

/// Variables with their texts.
pub(super) type Bound<'a> = &'a [(NodeRef, String)];

/// A name of a model for which conditions are answered.
pub(super) struct Asked<'a> {
    pub(super) project: &'a Project,
    pub(super) id: &'a str,
    steps: Cell<u32>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(project: &'a Project, id: &'a str) -> Asked<'a> {
        Asked { project, id, steps: Cell::new(0) }
    }

    /// Whether one more expression may be looked at.
    pub(super) fn spend(&self) -> bool {
        self.steps.set(self.steps.get() + 1);
        self.steps.get() < MAX_STEPS
    }

    /// Whether an expression may be about the model.
    pub(super) fn concerns(&self, at: NodeRef) -> bool {
        self.project.speaks_of_model(at)
    }

    pub(super) fn truth(&self, at: NodeRef, bound: Bound<'_>, depth: u32) -> Truth {
        self.known(at, bound, depth).unwrap_or_else(|| match self.concerns(at) {
            true => Truth::Open,
            false => Truth::Free,
        })
    }

    fn known(&self, at: NodeRef, bound: Bound<'_>, depth: u32) -> Option<Truth> {
        if depth > MAX_DEPTH || !self.spend() {
            return Some(Truth::Open);
        }
        let project = self.project;
        let next = |n: NodeId| self.truth(at.sibling(n), bound, depth + 1);
        match project.kind(at) {
            Kind::Bool(b) => Some(Truth::of(*b)),
            Kind::Unary { op: UnaryOp::Not, operand } => Some(next(*operand).not()),
            Kind::Cast { value, .. } => Some(next(*value)),
            Kind::Binary { op: BinaryOp::And, left, right } => Some(next(*left).and_rest(next(*right))),
            Kind::Binary { op: BinaryOp::Or, left, right } => Some(next(*left).or_rest(next(*right))),
            Kind::Binary { op: op @ (BinaryOp::In | BinaryOp::NotIn), left, right } => {
                let holds = self.holds(at.sibling(*right), at.sibling(*left), bound)?;
                Some(Truth::of(holds == (*op == BinaryOp::In)))
            }
            // `PATTERN.match(model) is not None`
            Kind::Binary {
                op: op @ (BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot),
                left,
                right,
            } if matches!(project.kind(at.sibling(*right)), Kind::Null) => {
                let found = self.matched(at.sibling(*left), bound)?;
                Some(Truth::of(found == matches!(op, BinaryOp::Ne | BinaryOp::IsNot)))
            }
            Kind::Binary { op: op @ (BinaryOp::Eq | BinaryOp::Ne), left, right } => {
                let [left, right] = [*left, *right].map(|n| self.label(at.sibling(n), bound, depth + 1));
                Some(Truth::of((left? == right?) == (*op == BinaryOp::Eq)))
            }
            Kind::If { condition, then, otherwise: Some(otherwise) } => match next(*condition) {
                Truth::Yes => Some(next(*then)),
                Truth::No => Some(next(*otherwise)),
                _ => None,
            },
            Kind::Block { body, .. } => self.run(at, body, bound, depth + 1),
            Kind::Return(Some(value)) => Some(next(*value)),
            Kind::Name(_) => project.file(at.file).only_value(at.node).map(next),
            Kind::Call(call) => self.call(at, call, bound, depth + 1),
            _ => None,
        }
    }

    fn call(&self, at: NodeRef, call: &Call, bound: Bound<'_>, depth: u32) -> Option<Truth> {
        let project = self.project;
        if let Some(found) = self.matched(at, bound) {
            return Some(Truth::of(found));
        }
        let first = call.args.first().map(|a| at.sibling(a.value));
        match project.kind(at.sibling(call.callee)) {
            Kind::Member { object, name, .. } => {
                let object = at.sibling(*object);
                let is = |list: &str| project.file(at.file).sdk.has_word(list, name);
                if is("holds")
                    && let Some(holds) = self.holds(object, first?, bound)
                {
                    return Some(Truth::of(holds));
                }
                if is("begins-with") {
                    return self.begins(object, first?, bound, |text, part| text.starts_with(part));
                }
                if is("ends-with") {
                    return self.begins(object, first?, bound, |text, part| text.ends_with(part));
                }
                match &**name {
                    "some" | "any" => return self.each(object, first?, bound, depth, Truth::Yes),
                    "every" | "all" => return self.each(object, first?, bound, depth, Truth::No),
                    _ => {}
                }
            }
            Kind::Name(name) if matches!(&**name, "any" | "all") => {
                let clause = first?;
                let Kind::Comprehension(c) = project.kind(clause) else { return None };
                let [only] = &c.clauses[..] else { return None };
                if !only.conditions.is_empty() {
                    return None;
                }
                let over = clause.sibling(only.iterable);
                let (target, element) = (clause.sibling(only.pattern), clause.sibling(c.element));
                let decisive = Truth::of(&**name == "any");
                return self.over(over, target, element, bound, depth, decisive);
            }
            Kind::Name(name) if matches!(&**name, "bool" | "Boolean") => {
                return Some(self.truth(first?, bound, depth));
            }
            _ => {}
        }
        let [Value::Function(function)] = project.eval(at.sibling(call.callee))[..] else { return None };
        self.function(at, call, function, bound, depth)
    }

    /// What a function of the project says of the model.
    fn function(
        &self,
        at: NodeRef,
        call: &Call,
        function: NodeRef,
        bound: Bound<'_>,
        depth: u32,
    ) -> Option<Truth> {
        let Kind::Function(f) = self.project.kind(function) else { return None };
        let inner = self.bound_in(at, call, function, bound)?;
        Some(self.truth(function.sibling(f.body), &inner, depth))
    }

    /// The parameters of a function that a call gives texts for.
    pub(super) fn bound_in(
        &self,
        at: NodeRef,
        call: &Call,
        function: NodeRef,
        bound: Bound<'_>,
    ) -> Option<Vec<(NodeRef, String)>> {
        let Kind::Function(f) = self.project.kind(function) else { return None };
        if !f.body.is_some() || f.is_generator {
            return None;
        }
        let mut inner: Vec<(NodeRef, String)> = Vec::new();
        for arg in &call.args {
            let value = at.sibling(arg.value);
            if let Some(text) = self.text(value, bound, 0)
                && let Some(index) = self.project.parameter_for_argument(at, function, value)
            {
                inner.push((function.sibling(f.params[index].pattern), text));
            }
        }
        Some(inner)
    }

    /// What a block gives: the first `return` that is come to, or its value.
    fn run(&self, block: NodeRef, body: &[NodeId], bound: Bound<'_>, depth: u32) -> Option<Truth> {
        let project = self.project;
        let tail = matches!(project.kind(block), Kind::Block { tail: true, .. });
        for (i, &statement) in body.iter().enumerate() {
            let at = block.sibling(statement);
            match project.kind(at) {
                Kind::If { condition, then, otherwise } if !(tail && i + 1 == body.len()) => {
                    let taken = match self.truth(at.sibling(*condition), bound, depth + 1) {
                        Truth::Yes => Some(*then),
                        Truth::No => *otherwise,
                        _ => return None,
                    };
                    let Some(taken) = taken else { continue };
                    if let Some(answer) = self.known(at.sibling(taken), bound, depth + 1) {
                        return Some(answer);
                    }
                    if project.leaves_block(at.sibling(taken)) {
                        return None;
                    }
                }
                Kind::Return(_) => return self.known(at, bound, depth + 1),
                Kind::Loop(_) | Kind::Match(_) | Kind::Try(_) | Kind::With(_) => return None,
                _ if tail && i + 1 == body.len() => return self.known(at, bound, depth + 1),
                _ => {}
            }
        }
        None
    }

    /// Whether a text or list holds a text.
    fn holds(&self, whole: NodeRef, part: NodeRef, bound: Bound<'_>) -> Option<bool> {
        let part = self.text(part, bound, 0)?;
        match self.text(whole, bound, 0) {
            Some(text) => Some(text.contains(&part)),
            None => Some(self.list(whole, 0)?.contains(&part)),
        }
    }

    /// Whether a text begins (or ends) with another, or with one of a list.
    fn begins(
        &self,
        whole: NodeRef,
        part: NodeRef,
        bound: Bound<'_>,
        such: impl Fn(&str, &str) -> bool,
    ) -> Option<Truth> {
        let text = self.text(whole, bound, 0)?;
        let parts = match self.text(part, bound, 0) {
            Some(part) => vec![part],
            None => self.list(part, 0)?,
        };
        Some(Truth::of(parts.iter().any(|p| such(&text, p))))
    }

    /// `LIST.some((m) => model.includes(m))`
    fn each(
        &self,
        list: NodeRef,
        closure: NodeRef,
        bound: Bound<'_>,
        depth: u32,
        decisive: Truth,
    ) -> Option<Truth> {
        let Kind::Function(f) = self.project.kind(closure) else { return None };
        let param = closure.sibling(f.params.first()?.pattern);
        self.over(list, param, closure.sibling(f.body), bound, depth, decisive)
    }

    /// Asks the same of each text of a list until one is decisive.
    fn over(
        &self,
        list: NodeRef,
        target: NodeRef,
        question: NodeRef,
        bound: Bound<'_>,
        depth: u32,
        decisive: Truth,
    ) -> Option<Truth> {
        let mut inner = bound.to_vec();
        let target = self.bare(target);
        for text in self.list(list, 0)? {
            inner.push((target, text));
            match self.truth(question, &inner, depth) {
                answer if answer == decisive => return Some(decisive),
                Truth::Yes | Truth::No => {}
                _ => return None,
            }
            inner.pop();
        }
        Some(decisive.not())
    }

    /// `|&m|`: the name in a pattern.
    fn bare(&self, pattern: NodeRef) -> NodeRef {
        let facts = self.project.facts(pattern.file);
        let named = |&n: &NodeId| matches!(facts.kind(n), Kind::Name(_));
        facts.descendants(pattern.node).into_iter().find(named).map_or(pattern, |n| pattern.sibling(n))
    }
}
