//! What the name of a variable says of an id: where it is bound, what counts it, who gives it.

use super::{IdOrigin, is_tool_name};
use crate::facts::{BinaryOp, Kind, LoopKind, Name};
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Sink, Step};

/// Calls in a row, and calls of one function, that are followed.
const MAX_CALLS: u32 = 3;
const MAX_CALLERS: usize = 32;

impl Project {
    pub(super) fn push_name(
        &self,
        at: NodeRef,
        name: &Name,
        out: &mut Vec<(NodeRef, IdOrigin)>,
        depth: u32,
    ) -> bool {
        let file = self.file(at.file);
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        if defs.is_empty() {
            return false;
        }
        let before = out.len();
        for def in defs {
            let known = match &def.origin {
                Origin::Value { expr, path } => {
                    let expr = at.sibling(*expr);
                    if path.is_empty() {
                        self.is_counted(at, name) && {
                            out.push((at, IdOrigin::Counter));
                            true
                        } || self.push_origins(expr, out, depth + 1)
                    } else if self.is_position(expr, path) {
                        out.push((at, IdOrigin::Counter));
                        true
                    } else {
                        match path.last() {
                            Some(Step::Key(key)) if is_tool_name(key) => {
                                out.push((at, IdOrigin::ToolName));
                                true
                            }
                            Some(Step::Item(_) | Step::Each) if is_tool_name(name) => {
                                out.push((at, IdOrigin::ToolName));
                                true
                            }
                            _ => false,
                        }
                    }
                }
                Origin::Param { function, index, path } => {
                    if self.is_closure_position(at.sibling(*function), *index, path) {
                        out.push((at, IdOrigin::Counter));
                        true
                    } else if is_tool_name(name) {
                        out.push((at, IdOrigin::ToolName));
                        true
                    } else {
                        false
                    }
                }
                Origin::Import { .. } => {
                    let values = self.eval(at);
                    match &values[..] {
                        [Value::Node(node)] if *node != at => self.push_origins(*node, out, depth + 1),
                        _ => false,
                    }
                }
                // `position += 1`
                Origin::Opaque if self.is_step(at.sibling(def.node)) => {
                    out.push((at, IdOrigin::Counter));
                    true
                }
                _ => false,
            };
            if !known {
                return false;
            }
        }
        // Where it is counted up, what it starts with says nothing.
        if out[before..].iter().any(|(_, origin)| *origin == IdOrigin::Counter) {
            out.truncate(before);
            out.push((at, IdOrigin::Counter));
        }
        out.len() > before
    }

    /// Whether a variable is the target of `+= 1`, `++`.
    fn is_step(&self, target: NodeRef) -> bool {
        let facts = self.facts(target.file);
        facts.parent(target.node).is_some_and(|p| match facts.kind(p) {
            Kind::Assign(a) => {
                a.target == target.node
                    && matches!(a.op, Some(BinaryOp::Add | BinaryOp::Sub))
                    && a.value.is_none_or(|v| matches!(facts.kind(v), Kind::Number(_)))
            }
            _ => false,
        })
    }

