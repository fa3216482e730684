//! Under which conditions the calls of a turn are run: how many there may be, and whether they are whole.

use super::super::index::constant;
use super::super::request::Tri;
use super::super::response::What;
use super::super::value::{Field, NodeRef};
use super::super::{Project, Request, enclosing_function};
use super::ToolDispatch;
use super::parts::Part;
use crate::facts::{Arg, BinaryOp, Key, Kind, NodeId};

/// Variables that a stop reason is followed through.
const MAX_HOPS: u32 = 4;

impl Project {
    /// Whether one turn of the model may hold several calls.
    pub fn calls_in_parallel(&self, dispatch: &ToolDispatch) -> Tri {
        if dispatch.responses.is_empty() {
            return if self.disables_parallel_calls() { Tri::No } else { Tri::Yes };
        }
        let requests = dispatch.responses.iter().filter_map(|r| self.request_at(r.request));
        let mut result = Tri::No;
        for request in requests {
            match self.is_limited_to_one(request) {
                Tri::No => return Tri::Yes,
                Tri::Unknown => result = Tri::Unknown,
                Tri::Yes => {}
            }
        }
        result
    }

    fn is_limited_to_one(&self, request: &Request) -> Tri {
        match self.body_field(request, "tool_choice") {
            Field::Absent => Tri::No,
            Field::Unknown(_) => Tri::Unknown,
            Field::Known(_) => match self.body_json(request, "tool_choice") {
                Some(json) if json.is_object() => match json.get("disable_parallel_tool_use") {
                    Some(value) if value.bool() == Some(false) => Tri::No,
                    Some(_) => Tri::Yes,
                    None if json.lacks("disable_parallel_tool_use") => Tri::No,
                    None => Tri::Unknown,
                },
                _ => Tri::Unknown,
            },
        }
    }

    /// Whether anything in the project speaks of the option.
    fn disables_parallel_calls(&self) -> bool {
        let is = |w: &str| matches!(w, "disable_parallel_tool_use" | "disableParallelToolUse");
        self.file_ids().any(|(_, model)| {
            model.facts.ids().any(|node| match model.facts.kind(node) {
                Kind::Record(r) => r.entries.iter().any(|e| matches!(&e.key, Some(Key::Known(k)) if is(k))),
                Kind::Call(c) => c.args.iter().any(|a: &Arg| a.name.as_deref().is_some_and(is)),
                Kind::Str(_) => constant(&model.facts, node).is_some_and(|t| is(&t)),
                Kind::Name(n) | Kind::Member { name: n, .. } => is(n),
                _ => false,
            })
        })
    }

    /// Whether a function that picks one call also counts them, or goes through all.
    pub fn minds_other_calls(&self, dispatch: &ToolDispatch) -> bool {
        let facts = self.facts(dispatch.at.file);
        let function = enclosing_function(facts, dispatch.at.node);
        let elsewhere = self.tool_dispatches().iter().any(|d| {
            d.pick.is_none()
                && d.at.file == dispatch.at.file
                && d.at != dispatch.at
                && enclosing_function(facts, d.at.node) == function
        });
        elsewhere
            || facts.descendants(function.unwrap_or(NodeId::ROOT)).into_iter().any(|n| {
                let Kind::Binary {
                    op: BinaryOp::Gt | BinaryOp::Ne | BinaryOp::Eq | BinaryOp::Le,
                    left,
                    right,
                } = facts.kind(n)
                else {
                    return false;
                };
                let one = |n: NodeId| self.file(dispatch.at.file).number_of(n) == Some(1.0);
                (one(*right) && self.is_length(dispatch.at.sibling(*left)))
                    || (one(*left) && self.is_length(dispatch.at.sibling(*right)))
            })
    }

    /// The request whose calls a dispatch runs although they may be cut off: its stop reason is
    /// never read, or compared only with others than those that tell.
    pub fn runs_cut_calls(&self, dispatch: &ToolDispatch) -> Option<(NodeRef, Vec<NodeRef>)> {
        let first = dispatch.responses.first()?;
        let scope = self.handling(dispatch)?;
        let parts = self.block_parts(dispatch.at, dispatch.each, scope);
        if !self.mentions_part(scope, &parts, |p| matches!(p, Part::Input | Part::Whole)) {
            return None;
        }
        let mut read = Vec::new();
        for response in &dispatch.responses {
            read.extend(self.reads_other_reasons(response.request)?);
        }
        read.sort();
        read.dedup();
        Some((first.request, read))
    }

    /// Where the stop reason of a request is read, if nothing there tells whether the answer was cut off.
    fn reads_other_reasons(&self, request: NodeRef) -> Option<Vec<NodeRef>> {
        let kind = self.request_at(request)?.kind;
        if kind.stop.is_empty() || kind.checks_stop || kind.tool_loop {
            return None;
        }
        let uses = self.uses(request);
        if uses.iter().any(|u| u.what == What::Escape) {
            return None;
        }
        let mut read = Vec::new();
        let mut values: Vec<String> = Vec::new();
        for used in uses.iter().filter(|u| u.what == What::Stop) {
            self.compared_with(used.at, &mut values, 0)?;
            read.push(used.at);
        }
        // A stop reason that nobody reads, where the text is used as well, is the matter of another rule.
        if read.is_empty() && uses.iter().any(|u| u.what == What::Text) {
            return None;
        }
        let ends =
            |v: &String| matches!(&**v, "end_turn" | "stop_sequence" | "refusal" | "pause_turn" | "stop");
        values.iter().all(ends).then_some(read)
    }

    /// The texts that a value is compared with; `None` where it goes anywhere else.
    fn compared_with(&self, at: NodeRef, out: &mut Vec<String>, depth: u32) -> Option<()> {
        let facts = self.facts(at.file);
        let parent = facts.parent(at.node)?;
        if depth > MAX_HOPS {
            return None;
        }
        let mut texts = |n: NodeId| -> Option<()> {
            match facts.kind(n) {
                Kind::Null => Some(()),
                Kind::List(items) => {
                    for &item in items {
                        out.push(constant(facts, item)?.to_string());
                    }
                    Some(())
                }
                _ => {
                    out.push(self.text(at.sibling(n)).known()?);
                    Some(())
                }
            }
        };
        match facts.kind(parent) {
            Kind::Binary {
                op:
                    BinaryOp::Eq | BinaryOp::Ne | BinaryOp::In | BinaryOp::NotIn | BinaryOp::Is | BinaryOp::IsNot,
                left,
                right,
            } => texts(if *left == at.node { *right } else { *left }),
            Kind::Assign(a) if a.value == Some(at.node) && matches!(facts.kind(a.target), Kind::Name(_)) => {
                self.readers(at.sibling(a.target))
                    .into_iter()
                    .try_for_each(|r| self.compared_with(r, out, depth + 1))
            }
            Kind::Cast { .. } | Kind::Str(_) => self.compared_with(at.sibling(parent), out, depth + 1),
            Kind::Call(c) if c.callee != at.node && self.shows_only(at.sibling(parent), c.callee) => Some(()),
            _ => None,
        }
    }
}
