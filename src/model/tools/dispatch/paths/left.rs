//! Ways out between a turn that asks for tools and the results of its calls.

use super::Unanswered;
use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::model::control::counter::is_order;
use crate::model::names::index::{constant, path_name};
use crate::model::names::scope::{Def, Origin};
use crate::model::tools::dispatch::ToolDispatch;
use crate::model::tools::tool_words::TOOL_RESULT;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, ResultMessage, enclosing_function};

impl Project {
    /// Where the handling of a turn is left after the turn was put into a conversation that lives on, and
    /// before the results are: `if spent > budget: break`.
    pub(super) fn left_before_results(&self, dispatch: &ToolDispatch) -> Vec<Unanswered> {
        let Some((turn, conversation)) = self.kept_turn(dispatch) else { return Vec::new() };
        let facts = self.facts(turn.file);
        let Some(name) = path_name(facts, conversation.node) else { return Vec::new() };
        let here = |m: &&ResultMessage| {
            m.at.file == turn.file
                && enclosing_function(facts, m.at.node) == enclosing_function(facts, turn.node)
        };
        let answered = dispatch.results.iter().find_map(|&result| {
            self.result_messages(result).iter().filter(here).find_map(|message| {
                let (list, call) = self.added_to(message.at)?;
                (path_name(facts, list.node).as_ref() == Some(&name)).then_some(call)
            })
        });
        let Some(answered) = answered else { return Vec::new() };
        let Some((body, from, to)) = self.between(turn, answered) else { return Vec::new() };
        let between = body[from + 1..to].iter().map(|&n| turn.sibling(n));
        let left = between.filter_map(|statement| self.leaves_by_the_way(statement, conversation));
        let found: Vec<NodeRef> = left.collect();
        match found.is_empty() || self.is_mended_elsewhere(conversation, turn, answered) {
            true => Vec::new(),
            false => found.into_iter().map(Unanswered::Left).collect(),
        }
    }

    /// Whether code outside of the function around a place writes results of tools.
    pub(super) fn writes_results_elsewhere(&self, at: NodeRef) -> bool {
        let function = self.named_function(at);
        self.file_ids().filter(|(_, model)| !model.source.role.is_test).any(|(file, model)| {
            model.source.text.contains(TOOL_RESULT)
                && model.facts.ids().map(|node| NodeRef { file, node }).any(|n| {
                    constant(&model.facts, n.node).is_some_and(|text| &*text == TOOL_RESULT)
                        && self.named_function(n) != function
                })
        })
    }

    /// The block that two places stand in, and which of its statements they are in.
    fn between(&self, first: NodeRef, second: NodeRef) -> Option<(&[NodeId], usize, usize)> {
        let facts = self.facts(first.file);
        let mut from = first.node;
        for up in facts.ancestors(first.node).skip(1) {
            match facts.kind(up) {
                Kind::Function(_) => return None,
                Kind::Block { body, .. } if facts.span(up).contains(facts.span(second.node)) => {
                    let start = body.iter().position(|&s| s == from)?;
                    let end = body.iter().position(|&s| facts.span(s).contains(facts.span(second.node)))?;
                    return (start < end).then_some((body, start, end));
                }
                _ => {}
            }
            from = up;
        }
        None
    }

    /// The `break` or `return` of a branch that asks nothing of the answer and leaves the conversation alone.
    fn leaves_by_the_way(&self, statement: NodeRef, conversation: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(statement.file);
        let Kind::If { condition, then, otherwise: None } = facts.kind(statement.node) else { return None };
        // `if not calls or cancelled:`
        if self.either(statement.sibling(*condition)).into_iter().all(|side| self.asks_of_answer(side)) {
            return None;
        }
        let body = match facts.kind(*then) {
            Kind::Block { body, .. } => &body[..],
            _ => std::slice::from_ref(then),
        };
        let last = statement.sibling(*body.last()?);
        let leaves = matches!(self.kind(last), Kind::Break(None) | Kind::Return(_));
        let name = path_name(facts, conversation.node);
        // Calls of the object around may put it right.
        let calls_own = |n: NodeId| match facts.kind(n) {
            Kind::Call(c) => match facts.kind(c.callee) {
                Kind::Member { object, .. } => self.file(statement.file).is_own_object(*object),
                _ => false,
            },
            _ => false,
        };
        let touches = facts.descendants(*then).into_iter().any(|n| {
            path_name(facts, n).is_some_and(|p| Some(&p) == name.as_ref())
                || matches!(facts.kind(n), Kind::Delete(_))
                || calls_own(n)
        });
        (leaves && !touches).then_some(last)
    }

