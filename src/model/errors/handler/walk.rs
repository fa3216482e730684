//! From a call outwards to whatever catches its failure.

mod helper;
mod method;

use rustc_hash::FxHashSet;

use super::{Handler, HandlerForm};
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// Calls between a handler and the call that fails.
const MAX_HOPS: u32 = 3;
const MAX_STEPS: usize = 200;
const MAX_CALLERS: usize = 8;

struct Walk<'p> {
    project: &'p Project,
    out: Vec<Handler>,
    seen: FxHashSet<NodeRef>,
    steps: usize,
    in_helper: bool,
}

pub(super) fn handlers(project: &Project, call: NodeRef) -> Vec<Handler> {
    let mut walk = Walk { project, out: Vec::new(), seen: FxHashSet::default(), steps: 0, in_helper: false };
    walk.climb(call, 0);
    walk.out
}

/// Whether the failure goes on behind what was found.
type GoesOn = bool;

impl Walk<'_> {
    fn climb(&mut self, at: NodeRef, hops: u32) {
        if !self.seen.insert(at) || self.seen.len() > MAX_STEPS {
            return;
        }
        if let Some(function) = self.within(at, hops) {
            self.function(function, hops);
        }
    }

    /// Up to the function around a place; that function where the failure comes out of it.
    fn within(&mut self, at: NodeRef, hops: u32) -> Option<NodeRef> {
        let project = self.project;
        let facts = project.facts(at.file);
        let mut child = at.node;
        // Whether the failure is still the value of what was climbed over.
        let mut value = true;
        while let Some(parent) = facts.parent(child) {
            let up = at.sibling(parent);
            let goes_on = match facts.kind(parent) {
                Kind::Try(t) if t.body == child => self.clauses(up, hops),
                Kind::Member { object, .. } if *object == child && value => match self.method(up, hops) {
                    Some(goes_on) => goes_on,
                    None => {
                        value = false;
                        true
                    }
                },
                Kind::With(w) if w.body == child => {
                    let items: Vec<NodeId> = w.items.iter().map(|i| i.value).collect();
                    items.into_iter().all(|item| self.suppressed(up, at.sibling(item), hops))
                }
                Kind::Await(_) | Kind::Cast { .. } => true,
                // What follows it in value position is the answer, not the failure.
                Kind::Propagate(_) => {
                    value = false;
                    true
                }
                Kind::Match(m) if m.subject == child && value => self.arms(up, hops),
                Kind::Let { value: v, .. } if *v == child && value => self.condition(up, hops),
                Kind::Assign(a) if a.value == Some(child) && value => match a.otherwise {
                    Some(otherwise) => self.push(up, HandlerForm::Arm, None, Some(otherwise), hops),
                    None => {
                        self.bound(at.sibling(a.target), hops);
                        true
                    }
                },
                Kind::Call(c) if c.callee == child => true,
                Kind::Function(f) if f.body == child => return Some(up),
                _ => true,
            };
            if !goes_on {
                return None;
            }
            if !matches!(
                facts.kind(parent),
                Kind::Await(_) | Kind::Cast { .. } | Kind::Member { .. } | Kind::Call(_)
            ) {
                value &= matches!(facts.kind(parent), Kind::Block { tail: true, .. });
            }
            child = parent;
        }
        None
    }

    /// `with suppress(Exception):`
    fn suppressed(&mut self, around: NodeRef, item: NodeRef, hops: u32) -> GoesOn {
        let project = self.project;
        let Kind::Call(c) = project.kind(item) else { return true };
        if !project.is_listed_name("suppresses-failure", item.sibling(c.callee)) {
            return true;
        }
        let types: Vec<NodeRef> = c.args.iter().map(|a| item.sibling(a.value)).collect();
        let sees_api = types.iter().any(|&t| !project.is_listed_name("data-errors", t));
        let handler = Handler {
            at: around,
            form: HandlerForm::Discard,
            types,
            error: None,
            body: None,
            before: 0,
            hops,
            in_helper: self.in_helper,
            sees_api,
        };
        let takes_all = handler.takes_all(project);
        self.out.push(handler);
        !takes_all
    }

    fn clauses(&mut self, at: NodeRef, hops: u32) -> GoesOn {
        let project = self.project;
        let Kind::Try(t) = project.kind(at) else { return true };
        let body = t.body;
        for (before, clause) in t.handlers.iter().enumerate() {
            let handler = Handler {
                at,
                form: HandlerForm::Clause,
                types: clause.types.iter().map(|&n| at.sibling(n)).collect(),
                error: clause.name.map(|n| at.sibling(n)),
                body: Some(at.sibling(clause.body)),
                before,
                hops,
                in_helper: self.in_helper,
                sees_api: project.catches_api_errors(at, clause)
                    && (clause.types.is_empty()
                        || clause.types.iter().any(|&t| {
                            let class = at.sibling(t);
                            let aside = hops == 0 && project.is_raised_aside(class, at.sibling(body));
                            !aside && !project.is_of_other_library(class)
                        })),
            };
            let takes_all = handler.takes_all(project);
            let raises = takes_all && (project.outcome(&handler).raises || project.raises_later(&handler));
            self.out.push(handler);
            if takes_all {
                return raises;
            }
        }
        true
    }

    fn arms(&mut self, at: NodeRef, hops: u32) -> GoesOn {
        let project = self.project;
        let Kind::Match(m) = project.kind(at) else { return true };
        let mut goes_on = m.arms.is_empty();
        for (before, arm) in m.arms.iter().enumerate() {
            let fails = arm.patterns.iter().find(|&&p| project.is_failure_pattern(at.sibling(p)));
            let rest = fails.is_none() && project.is_catch_all(at, arm);
            if fails.is_none() && !rest {
                continue;
            }
            let handler = Handler {
                at,
                form: HandlerForm::Arm,
                types: fails.and_then(|&p| project.failure_type(at.sibling(p))).into_iter().collect(),
                error: fails.and_then(|&p| project.failure_binding(at.sibling(p))),
                body: Some(at.sibling(arm.body)),
                before,
                hops,
                in_helper: self.in_helper,
                sees_api: true,
            };
            goes_on |= project.outcome(&handler).raises;
            self.out.push(handler);
        }
        goes_on
    }

    /// `if let Ok(x) = call`, `if let Err(e) = call`, and the same with `while`.
    fn condition(&mut self, at: NodeRef, hops: u32) -> GoesOn {
        let project = self.project;
        let facts = project.facts(at.file);
        let (Kind::Let { pattern, .. }, Some(parent)) = (facts.kind(at.node), facts.parent(at.node)) else {
            return true;
        };
        let Kind::If { then, otherwise, .. } = facts.kind(parent) else { return true };
        let pattern = at.sibling(*pattern);
        if project.is_failure_pattern(pattern) {
            let error = project.failure_binding(pattern);
            return self.push(at.sibling(parent), HandlerForm::Arm, error, Some(*then), hops);
        }
        match otherwise {
            Some(otherwise) => self.push(at.sibling(parent), HandlerForm::Arm, None, Some(*otherwise), hops),
            None => self.push(at.sibling(parent), HandlerForm::Discard, None, None, hops),
        }
    }

    /// A variable that holds the outcome: whatever examines it.
    fn bound(&mut self, target: NodeRef, hops: u32) {
        let project = self.project;
        let facts = project.facts(target.file);
        if !matches!(facts.kind(target.node), Kind::Name(_)) {
            return;
        }
        let readers = project.readers(target);
        let alone = readers.len() == 1;
        for reader in readers.into_iter().take(MAX_CALLERS) {
            let Some(parent) = facts.parent(reader.node) else { continue };
            let up = reader.sibling(parent);
            match facts.kind(parent) {
                Kind::Match(m) if m.subject == reader.node => {
                    self.arms(up, hops);
                }
                Kind::Let { value, .. } if *value == reader.node => {
                    self.condition(up, hops);
                }
                // One of several readers: `p.catch(() => {})` beside `await p` hides nothing.
                Kind::Member { object, .. } if *object == reader.node && alone => {
                    self.method(up, hops);
                }
                _ => {}
            }
        }
    }

    fn push(
        &mut self,
        at: NodeRef,
        form: HandlerForm,
        error: Option<NodeRef>,
        body: Option<NodeId>,
        hops: u32,
    ) -> GoesOn {
        let body = body.map(|n| at.sibling(n));
        let handler = Handler {
            at,
            form,
            types: Vec::new(),
            error,
            body,
            before: 0,
            hops,
            in_helper: self.in_helper,
            sees_api: true,
        };
        let raises = self.project.outcome(&handler).raises;
        self.out.push(handler);
        raises
    }

    /// Out of a function, to whatever runs it.
    fn function(&mut self, function: NodeRef, hops: u32) {
        let project = self.project;
        let facts = project.facts(function.file);
        // A closure or async block runs where it is given, or in the helper that is given it.
        if let Some(parent) = facts.parent(function.node)
            && matches!(facts.kind(parent), Kind::Call(_) | Kind::Await(_) | Kind::Member { .. })
        {
            if self.handed_to_helpers(function, hops, 0) != Some(false) {
                self.climb(function, hops);
            }
            return;
        }
        if hops >= MAX_HOPS {
            return;
        }
        for &call in project.callers(function).iter().take(MAX_CALLERS) {
            if project.is_test(call) {
                continue;
            }
            self.climb(call, hops + 1);
        }
        for &mention in project.mentions(function).iter().filter(|&&m| !project.is_test(m)).take(MAX_CALLERS)
        {
            if self.handed_to_helpers(mention, hops + 1, 0) == Some(true) {
                self.climb(mention, hops + 1);
            }
        }
    }
}
