//! Whether what is compared with a limit comes nearer to it in every turn that runs tools.

use crate::facts::{Assign, BinaryOp, Kind};
use crate::model::control::region::Region;
use crate::model::names::scope::Def;
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// How a variable changes from turn to turn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::model) enum Advance {
    /// Nothing in the region steps it.
    Unstepped,
    /// It is stepped, but turns that run tools go past that, or set it back.
    Void,
    /// Under conditions that may hold or not.
    Sometimes,
    /// In every turn.
    Always,
}

impl Project {
    /// How an expression changes from turn to turn.
    pub(in crate::model) fn advance(&self, at: NodeRef, region: &Region) -> Advance {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Binary { op: BinaryOp::Add | BinaryOp::Sub, left, right } => {
                return self.advance(at.sibling(*left), region).max(self.advance(at.sibling(*right), region));
            }
            Kind::Name(name) if region.counters.contains(name) => return Advance::Always,
            // `while (n++ < most)`
            Kind::Assign(a) if is_step_op(a.op) => return self.advance(at.sibling(a.target), region),
            Kind::Name(_) | Kind::Member { .. } | Kind::Index { .. } => {}
            _ => return Advance::Unstepped,
        }
        if region.root.file != at.file {
            return Advance::Unstepped;
        }
        let text = self.file(at.file).text_of(at.node);
        let mut best = Advance::Unstepped;
        let mut set_back = false;
        for (node, assign) in self.assignments(text, region) {
            if self.is_stepped_by(assign, node, text) {
                best = best.max(self.reached(node, region));
            } else if !set_back {
                set_back = self.sets_back(node, assign, text, region);
            }
        }
        if best != Advance::Unstepped && set_back { Advance::Void } else { best }
    }

    /// The assignments of a region to a variable or field.
    fn assignments<'a>(
        &'a self,
        text: &'a str,
        region: &'a Region,
    ) -> impl Iterator<Item = (NodeRef, &'a Assign)> + 'a {
        region.nodes.iter().filter_map(move |&n| match self.kind(n) {
            Kind::Assign(a) if self.file(n.file).text_of(a.target) == text => Some((n, &**a)),
            _ => None,
        })
    }

    /// `n += 1`, `n = n + 1`.
    fn is_stepped_by(&self, assign: &Assign, at: NodeRef, text: &str) -> bool {
        let file = self.file(at.file);
        is_step_op(assign.op)
            || matches!(assign.value.map(|v| file.facts.kind(v)), Some(Kind::Binary { op, left, right })
                if is_step_op(Some(*op)) && [*left, *right].iter().any(|&s| file.text_of(s) == text))
    }

    /// Whether an assignment starts the count again in turns that run tools.
    fn sets_back(&self, at: NodeRef, assign: &Assign, text: &str, region: &Region) -> bool {
        let Some(value) = assign.value else { return false };
        let file = self.file(at.file);
        let first = matches!(self.kind(region.root), Kind::Loop(l)
            if l.init.is_some_and(|i| file.facts.span(i).contains(file.facts.span(at.node))));
        let constant = assign.op.is_none() && file.number_of(value).is_some() && !first;
        let ends = || {
            let own =
                enclosing_function(&file.facts, at.node) == enclosing_function(&file.facts, region.root.node);
            own && self.leaves_after(at, region.root)
        };
        // `if n is None: n = 0`, `if n > most: n = 0`
        let by_itself = || {
            self.conditions_of(at, region).into_iter().any(|c| {
                let inside = file.facts.descendants(c.node);
                inside.into_iter().any(|n| file.text_of(n) == text)
            })
        };
        constant && !ends() && self.reached(at, region) != Advance::Void && !by_itself()
    }

    /// Whether every turn that runs tools comes by a node of the region.
    fn reached(&self, at: NodeRef, region: &Region) -> Advance {
        let facts = self.facts(at.file);
        let mut answers: Option<Vec<NodeRef>> = None;
        let mut out = Advance::Always;
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            if node == region.root.node {
                break;
            }
            let mut in_part = |part| {
                let known = answers.get_or_insert_with(|| self.answers_within(region));
                let span = facts.span(part);
                known.iter().any(|a| a.file == at.file && span.contains(facts.span(a.node)))
            };
            match facts.kind(node) {
                Kind::If { condition, then, otherwise } if *condition != from => {
                    let other = if *then == from { *otherwise } else { Some(*then) };
                    if !in_part(from) {
                        if other.is_some_and(&mut in_part) {
                            return Advance::Void;
                        }
                        out = Advance::Sometimes;
                    }
                }
                Kind::Match(m) if m.subject != from => {
                    let span = facts.span(from);
                    let (own, others): (Vec<_>, Vec<_>) = m.arms.iter().partition(|a| a.span.contains(span));
                    if !own.iter().any(|a| in_part(a.body)) {
                        if others.iter().any(|a| in_part(a.body)) {
                            return Advance::Void;
                        }
                        out = Advance::Sometimes;
                    }
                }
                // Only what fails is counted there.
                Kind::Try(t) if t.handlers.iter().any(|h| h.span.contains(facts.span(from))) => {
                    return Advance::Void;
                }
                Kind::Block { body, .. } => {
                    for &earlier in body.iter().take_while(|&&s| s != from) {
                        if self.next_turns(at.sibling(earlier)).into_iter().any(&mut in_part) {
                            return Advance::Void;
                        }
                    }
                }
                Kind::Loop(l) if l.body == from => out = out.min(Advance::Sometimes),
                Kind::Function(_) | Kind::Comprehension(_) => out = Advance::Sometimes,
                _ => {}
            }
            from = node;
        }
        out
    }

    /// The blocks of a statement that end by starting the next turn.
    fn next_turns(&self, at: NodeRef) -> Vec<crate::facts::NodeId> {
        let facts = self.facts(at.file);
        if !self.continues(at) {
            return Vec::new();
        }
        facts
            .descendants(at.node)
            .into_iter()
            .filter(|&n| match facts.kind(n) {
                Kind::Block { body, .. } => {
                    body.last().is_some_and(|&l| matches!(facts.kind(l), Kind::Continue))
                }
                _ => false,
            })
            .collect()
    }

    /// Whether a comparison is with a clock that every turn starts again.
    pub(in crate::model) fn restarts_clock(&self, sides: &[NodeRef], region: &Region) -> bool {
        let mut restarted = false;
        for &side in sides {
            let file = self.file(side.file);
            let mut others = false;
            let mut started = self.is_clock(side);
            let mut stack = vec![side.node];
            while let Some(node) = stack.pop() {
                match file.facts.kind(node) {
                    Kind::Call(c) => {
                        // `start.elapsed()`, but not the `time` of `time.time()`.
                        if let Kind::Member { object, .. } = file.facts.kind(c.callee)
                            && self.starts_clock(side.sibling(*object), region)
                        {
                            (restarted, started) = (true, true);
                        } else if !self.is_clock(side.sibling(node)) {
                            others = true;
                        }
                        stack.extend(c.args.iter().map(|a| a.value));
                    }
                    Kind::Name(_) | Kind::Member { .. } | Kind::Index { .. } => {
                        if self.starts_clock(side.sibling(node), region) {
                            (restarted, started) = (true, true);
                        } else if self.number(side.sibling(node)).is_none() {
                            others = true;
                        }
                    }
                    _ => file.facts.for_each_child(node, |c| stack.push(c)),
                }
            }
            if started && others {
                return false;
            }
        }
        restarted
    }

    /// Whether a variable is set to the present time in every turn.
    fn starts_clock(&self, at: NodeRef, region: &Region) -> bool {
        if at.file != region.root.file || !matches!(self.kind(at), Kind::Name(_) | Kind::Member { .. }) {
            return false;
        }
        let mut set = self.assignments(self.file(at.file).text_of(at.node), region);
        set.any(|(node, assign)| {
            assign.value.is_some_and(|v| self.is_clock(node.sibling(v)))
                && self.conditions_of(node, region).is_empty()
        })
    }

    /// Whether two sides of a comparison are the same in every turn: a counter nobody steps, say.
    pub(in crate::model) fn never_changes(&self, sides: &[NodeRef], region: &Region) -> bool {
        matches!(self.kind(region.root), Kind::Loop(_))
            && sides.iter().all(|&s| self.is_fixed(s, region))
            && sides.iter().any(|&s| matches!(self.kind(s), Kind::Name(_)))
    }

    /// A number, or a variable of the file that nothing changes once it has its value.
    fn is_fixed(&self, at: NodeRef, region: &Region) -> bool {
        let model = self.file(at.file);
        if model.number_of(at.node).is_some() {
            return true;
        }
        let Kind::Name(name) = self.kind(at) else { return false };
        let whole = model.facts.span(region.root.node);
        let defs = model.scopes.lookup(&model.facts, name, at.node);
        let constant = |d: &Def| match &d.origin {
            Origin::Value { expr, path } => {
                path.is_empty()
                    && model.number_of(*expr).is_some()
                    && !whole.contains(model.facts.span(d.node))
            }
            Origin::Param { .. } => !whole.contains(model.facts.span(d.node)),
            _ => false,
        };
        let once = self.changes_in(at).get(&**name).is_none_or(|c| c.assigned < 2);
        defs.len() == 1 && defs.iter().all(|d| constant(d)) && once
    }
}

fn is_step_op(op: Option<BinaryOp>) -> bool {
    matches!(op, Some(BinaryOp::Add | BinaryOp::Sub))
}
