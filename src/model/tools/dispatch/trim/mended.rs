//! Histories that are mended after they were cut: what lost its other half is dropped.

use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::names::index::{last_name, path_name};
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// Steps from what a function is given back to the cut.
const MAX_STEPS: u32 = 5;
/// Calls of one function that are looked at.
const MAX_CALLERS: usize = 16;

impl Project {
    /// Whether what is left after a cut goes through one of some functions that drop results without a call.
    pub(super) fn is_mended(&self, cut: NodeRef, menders: &[NodeRef]) -> bool {
        menders.iter().any(|&mender| {
            if self.reads_cut_field(mender, cut) {
                return true;
            }
            let calls = self.callers(mender).iter().take(MAX_CALLERS);
            calls.copied().any(|call| {
                let Kind::Call(c) = self.kind(call) else { return false };
                c.args.iter().any(|a| self.comes_from_cut(call.sibling(a.value), cut, MAX_STEPS))
            })
        })
    }

    /// Whether a method reads the field whose history is cut: what it gives is what is sent.
    fn reads_cut_field(&self, method: NodeRef, cut: NodeRef) -> bool {
        let facts = self.facts(method.file);
        let class = self.class_of(method);
        class.is_some()
            && class == self.class_of(cut)
            && facts.descendants(method.node).into_iter().any(|n| {
                matches!(facts.kind(n), Kind::Member { .. })
                    && path_name(facts, n).is_some_and(|name| self.is_cut_name(cut, &name))
            })
    }

    /// The functions of a file that ask of results whether there is a call for them: `b["tool_use_id"] not in calls`.
    pub(super) fn menders(&self, file: crate::source::FileId) -> Vec<NodeRef> {
        let facts = self.facts(file);
        let mut out: Vec<NodeRef> = Vec::new();
        for node in facts.ids() {
            let at = NodeRef { file, node };
            let asked = match facts.kind(node) {
                Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, .. } => Some(*left),
                Kind::Call(c) => match facts.kind(c.callee) {
                    // `calls.remove(id)` tells whether it was there.
                    Kind::Member { name, .. }
                        if self.file(file).sdk.in_lists(&["takes-out-of-set", "member-test"], name) =>
                    {
                        c.args.first().map(|a| a.value)
                    }
                    _ => None,
                },
                _ => None,
            };
            if asked.is_some_and(|n| self.is_id_of_call(at.sibling(n)))
                && !self.keeps_strangers(at)
                && let Some(function) = self.named_function(at)
                && !out.contains(&function)
            {
                out.push(function);
            }
        }
        out
    }

    /// Whether a branch on an id that is not among others keeps what has it: `if (!seen.has(id)) kept.push(result)`.
    fn keeps_strangers(&self, test: NodeRef) -> bool {
        let facts = self.facts(test.file);
        let Some(up) = facts.parent(test.node) else { return false };
        let (condition, lacks) = match (facts.kind(up), facts.kind(test.node)) {
            (Kind::Unary { op: UnaryOp::Not, .. }, _) => (up, true),
            (_, Kind::Binary { op: BinaryOp::NotIn, .. }) => (test.node, true),
            _ => (test.node, false),
        };
        let Some(Kind::If { condition: asked, then, .. }) = facts.parent(condition).map(|n| facts.kind(n))
        else {
            return false;
        };
        let sdk = self.file(test.file).sdk;
        let adds = |n: NodeId| match facts.kind(n) {
            Kind::Call(c) => {
                last_name(facts, c.callee).is_some_and(|name| sdk.in_lists(&["list-growth", "keeps"], &name))
            }
            _ => false,
        };
        lacks && *asked == condition && facts.descendants(*then).into_iter().any(adds)
    }

    /// Whether an expression is the id in a result, or a variable that holds it.
    fn is_id_of_call(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let held = match file.facts.kind(at.node) {
            Kind::Name(_) => {
                let handed = || self.handed_to_closure(at);
                file.only_value(at.node).or_else(handed).unwrap_or(at.node)
            }
            _ => at.node,
        };
        let speaks = |n: NodeId| match file.facts.kind(n) {
            Kind::Str(_) => self.text(at.sibling(n)).known().is_some_and(|t| is_id_key(&t)),
            Kind::Name(name) | Kind::Member { name, .. } => is_id_key(name),
            _ => false,
        };
        file.facts.descendants(held).into_iter().any(speaks)
    }

    /// What the parameter of a closure stands for: `answer.tool_call_id.is_some_and(|id| calls.remove(id))`.
    fn handed_to_closure(&self, at: NodeRef) -> Option<NodeId> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Kind::Name(name) = facts.kind(at.node) else { return None };
        let [def] = &file.scopes.lookup(facts, name, at.node)[..] else { return None };
        let Origin::Param { function, .. } = &def.origin else { return None };
        let Kind::Call(call) = facts.kind(facts.parent(*function)?) else { return None };
        match facts.kind(call.callee) {
            Kind::Member { object, .. } => Some(*object),
            _ => None,
        }
    }

    /// Whether an expression is what a cut leaves, under whatever name.
    fn comes_from_cut(&self, at: NodeRef, cut: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let file = self.file(at.file);
        let facts = &file.facts;
        let holds = |n: NodeId| facts.ancestors(cut.node).any(|up| up == n);
        if at.file == cut.file && holds(at.node) {
            return true;
        }
        match facts.kind(at.node) {
            Kind::Cast { value: x, .. } | Kind::Await(x) | Kind::Spread(x) => {
                self.comes_from_cut(at.sibling(*x), cut, left)
            }
            // What a function with the cut gives back.
            Kind::Call(c) => self
                .functions_of(at.sibling(c.callee))
                .iter()
                .any(|f| f.file == cut.file && self.facts(f.file).ancestors(cut.node).any(|up| up == f.node)),
            // The history that was cut in its place: `self.turns = self.turns[-20:]`.
            Kind::Member { .. } => {
                let same = at.file == cut.file && self.class_of(at) == self.class_of(cut);
                same && path_name(facts, at.node).is_some_and(|name| self.is_cut_name(cut, &name))
            }
            Kind::Name(name) => {
                let defs = file.scopes.lookup(facts, name, at.node);
                let function = enclosing_function(facts, at.node);
                at.file == cut.file
                    && function == enclosing_function(facts, cut.node)
                    && self.is_cut_name(cut, name)
                    || defs.iter().any(|def| match &def.origin {
                        Origin::Value { expr, path } if path.is_empty() && *expr != at.node => {
                            self.comes_from_cut(at.sibling(*expr), cut, left)
                        }
                        _ => false,
                    })
            }
            _ => false,
        }
    }

    /// Whether a cut is of the history of that name, or is kept under it.
    fn is_cut_name(&self, cut: NodeRef, name: &str) -> bool {
        let facts = self.facts(cut.file);
        let cut_list = self.cut_of(cut).and_then(|list| path_name(facts, list));
        let kept = facts.ancestors(cut.node).skip(1).find_map(|up| match facts.kind(up) {
            Kind::Assign(a) => Some(path_name(facts, a.target)),
            _ => None,
        });
        kept.flatten().or(cut_list).is_some_and(|held| &*held == name)
    }
}

fn is_id_key(name: &str) -> bool {
    matches!(name, "tool_use_id" | "toolUseId" | "tool_call_id" | "toolCallId")
}