    /// What callers give for an id that is a parameter, outside of test code.
    pub fn id_arguments(&self, id: NodeRef) -> Vec<NodeRef> {
        let mut out = Vec::new();
        let mut next = vec![(id, 0)];
        while let Some((at, depth)) = next.pop() {
            let Some((function, index)) = self.parameter_of(at, 0) else {
                if depth > 0 {
                    out.push(at);
                }
                continue;
            };
            if depth >= MAX_CALLS {
                continue;
            }
            let calls = self.callers(function).iter().copied();
            let calls = calls.filter(|&call| !self.is_test(call) && !self.is_only_shown(call));
            next.extend(calls.take(MAX_CALLERS).filter_map(|call| {
                match self.argument_of(call, function, index) {
                    Argument::Given(arg) => Some((arg, depth + 1)),
                    Argument::Missing | Argument::Unknown => None,
                }
            }));
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Of what callers give for an id, those that do so beside the conversation: others give the id of
    /// a block to the same function, and what it gives back here is gathered with nothing.
    pub fn is_given_aside(&self, argument: NodeRef, all: &[NodeRef]) -> bool {
        let facts = self.facts(argument.file);
        let call = facts.ancestors(argument.node).skip(1).find(|&n| match facts.kind(n) {
            Kind::Call(c) => c.args.iter().any(|a| facts.span(a.value).contains(facts.span(argument.node))),
            _ => false,
        });
        let Some(call) = call.map(|call| argument.sibling(call)) else { return false };
        let by_others = all.iter().any(|&other| other != argument && self.id_origins(other).is_empty());
        by_others && {
            let mut around = facts.ancestors(call.node).skip(1);
            let value = around.find(|&n| !matches!(facts.kind(n), Kind::Await(_) | Kind::Propagate(_)));
            let kept = value.is_some_and(|n| matches!(facts.kind(n), Kind::Assign(_) | Kind::Member { .. }));
            let here = |at: NodeRef| self.function_of(at) == self.function_of(call);
            kept && self.sinks(call).iter().all(|end| !end.gathered || !here(end.at))
        }
    }

    /// Whether what a call gives is kept in a variable and then only printed or looked at.
    fn is_only_shown(&self, call: NodeRef) -> bool {
        let facts = self.facts(call.file);
        let kept =
            facts.parent(call.node).is_some_and(|parent| matches!(facts.kind(parent), Kind::Assign(_)));
        let looked_at = |sink: Sink| matches!(sink, Sink::Shown | Sink::Tested);
        kept && {
            let ends = self.sinks(call);
            !ends.is_empty() && ends.iter().all(|end| looked_at(end.sink))
        }
    }

    /// The parameter that an expression is, perhaps in another form: `id.into()`.
    fn parameter_of(&self, at: NodeRef, depth: u32) -> Option<(NodeRef, usize)> {
        let file = self.file(at.file);
        let facts = &file.facts;
        match facts.kind(at.node) {
            Kind::Name(name) => match file.scopes.lookup(facts, name, at.node)[..] {
                [def] => match &def.origin {
                    Origin::Param { function, index, path } if path.is_empty() => {
                        Some((at.sibling(*function), *index as usize))
                    }
                    _ => None,
                },
                _ => None,
            },
            Kind::Call(call) if depth < MAX_CALLS => {
                let name = last_name(facts, call.callee)?;
                if !file.sdk.has_word("text-conversion", &name) {
                    return None;
                }
                let inner = match (facts.kind(call.callee), &call.args[..]) {
                    (_, [arg]) => arg.value,
                    (Kind::Member { object, .. }, []) => *object,
                    _ => return None,
                };
                self.parameter_of(at.sibling(inner), depth + 1)
            }
            _ => None,
        }
    }

    /// `map((block, i) => …)`, `enumerate().map(|(i, block)| …)`.
    fn is_closure_position(&self, function: NodeRef, index: u32, path: &[Step]) -> bool {
        let file = self.file(function.file);
        let facts = &file.facts;
        let Some(Kind::Call(call)) = facts.parent(function.node).map(|p| facts.kind(p)) else { return false };
        let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return false };
        match (index, path) {
            (1, []) => file.sdk.has_word("with-position", name),
            (0, [Step::Item(0)]) => match facts.kind(*object) {
                Kind::Call(of) => file.named_in(of.callee, "enumerate"),
                _ => false,
            },
            _ => false,
        }
    }

    /// `for (let i = 0; …; i++)`, `i += 1`.
    fn is_counted(&self, at: NodeRef, name: &Name) -> bool {
        let facts = self.facts(at.file);
        facts.ancestors(at.node).any(|n| match facts.kind(n) {
            Kind::Loop(l) if l.kind == LoopKind::ForCounter => l.init.is_some_and(|init| {
                facts.descendants(init).into_iter().any(
                    |d| matches!(facts.kind(d), Kind::Assign(a) if matches!(facts.kind(a.target), Kind::Name(n) if n == name)),
                )
            }),
            _ => false,
        })
    }

    /// The first of each pair that an enumeration gives.
    fn is_position(&self, iterable: NodeRef, path: &[Step]) -> bool {
        let file = self.file(iterable.file);
        let Kind::Call(call) = file.facts.kind(iterable.node) else { return false };
        file.named_in(call.callee, "enumerate") && matches!(path, [Step::Each, Step::Item(0)])
    }
}
