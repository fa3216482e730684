//! What a request lets the model do: think, use tools, refuse.

use crate::facts::Kind;
use crate::model::names::index::last_name;
use crate::model::names::words::snake;
use crate::model::request::{Request, Tri};
use crate::model::values::json::Json;
use crate::model::values::value::{Field, Value};
use crate::model::{NodeRef, Project};
use crate::sdk::api::api;
use crate::sdk::models::{Model, models};

impl Project {
    /// The models a request may go to; `None` when one of them is out of sight or not known.
    pub fn models_of(&self, request: &Request) -> Option<Vec<&'static Model>> {
        let field = self.body_field(request, "model");
        let mut found = Vec::new();
        for &node in field.nodes() {
            let texts = self.texts(node);
            if texts.is_empty() {
                return None;
            }
            for (_, text) in texts {
                found.push(models().find(&text.known()?)?.0);
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// Whether the answer may begin with thinking.
    pub fn thinks(&self, request: &Request) -> Tri {
        match self.body_field(request, "thinking") {
            Field::Known(nodes) => {
                let one = |node: NodeRef| match self.json(node).get("type").and_then(|t| t.text()) {
                    Some(kind) if kind == "disabled" => Tri::No,
                    Some(_) => Tri::Yes,
                    None => Tri::Unknown,
                };
                nodes.iter().map(|&n| one(n)).reduce(|a, b| if a == b { a } else { Tri::Unknown })
            }
            Field::Absent => match self.models_of(request) {
                Some(all) if all.iter().all(|m| m.thinking.is_on_by_default()) => Some(Tri::Yes),
                Some(all) if all.iter().all(|m| !m.thinking.is_on_by_default()) => Some(Tri::No),
                _ => None,
            },
            Field::Unknown(_) => None,
        }
        .unwrap_or(Tri::Unknown)
    }

    /// Whether the request offers tools.
    pub fn offers_tools(&self, request: &Request) -> Tri {
        match self.body_field(request, "tools") {
            Field::Absent => Tri::No,
            Field::Unknown(_) => Tri::Unknown,
            Field::Known(nodes) => {
                let empty = |n: &NodeRef| match self.kind(*n) {
                    Kind::Null => true,
                    Kind::List(items) => items.is_empty(),
                    _ => false,
                };
                if nodes.iter().all(empty) { Tri::No } else { Tri::Yes }
            }
        }
    }

    /// Whether a request may go out without its tools: they are put in under a condition, or nothing may stand
    /// in their place.
    pub fn may_lack_tools(&self, request: &Request) -> bool {
        let facts = self.facts(request.at.file);
        let sent = facts.span(request.at.node);
        self.body_field(request, "tools").nodes().iter().any(|&tools| {
            let nothing = |v: &Value| matches!(v, Value::Node(n) if matches!(self.kind(*n), Kind::Null));
            let apart = tools.file == request.at.file
                && self.function_of(tools) == self.function_of(request.at)
                && facts.ancestors(tools.node).skip(1).any(|n| match facts.kind(n) {
                    Kind::If { condition, .. } => {
                        let inside = facts.span(*condition).contains(facts.span(tools.node));
                        !inside && !facts.span(n).contains(sent)
                    }
                    _ => false,
                });
            apart || self.eval(tools).iter().any(nothing)
        })
    }

    /// Whether a request certainly makes the model call a tool, so that its arguments are the answer.
    pub fn forces_tool(&self, request: &Request) -> bool {
        let kind = self.body_json(request, "tool_choice").and_then(|c| c.get("type")?.text());
        if kind.is_some_and(|k| matches!(&*k, "tool" | "any")) {
            return true;
        }
        let named = self.body_field(request, "tool_choice").nodes().to_vec();
        if !named.is_empty() && named.into_iter().all(|at| self.is_forced_choice(at)) {
            return true;
        }
        let choice = self.body_json(request, "toolConfig").and_then(|c| c.get("toolChoice").cloned());
        choice.is_some_and(|c| c.get("tool").is_some() || c.get("any").is_some())
    }

    /// Whether a value of a type for it says that a tool has to be called: `Some(ToolChoice::Tool { name })`.
    fn is_forced_choice(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let head = match facts.kind(at.node) {
            Kind::Call(c) => match (facts.kind(c.callee), &c.args[..]) {
                (Kind::Name(name), [only]) if &**name == "Some" => {
                    return self.is_forced_choice(at.sibling(only.value));
                }
                _ => c.callee,
            },
            Kind::Record(r) => match r.ty {
                Some(ty) => ty,
                None => return false,
            },
            _ => at.node,
        };
        let Kind::Member { object, name, .. } = facts.kind(head) else { return false };
        matches!(&*snake(name), "tool" | "any")
            && last_name(facts, *object).is_some_and(|of| of.contains("ToolChoice"))
    }

    /// A tool among those of a request that runs on the side of the API, or the list of servers
    /// it may call; with its type.
    pub fn server_tool(&self, request: &Request) -> Option<(NodeRef, String)> {
        let served =
            |kind: &String| api().tools.server.iter().any(|prefix| kind.starts_with(prefix.as_str()));
        let of = |tools: Json| {
            tools.items().iter().find_map(|tool| {
                let kind = self.types_of_tool(tool).into_iter().find(served)?;
                Some((tool.at, kind))
            })
        };
        if let Some(found) = self.body_json(request, "tools").and_then(of) {
            return Some(found);
        }
        // `[…] if searches else []`: one of several lists.
        let nodes = self.body_field(request, "tools").nodes().to_vec();
        let lists = nodes.into_iter().flat_map(|n| self.eval(n).to_vec()).filter_map(|v| match v {
            Value::Node(list) if matches!(self.kind(list), Kind::List(_)) => Some(list),
            _ => None,
        });
        if let Some(found) = lists.map(|list| self.json(list)).find_map(of) {
            return Some(found);
        }
        let servers = self.body_json(request, "mcp_servers")?;
        (!servers.items().is_empty()).then(|| (servers.at, "mcp_servers".to_string()))
    }

    /// The types that a tool may have which is written in a list, be it one of two: `[{…} if old else {…}]`.
    fn types_of_tool(&self, tool: &Json) -> Vec<String> {
        let types = |tool: &Json| match tool.get("type") {
            Some(kind) => match kind.text() {
                Some(text) => vec![text],
                None => self.texts(kind.at).into_iter().filter_map(|(_, text)| text.known()).collect(),
            },
            None => Vec::new(),
        };
        let known = types(tool);
        if !known.is_empty() {
            return known;
        }
        let either = self.eval(tool.at);
        let records = either.iter().filter_map(|v| match v {
            Value::Node(record) if matches!(self.kind(*record), Kind::Record(_)) => Some(*record),
            _ => None,
        });
        records.flat_map(|record| types(&self.json(record))).collect()
    }

    /// Whether every model the request may go to is known to refuse by stop reason.
    pub fn may_refuse(&self, request: &Request) -> bool {
        let refuses = |m: &&Model| api().response.refusing.contains(&m.id);
        self.models_of(request).is_some_and(|all| all.iter().all(refuses))
    }
}
