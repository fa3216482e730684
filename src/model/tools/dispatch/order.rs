//! What comes between the model's call of a tool and its result.

use crate::facts::{CallStyle, Kind, NodeId};
use crate::model::names::index::{constant, path_name};
use crate::model::names::scope::Origin;
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request, ResultMessage, enclosing_function};

impl Project {
    /// The messages in which a tool result is sent without the turn of the model that asked for it.
    pub fn without_assistant_turn(&self, result: NodeRef) -> Vec<NodeRef> {
        let mut messages: Vec<NodeRef> = self.result_messages(result).into_iter().map(|m| m.at).collect();
        messages.retain(|&message| {
            self.message_role(message).as_deref() == Some("user")
                && (self.follows_user_in_list(message)
                    || self.follows_what_was_sent(message)
                    || self.only_user_turns_added(message))
        });
        messages
    }

    /// Whether the message before it in the same literal is the user's too, or it is the first.
    fn follows_user_in_list(&self, message: NodeRef) -> bool {
        let facts = self.facts(message.file);
        let Some(list) = facts.parent(message.node) else { return false };
        let Kind::List(items) = facts.kind(list) else { return false };
        let Some(position) = items.iter().position(|&i| i == message.node) else { return false };
        let sent = facts.parent(list).is_some_and(|p| match facts.kind(p) {
            Kind::Call(c) => {
                self.request_at(message.sibling(p)).is_some()
                    && c.args.iter().any(|a| a.value == list && a.name.as_deref() == Some("messages"))
            }
            Kind::Record(r) => {
                r.entries.iter().any(|e| e.value == list && e.has_key("messages"))
                    && facts.parent(p).is_some_and(|c| self.request_at(message.sibling(c)).is_some())
            }
            _ => false,
        });
        match position.checked_sub(1) {
            None => sent,
            Some(before) => {
                let before = message.sibling(items[before]);
                self.message_role(before).as_deref() == Some("user") && !self.has_tool_result(before)
            }
        }
    }

