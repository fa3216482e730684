//! What decides whether a call of a tool gets a result: the tool, what it gave back, its failure.

use super::super::parts::Part;
use super::Walk;
use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::names::scope::Origin;
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::api::api;

impl Walk<'_> {
    /// Whether the nearest condition around a statement is about the tool that is called.
    pub(super) fn is_decided_by_tool(&self, node: NodeId) -> bool {
        let facts = self.project.facts(self.body.file);
        let mut from = node;
        for around in facts.ancestors(node).skip(1) {
            match facts.kind(around) {
                Kind::If { condition, .. } if *condition != from => {
                    return self.is_about_tool(*condition) || self.is_about_outcome(*condition);
                }
                Kind::Match(m) if m.subject != from => return self.is_about_tool(m.subject),
                Kind::Assign(a) if a.otherwise == Some(from) => {
                    return a.value.is_some_and(|v| self.is_about_tool(v));
                }
                _ if around == self.body.node => return false,
                _ => {}
            }
            from = around;
        }
        false
    }

    /// Whether a `break` leaves the loop over the calls because of the tool, where nothing notes that and the results
    /// so far are put into the conversation all the same.
    pub(super) fn breaks_off(&self, node: NodeId, around: NodeId) -> bool {
        let project = self.project;
        let facts = project.facts(self.body.file);
        let shows = |n: NodeId| match facts.kind(n) {
            Kind::Call(c) => project.shows_only(self.at(n), c.callee),
            _ => false,
        };
        let before = match facts.parent(node).map(|up| facts.kind(up)) {
            Some(Kind::Block { body, .. }) => body.iter().all(|&n| n == node || shows(n)),
            _ => true,
        };
        let next = facts.parent(around).and_then(|up| match facts.kind(up) {
            Kind::Block { body, .. } => body.iter().copied().skip_while(|&s| s != around).nth(1),
            _ => None,
        });
        let gathers = |n: NodeId| match facts.kind(n) {
            Kind::Call(c) => project.file(self.body.file).named_in(c.callee, "gather"),
            _ => false,
        };
        around == self.dispatch.at.node
            && before
            && self.is_decided_by_tool(node)
            && next.is_some_and(gathers)
    }

    /// The handler around a statement that catches what running the tool raises.
    pub(super) fn handler_of_run(&self, node: NodeId) -> Option<NodeId> {
        let facts = self.project.facts(self.body.file);
        let mut from = node;
        for around in facts.ancestors(node).skip(1).take_while(|&n| n != self.body.node) {
            match facts.kind(around) {
                Kind::Try(t) => {
                    let handler = t.handlers.iter().find(|h| h.body == from)?;
                    let runs = |p: Part| matches!(p, Part::Name | Part::Input | Part::Tool);
                    return self
                        .project
                        .mentions_part(self.at(t.body), &self.parts, runs)
                        .then_some(handler.body);
                }
                Kind::If { .. } | Kind::Match(_) | Kind::Loop(_) | Kind::Function(_) => return None,
                _ => {}
            }
            from = around;
        }
        None
    }

    /// Whether a condition is about what a function gave back that got the input or name of the
    /// call and not its id, so that it cannot have written the result.
    pub(super) fn is_about_outcome(&self, condition: NodeId) -> bool {
        let project = self.project;
        let file = project.file(self.body.file);
        let facts = &file.facts;
        let span = facts.span(self.body.node);
        facts.descendants(condition).into_iter().any(|n| {
            let Kind::Name(name) = facts.kind(n) else { return false };
            let defs = file.scopes.lookup(facts, name, n);
            let [def] = &defs[..] else { return false };
            let Origin::Value { expr, path } = &def.origin else { return false };
            let value = self.peeled(*expr);
            path.is_empty()
                && span.contains(facts.span(value))
                && matches!(facts.kind(value), Kind::Call(_))
                && project.mentions_part(self.at(value), &self.parts, |p| {
                    matches!(p, Part::Name | Part::Input | Part::Tool)
                })
                && !project
                    .mentions_part(self.at(value), &self.parts, |p| matches!(p, Part::Whole | Part::Id))
        })
    }

    /// Whether a condition is about the name of the tool, what was found by it, or a permission.
    pub(super) fn is_about_tool(&self, condition: NodeId) -> bool {
        let facts = self.project.facts(self.body.file);
        let at = self.at(condition);
        let parts = &self.parts;
        if self.project.mentions_part(at, parts, |p| p == Part::Id) {
            return false;
        }
        if self.project.mentions_part(at, parts, |p| matches!(p, Part::Name | Part::Tool)) {
            return true;
        }
        let permissions = self.project.file(self.body.file).sdk.words("permission-parts");
        facts.descendants(condition).into_iter().any(|n| {
            let (Kind::Name(word) | Kind::Member { name: word, .. }) = facts.kind(n) else { return false };
            let word = snake(word);
            permissions.iter().any(|p| word.contains(p.as_str()))
        })
    }

    /// Whether a condition asks for tools that run on the side of the API, and for no others.
    pub(super) fn names_server_tools(&self, condition: NodeId) -> bool {
        let project = self.project;
        let facts = project.facts(self.body.file);
        let is_name = |n: NodeId| project.part_of(self.at(n), &self.parts) == Some(Part::Name);
        match facts.kind(condition) {
            Kind::Binary { op: BinaryOp::Or, left, right } => {
                self.names_server_tools(*left) && self.names_server_tools(*right)
            }
            Kind::Binary { op: BinaryOp::Eq | BinaryOp::In, left, right } => {
                is_name(*left) && self.lists_server_tools(*right)
                    || is_name(*right) && self.lists_server_tools(*left)
            }
            // `SERVER.includes(block.name)`
            Kind::Call(call) => match (facts.kind(call.callee), &call.args[..]) {
                (Kind::Member { object, .. }, [only]) => {
                    is_name(only.value) && self.lists_server_tools(*object)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn lists_server_tools(&self, named: NodeId) -> bool {
        let project = self.project;
        let is_server = |at: NodeRef| {
            project.possible_texts(at).is_some_and(|texts| {
                !texts.is_empty()
                    && texts.iter().all(|(_, text)| {
                        let kind = format!("{text}_");
                        api().tools.server.iter().any(|prefix| kind.starts_with(prefix.as_str()))
                    })
            })
        };
        let lists = |list: NodeRef| match project.kind(list) {
            Kind::List(items) => !items.is_empty() && items.iter().all(|&i| is_server(list.sibling(i))),
            _ => false,
        };
        let made_of = |value: NodeRef| match project.kind(value) {
            // `new Set(["web_search"])`
            Kind::Call(made) => made.args.iter().any(|a| lists(value.sibling(a.value))),
            _ => lists(value),
        };
        let written = project.file(self.body.file).only_value(named).map(|value| self.at(value));
        let values = project.eval(self.at(named));
        is_server(self.at(named))
            || written.is_some_and(made_of)
            || !values.is_empty() && values.iter().all(|v| matches!(v, Value::Node(value) if made_of(*value)))
    }

    /// Whether a condition asks which tool is called. That a call has a name at all says nothing of it.
    pub(super) fn asks_which_tool(&self, condition: NodeId) -> bool {
        let facts = self.project.facts(self.body.file);
        let bare = |n: NodeId| {
            self.project.part_of(self.at(n), &self.parts) == Some(Part::Name)
                || matches!(facts.kind(n), Kind::List(items) if items.iter().any(|&i| {
                    self.project.part_of(self.at(i), &self.parts) == Some(Part::Name)
                }))
        };
        match facts.kind(condition) {
            Kind::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } => {
                self.asks_which_tool(*left) || self.asks_which_tool(*right)
            }
            Kind::Unary { op: UnaryOp::Not, operand } => self.asks_which_tool(*operand),
            // `name is not None`
            Kind::Binary { left, right, .. }
                if [left, right].iter().any(|n| matches!(facts.kind(**n), Kind::Null)) =>
            {
                ![left, right].iter().any(|n| bare(**n)) && self.is_about_tool(condition)
            }
            // `if let (Some(name), Some(id)) = (entry.name, entry.id)`
            Kind::Let { value, .. } if bare(*value) => false,
            _ => !bare(condition) && self.is_about_tool(condition),
        }
    }
}
