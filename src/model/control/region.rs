//! A loop's or function's own code: what runs when it runs, and by which conditions it is left.

mod leave;

use std::sync::{Arc, OnceLock};

use crate::facts::{Call, CallStyle, FileFacts, Kind, Loop, LoopKind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::value::NodeRef;

/// The nodes of a loop or function body, definitions that are not run there left out.
#[derive(Clone, Debug)]
pub(in crate::model) struct Region {
    /// The loop, or the function.
    pub(in crate::model) root: NodeRef,
    /// Its nodes, in source order.
    pub(in crate::model) nodes: Vec<NodeRef>,
    /// The ways out.
    pub(in crate::model) exits: Vec<Exit>,
    /// Parameters that change by a step from turn to turn.
    pub(in crate::model) counters: Vec<Name>,
    /// The nodes that show that tools are run, found at first use.
    pub(in crate::model) tool_answers: OnceLock<Vec<NodeRef>>,
}

/// A way out of a region.
#[derive(Clone, Debug)]
pub(in crate::model) struct Exit {
    /// The `break`, `return`, `throw`; the loop itself for its own condition.
    pub(in crate::model) at: NodeRef,
    /// The conditions on the way to it, innermost first.
    pub(in crate::model) conditions: Vec<NodeRef>,
    /// Leaves by an error, or only after one was caught.
    pub(in crate::model) fails: bool,
}

impl Project {
    /// The code of a loop.
    pub(in crate::model) fn loop_region(&self, at: NodeRef) -> Arc<Region> {
        self.region(at, Project::fill_loop)
    }

    fn fill_loop(&self, region: &mut Region) {
        let at = region.root;
        let facts = self.facts(at.file);
        self.fill(region, at.node, false);
        if let Kind::Loop(l) = facts.kind(at.node)
            && let Some(condition) = l.condition
            && !matches!(facts.kind(condition), Kind::Bool(true) | Kind::Number(_))
        {
            let conditions = vec![at.sibling(condition)];
            region.exits.push(Exit { at, conditions, fails: false });
        }
    }

    /// The code of a function.
    pub(in crate::model) fn function_region(&self, at: NodeRef) -> Arc<Region> {
        self.region(at, |project, region| {
            if let Kind::Function(f) = project.kind(at)
                && f.body.is_some()
            {
                project.fill(region, f.body, false);
            }
        })
    }

    /// The region of a root, remembered: many requests may stand in one.
    fn region(&self, root: NodeRef, fill: impl FnOnce(&Project, &mut Region)) -> Arc<Region> {
        if let Some(known) = self.regions.borrow().get(&root) {
            return known.clone();
        }
        let mut region = Region {
            root,
            nodes: Vec::new(),
            exits: Vec::new(),
            counters: Vec::new(),
            tool_answers: OnceLock::new(),
        };
        fill(self, &mut region);
        let region = Arc::new(region);
        self.regions.borrow_mut().insert(root, region.clone());
        region
    }

    fn fill(&self, region: &mut Region, from: NodeId, in_closure: bool) {
        let facts = self.facts(region.root.file);
        let mut stack = vec![(from, in_closure)];
        while let Some((node, in_closure)) = stack.pop() {
            let at = region.root.sibling(node);
            let mut closure = in_closure;
            match facts.kind(node) {
                // A function is run here only when it is an argument or called at once.
                Kind::Function(_) if node != region.root.node => {
                    if !is_handed_on(facts, node) {
                        continue;
                    }
                    closure |= !self.is_whole_body(at, region.root);
                }
                Kind::Class(_) => continue,
                Kind::Break(_) if !in_closure && self.breaks(at, region.root) => self.exit(region, at),
                Kind::Return(_) | Kind::Throw(_) | Kind::Assert { .. } if !in_closure => {
                    self.exit(region, at);
                }
                Kind::Call(c) if c.style == CallStyle::Macro && !in_closure && self.raises_by_name(at, c) => {
                    self.exit(region, at);
                }
                _ => {}
            }
            region.nodes.push(at);
            let mut children = facts.children(node);
            children.reverse();
            stack.extend(children.into_iter().map(|c| (c, closure)));
        }
    }

    /// Whether a function does nothing but hand a block without parameters on and give back what
    /// comes of it: `Box::pin(async move { … })`. The ways out of the block are its own.
    fn is_whole_body(&self, block: NodeRef, root: NodeRef) -> bool {
        let facts = self.facts(block.file);
        let (Kind::Function(f), Kind::Function(whole)) = (facts.kind(block.node), self.kind(root)) else {
            return false;
        };
        let outer = facts.ancestors(block.node).skip(1).find(|&n| match facts.kind(n) {
            Kind::Call(_) | Kind::Await(_) | Kind::Return(_) | Kind::Propagate(_) => false,
            Kind::Block { body, .. } => body.len() > 1,
            _ => true,
        });
        f.params.is_empty()
            && block.file == root.file
            && (outer == Some(root.node)
                || outer == Some(whole.body)
                    && matches!(facts.kind(whole.body), Kind::Block { body, .. }
                        if body.last().is_some_and(|&l| facts.span(l).contains(facts.span(block.node)))))
    }

    fn exit(&self, region: &mut Region, at: NodeRef) {
        let facts = self.facts(at.file);
        let mut conditions = Vec::new();
        let mut fails = matches!(facts.kind(at.node), Kind::Throw(_) | Kind::Assert { .. } | Kind::Call(_));
        if let Kind::Assert { condition, .. } = facts.kind(at.node) {
            conditions.push(at.sibling(*condition));
        }
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            if node == region.root.node {
                break;
            }
            match facts.kind(node) {
                Kind::If { condition, .. } if *condition != from => conditions.push(at.sibling(*condition)),
                Kind::Match(m) if m.subject != from => {
                    conditions.push(at.sibling(m.subject));
                    let span = facts.span(from);
                    if let Some(arm) = m.arms.iter().find(|a| a.span.contains(span)) {
                        conditions.extend(arm.patterns.iter().chain(&arm.guard).map(|&n| at.sibling(n)));
                    }
                }
                Kind::Loop(l) => conditions.extend(l.condition.iter().map(|&c| at.sibling(c))),
                Kind::Binary { left, right, .. } if *right == from => conditions.push(at.sibling(*left)),
                Kind::Assign(a) if a.otherwise == Some(from) => {
                    conditions.extend(a.value.iter().map(|&v| at.sibling(v)));
                }
                // What has not gone on to the next turn before.
                Kind::Block { body, .. } => {
                    for &earlier in body.iter().take_while(|&&s| s != from) {
                        if let Kind::If { condition, .. } = facts.kind(earlier)
                            && self.continues(at.sibling(earlier))
                        {
                            conditions.push(at.sibling(*condition));
                        }
                    }
                }
                Kind::Try(t) => {
                    fails |= t.handlers.iter().any(|h| h.span.contains(facts.span(from)));
                }
                _ => {}
            }
            from = node;
        }
        region.exits.push(Exit { at, conditions, fails });
    }

    /// `bail!`, `panic!`
    pub(in crate::model) fn raises_by_name(&self, at: NodeRef, call: &Call) -> bool {
        let sdk = self.file(at.file).sdk;
        last_name(self.facts(at.file), call.callee)
            .is_some_and(|n| sdk.has_word("raise-names", &n) || sdk.has_word("exit-names", &n))
    }
}

