//! One walk along the ways of a value, from an expression to whatever is around it.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::member::{step_into, steps_into};
use super::narrow::{Narrowed, as_text};
use super::{End, MAX_CALLS, MAX_DEPTH, MAX_STEPS, Part, Parts, Sink};
use crate::facts::{BinaryOp, FileFacts, Kind, NodeId};
use crate::model::names::index::{constant, path_name};
use crate::model::names::scope::{Def, Origin, Step};
use crate::model::values::eval::is_choice;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// One walk along the ways of a value.
pub(super) struct Walk<'p> {
    pub(super) project: &'p Project,
    pub(super) ends: Vec<End>,
    pub(super) gathered: bool,
    /// Whether what is followed only holds the value.
    pub(super) inside: bool,
    /// Whether it was anywhere added to others, which those may have who read them before that, or kept by
    /// an object for its methods.
    pub(super) kept: bool,
    pub(super) narrowed: Narrowed,
    /// Functions entered, with the calls that lead back out.
    pub(super) calls: SmallVec<[(NodeRef, NodeRef); MAX_CALLS]>,
    /// Functions left towards their callers, and the first call they were left by.
    pub(super) left: usize,
    pub(super) through: Option<NodeRef>,
    pub(super) seen: FxHashSet<Place>,
}

/// Where a walk has been, and what it knew there.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Place {
    at: NodeRef,
    parts: Parts,
    gathered: bool,
    narrowed: Narrowed,
    entered: Option<NodeRef>,
    through: Option<NodeRef>,
}

