//! Whether a failure that a handler keeps to itself is lost for everyone.

use super::{Given, Handler, HandlerForm};
use crate::facts::{FileFacts, Key, Kind, LoopKind, Name, NodeId};
use crate::model::Origin;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
    /// Whether nobody behind a silent handler can tell that there was a failure: what follows
    /// neither does something else instead nor finds that the answer is missing.
    pub fn is_lost(&self, handler: &Handler) -> bool {
        let outcome = self.outcome(handler);
        if !outcome.is_silent() {
            return false;
        }
        if outcome.gives.iter().any(|&(at, _)| self.is_noticed(at)) || self.is_followed_by_next(handler) {
            return false;
        }
        match handler.form {
            // A statement of its own: what follows may do something else.
            HandlerForm::Discard if matches!(self.kind(handler.at), Kind::If { .. } | Kind::With(_)) => {
                self.ends_quietly(handler.at, &[])
            }
            HandlerForm::Discard | HandlerForm::Callback => {
                !self.is_replaced(handler.at) && !self.is_noticed(handler.at)
            }
            HandlerForm::Clause | HandlerForm::Arm => {
                let value = !matches!(self.kind(handler.at), Kind::Try(_)) && !self.is_statement(handler.at);
                if value {
                    return !self.is_noticed(handler.at);
                }
                let leaves = !outcome.gives.is_empty();
                if outcome.jumps {
                    return leaves_no_mark(&outcome) && self.is_left_out(handler);
                }
                leaves || self.ends_quietly(handler.at, &outcome.sets)
            }
        }
    }

    /// Whether an expression stands as a statement: nobody gets its value.
    pub(in crate::model) fn is_statement(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Some(parent) = facts.parent(at.node) else { return true };
        match facts.kind(parent) {
            Kind::Block { body, tail } => !*tail || body.last() != Some(&at.node),
            _ => false,
        }
    }

    /// Whether something else is put in its place: `a.ok().or_else(|| other())`.
    fn is_replaced(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for parent in facts.ancestors(at.node).skip(1) {
            match facts.kind(parent) {
                Kind::Await(_) | Kind::Cast { .. } => {}
                Kind::Member { object, name, .. } if *object == child => {
                    let sdk = self.file(at.file).sdk;
                    if sdk.has_word("missing-raises", name) || sdk.has_word("missing-default", name) {
                        return true;
                    }
                }
                Kind::Call(c) if c.callee == child => {}
                // `await ask().catch(() => null) ?? fallback()`
                Kind::Binary { op, left, .. } if *left == child => {
                    return matches!(op, crate::facts::BinaryOp::Or | crate::facts::BinaryOp::Coalesce);
                }
                _ => return false,
            }
            child = parent;
        }
        false
    }

    /// Whether what follows a statement to the end of its function is at most an answer that is
    /// empty when the statement failed: `return text`.
    fn ends_quietly(&self, at: NodeRef, sets: &[(Name, Given)]) -> bool {
        let facts = self.facts(at.file);
        let function = enclosing_function(facts, at.node);
        let mut child = at.node;
        for parent in facts.ancestors(at.node).skip(1) {
            match facts.kind(parent) {
                Kind::Block { body, .. } => {
                    let next = body.iter().position(|&s| s == child).map_or(body.len(), |i| i + 1);
                    if let Some(&statement) = body.get(next) {
                        let given = match facts.kind(statement) {
                            Kind::Return(None) => return true,
                            Kind::Return(Some(value)) => at.sibling(*value),
                            _ => at.sibling(statement),
                        };
                        return self.is_quiet(given, sets) || self.shows_nothing(given, at, sets);
                    }
                }
                // The next turn may make up for it.
                Kind::Loop(_) => return sets.is_empty() && self.goes_on_without(at.sibling(parent), at),
                Kind::Function(_) => return true,
                Kind::Try(t) if t.finally.is_some() && t.body == child => return false,
                Kind::Match(_) | Kind::If { .. } | Kind::With(_) | Kind::Try(_) => {}
                _ => return false,
            }
            child = parent;
        }
        // At the end of a file or cell nothing is left to see it.
        function.is_none() && sets.is_empty()
    }

    /// Whether a handler in a loop over data leaves out the element whose request failed.
    fn is_left_out(&self, handler: &Handler) -> bool {
        let Some(body) = handler.body else { return false };
        let facts = self.facts(body.file);
        let jump =
            facts.descendants(body.node).into_iter().find(|&n| matches!(facts.kind(n), Kind::Continue));
        let around = facts.ancestors(handler.at.node).find(|&n| matches!(facts.kind(n), Kind::Loop(_)));
        jump.is_some() && around.is_some_and(|l| self.goes_on_without(body.sibling(l), handler.at))
    }

    /// Whether a loop takes the next element of a collection after a failure in one, and nothing
    /// behind it asks whether all are there: it neither looks for the first that succeeds nor
    /// repeats.
    fn goes_on_without(&self, around: NodeRef, tried: NodeRef) -> bool {
        let facts = self.facts(around.file);
        let Kind::Loop(l) = facts.kind(around.node) else { return false };
        if l.kind != LoopKind::ForEach || self.is_counting(around, l) {
            return false;
        }
        let leaves = |n: NodeId| matches!(facts.kind(n), Kind::Return(_) | Kind::Break(_) | Kind::Yield(_));
        if facts.descendants(tried.node).into_iter().any(leaves) {
            return false;
        }
        let Some(parent) = facts.parent(around.node) else { return true };
        let Kind::Block { body, .. } = facts.kind(parent) else { return true };
        let next = body.iter().position(|&s| s == around.node).map_or(body.len(), |i| i + 1);
        !body[next..].iter().any(|&n| {
            let at = around.sibling(n);
            let parts = facts.descendants(n);
            let asks = parts.iter().any(|&p| matches!(facts.kind(p), Kind::If { .. } | Kind::Binary { .. }));
            self.fails(at) || asks || parts.into_iter().any(|p| self.is_report(around.sibling(p)))
        })
    }

    /// An empty value, or a variable that holds one.
    fn is_quiet(&self, at: NodeRef, sets: &[(Name, Given)]) -> bool {
        match self.kind(at) {
            Kind::Null => true,
            Kind::Str(_) => self.text(at).known().is_some_and(|t| t.is_empty()),
            Kind::List(items) => items.is_empty(),
            Kind::Record(r) => r.entries.is_empty(),
            Kind::Name(name) => {
                sets.iter().any(|s| s.0 == *name)
                    || self.file(at.file).scopes.lookup(self.facts(at.file), name, at.node).iter().any(
                        |def| match &def.origin {
                            Origin::Value { expr, path } => {
                                path.is_empty() && self.is_literally_empty(at.sibling(*expr))
                            }
                            _ => false,
                        },
                    )
            }
            _ => false,
        }
    }

    /// Whether what is given back behind a statement that failed looks as it does otherwise: an object of which a
    /// field was to be filled, a record of what was to be set, a variable that holds nothing yet.
    fn shows_nothing(&self, given: NodeRef, tried: NodeRef, sets: &[(Name, Given)]) -> bool {
        let facts = self.facts(given.file);
        match facts.kind(given.node) {
            Kind::Name(name) => {
                let mut filled =
                    facts.descendants(tried.node).into_iter().filter_map(|n| match facts.kind(n) {
                        Kind::Assign(a) if is_part_of(facts, a.target, name) => a.value,
                        _ => None,
                    });
                // `item.done = True` tells how it went.
                let open = |value: NodeId| {
                    let literal =
                        matches!(facts.kind(facts.bare(value)), Kind::Bool(_) | Kind::Number(_) | Kind::Null);
                    !literal && !matches!(facts.kind(value), Kind::Str(_))
                };
                self.begins_empty(given, name, tried)
                    || filled.next().is_some_and(open)
                        && filled.all(open)
                        && !self.has_stand_in(given, name, tried)
            }
            Kind::Record(r) if r.ty.is_none() => {
                let mut open = false;
                r.entries.iter().all(|e| {
                    let Some(Key::Known(key)) = &e.key else { return false };
                    let value = given.sibling(e.value);
                    let name = match self.kind(value) {
                        Kind::Name(name) => name,
                        _ => return false,
                    };
                    let is_set = self.is_set_in(tried, name);
                    open |= is_set;
                    let quiet = || self.is_quiet(value, sets) || self.begins_empty(value, name, tried);
                    !self.is_fault_key(given, key) && (!is_set || quiet())
                }) && open
            }
            _ => false,
        }
    }

    /// Whether other code of the function sets a part of what a variable holds: it may be what is left there.
    fn has_stand_in(&self, given: NodeRef, name: &str, tried: NodeRef) -> bool {
        let facts = self.facts(given.file);
        let Some(function) = enclosing_function(facts, given.node) else { return true };
        let own = facts.span(tried.node);
        facts.descendants(function).into_iter().any(|n| match facts.kind(n) {
            Kind::Assign(a) => !own.contains(facts.span(n)) && is_part_of(facts, a.target, name),
            _ => false,
        })
    }

    /// Whether a piece of code sets a variable.
    fn is_set_in(&self, at: NodeRef, name: &str) -> bool {
        let facts = self.facts(at.file);
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Assign(a) => matches!(facts.kind(a.target), Kind::Name(target) if **target == *name),
            _ => false,
        })
    }

    /// Whether a variable is declared without a value in front of what sets it: `let text;`
    fn begins_empty(&self, read: NodeRef, name: &str, tried: NodeRef) -> bool {
        let facts = self.facts(read.file);
        let Some(function) = enclosing_function(facts, read.node) else { return false };
        let before = facts.span(tried.node).start;
        let empty = |n: NodeId| match facts.kind(n) {
            Kind::Assign(a) => {
                a.declares
                    && a.value.is_none()
                    && facts.span(n).end <= before
                    && matches!(facts.kind(a.target), Kind::Name(target) if **target == *name)
            }
            _ => false,
        };
        let other = |n: NodeId| match facts.kind(n) {
            Kind::Assign(a) => {
                let within = facts.span(tried.node).contains(facts.span(n));
                a.value.is_some() && !within && matches!(facts.kind(a.target), Kind::Name(t) if **t == *name)
            }
            _ => false,
        };
        let nodes = facts.descendants(function);
        self.is_set_in(tried, name) && nodes.iter().any(|&n| empty(n)) && !nodes.iter().any(|&n| other(n))
    }

    /// An empty value or a default, as it is written.
    fn is_literally_empty(&self, at: NodeRef) -> bool {
        match self.kind(at) {
            Kind::Null => true,
            Kind::Str(parts) if parts.is_empty() => true,
            Kind::List(items) if items.is_empty() => true,
            Kind::Record(r) if r.entries.is_empty() => r.ty.is_none(),
            _ => self.is_plain_default(at),
        }
    }

    /// Whether a comment stands in a handler: somebody thought about it.
    pub fn has_comment(&self, handler: &Handler) -> bool {
        if handler.form == HandlerForm::Discard {
            return false;
        }
        let place = handler.place(self).span;
        let body = handler.body.map(|b| self.facts(b.file).span(b.node));
        let facts = self.facts(handler.at.file);
        let line_end = |from: u32| {
            let text = &self.file(handler.at.file).source.text;
            text.get(from as usize..).and_then(|t| t.find('\n')).map_or(from, |i| from + i as u32)
        };
        let model = self.file(handler.at.file);
        let speaks = |span: crate::source::Span| {
            let text = model.source.text.get(span.range()).unwrap_or("").to_lowercase();
            let words = text.trim_start_matches(|c: char| !c.is_alphanumeric());
            !model.sdk.words("directive-comments").iter().any(|d| words.starts_with(d.as_str()))
        };
        facts.comments.iter().filter(|c| speaks(c.span)).any(|c| {
            place.contains(c.span)
                || body.is_some_and(|b| {
                    b.contains(c.span) || c.span.start >= b.end && c.span.start < line_end(b.end)
                })
        })
    }

    /// Whether a node stands inside another.
    pub fn stands_inside(&self, at: NodeRef, outer: NodeRef) -> bool {
        let facts = self.facts(at.file);
        at.file == outer.file && facts.ancestors(at.node).any(|n: NodeId| n == outer.node)
    }
}

/// Whether a handler sets nothing on its way to the next turn.
fn leaves_no_mark(outcome: &super::Outcome) -> bool {
    outcome.sets.is_empty() && outcome.gives.is_empty()
}

/// Whether a target is a field or an entry of what a variable holds: `item.text`, `item["text"]`.
fn is_part_of(facts: &FileFacts, target: NodeId, name: &str) -> bool {
    let mut root = target;
    while let Kind::Member { object, .. } | Kind::Index { object, .. } = facts.kind(root) {
        root = *object;
    }
    root != target && matches!(facts.kind(root), Kind::Name(of) if **of == *name)
}