/// Whether a function is an argument of a call, itself or in a record: `on(x => …)`, `on({ done: x => … })`.
pub(in crate::model) fn is_handed_on(facts: &FileFacts, function: NodeId) -> bool {
    let mut parents = facts.ancestors(function).skip(1);
    parents.next().is_some_and(|parent| match facts.kind(parent) {
        Kind::Call(_) => true,
        Kind::Record(_) => parents.next().is_some_and(|p| matches!(facts.kind(p), Kind::Call(_))),
        _ => false,
    })
}

/// `Err(…)`.
fn is_error_pattern(facts: &FileFacts, pattern: NodeId) -> bool {
    let head = match facts.kind(pattern) {
        Kind::Record(r) => r.ty,
        Kind::Call(c) => Some(c.callee),
        _ => None,
    };
    head.and_then(|h| last_name(facts, h)).is_some_and(|n| &*n == "Err")
}

/// Whether no condition ends a loop: `while True`, `for (;;)`, `loop`.
pub(in crate::model) fn turns_forever(facts: &FileFacts, turned: &Loop) -> bool {
    match turned.kind {
        LoopKind::Forever => true,
        LoopKind::While => turned.condition.is_some_and(|c| match facts.kind(c) {
            Kind::Bool(true) => true,
            Kind::Number(n) => *n == 1.0,
            _ => false,
        }),
        LoopKind::ForCounter => turned.condition.is_none(),
        LoopKind::DoWhile | LoopKind::ForEach => false,
    }
}