    /// The sides of a condition of which one is enough.
    fn either(&self, condition: NodeRef) -> Vec<NodeRef> {
        let (mut open, mut out) = (vec![condition], Vec::new());
        while let Some(side) = open.pop() {
            match self.kind(side) {
                Kind::Binary { op: BinaryOp::Or, left, right } => {
                    open.extend([*left, *right].map(|n| side.sibling(n)))
                }
                _ => out.push(side),
            }
        }
        out
    }

    /// Whether a condition is about what the model said, which may be no call at all.
    pub(in crate::model::tools::dispatch) fn asks_of_answer(&self, condition: NodeRef) -> bool {
        let facts = self.facts(condition.file);
        facts.descendants(condition.node).into_iter().any(|n| {
            let (Kind::Name(name) | Kind::Member { name, .. }) = facts.kind(n) else { return false };
            let at = condition.sibling(n);
            self.has_part(at, "turn-outcome-parts", name)
                || self.holds_what_was_said(at, true)
                || matches!(facts.kind(n), Kind::Name(_)) && self.is_put_together_of_answer(at, name)
        })
    }

    /// Whether an expression is an answer, if a `whole` one counts, or a part of one, apart from what was used for it.
    fn holds_what_was_said(&self, at: NodeRef, whole: bool) -> bool {
        self.eval(at).iter().any(|v| match v {
            Value::Response(r) => {
                (whole || !r.path.is_empty()) && r.path.iter().all(|step| &**step != "usage")
            }
            _ => false,
        })
    }

    /// Whether a variable is made of an answer, or gathers parts of one: `[b for b in reply.content if …]`.
    fn is_put_together_of_answer(&self, at: NodeRef, name: &Name) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        // What is counted of a whole answer is what it cost: `price_of(reply) > budget`.
        let counted = facts
            .parent(at.node)
            .is_some_and(|up| matches!(facts.kind(up), Kind::Binary { op, .. } if is_order(*op)));
        // `reply` of `reply.usage` is asked for that alone.
        let said = |n: NodeId| {
            let part = facts.parent(n).is_some_and(|up| matches!(facts.kind(up), Kind::Member { .. }));
            !part && self.holds_what_was_said(at.sibling(n), !counted)
        };
        let speaks = |n: NodeId| facts.descendants(n).into_iter().any(said);
        let defs = file.scopes.lookup(facts, name, at.node);
        let made = |def: &&Def| matches!(&def.origin, Origin::Value { expr, .. } if speaks(*expr));
        let function = enclosing_function(facts, at.node);
        let gathers = |&n: &NodeId| {
            let call = facts.parent(n).and_then(|member| facts.parent(member));
            let Some((call, Kind::Call(c))) = call.map(|call| (call, facts.kind(call))) else { return false };
            file.list_added_to(c) == Some(n)
                && enclosing_function(facts, n) == function
                && (c.args.iter().any(|a| speaks(a.value))
                    || facts.ancestors(call).any(|up| match facts.kind(up) {
                        Kind::Loop(l) => l.iterable.is_some_and(speaks),
                        _ => false,
                    }))
        };
        defs.iter().any(made) || file.names(name).iter().any(gathers)
    }

    /// Whether some other code of the file takes messages out of the conversation, or writes it anew: what was
    /// left open may be closed there.
    fn is_mended_elsewhere(&self, conversation: NodeRef, turn: NodeRef, answered: NodeRef) -> bool {
        let file = self.file(conversation.file);
        let facts = &file.facts;
        let Some(name) = path_name(facts, conversation.node) else { return true };
        let later = |n: NodeId| facts.span(n).start > facts.span(answered.node).end;
        let function = enclosing_function(facts, turn.node);
        let class = |n: NodeId| facts.ancestors(n).find(|&a| matches!(facts.kind(a), Kind::Class(_)));
        let own = matches!(facts.kind(conversation.node), Kind::Member { .. });
        facts.ids().any(|n| {
            let same = path_name(facts, n).is_some_and(|p| p == name);
            if !same || own && class(n) != class(conversation.node) {
                return false;
            }
            let here = enclosing_function(facts, n) == function;
            let Some(up) = facts.parent(n) else { return false };
            match facts.kind(up) {
                // Made empty at first.
                Kind::Assign(a) if a.target == n => {
                    !matches!(a.value.map(|v| facts.kind(v)), None | Some(Kind::List(_)))
                }
                Kind::Index { .. } => facts
                    .parent(up)
                    .is_some_and(|p| matches!(facts.kind(p), Kind::Delete(_) | Kind::Assign(_))),
                Kind::Member { name: method, .. } if *method != *name => {
                    let adds = file.sdk.has_word("gather", method);
                    file.sdk.has_word("shortens", method) || adds && here && later(n)
                }
                _ => false,
            }
        })
    }
}
