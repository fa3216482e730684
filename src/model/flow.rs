//! Where a value goes: through names, records, calls and returns, to what is done with it.

mod calls;
mod member;
mod narrow;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::eval::Argument;
use super::index::{constant, last_name, takes_receiver};
use super::scope::{Def, Origin, Step};
use super::tool_words::snake;
use super::value::{NodeRef, Value};
use super::{Project, enclosing_function};
use crate::facts::{Call, CallStyle, Kind, Name, NodeId};
use member::{step_into, steps_into};
use narrow::{Narrowed, as_text};

/// What becomes of a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sink {
    /// Printed, logged, or shown as the last value of a notebook cell.
    Shown,
    /// Looked at: a condition, a comparison, a length.
    Tested,
    /// The name of a file that is opened or removed.
    Opened,
    /// Handed out by a generator, piece by piece.
    Yielded,
    /// Anything else.
    Used,
    /// Given back to callers out of sight.
    Returned,
    /// Written to a file or database.
    Written,
    /// Parsed as JSON or another format.
    Parsed,
    /// Run as code, a query or a command.
    Executed,
}

/// One end of a value's way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct End {
    /// Where.
    pub at: NodeRef,
    /// What happens there.
    pub sink: Sink,
    /// Whether it was gathered with other pieces on the way (`text += piece`, `parts.append(piece)`).
    pub gathered: bool,
    /// Whether only what a closing mark ends comes here: a text that is cut off does not.
    pub closed: bool,
    /// The call by which it first left its function, where that was asked for.
    pub through: Option<NodeRef>,
}

const MAX_DEPTH: u32 = 60;
const MAX_STEPS: usize = 800;
/// Calls entered or left at a time.
const MAX_CALLS: usize = 4;
const MAX_CALLERS: usize = 16;

/// A step from what is followed to the value in it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Part {
    Key(Name),
    Item(u32),
    Any,
    /// A text that something was written into as JSON or the like: to parse that is not to parse the value.
    Encoded,
}

/// The way from what is followed to the value inside it, innermost first; empty for the value itself.
type Parts = SmallVec<[Part; 4]>;

impl Project {
    /// What becomes of the value of an expression, with the places; in source order. Followed
    /// into functions it is given to and back to the callers of functions that return it.
    pub fn sinks(&self, at: NodeRef) -> Vec<End> {
        let mut ends = self.sinks_by_caller(at);
        ends.iter_mut().for_each(|end| end.through = None);
        ends.sort();
        ends.dedup();
        ends
    }

    /// The same, told apart by the caller to which the value goes back first.
    pub fn sinks_by_caller(&self, at: NodeRef) -> Vec<End> {
        let mut walk = Walk {
            project: self,
            ends: Vec::new(),
            gathered: false,
            narrowed: self.narrowed_at(at),
            calls: SmallVec::new(),
            left: 0,
            through: None,
            seen: FxHashSet::default(),
        };
        // A name in a pattern holds the value: its readers are what matters.
        match self.file(at.file).scopes.binding(at.node) {
            Some(def) if self.is_binding(at) => walk.read(at, def, Parts::new(), 0),
            _ => walk.follow(at, Parts::new(), 0),
        }
        walk.ends.sort();
        walk.ends.dedup();
        walk.ends
    }

    /// The places that read a variable from the binding at a node, within the same function;
    /// in source order.
    pub fn readers(&self, binding: NodeRef) -> Vec<NodeRef> {
        let model = self.file(binding.file);
        let facts = &model.facts;
        let Kind::Name(name) = facts.kind(binding.node) else { return Vec::new() };
        let root = enclosing_function(facts, binding.node).unwrap_or(NodeId::ROOT);
        let readers = model.readers(name);
        let readers = readers.get(&binding.node).map_or(&[][..], |r| r).iter().copied();
        readers.filter(|&n| facts.ancestors(n).any(|a| a == root)).map(|n| binding.sibling(n)).collect()
    }

    fn is_binding(&self, at: NodeRef) -> bool {
        self.file(at.file).binds(at.node)
    }

