//! Histories of conversations with tools that are cut by count.

mod boundary;
mod budget;
mod cut;
mod grown;
mod mended;

use rustc_hash::FxHashSet;

use crate::facts::{Kind, Name, NodeId};
use crate::model::names::index::{last_name, path_name};
use crate::model::names::scope::Origin;
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};
use crate::source::FileId;

/// Places where histories grow that are looked at.
const MAX_HISTORIES: usize = 256;

/// A cut of a history that holds tool calls and their results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trim {
    /// The cut.
    pub at: NodeRef,
    /// Where tool results are added to the same history, or are spoken of.
    pub grows: NodeRef,
    /// Whether only names and types tell that there are any.
    pub by_name: bool,
}

impl Project {
    /// Cuts of histories to which tool results are added, in file order.
    pub fn history_trims(&self) -> Vec<Trim> {
        // Where results go: the variable or field, and the function of a plain variable.
        let mut grown: Vec<(NodeRef, Name, NodeRef)> = Vec::new();
        let mut seen: Vec<NodeRef> = Vec::new();
        for result in self.tool_dispatches().iter().flat_map(|d| &d.results) {
            if seen.contains(result) || seen.len() > 200 {
                continue;
            }
            seen.push(*result);
            for message in self.result_messages(*result) {
                if let Some((list, call)) = self.added_to(message.at)
                    && let Some(name) = path_name(self.facts(list.file), list.node)
                {
                    grown.push((list, name, call));
                }
            }
        }
        self.grown_by_methods(&mut grown);
        let near = self.files_near_requests();
        let written = grown.len();
        self.grown_by_name(&near, &mut grown);
        let mut out: Vec<Trim> = Vec::new();
        let mut menders: Option<Vec<NodeRef>> = None;
        for (file, model) in self.file_ids() {
            if !near.contains(&file) {
                continue;
            }
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let Some(cut) = self.cut_of(at).or_else(|| self.collected_from_end(at)) else { continue };
                let grows = grown
                    .iter()
                    .position(|(list, name, _)| self.is_same_history(at.sibling(cut), *list, name));
                if let Some(index) = grows
                    && !self.is_test(at)
                    && !self.looks_for_boundary(at)
                    && !self.is_mended(at, menders.get_or_insert_with(|| self.all_menders()))
                {
                    out.push(Trim { at, grows: grown[index].2, by_name: index >= written });
                }
            }
        }
        out.extend(
            self.typed_trims()
                .into_iter()
                .filter(|trim| !self.is_mended(trim.at, menders.get_or_insert_with(|| self.all_menders()))),
        );
        out.sort_by_key(|t| t.at);
        out.dedup_by_key(|t| t.at);
        out
    }

    fn all_menders(&self) -> Vec<NodeRef> {
        self.file_ids().flat_map(|(file, _)| self.menders(file)).collect()
    }

    /// Histories to which something is added that is called a tool result.
    fn grown_by_name(&self, near: &FxHashSet<FileId>, grown: &mut Vec<(NodeRef, Name, NodeRef)>) {
        let function = |at: NodeRef| Some(at.sibling(enclosing_function(self.facts(at.file), at.node)?));
        let writers: FxHashSet<NodeRef> = self.tool_results().iter().filter_map(|r| function(r.at)).collect();
        for (file, model) in self.file_ids() {
            let facts = &model.facts;
            if !near.contains(&file) {
                continue;
            }
            for node in facts.ids() {
                let Kind::Call(c) = facts.kind(node) else { continue };
                let Kind::Member { object, name, .. } = facts.kind(c.callee) else { continue };
                let list = NodeRef { file, node: *object };
                if !model.sdk.has_word("list-growth", name) || self.is_test(list) {
                    continue;
                }
                let is_history = last_name(facts, *object).is_some_and(|n| {
                    let n = snake(&n);
                    model.sdk.words("history-parts").iter().any(|h| n.contains(h.as_str()))
                        && !n.contains("tool")
                });
                let called = |n: NodeId| match facts.kind(n) {
                    Kind::Name(n) | Kind::Member { name: n, .. }
                        if snake(n).contains("tool_result") || snake(n) == "tool_message" =>
                    {
                        true
                    }
                    // `calls.map(answer)`
                    Kind::Name(_) => {
                        let value = self.eval(NodeRef { file, node: n });
                        value.iter().any(|v| matches!(v, Value::Function(f) if writers.contains(f)))
                    }
                    // A function in whose body results are written.
                    Kind::Call(c) => {
                        let callee = self.eval(NodeRef { file, node: c.callee });
                        callee.iter().any(|v| matches!(v, Value::Function(f) if writers.contains(f)))
                    }
                    _ => false,
                };
                if is_history
                    && grown.len() < MAX_HISTORIES
                    && let Some(path) = path_name(facts, *object)
                    && c.args.iter().any(|a| facts.descendants(a.value).into_iter().any(called))
                {
                    grown.push((list, path, NodeRef { file, node }));
                }
            }
        }
    }

    /// Whether two expressions name one history: a field of one type, a variable of one function,
    /// or a parameter that is given it.
    fn is_same_history(&self, cut: NodeRef, list: NodeRef, name: &Name) -> bool {
        let file = self.file(cut.file);
        let facts = &file.facts;
        let Some(cut_name) = path_name(facts, cut.node) else { return false };
        if cut_name == *name && cut.file == list.file {
            let function = |at: NodeRef| enclosing_function(facts, at.node);
            let same = match name.contains('.') {
                true => self.class_of(cut) == self.class_of(list),
                false => function(cut) == function(list) || self.shared_variable(cut, list, name),
            };
            if same {
                return true;
            }
        }
        // What is cut was handed in, or what grows was: `cut(messages)`, `run_tools(messages)`.
        if let Some(copied) = self.copied_parameter(cut)
            && self.is_handed(copied, list, name)
        {
            return true;
        }
        self.is_handed(cut, list, name) || self.is_handed(list, cut, &cut_name)
    }

    /// Whether an expression is a parameter that is given a list, or a field of one: `session.messages`.
    fn is_handed(&self, given: NodeRef, list: NodeRef, name: &Name) -> bool {
        let file = self.file(given.file);
        let facts = &file.facts;
        let mut head = given.node;
        while let Kind::Member { object, .. } = facts.kind(head) {
            head = *object;
        }
        let Kind::Name(param) = facts.kind(head) else { return false };
        let Some(path) = path_name(facts, given.node) else { return false };
        let Some(field) = path.strip_prefix(&**param) else { return false };
        let defs = file.scopes.lookup(facts, param, head);
        defs.iter().any(|d| {
            let Origin::Param { function, index, path } = &d.origin else { return false };
            let mut given = self.arguments_given(given.sibling(*function), *index, 8);
            path.is_empty()
                && given.any(|(_, arg)| arg.file == list.file && self.is_given(arg, field, list, name))
        })
    }

    fn is_given(&self, arg: NodeRef, field: &str, list: NodeRef, name: &Name) -> bool {
        let facts = self.facts(arg.file);
        let mut node = arg.node;
        while let Kind::Unary { operand, .. } = facts.kind(node) {
            node = *operand;
        }
        path_name(facts, node).is_some_and(|given| name.strip_prefix(&*given) == Some(field))
            && match name.contains('.') {
                true => self.class_of(arg) == self.class_of(list),
                false => enclosing_function(facts, arg.node) == enclosing_function(facts, list.node),
            }
    }

    /// Whether both places mean one variable of a function or file around them.
    fn shared_variable(&self, a: NodeRef, b: NodeRef, name: &Name) -> bool {
        let file = self.file(a.file);
        let defs = |at: NodeRef| -> Vec<NodeId> {
            file.scopes.lookup(&file.facts, name, at.node).iter().map(|d| d.node).collect()
        };
        let (x, y) = (defs(a), defs(b));
        !x.is_empty() && x.iter().any(|d| y.contains(d))
    }
}
