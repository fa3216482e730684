//! Histories of conversations with tools that are cut by count.

use rustc_hash::FxHashSet;

use super::super::eval::Argument;
use super::super::index::{constant, last_name, path_name, takes_receiver};
use super::super::scope::Origin;
use super::super::tool_words::snake;
use super::super::value::{NodeRef, Value};
use super::super::{Project, enclosing_function};
use super::conversation::keyed;
use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::source::FileId;

/// Parts of the names of histories.
const HISTORIES: &[&str] = &["message", "history", "conversation", "msgs", "transcript"];

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
        let near = self.files_near_requests();
        let written = grown.len();
        self.grown_by_name(&near, &mut grown);
        let mut out: Vec<Trim> = Vec::new();
        for (file, model) in self.file_ids() {
            if !near.contains(&file) {
                continue;
            }
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let Some(cut) = self.cut_of(at) else { continue };
                let grows = grown
                    .iter()
                    .position(|(list, name, _)| self.is_same_history(at.sibling(cut), *list, name));
                if let Some(index) = grows
                    && !self.is_test(at)
                    && !self.looks_for_boundary(at)
                {
                    out.push(Trim { at, grows: grown[index].2, by_name: index >= written });
                }
            }
        }
        out.extend(self.typed_trims());
        out.sort_by_key(|t| t.at);
        out.dedup_by_key(|t| t.at);
        out
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
                if !matches!(&**name, "push" | "append" | "extend" | "push_back") || self.is_test(list) {
                    continue;
                }
                let is_history = last_name(facts, *object).is_some_and(|n| {
                    let n = snake(&n);
                    HISTORIES.iter().any(|h| n.contains(h)) && !n.contains("tool")
                });
                let called = |n: NodeId| match facts.kind(n) {
                    Kind::Name(n) | Kind::Member { name: n, .. } => snake(n).contains("tool_result"),
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

    /// What a node cuts the beginning of, if that is what it does and the rest is kept.
    fn cut_of(&self, at: NodeRef) -> Option<NodeId> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let from_end = |n: NodeId| match facts.kind(n) {
            Kind::Unary { op: UnaryOp::Minus, .. } => true,
            Kind::Number(n) => *n < 0.0,
            // `messages.length - 20`
            Kind::Binary { op: BinaryOp::Sub, left, .. } => self.is_length(at.sibling(*left)),
            _ => false,
        };
        match facts.kind(at.node) {
            Kind::Index { object, index } => {
                let Kind::Slice { start: Some(start), end: None } = facts.kind(*index) else { return None };
                (from_end(*start) && self.is_kept(at, *object)).then_some(*object)
            }
            Kind::Call(c) => {
                let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return None };
                let first = c.args.first().map(|a| a.value);
                let zero = first.is_some_and(|a| file.number_of(a) == Some(0.0));
                match &**name {
                    "slice" => {
                        (c.args.len() == 1 && first.is_some_and(from_end) && self.is_kept(at, *object))
                            .then_some(*object)
                    }
                    // What takes the place of the whole is put together elsewhere.
                    "splice" if c.args.len() > 2 => None,
                    "pop" | "splice" | "remove" if zero && !self.is_put_back(at) => Some(*object),
                    "shift" | "popleft" | "pop_front" if c.args.is_empty() && !self.is_put_back(at) => {
                        Some(*object)
                    }
                    "drain" => match first.map(|a| facts.kind(a)) {
                        Some(Kind::Slice { end: Some(_), .. }) => Some(*object),
                        _ => None,
                    },
                    _ => None,
                }
            }
            // `del messages[:2]`
            Kind::Delete(items) => items.iter().find_map(|&i| match facts.kind(i) {
                Kind::Index { object, index } => match facts.kind(*index) {
                    Kind::Slice { start: None, end: Some(_) } => Some(*object),
                    _ => (file.number_of(*index) == Some(0.0)).then_some(*object),
                },
                _ => None,
            }),
            _ => None,
        }
    }

    /// Whether what is taken out is held and put back.
    fn is_put_back(&self, taken: NodeRef) -> bool {
        let file = self.file(taken.file);
        let facts = &file.facts;
        let Some(held) = file.scopes.bound_to(taken.node).find_map(|d| path_name(facts, d.node)) else {
            return false;
        };
        let function = enclosing_function(facts, taken.node).unwrap_or(NodeId::ROOT);
        facts.descendants(function).into_iter().any(|n| match facts.kind(n) {
            Kind::Call(c) => {
                last_name(facts, c.callee)
                    .is_some_and(|n| matches!(&*n, "insert" | "unshift" | "push_front" | "appendleft"))
                    && c.args.iter().any(|a| path_name(facts, a.value).as_ref() == Some(&held))
            }
            _ => false,
        })
    }

    /// Whether a cut history takes the place of the whole one, or is what is sent.
    fn is_kept(&self, cut: NodeRef, history: NodeId) -> bool {
        let name = path_name(self.facts(cut.file), history);
        self.stands_for(cut, name.as_ref(), 0)
    }

    fn stands_for(&self, cut: NodeRef, name: Option<&Name>, depth: u32) -> bool {
        let file = self.file(cut.file);
        let facts = &file.facts;
        for up in facts.ancestors(cut.node).skip(1) {
            match facts.kind(up) {
                Kind::List(_)
                | Kind::Spread(_)
                | Kind::Cast { .. }
                | Kind::Binary { .. }
                | Kind::If { .. } => {}
                Kind::Return(_) => return !self.is_glance(cut),
                Kind::Assign(a) => {
                    let target = match facts.kind(a.target) {
                        Kind::Index { object, .. } => *object,
                        _ => a.target,
                    };
                    let target_name = path_name(facts, target);
                    if name.is_some() && target_name.as_ref() == name {
                        return true;
                    }
                    // `recent = history[-20:]`, then `history = [summary, *recent]`
                    let (Kind::Name(held), 0) = (facts.kind(target), depth) else { return false };
                    let function = enclosing_function(facts, up);
                    let mut readers = file
                        .names(held)
                        .iter()
                        .copied()
                        .filter(|&n| n != target && enclosing_function(facts, n) == function)
                        .filter_map(|n| Some((n, facts.parent(n)?)));
                    // Where anything else is done with it, its beginning may be looked at.
                    let joined = |p: NodeId| {
                        matches!(facts.kind(p), Kind::Spread(_) | Kind::Binary { .. } | Kind::Assign(_))
                    };
                    let plain = readers.clone().all(|(_, p)| {
                        joined(p) || matches!(facts.kind(p), Kind::Member { name, .. } if &**name == "length")
                    });
                    return plain
                        && readers
                            .any(|(n, p)| joined(p) && self.stands_for(cut.sibling(n), name, depth + 1));
                }
                Kind::Call(c) => {
                    return self.request_at(cut.sibling(up)).is_some()
                        || matches!(facts.kind(c.callee), Kind::Name(n) if &**n == "list");
                }
                Kind::Record(r) => return r.entries.iter().any(|e| keyed(e, "messages")),
                _ => return false,
            }
        }
        false
    }

    /// Whether a function only gives someone a look at the end of the history.
    fn is_glance(&self, cut: NodeRef) -> bool {
        let facts = self.facts(cut.file);
        let Some(function) = enclosing_function(facts, cut.node) else { return false };
        let Kind::Function(f) = facts.kind(function) else { return false };
        f.name.as_ref().is_some_and(|n| {
            snake(n)
                .split('_')
                .any(|w| matches!(w, "get" | "recent" | "last" | "latest" | "show" | "preview"))
        })
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
        let Kind::Name(param) = facts.kind(cut.node) else { return false };
        let defs = file.scopes.lookup(facts, param, cut.node);
        defs.iter().any(|d| {
            let Origin::Param { function, index, path } = &d.origin else { return false };
            let function = cut.sibling(*function);
            let receiver = takes_receiver(self.files(), function);
            path.is_empty()
                && self.callers(function).iter().take(8).any(|&call| {
                    match self.argument_of(call, function, *index as usize, receiver) {
                        Argument::Given(arg) => arg.file == list.file && self.is_given(arg, list, name),
                        _ => false,
                    }
                })
        })
    }

    fn is_given(&self, arg: NodeRef, list: NodeRef, name: &Name) -> bool {
        let facts = self.facts(arg.file);
        let mut node = arg.node;
        while let Kind::Unary { operand, .. } = facts.kind(node) {
            node = *operand;
        }
        path_name(facts, node).as_ref() == Some(name)
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

    /// Whether the function of a cut looks at roles or tool results when it decides where to cut.
    pub(super) fn looks_for_boundary(&self, cut: NodeRef) -> bool {
        let facts = self.facts(cut.file);
        let root = enclosing_function(facts, cut.node).unwrap_or(NodeId::ROOT);
        let asks = |at: NodeId| {
            facts.descendants(at).into_iter().any(|n| {
                let word = match facts.kind(n) {
                    Kind::Str(_) => constant(facts, n),
                    Kind::Name(n) | Kind::Member { name: n, .. } => Some(n.clone()),
                    _ => None,
                };
                word.is_some_and(|w| {
                    let w = snake(&w);
                    w == "role" || w.contains("tool_result") || w.contains("boundary") || w.contains("orphan")
                })
            })
        };
        facts.descendants(root).into_iter().any(|n| match facts.kind(n) {
            Kind::If { condition, .. } => asks(*condition),
            Kind::Loop(l) => l.condition.is_some_and(asks),
            Kind::Comprehension(c) => c.clauses.iter().flat_map(|c| &c.conditions).any(|&c| asks(c)),
            Kind::Match(m) => asks(m.subject),
            Kind::Call(c) => {
                let name = last_name(facts, c.callee).map(|n| snake(&n)).unwrap_or_default();
                ["orphan", "sanitize", "repair", "boundary", "ensure", "valid", "fix_", "tool_pair"]
                    .iter()
                    .any(|w| name.contains(w))
                    || LOOKS.contains(&&*name)
                        && c.args
                            .iter()
                            .any(|a| matches!(facts.kind(a.value), Kind::Function(_)) && asks(a.value))
            }
            _ => false,
        })
    }
}

/// Methods whose closure decides about an element.
const LOOKS: &[&str] = &[
    "find",
    "find_index",
    "find_last",
    "find_last_index",
    "position",
    "rposition",
    "some",
    "every",
    "any",
    "all",
    "filter",
    "retain",
    "skip_while",
    "take_while",
    "next",
];
