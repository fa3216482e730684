//! What of a block is held in which variable.

use crate::facts::{BinaryOp, FileFacts, Kind, Name, NodeId, UnaryOp};
use crate::model::names::index::constant;
use crate::model::names::scope::{Origin, Step};
use crate::model::values::value::NodeRef;
use crate::model::{FileModel, Project};

/// Which part of a `tool_use` block something is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// The block.
    Whole,
    Id,
    Name,
    Input,
    /// A function found by the tool's name.
    Tool,
}

/// The variables in which the parts of one block are held.
#[derive(Debug, Default)]
pub(super) struct Parts {
    held: Vec<(Name, Part)>,
}

/// Rounds in which variables are found that are set from others.
const ROUNDS: usize = 4;

/// What the input of a call is called beside its name.
pub(in crate::model::tools) const INPUTS: &[&str] = &["input", "arguments", "args"];

/// Whether what a tool is given is called so in a block.
pub(super) fn is_input(key: &str) -> bool {
    INPUTS.contains(&key)
}

/// Which part of a block is called so.
pub(super) fn part_named(key: &str) -> Option<Part> {
    match key {
        "id" | "toolUseId" | "tool_use_id" => Some(Part::Id),
        "name" | "tool_name" | "toolName" => Some(Part::Name),
        "toolUse" | "tool_use" => Some(Part::Whole),
        _ => is_input(key).then_some(Part::Input),
    }
}

impl Parts {
    fn of_name(&self, name: &str) -> Option<Part> {
        self.held.iter().find(|h| h.0 == name).map(|h| h.1)
    }

    fn hold(&mut self, file: &FileModel, name: &Name, part: Part) -> bool {
        if &**name == "_" || file.sdk.has_word("own-object", name) || self.of_name(name).is_some() {
            return false;
        }
        self.held.push((name.clone(), part));
        true
    }
}

impl Project {
    /// The variables that hold parts of the block handled in `scope`: from what goes through the
    /// blocks, or from the pick of one.
    pub(super) fn block_parts(&self, root: NodeRef, each: bool, scope: NodeRef) -> Parts {
        let file = self.file(root.file);
        let facts = &file.facts;
        let mut parts = Parts::default();
        let sources: Vec<NodeId> = match facts.kind(root.node) {
            Kind::Loop(l) => l.iterable.into_iter().collect(),
            Kind::Comprehension(c) => c.clauses.iter().map(|c| c.iterable).collect(),
            _ => vec![root.node],
        };
        let callback = match facts.kind(root.node) {
            Kind::Call(_) if each => self.callback_of(root),
            _ => None,
        };
        for def in file.scopes.defs() {
            match &def.origin {
                Origin::Value { expr, path } if each && sources.contains(expr) => {
                    if let Some(part) = part_at(Part::Whole, path.iter().skip_while(|s| **s != Step::Each)) {
                        parts.hold(file, &def.name, part);
                    }
                }
                Origin::Param { function, index: 0, path }
                    if each
                        && (facts.parent(*function) == Some(root.node)
                            || callback == Some(root.sibling(*function))) =>
                {
                    if let Some(part) = part_at(Part::Whole, path.iter()) {
                        parts.hold(file, &def.name, part);
                    }
                }
                _ => {}
            }
        }
        let span = facts.span(scope.node);
        for _ in 0..ROUNDS {
            let mut more = false;
            for def in file.scopes.defs() {
                let Origin::Value { expr, path } = &def.origin else { continue };
                if !span.contains(facts.span(*expr)) || path.contains(&Step::Each) {
                    continue;
                }
                let whole = match !each && (*expr == root.node || holds(facts, *expr, root.node)) {
                    true => Some(Part::Whole),
                    false => self.part_of(root.sibling(*expr), &parts),
                };
                if let Some(part) = whole.and_then(|p| part_at(p, path.iter())) {
                    more |= parts.hold(file, &def.name, part);
                }
            }
            if !more {
                break;
            }
        }
        if !each && let Kind::Name(name) = facts.kind(root.node) {
            parts.hold(file, name, Part::Whole);
        }
        parts
    }