impl Walk<'_> {
    pub(super) fn end(&mut self, at: NodeRef, sink: Sink) {
        match self.narrowed.end(sink) {
            Sink::Used | Sink::Shown if self.is_given_to_log() => self.ended(at, Sink::Shown, self.inside),
            sink => self.ended(at, sink, false),
        }
    }

    /// The value is given to what the data knows.
    pub(super) fn end_known(&mut self, at: NodeRef, sink: Sink) {
        let sink = self.narrowed.end(sink);
        self.ended(at, sink, self.inside && sink == Sink::Shown);
    }

    fn ended(&mut self, at: NodeRef, sink: Sink, inside: bool) {
        let (gathered, closed) = (self.gathered, self.narrowed == Narrowed::Closed);
        self.ends.push(End { at, sink, gathered, closed, inside, through: self.through });
    }

    /// Whether a function that keeps a log was given the value, be it for somebody to ask for later.
    fn is_given_to_log(&self) -> bool {
        self.calls.iter().any(|(function, _)| self.project.only_keeps_log(*function))
    }

    /// The value is tested, perhaps for a closing mark.
    pub(super) fn tested(&mut self, at: NodeRef, test: NodeRef) {
        match self.project.asks_for_mark(test) {
            true => {
                let (gathered, through) = (self.gathered, self.through);
                let end =
                    End { at: test, sink: Sink::Tested, gathered, closed: true, inside: false, through };
                self.ends.push(end);
            }
            false => self.end(at, Sink::Tested),
        }
    }

    /// Goes from an expression that holds the value to whatever is around it.
    pub(super) fn follow(&mut self, at: NodeRef, parts: Parts, depth: u32) {
        let before = std::mem::replace(&mut self.inside, parts.iter().any(|part| *part != Part::Encoded));
        self.step(at, parts, depth);
        self.inside = before;
    }

    fn step(&mut self, at: NodeRef, parts: Parts, depth: u32) {
        let place = Place {
            at,
            parts: parts.clone(),
            gathered: self.gathered,
            narrowed: self.narrowed,
            entered: self.calls.last().map(|c| c.1),
            through: self.through,
        };
        if !self.seen.insert(place) {
            return;
        }
        if depth > MAX_DEPTH || self.seen.len() > MAX_STEPS {
            // Whoever else it would have gone to is unknown.
            let through = self.through.take();
            self.end(at, Sink::Used);
            self.through = through;
            return;
        }
        let project = self.project;
        let facts = project.facts(at.file);
        let Some(parent) = facts.parent(at.node) else { return self.end(at, Sink::Shown) };
        let up = at.sibling(parent);
        let before = self.gathered;
        self.gathered |= is_added_to(facts, parent, at.node);
        let bound = self.bind(at, &parts, depth);
        self.gathered = before;
        match facts.kind(parent) {
            // The value of a bare statement is dropped, or shown by a notebook.
            Kind::Block { body, tail } if !*tail || body.last() != Some(&at.node) => {
                self.end(at, Sink::Shown)
            }
            Kind::Assign(a) if a.target == at.node => {}
            Kind::Assign(a) if a.value == Some(at.node) => match facts.kind(a.target) {
                // `text += piece`
                Kind::Name(_) if a.op.is_some() => self.gather(at, a.target, parts, depth),
                Kind::Member { object, name, .. } => {
                    let mut parts = parts;
                    parts.push(Part::Key(name.clone()));
                    self.keep(at, *object, parts, a.op.is_some(), depth);
                }
                Kind::Index { object, index } => {
                    let mut parts = parts;
                    parts.push(constant(facts, *index).map_or(Part::Any, Part::Key));
                    self.keep(at, *object, parts, a.op.is_some(), depth);
                }
                _ if bound => {}
                _ => self.end(at, Sink::Used),
            },
            Kind::Match(m) if m.subject == at.node => {
                // `match reason.as_deref() { Some("end_turn") => …`, `match reason { Stop::MaxTokens => …, Stop::Other(r) => …`
                let compares = |&p: &NodeId| {
                    let inside = facts.descendants(p);
                    inside.into_iter().any(|n| constant(facts, n).is_some() || is_plain_variant(facts, n))
                };
                if !bound || m.arms.iter().any(|arm| arm.patterns.iter().any(compares)) {
                    self.end(at, Sink::Tested);
                }
            }
            Kind::Let { .. } => {
                if !bound {
                    self.end(at, Sink::Tested);
                }
            }
            Kind::Loop(l) if l.condition == Some(at.node) => self.end(at, Sink::Tested),
            Kind::Comprehension(c) => match c.element == at.node || c.key == Some(at.node) {
                true => self.inside(up, parts, Part::Any, depth),
                false if bound => {}
                false => self.end(at, Sink::Tested),
            },
            _ if bound => {}
            // Whoever iterates over the generator gets it as an element.
            Kind::Yield(_) => {
                self.end(at, Sink::Yielded);
                if let Some(function) = enclosing_function(facts, at.node) {
                    let mut parts = parts;
                    parts.push(Part::Any);
                    self.leave(at, at.sibling(function), parts, depth);
                }
            }
            Kind::Return(_) => match enclosing_function(facts, at.node) {
                Some(function) => self.leave(at, at.sibling(function), parts, depth),
                None => self.end(at, Sink::Returned),
            },
            Kind::Break(_) => match facts.ancestors(parent).find(|&n| matches!(facts.kind(n), Kind::Loop(_)))
            {
                Some(left) => self.follow(at.sibling(left), parts, depth + 1),
                None => self.end(at, Sink::Used),
            },
            Kind::Function(f) if f.body == at.node => self.leave(at, up, parts, depth),
            Kind::Call(call) if call.callee == at.node => self.follow(up, parts, depth + 1),
            Kind::Call(call) if is_choice(project.file(at.file), call) => self.follow(up, parts, depth + 1),
            Kind::Call(call) => self.argument(at, up, call, parts, depth),
            Kind::Record(r) => {
                let key = r.entries.iter().find(|e| e.value == at.node).and_then(|e| e.key.as_ref());
                match key {
                    Some(crate::facts::Key::Known(k)) => self.inside(up, parts, Part::Key(k.clone()), depth),
                    Some(crate::facts::Key::Computed(_)) => self.inside(up, parts, Part::Any, depth),
                    None => self.follow(up, parts, depth + 1),
                }
            }
            Kind::List(items) => match facts.kind(at.node) {
                Kind::Spread(_) => self.follow(up, parts, depth + 1),
                _ => {
                    let position = items.iter().position(|&i| i == at.node).unwrap_or(0) as u32;
                    self.inside(up, parts, Part::Item(position), depth);
                }
            },
            Kind::Member { name, .. } => self.member(up, name, parts, depth),
            Kind::Index { object, index } if *object == at.node => {
                if let Kind::Slice { .. } = facts.kind(*index) {
                    return self.narrow(up, project.narrowed_at(up), parts, depth);
                }
                let step = match project.file(at.file).number_of(*index) {
                    Some(n) if n >= 0.0 => {
                        let step = Step::Item(n as u32);
                        if self.narrowed == Narrowed::Each
                            && !parts.is_empty()
                            && let Some(rest) = step_into(&step, parts.clone())
                        {
                            return self.pick(up, rest, depth);
                        }
                        step
                    }
                    _ => constant(facts, *index).map_or(Step::Each, Step::Key),
                };
                if let Some(rest) = step_into(&step, parts) {
                    self.follow(up, rest, depth + 1);
                }
            }
            Kind::If { condition, .. } if *condition == at.node => self.end(at, Sink::Tested),
            Kind::Unary { .. } | Kind::Assert { .. } | Kind::Delete(_) => self.end(at, Sink::Tested),
            Kind::Binary { op: BinaryOp::InstanceOf, .. } if !parts.is_empty() => {}
            Kind::Binary { op, .. } if is_test(*op) => self.tested(at, up),
            Kind::Throw(_) => self.end(at, Sink::Shown),
            Kind::Str(_) => self.follow(up, as_text(parts), depth + 1),
            Kind::Binary { .. }
            | Kind::If { .. }
            | Kind::Await(_)
            | Kind::Propagate(_)
            | Kind::Cast { .. }
            | Kind::Block { .. }
            | Kind::Match(_)
            | Kind::Spread(_) => self.follow(up, parts, depth + 1),
            _ => self.end(at, Sink::Used),
        }
    }

    /// Into a record or list that holds the value.
    pub(super) fn inside(&mut self, up: NodeRef, mut parts: Parts, part: Part, depth: u32) {
        parts.push(part);
        self.follow(up, parts, depth + 1);
    }

    /// Follows the value into the names bound to it; whether there are any.
    pub(super) fn bind(&mut self, at: NodeRef, parts: &Parts, depth: u32) -> bool {
        let project = self.project;
        let model = project.file(at.file);
        let defs = model.scopes.bound_to(at.node);
        let mut any = false;
        for def in defs {
            any = true;
            let Origin::Value { path, .. } = &def.origin else { continue };
            if let Some(rest) = steps_into(path, parts.clone()) {
                self.read(at, def, rest, depth);
            }
        }
        any
    }

    pub(super) fn read(&mut self, at: NodeRef, def: &Def, parts: Parts, depth: u32) {
        let readers = self.project.readers(at.sibling(def.node));
        if readers.is_empty() && enclosing_function(self.project.facts(at.file), def.node).is_none() {
            // At file level others may import it.
            self.end(at, Sink::Used);
        }
        for place in readers {
            self.follow(place, parts.clone(), depth + 1);
        }
    }
}