    fn has_tool_result(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Str(_) => constant(facts, n).is_some_and(|t| &*t == "tool_result"),
            Kind::Name(n) | Kind::Member { name: n, .. } => snake(n).contains("result"),
            _ => false,
        })
    }

    /// Whether the list that it is added to is sent in the same function, and nothing but messages
    /// of the user is ever added to it there.
    fn only_user_turns_added(&self, message: NodeRef) -> bool {
        let Some((list, call)) = self.added_to(message) else { return false };
        let file = self.file(list.file);
        let facts = &file.facts;
        let Kind::Name(name) = facts.kind(list.node) else { return false };
        let function = enclosing_function(facts, list.node);
        let loops = |n: NodeId| {
            let around = facts.ancestors(n).take_while(|&a| Some(a) != function);
            around.filter(|&a| matches!(facts.kind(a), Kind::Loop(_))).collect::<Vec<_>>()
        };
        let repeated = loops(call.node);
        let mut sent = false;
        // A list that is given may end with the turn of the model; after one turn of a loop it does not.
        let mut given = false;
        let mut sent_again = false;
        for &n in file.names(name) {
            if enclosing_function(facts, n) != function {
                // Another variable of that name, unless a function within holds on to it.
                if function.is_none_or(|f| facts.ancestors(n).any(|a| a == f)) {
                    return false;
                }
                continue;
            }
            if file.binds(n) && self.is_parameter(list.sibling(n)) {
                given = true;
                continue;
            }
            let Some(up) = facts.parent(n) else { return false };
            if self.is_sent_as_messages(list.sibling(n)) || self.is_sent_by_helper(list.sibling(n)) {
                let around = loops(n);
                sent |= n > call.node || !around.is_empty();
                sent_again |= around.iter().any(|l| repeated.contains(l));
                continue;
            }
            match facts.kind(up) {
                Kind::Assign(a) if a.target == n => {
                    let literal = a.value.is_some_and(|v| match facts.kind(v) {
                        Kind::List(items) => items.iter().all(|&i| {
                            self.message_role(list.sibling(self.unwrapped(list.sibling(i))))
                                .is_some_and(|r| &*r != "assistant")
                        }),
                        _ => false,
                    });
                    if !literal || a.op.is_some() {
                        return false;
                    }
                }
                Kind::Member { .. } => {
                    let Some(Kind::Call(c)) = facts.parent(up).map(|p| facts.kind(p)) else { return false };
                    let users = c.args.iter().all(|a| {
                        let value = self.unwrapped(list.sibling(a.value));
                        self.message_role(list.sibling(value)).as_deref() == Some("user")
                    });
                    if self.file(list.file).list_added_to(c).is_none() || !users || c.args.is_empty() {
                        return false;
                    }
                }
                _ => return false,
            }
        }
        if given { sent_again } else { sent }
    }

    /// What a macro such as `json!` is given.
    pub(super) fn unwrapped(&self, at: NodeRef) -> NodeId {
        match self.kind(at) {
            Kind::Call(c) if c.style == CallStyle::Macro && c.args.len() == 1 => c.args[0].value,
            Kind::Cast { value, .. } => *value,
            _ => at.node,
        }
    }

    fn is_parameter(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = self.kind(at) else { return false };
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        !defs.is_empty() && defs.iter().all(|d| matches!(d.origin, Origin::Param { .. }))
    }

    /// Whether an expression is the history of a request.
    pub(super) fn is_sent_as_messages(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let near = facts.ancestors(at.node).take(12).any(|n| self.request_at(at.sibling(n)).is_some());
        // `params = {"messages": messages}`, `create(**params)`
        let apart = !near && self.is_set_as(at, "messages");
        (near || apart)
            && self.requests_of_file(at.file).iter().any(|r| {
                let here = match apart {
                    true => self.function_of(r.at) == self.function_of(at),
                    false => facts.span(r.at.node).contains(facts.span(at.node)),
                };
                here && self.body_field(r, "messages").nodes().contains(&at)
            })
    }

    /// Whether an expression is given to a function of the project that sends it as the history of a request
    /// and does nothing else with it.
    fn is_sent_by_helper(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let given = |n: NodeId| matches!(facts.kind(n), Kind::Unary { .. } | Kind::Spread(_)) || n == at.node;
        let Some(argument) = facts.ancestors(at.node).take_while(|&n| given(n)).last() else { return false };
        let Some(call) = facts.parent(argument) else { return false };
        let Kind::Call(c) = facts.kind(call) else { return false };
        let call = at.sibling(call);
        self.eval(call.sibling(c.callee)).iter().any(|value| {
            let Value::Function(helper) = value else { return false };
            let index = self.parameter_for_argument(call, *helper, call.sibling(argument));
            index.is_some_and(|index| self.only_sends(*helper, index))
        })
    }

    /// Whether a function does nothing with a parameter but send it as the history of a request.
    fn only_sends(&self, function: NodeRef, index: usize) -> bool {
        let file = self.file(function.file);
        let own = |r: &&Request| {
            r.at.file == function.file && enclosing_function(&file.facts, r.at.node) == Some(function.node)
        };
        let sent: Vec<NodeRef> = self
            .requests()
            .iter()
            .filter(own)
            .flat_map(|r| self.body_field(r, "messages").nodes().to_vec())
            .collect();
        let mut readers = self.parameter_readers(function, index).peekable();
        readers.peek().is_some() && readers.all(|reader| sent.contains(&reader))
    }

    /// The messages of the user between the model's turn and the results, in statements one after another.
    pub fn messages_between(&self, result: NodeRef) -> Vec<NodeRef> {
        let between = |message: ResultMessage| {
            let facts = self.facts(message.at.file);
            let (list, call) = self.added_to(message.at)?;
            let list = path_name(facts, list.node)?;
            let (mut from, mut block) = (call.node, facts.parent(call.node)?);
            while !matches!(facts.kind(block), Kind::Block { .. }) {
                from = block;
                block = facts.parent(block)?;
                if matches!(facts.kind(block), Kind::Function(_) | Kind::Loop(_) | Kind::If { .. }) {
                    return None;
                }
            }
            let Kind::Block { body, .. } = facts.kind(block) else { return None };
            let before: Vec<NodeRef> = body
                .iter()
                .take_while(|&&s| s != from)
                .filter_map(|&s| self.added_message(message.at.sibling(s), &list))
                .collect();
            let [.., asked, between] = &before[..] else { return None };
            let role = |m: &NodeRef| self.message_role(*m);
            (role(asked).as_deref() == Some("assistant")
                && role(between).as_deref() == Some("user")
                && !self.has_tool_result(*between))
            .then_some(*between)
        };
        self.result_messages(result).into_iter().filter_map(between).collect()
    }

    /// The message that a statement adds to a list.
    fn added_message(&self, statement: NodeRef, list: &str) -> Option<NodeRef> {
        let facts = self.facts(statement.file);
        let c = match facts.kind(statement.node) {
            Kind::Call(c) => c,
            // `if turns == 8: messages.append(hint)`
            Kind::If { condition, then, otherwise: None }
                if !self.asks_of_answer(statement.sibling(*condition)) =>
            {
                let body = match facts.kind(*then) {
                    Kind::Block { body, .. } => &body[..],
                    _ => std::slice::from_ref(then),
                };
                let [.., last] = body else { return None };
                let is_call = matches!(facts.kind(*last), Kind::Call(_));
                return is_call.then(|| self.added_message(statement.sibling(*last), list)).flatten();
            }
            _ => return None,
        };
        let object = self.file(statement.file).list_added_to(c)?;
        let [arg] = &c.args[..] else { return None };
        let value = self.unwrapped(statement.sibling(arg.value));
        let adds = path_name(facts, object).as_deref() == Some(list)
            && (matches!(facts.kind(value), Kind::Record(_))
                || self.is_written_message(statement.sibling(value)));
        adds.then(|| statement.sibling(value))
    }
}
