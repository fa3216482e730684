//! What shows that a loop is an agent's: the model decides how long it goes on.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::facts::{Assign, Kind, Name};
use crate::model::Project;
use crate::model::agent_loop::Reach;
use crate::model::control::region::Region;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

/// Steps from a condition to what the model said.
const MAX_STEPS: u32 = 4;
/// Steps after which fields are not followed any more.
const MAX_FIELDS: u32 = 2;

/// Asks of conditions in one region whether they depend on what the model said. What was looked at
/// without success from as near is not looked at again.
pub(in crate::model) struct Asking<'p> {
    project: &'p Project,
    region: &'p Region,
    reach: &'p Reach,
    /// The fewest steps at which an expression was looked at.
    seen: FxHashMap<NodeRef, u32>,
    /// The same for what is set under a name.
    seen_names: FxHashMap<Name, u32>,
    /// Where a name is set in the region: assigned, or a list of that name filled.
    set: FxHashMap<Name, SmallVec<[NodeRef; 2]>>,
    /// Assignments in the region to something other than a name.
    fields: Vec<(NodeRef, &'p Assign)>,
}

impl<'p> Asking<'p> {
    pub(in crate::model) fn new(project: &'p Project, region: &'p Region, reach: &'p Reach) -> Asking<'p> {
        let mut set: FxHashMap<Name, SmallVec<[NodeRef; 2]>> = FxHashMap::default();
        let mut fields = Vec::new();
        for &node in &region.nodes {
            let (target, assign) = match project.kind(node) {
                Kind::Assign(a) => (a.target, Some(&**a)),
                Kind::Call(c) => match project.kind(node.sibling(c.callee)) {
                    Kind::Member { object, name, .. } if fills(name) => (*object, None),
                    _ => continue,
                },
                _ => continue,
            };
            match project.kind(node.sibling(target)) {
                Kind::Name(name) => set.entry(name.clone()).or_default().push(node),
                _ => fields.extend(assign.map(|a| (node, a))),
            }
        }
        let seen = FxHashMap::default();
        Asking { project, region, reach, seen, seen_names: FxHashMap::default(), set, fields }
    }

    /// Whether a condition depends on what the model said.
    pub(in crate::model) fn is_about_model(&mut self, condition: NodeRef) -> bool {
        let depends = self.depends(condition, 0);
        // What led there leads there again.
        if depends {
            self.seen.clear();
            self.seen_names.clear();
        }
        depends
    }

    fn depends(&mut self, expression: NodeRef, steps: u32) -> bool {
        if is_known(&mut self.seen, expression, steps) {
            return false;
        }
        let project = self.project;
        let facts = project.facts(expression.file);
        facts.descendants(expression.node).into_iter().any(|node| {
            let at = expression.sibling(node);
            if self.reach.path.contains(&at) || project.shows_turn(at) {
                return true;
            }
            let from_response = || project.may_be_of_answer(at);
            match facts.kind(node) {
                Kind::Member { .. } => from_response() || steps < MAX_FIELDS && self.field_depends(at, steps),
                Kind::Index { .. } => from_response(),
                Kind::Name(name) if steps < MAX_STEPS => {
                    from_response() || self.name_depends(at, name, steps)
                }
                _ => false,
            }
        })
    }

    /// Whether a field is set in the region to, or depending on, what the model said.
    fn field_depends(&mut self, at: NodeRef, steps: u32) -> bool {
        let project = self.project;
        let text = project.file(at.file).text_of(at.node);
        let is_same = |(node, a): &(NodeRef, &Assign)| {
            node.file == at.file && project.file(node.file).text_of(a.target) == text
        };
        let set: Vec<(NodeRef, &Assign)> = self.fields.iter().copied().filter(is_same).collect();
        set.into_iter().any(|(node, a)| {
            a.value.is_some_and(|v| self.depends(node.sibling(v), steps + 1))
                || self.condition_depends(node, steps)
        })
    }

    /// Whether a variable holds, or is set depending on, what the model said.
    fn name_depends(&mut self, at: NodeRef, name: &Name, steps: u32) -> bool {
        let (project, root) = (self.project, self.region.root);
        let model = project.file(at.file);
        let span = model.facts.span(root.node);
        let inside = |n| at.file == root.file && span.contains(model.facts.span(n));
        for def in model.scopes.lookup(&model.facts, name, at.node) {
            if let Origin::Value { expr, .. } = def.origin
                && inside(expr)
                && expr != at.node
                && self.depends(at.sibling(expr), steps + 1)
            {
                return true;
            }
        }
        // A list that is filled, a flag that is set, under a condition.
        if is_known(&mut self.seen_names, name.clone(), steps) {
            return false;
        }
        let set = self.set.get(name).cloned().unwrap_or_default();
        set.into_iter().any(|node| node != at && self.condition_depends(node, steps))
    }

    fn condition_depends(&mut self, at: NodeRef, steps: u32) -> bool {
        let conditions = self.project.conditions_of(at, self.region);
        conditions.into_iter().any(|condition| self.depends(condition, steps + 1))
    }
}

/// Whether something was looked at from as near; from now on it was.
fn is_known<K: std::hash::Hash + Eq>(seen: &mut FxHashMap<K, u32>, key: K, steps: u32) -> bool {
    let nearest = seen.entry(key).or_insert(u32::MAX);
    let known = *nearest <= steps;
    *nearest = steps.min(*nearest);
    known
}

/// Whether a method adds to what it is called on.
fn fills(method: &str) -> bool {
    matches!(method, "append" | "push" | "push_str" | "extend" | "insert" | "add" | "set")
}
