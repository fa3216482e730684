//! Tests of environment variables: `if (!process.env.KEY) throw …`.

use super::environment::Source;
use super::missing::Missing;
use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::model::Project;
use crate::model::key::looks_like_key;
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::NodeRef;

/// Calls between a look at a variable and what it guards.
const MAX_CALLS: u32 = 8;
/// Places from which it is looked for, in all.
const MAX_PLACES: u32 = 128;
/// Callers of a function that are asked for a look of theirs.
const MAX_CALLERS: usize = 8;

/// A place that looks whether a variable is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// What is tested.
    pub at: NodeRef,
    /// The variable.
    pub variable: Name,
    /// The read whose value is tested; `None` where only its name is asked for.
    pub read: Option<NodeRef>,
    /// What happens without it.
    pub missing: Missing,
}

impl Project {
    /// Every test of an environment variable outside of test code, in file order.
    pub fn checks(&self) -> &[Check] {
        self.checks.get_or_init(|| self.find_checks())
    }

    fn find_checks(&self) -> Vec<Check> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            if model.source.role.is_test {
                continue;
            }
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                if let Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } =
                    model.facts.kind(node)
                    && let Some(variable) = constant(&model.facts, *left)
                    && self.is_listed("environment", at.sibling(*right))
                {
                    let missing = self.tested(at).unwrap_or(Missing::Unknown);
                    out.push(Check { at, variable, read: None, missing });
                    continue;
                }
                let name = match model.facts.kind(node) {
                    Kind::Name(n) => n.clone(),
                    Kind::Member { name, .. } => name.clone(),
                    Kind::Index { index, .. } => constant(&model.facts, *index).unwrap_or_default(),
                    Kind::Call(call) => last_name(&model.facts, call.callee).unwrap_or_default(),
                    _ => continue,
                };
                let read = matches!(model.facts.kind(node), Kind::Call(_))
                    && model.sdk.ends_word("environment", &name);
                if !read && !looks_like_key(&name) {
                    continue;
                }
                let Some(missing) = self.tested(at) else { continue };
                for source in self.sources(at) {
                    if let Source::Environment(read, _) = source {
                        out.push(Check { at, variable: read.variable, read: Some(read.at), missing });
                    }
                }
            }
        }
        out
    }

    /// What happens when the value of a read is missing, according to the tests of it.
    pub(in crate::model) fn check_of(&self, read: NodeRef) -> Option<Missing> {
        let known = self.checks().iter().filter(|c| c.read == Some(read)).map(|c| c.missing);
        // A variable of any name that is bound to it.
        let bound = self.bound_name(read);
        let readers = bound.map(|target| self.readers(target)).unwrap_or_default();
        let local = readers.into_iter().filter_map(|r| self.tested(r));
        known.chain(local).max_by_key(|m| match m {
            Missing::Fails | Missing::Raises => 2,
            Missing::Degrades | Missing::Default => 1,
            Missing::Unchecked | Missing::Unknown => 0,
        })
    }

    /// What happens without a variable where a place is reached only after a look at it, in its own function
    /// or with each of those that call it.
    pub(in crate::model) fn guard_of(&self, variable: &Name, at: NodeRef) -> Option<Missing> {
        self.guard_within(variable, at, MAX_CALLS, &mut { MAX_PLACES })
    }

    fn guard_within(&self, variable: &Name, at: NodeRef, calls: u32, places: &mut u32) -> Option<Missing> {
        *places = places.checked_sub(1)?;
        let here = self.checks().iter().filter(|c| c.variable == *variable && self.guards(c, at));
        if let Some(check) = here.last() {
            return Some(check.missing);
        }
        let function = self.function_of(at).filter(|_| calls > 0)?;
        let callers = self.callers(function);
        if callers.is_empty() || callers.len() > MAX_CALLERS || !self.mentions(function).is_empty() {
            return None;
        }
        let found: Option<Vec<Missing>> =
            callers.iter().map(|&caller| self.guard_within(variable, caller, calls - 1, places)).collect();
        found?.into_iter().max_by_key(|m| matches!(m, Missing::Fails | Missing::Raises))
    }

    /// Whether a place is reached only when a test that comes before it went well: it stands in a branch of
    /// that, or behind one that leaves.
    fn guards(&self, check: &Check, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let before = check.at.file == at.file && facts.span(check.at.node).end <= facts.span(at.node).start;
        let branch = || {
            facts
                .ancestors(check.at.node)
                .find(|&n| matches!(facts.kind(n), Kind::If { .. } | Kind::Assert { .. } | Kind::Function(_)))
        };
        let Some(branch) = before.then(branch).flatten() else { return false };
        let around = |n: NodeId| facts.span(n).contains(facts.span(at.node));
        match facts.kind(branch) {
            Kind::If { condition, then, .. } if !around(*condition) => {
                let block = facts.parent(branch);
                around(branch) || block.is_some_and(around) && self.leaves(at.file, *then)
            }
            Kind::Assert { .. } => facts.parent(branch).is_some_and(around),
            _ => false,
        }
    }

    /// The variable that the value of a read is bound to, perhaps in another form.
    fn bound_name(&self, read: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(read.file);
        if matches!(facts.kind(read.node), Kind::Name(_)) {
            return Some(read);
        }
        let mut at = read.node;
        loop {
            let parent = facts.parent(at)?;
            match facts.kind(parent) {
                Kind::Cast { .. } | Kind::Await(_) | Kind::Propagate(_) | Kind::Member { .. } => {}
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, .. } => {}
                Kind::Call(call) if call.callee == at => {}
                Kind::If { condition, .. } if *condition != at => {}
                Kind::Assign(a) if a.value == Some(at) => {
                    return matches!(facts.kind(a.target), Kind::Name(_)).then(|| read.sibling(a.target));
                }
                _ => return None,
            }
            at = parent;
        }
    }

    /// What happens when a value is missing, if the place is a test of it.
    pub(in crate::model) fn tested(&self, leaf: NodeRef) -> Option<Missing> {
        let model = self.file(leaf.file);
        let facts = &model.facts;
        let place = |n: NodeId| leaf.sibling(n);
        // Whether the condition holds when the value is there, as far as that is certain.
        let mut there = Some(true);
        let mut looked_at = false;
        // Whether it is still the value, or nothing, that was looked up.
        let mut kept = true;
        let mut at = leaf.node;
        while let Some(parent) = facts.parent(at) {
            match facts.kind(parent) {
                Kind::Unary { op: UnaryOp::Not, .. } => {
                    there = there.map(|t| !t);
                    looked_at = true;
                }
                Kind::Binary { op: BinaryOp::And, left, .. } => looked_at |= *left == at,
                Kind::Binary { op: BinaryOp::Or, .. } | Kind::Cast { .. } | Kind::Await(_) => {}
                Kind::Binary { op, left, right } if is_comparison(*op) => {
                    let other = if *left == at { *right } else { *left };
                    let nothing = matches!(facts.kind(other), Kind::Null)
                        || constant(facts, other).is_some_and(|t| t.is_empty());
                    there = match op {
                        BinaryOp::Eq | BinaryOp::Is if nothing => there.map(|t| !t),
                        BinaryOp::Ne | BinaryOp::IsNot if nothing => there,
                        _ => None,
                    };
                    looked_at = true;
                }
                // `key.is_empty()`, `len(key)`, `Boolean(key)`
                Kind::Member { object, name, .. } if *object == at => {
                    if kept && self.is_called(place(parent)) && model.sdk.has_word("missing-told", name) {
                        return Some(Missing::Fails);
                    }
                    kept &= ["missing-keeps", "missing-option"].iter().any(|l| model.sdk.has_word(l, name));
                    if model.sdk.has_word("missing-negative", name) {
                        there = there.map(|t| !t);
                    }
                }
                Kind::Propagate(_) if kept => return Some(Missing::Fails),
                Kind::Call(call) if call.callee == at => {}
                Kind::Call(call) => {
                    let name = last_name(facts, call.callee)?;
                    // `ensure!(key.is_some(), "…")`
                    if !kept && model.sdk.has_word("missing-demands", &name) {
                        return Some(Missing::Fails);
                    }
                    if !model.sdk.has_word("presence", &name) {
                        return None;
                    }
                    looked_at = true;
                    there = None;
                }
                Kind::List(_) => there = None,
                Kind::Let { value, .. } if *value == at => {}
                // `let Some(key) = &self.key else { … }`
                Kind::Assign(a) if a.value == Some(at) && a.otherwise.is_some() => {
                    return Some(self.worst(a.otherwise.map(place)));
                }
                Kind::If { condition, then, otherwise } if *condition == at => {
                    return Some(match (there, otherwise) {
                        (Some(false), _) => self.worst([place(*then)]),
                        (Some(true), Some(otherwise)) => self.worst([place(*otherwise)]),
                        (Some(true), None) => self.after(place(parent), place(*then)),
                        (None, otherwise) => {
                            self.worst([Some(*then), *otherwise].into_iter().flatten().map(place))
                        }
                    });
                }
                Kind::Assert { condition, .. } if *condition == at => return Some(Missing::Fails),
                Kind::Loop(l) if l.condition == Some(at) => return Some(Missing::Unknown),
                Kind::Match(m) if m.subject == at => {
                    return Some(self.worst(m.arms.iter().map(|arm| place(arm.body))));
                }
                // `assert(key)`, `invariant(key)` as a statement.
                _ => break,
            }
            at = parent;
        }
        looked_at.then_some(Missing::Unknown)
    }

    /// What follows an `if` that leaves when the value is there.
    fn after(&self, branch: NodeRef, then: NodeRef) -> Missing {
        let facts = self.facts(branch.file);
        if self.leaves(branch.file, then.node)
            && let Some(parent) = facts.parent(branch.node)
            && let Kind::Block { body, .. } = facts.kind(parent)
        {
            let next = body.iter().skip_while(|&&n| n != branch.node).nth(1);
            return self.worst(next.map(|&n| branch.sibling(n)));
        }
        Missing::Degrades
    }

    /// Fails if one of these does, else degrades.
    pub(in crate::model) fn worst(&self, places: impl IntoIterator<Item = NodeRef>) -> Missing {
        if places.into_iter().any(|p| self.fails(p)) { Missing::Fails } else { Missing::Degrades }
    }
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp as B;
    matches!(op, B::Eq | B::Ne | B::Lt | B::Le | B::Gt | B::Ge | B::Is | B::IsNot | B::InstanceOf)
}