    /// What a call that the data knows does with its arguments.
    pub(super) fn known_sink(&self, call: NodeRef, callee: NodeId) -> Option<Sink> {
        let model = self.file(call.file);
        let name = last_name(&model.facts, callee)?;
        let path = self.eval(call.sibling(callee)).iter().find_map(|v| match v {
            Value::External(e) => Some(e.path.clone()),
            _ => None,
        });
        let method = matches!(model.facts.kind(callee), Kind::Member { .. });
        let listed = |list: &str| {
            path.as_deref().is_some_and(|p| model.sdk.has_word(list, p))
                || method && model.sdk.has_word(list, &format!(".{name}"))
        };
        let lists = [
            ("log", Sink::Shown),
            ("parse", Sink::Parsed),
            ("execute", Sink::Executed),
            ("write", Sink::Written),
            ("test", Sink::Tested),
            ("opens-path", Sink::Opened),
        ];
        let sink = lists.into_iter().find(|(list, _)| listed(list)).map(|(_, sink)| sink);
        // Whoever keeps a log of it shows it, be it in a file.
        sink.map(|sink| if sink == Sink::Written && self.keeps_log(call) { Sink::Shown } else { sink })
    }

    /// Whether a place is in a function that is called after logs.
    fn keeps_log(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        file.facts.ancestors(at.node).any(|around| match file.facts.kind(around) {
            Kind::Function(function) => function.name.as_deref().is_some_and(|name| {
                snake(name).split('_').any(|word| file.sdk.has_word("logging-words", word))
            }),
            _ => false,
        })
    }
}

/// One walk along the ways of a value.
struct Walk<'p> {
    project: &'p Project,
    ends: Vec<End>,
    gathered: bool,
    narrowed: Narrowed,
    /// Functions entered, with the calls that lead back out.
    calls: SmallVec<[(NodeRef, NodeRef); MAX_CALLS]>,
    /// Functions left towards their callers, and the first call they were left by.
    left: usize,
    through: Option<NodeRef>,
    seen: FxHashSet<Place>,
}

/// Where a walk has been, and what it knew there.
#[derive(PartialEq, Eq, Hash)]
struct Place {
    at: NodeRef,
    parts: Parts,
    gathered: bool,
    narrowed: Narrowed,
    entered: Option<NodeRef>,
    through: Option<NodeRef>,
}

impl Walk<'_> {
    fn end(&mut self, at: NodeRef, sink: Sink) {
        let sink = self.narrowed.end(sink);
        let closed = self.narrowed == Narrowed::Closed;
        self.ends.push(End { at, sink, gathered: self.gathered, closed, through: self.through });
    }

    /// Goes from an expression that holds the value to whatever is around it.
    fn follow(&mut self, at: NodeRef, parts: Parts, depth: u32) {
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
        let bound = self.bind(at, &parts, depth);
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
                // `match reason.as_deref() { Some("end_turn") => …`
                let compares =
                    |&p: &NodeId| facts.descendants(p).into_iter().any(|n| constant(facts, n).is_some());
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
            Kind::Function(f) if f.body == at.node => self.leave(at, up, parts, depth),
            Kind::Call(call) if call.callee == at.node => self.follow(up, parts, depth + 1),
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
                if let Kind::Slice { end, .. } = facts.kind(*index) {
                    let closed = end.is_some_and(|end| project.is_closing_place(at.sibling(end)));
                    return self.narrow(up, Narrowed::closed_if(closed), parts, depth);
                }
                let step = match project.file(at.file).number_of(*index) {
                    Some(n) if n >= 0.0 => Step::Item(n as u32),
                    _ => constant(facts, *index).map_or(Step::Each, Step::Key),
                };
                if let Some(rest) = step_into(&step, parts) {
                    self.follow(up, rest, depth + 1);
                }
            }
            Kind::If { condition, .. } if *condition == at.node => self.end(at, Sink::Tested),
            Kind::Unary { .. } | Kind::Assert { .. } | Kind::Delete(_) => self.end(at, Sink::Tested),
            Kind::Binary { op, .. } if is_test(*op) => self.end(at, Sink::Tested),
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
    fn inside(&mut self, up: NodeRef, mut parts: Parts, part: Part, depth: u32) {
        parts.push(part);
        self.follow(up, parts, depth + 1);
    }

    /// Follows the value into the names bound to it; whether there are any.
    fn bind(&mut self, at: NodeRef, parts: &Parts, depth: u32) -> bool {
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

    fn read(&mut self, at: NodeRef, def: &Def, parts: Parts, depth: u32) {
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

fn is_test(op: crate::facts::BinaryOp) -> bool {
    use crate::facts::BinaryOp as B;
    matches!(
        op,
        B::Eq | B::Ne | B::Lt | B::Le | B::Gt | B::Ge | B::In | B::NotIn | B::Is | B::IsNot | B::InstanceOf
    )
}
