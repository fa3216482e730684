//! The literals that the model of a request may be.

use crate::facts::{Kind, Name};
use crate::model::names::index::last_name;
use crate::model::values::value::{External, NodeRef, Value};
use crate::model::{Project, Request};
use crate::sdk::Road;

impl Project {
    /// Whether an id is sent at all, where something on the way may give another for it, and whether something
    /// is put in front of it.
    pub(super) fn way_to_request(&self, request: &Request, literal: NodeRef, text: &str) -> (bool, bool) {
        let models = self.body_field(request, "model");
        let reached = models.nodes().iter().filter(|&&model| self.may_be(model, literal));
        let ways: Vec<_> = reached.map(|&model| self.way_of(model, literal, text)).collect();
        (ways.is_empty() || ways.iter().any(|way| way.given), ways.iter().any(|way| way.completed))
    }

    /// The literals that a request's model may be, and whether they stand in the request itself.
    pub fn model_literals(&self, request: &Request) -> Vec<(NodeRef, bool, Name)> {
        let mut nodes = self.body_field(request, "model").nodes().to_vec();
        if request.road == Road::Framework {
            for client in &request.clients {
                nodes.extend(self.client_option(client, "model|model_name|model_id|modelName").nodes());
            }
        }
        let mut out = Vec::new();
        for node in nodes {
            self.literals_of(node, node, 0, &mut out);
            if let Some(default) = self.default_of_lookup(node) {
                self.literals_of(default, node, 0, &mut out);
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// The ids among what an expression may give, where none of them translates another.
    pub fn model_literals_of(&self, model: NodeRef) -> Vec<(NodeRef, Name)> {
        let mut out = Vec::new();
        self.literals_of(model, model, 0, &mut out);
        out.retain(|(literal, ..)| !self.translates_id(*literal) && !self.is_test(*literal));
        out.sort();
        out.dedup();
        out.into_iter().map(|(literal, _, text)| (literal, text)).collect()
    }

    fn literals_of(&self, at: NodeRef, field: NodeRef, depth: u32, out: &mut Vec<(NodeRef, bool, Name)>) {
        if depth > 4 || out.len() > 24 {
            return;
        }
        for part in self.looked_up_parts(at) {
            self.literals_of(part, field, depth + 1, out);
        }
        for value in self.eval(at).iter() {
            match value {
                Value::Node(node) => {
                    let text = self.text(*node).known();
                    if let Some(text) = text.filter(|_| !self.is_joined_under_question(*node)) {
                        out.push((*node, *node == field, text.into()));
                    }
                }
                Value::External(e) => {
                    for offered in self.offered_to_user(e) {
                        self.literals_of(offered, field, depth + 1, out);
                    }
                }
                Value::Instance { class, made } => {
                    for text in self.written_as(*class, *made) {
                        self.literals_of(text, field, depth + 1, out);
                    }
                }
                // Nobody in sight gives another.
                Value::Unknown if depth == 0 => {
                    if let Some(default) = self.default_behind(at, 0) {
                        self.literals_of(default, field, depth + 1, out);
                    }
                }
                _ => {}
            }
        }
    }

    /// What whoever runs the program chooses from, or gets by choosing nothing: `os.getenv("MODEL", "claude-…")`,
    /// `add_argument("--model", default="claude-…")`, `st.radio("Model", ["claude-…", "claude-…"])`.
    fn offered_to_user(&self, given: &External) -> Vec<NodeRef> {
        let Some(made) = given.made else { return Vec::new() };
        let Kind::Call(call) = self.kind(made) else { return Vec::new() };
        if self.environment_read(made).is_some() {
            return self.default_of_read(made).into_iter().collect();
        }
        let file = self.file(made.file);
        let named =
            |list: &str| last_name(&file.facts, call.callee).is_some_and(|n| file.sdk.has_word(list, &n));
        if named("choice-widgets") {
            let lists = call.args.iter().flat_map(|a| self.eval(made.sibling(a.value)).to_vec());
            return lists.flat_map(|list| self.items_listed(&list)).collect();
        }
        let field = given.path.rsplit_once('.').map(|(_, field)| field);
        let of_option = field.and_then(|field| self.default_of_option(made, field));
        let beside = || self.default_beside(made, call).filter(|_| named("asks-with-default"));
        of_option.or_else(beside).into_iter().collect()
    }

    fn items_listed(&self, list: &Value) -> Vec<NodeRef> {
        let Value::Node(list) = list else { return Vec::new() };
        match self.kind(*list) {
            Kind::List(items) => items.iter().map(|&item| list.sibling(item)).collect(),
            _ => Vec::new(),
        }
    }
}