/// `text = text + piece`
fn is_added_to(facts: &FileFacts, assign: NodeId, sum: NodeId) -> bool {
    match (facts.kind(assign), facts.kind(sum)) {
        (Kind::Assign(a), Kind::Binary { op: BinaryOp::Add, left, .. }) => {
            let target = path_name(facts, a.target);
            a.op.is_none() && a.value == Some(sum) && target.is_some() && path_name(facts, *left) == target
        }
        _ => false,
    }
}

pub(super) fn is_test(op: crate::facts::BinaryOp) -> bool {
    use crate::facts::BinaryOp as B;
    matches!(
        op,
        B::Eq | B::Ne | B::Lt | B::Le | B::Gt | B::Ge | B::In | B::NotIn | B::Is | B::IsNot | B::InstanceOf
    )
}

/// Whether a node of a pattern is a variant that holds nothing: `Reason::Stop`, not `Block::Text(text)`.
fn is_plain_variant(facts: &FileFacts, n: NodeId) -> bool {
    let Kind::Member { name, .. } = facts.kind(n) else { return false };
    let holds = facts.parent(n).is_some_and(|up| match facts.kind(up) {
        Kind::Call(call) => call.callee == n,
        Kind::Record(r) => r.ty == Some(n),
        Kind::Member { .. } => true,
        _ => false,
    });
    !holds && name.starts_with(char::is_uppercase)
}
