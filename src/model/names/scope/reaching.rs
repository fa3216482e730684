//! Which bindings of a name reach a use of it.

use super::{Bindings, Def, Found, Origin, Scopes, enclosing_function, is_branch, statement};
use crate::facts::{FileFacts, Kind, NodeId};
use crate::source::Span;

impl Scopes {
    /// Leaves out bindings that a later one on the same path replaces.
    pub(super) fn reaching(&self, facts: &FileFacts, bindings: &Bindings, at: NodeId) -> Found {
        let ids = || bindings.ids.iter().copied();
        let defs = ids().map(|d| &self.defs[d as usize]);
        let single = bindings.ids.len() < 2;
        if single && !defs.clone().any(|d| matches!(d.origin, Origin::Value { .. })) {
            return ids().collect();
        }
        // The variable of a comprehension stands behind its uses.
        let comprehension = |d: &Def| {
            let around = facts.ancestors(d.node).find(|&n| matches!(facts.kind(n), Kind::Comprehension(_)));
            around.is_some_and(|c| facts.span(c).contains(facts.span(at)))
        };
        let function = enclosing_function(facts, at);
        if bindings.function != Some(function) || defs.clone().all(comprehension) {
            return ids().take(MAX_REACHING).collect();
        }
        let start = facts.span(at).start;
        let split = bindings.ids.partition_point(|&d| facts.span(self.defs[d as usize].node).start < start);
        let (before, after) = bindings.ids.split_at(split);
        let in_loop = LoopAround::new(facts, at);
        let (mut out, mut later) = (Found::new(), Found::new());
        let mut replaced = None;
        for &id in before.iter().rev().take(MAX_REACHING) {
            let (def, statement) = (&self.defs[id as usize], self.statements[id as usize]);
            // `if let Some(x) = x`: the second is not the first.
            if matches!(def.origin, Origin::Value { expr, .. } if is_within(facts, at, expr))
                && !matches!(facts.kind(statement), Kind::Assign(_))
            {
                continue;
            }
            // `let x = x + 1`; not `let y = match x { Some(x) => x }`.
            let within_own_value = facts.span(statement).contains(facts.span(at))
                && matches!(facts.kind(statement), Kind::Assign(a) if facts.span(a.target).contains(facts.span(def.node)));
            if within_own_value {
                if in_loop.holds(facts, def.node) && !binds_anew(facts, statement) {
                    later.push(id);
                }
                continue;
            }
            out.push(id);
            // Whatever is before it on the way here is replaced.
            let block = facts.parent(statement).filter(|&block| !is_branch(facts, block, statement));
            if is_within(facts, at, block.unwrap_or(statement)) && !is_left_out_elsewhere(facts, statement) {
                replaced = Some(def.node);
                break;
            }
        }
        out.reverse();
        later.reverse();
        for &id in after.iter().take(MAX_REACHING) {
            let def = &self.defs[id as usize];
            if facts.span(def.node) == facts.span(at) {
                out.push(id);
            } else if function.is_none() && replaced.is_none()
                || in_loop.holds(facts, def.node) && !binds_anew(facts, statement(facts, def.node))
            {
                later.push(id);
            } else if in_loop.ends_before(facts, def.node) {
                break;
            }
        }
        if let Some(by) = replaced {
            later.retain(|&mut id| in_loop.comes_back(facts, self.defs[id as usize].node, by));
        }
        out.extend(later);
        out
    }

    /// Leaves out what stands in for an import that fails: `try: from sdk import Client`,
    /// `except ImportError: class Client: …`.
    pub(super) fn leave_out_stand_ins(&self, facts: &FileFacts, found: &mut Found) {
        let def = |d: u32| &self.defs[d as usize];
        let imports = found.iter().filter(|&&d| matches!(def(d).origin, Origin::Import { .. }));
        let imports: Vec<NodeId> = imports.map(|&d| def(d).node).collect();
        if imports.is_empty() || imports.len() == found.len() {
            return;
        }
        let stands_in = |def: &Def| {
            matches!(def.origin, Origin::Definition(_))
                && facts.ancestors(def.node).any(|n| match facts.kind(n) {
                    Kind::Try(t) => {
                        t.handlers.iter().any(|h| is_within(facts, def.node, h.body))
                            && imports.iter().any(|&import| is_within(facts, import, t.body))
                    }
                    _ => false,
                })
        };
        found.retain(|&mut d| !stands_in(def(d)));
    }
}

/// Whether each turn of a loop has a variable of its own: `let`.
fn binds_anew(facts: &FileFacts, statement: NodeId) -> bool {
    matches!(facts.kind(statement), Kind::Assign(a) if a.declares)
}

/// Whether a declaration is one of several of which a build takes one: `#[cfg(unix)] let …`.
fn is_left_out_elsewhere(facts: &FileFacts, statement: NodeId) -> bool {
    let Kind::Assign(a) = facts.kind(statement) else { return false };
    a.decorators.iter().any(|&decorator| {
        let name = match facts.kind(decorator) {
            Kind::Call(c) => c.callee,
            _ => decorator,
        };
        matches!(facts.kind(name), Kind::Name(name) if &**name == "cfg")
    })
}

/// More bindings than this that may reach a use are not told apart: values are cut off earlier.
const MAX_REACHING: usize = 64;

/// The loops around a node in its function, the innermost first.
struct LoopAround(Vec<NodeId>);

impl LoopAround {
    fn new(facts: &FileFacts, at: NodeId) -> LoopAround {
        let around = facts.ancestors(at).take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        LoopAround(around.filter(|&n| matches!(facts.kind(n), Kind::Loop(_))).collect())
    }

    fn outermost(&self, facts: &FileFacts) -> Option<Span> {
        self.0.last().map(|&n| facts.span(n))
    }

    /// Whether a binding in the same function is in the loop.
    fn holds(&self, facts: &FileFacts, node: NodeId) -> bool {
        self.outermost(facts).is_some_and(|span| span.contains(facts.span(node)))
    }

    fn ends_before(&self, facts: &FileFacts, node: NodeId) -> bool {
        self.outermost(facts).is_none_or(|span| span.end <= facts.span(node).start)
    }

    /// Whether a binding of one turn is still there in the next, where another one comes before the node in
    /// each turn of the loops that hold it.
    fn comes_back(&self, facts: &FileFacts, later: NodeId, earlier: NodeId) -> bool {
        let holds = |n: NodeId, inner: NodeId| facts.span(n).contains(facts.span(inner));
        self.0.iter().find(|&&around| holds(around, later)).is_some_and(|&around| match facts.kind(around) {
            Kind::Loop(l) => {
                let once = [l.init, l.iterable].into_iter().flatten().any(|n| holds(n, earlier));
                once || !holds(around, earlier)
            }
            _ => false,
        })
    }
}

/// Whether a node is another one or within it.
fn is_within(facts: &FileFacts, node: NodeId, around: NodeId) -> bool {
    facts.span(around).contains(facts.span(node)) && facts.ancestors(node).any(|n| n == around)
}