    /// Which part of the block an expression is.
    pub(super) fn part_of(&self, at: NodeRef, parts: &Parts) -> Option<Part> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let mut node = at.node;
        // The steps outwards to the name, undone one by one.
        let mut keys: Vec<Option<Name>> = Vec::new();
        for _ in 0..24 {
            match facts.kind(node) {
                Kind::Name(name) => {
                    let mut part = parts.of_name(name)?;
                    for key in keys.into_iter().rev().flatten() {
                        part = below(part, &key)?;
                    }
                    return Some(part);
                }
                Kind::Member { object, name, .. } => {
                    keys.push(Some(name.clone()));
                    node = *object;
                }
                Kind::Index { object, index } => match constant(facts, *index) {
                    Some(key) => {
                        keys.push(Some(key));
                        node = *object;
                    }
                    None => {
                        return (keys.is_empty()
                            && self.part_of(at.sibling(*index), parts) == Some(Part::Name))
                        .then_some(Part::Tool);
                    }
                },
                Kind::Await(x) | Kind::Propagate(x) | Kind::Spread(x) | Kind::Cast { value: x, .. } => {
                    node = *x
                }
                Kind::Unary { op: UnaryOp::Other, operand } => node = *operand,
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => node = *left,
                Kind::Call(call) => {
                    let first = call.args.first().map(|a| a.value);
                    match facts.kind(call.callee) {
                        Kind::Member { object, name, .. } => {
                            let key = first.and_then(|a| constant(facts, a));
                            let by_name =
                                first.is_some_and(|a| self.part_of(at.sibling(a), parts) == Some(Part::Name));
                            if &**name == "get" && key.is_some() {
                                keys.push(key);
                                node = *object;
                            } else if file.sdk.has_word("tool-finders", name) && by_name {
                                return keys.is_empty().then_some(Part::Tool);
                            } else if file.sdk.has_word("text-conversion", name)
                                || file.sdk.in_lists(&["same-fields", "same-option"], name)
                            {
                                node = *object;
                            } else if file.sdk.has_word("json-readers", name) {
                                node = first?;
                            } else {
                                return None;
                            }
                        }
                        Kind::Name(name)
                            if file.sdk.has_word("text-conversion", name)
                                || file.sdk.has_word("record-makers", name) =>
                        {
                            node = first?;
                        }
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
        None
    }

    /// Whether anything inside an expression is a part of the block for which `test` holds.
    pub(super) fn mentions_part(&self, at: NodeRef, parts: &Parts, test: impl Fn(Part) -> bool) -> bool {
        let facts = self.facts(at.file);
        let mut stack = vec![at.node];
        while let Some(node) = stack.pop() {
            if let Some(part) = self.part_of(at.sibling(node), parts) {
                if test(part) {
                    return true;
                }
                // `block.name` holds the block, but mentions its name only.
                continue;
            }
            // `block.text`: no part of a call.
            if let Kind::Member { object, .. } = facts.kind(node)
                && self.part_of(at.sibling(*object), parts) == Some(Part::Whole)
                && !self.is_called(at.sibling(node))
            {
                continue;
            }
            facts.for_each_child(node, |c| stack.push(c));
        }
        false
    }
}

fn holds(facts: &FileFacts, outer: NodeId, inner: NodeId) -> bool {
    outer != inner
        && matches!(
            facts.kind(outer),
            Kind::Await(_)
                | Kind::Cast { .. }
                | Kind::Propagate(_)
                | Kind::Call(_)
                | Kind::Binary { .. }
                | Kind::If { .. }
        )
        && facts.ancestors(inner).any(|a| a == outer)
}

fn below(part: Part, key: &str) -> Option<Part> {
    match part {
        Part::Whole => part_named(key),
        Part::Input => Some(Part::Input),
        // `tool.run`, `tool.handler`.
        Part::Tool => Some(Part::Tool),
        Part::Id | Part::Name => None,
    }
}

fn part_at<'s>(start: Part, path: impl Iterator<Item = &'s Step>) -> Option<Part> {
    let mut part = start;
    for step in path {
        match step {
            Step::Each | Step::Unwrap | Step::Enter | Step::Item(0) => {}
            Step::Key(key) => part = below(part, key)?,
            Step::Item(_) => return None,
        }
    }
    Some(part)
}
