//! Where a value goes, within one function.

use super::Project;
use super::index::last_name;
use super::value::{NodeRef, Value};
use crate::facts::{Kind, NodeId};

/// What becomes of a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sink {
    /// Printed, logged, or shown as the last value of a notebook cell.
    Shown,
    /// Looked at: a condition, a comparison, a length.
    Tested,
    /// Handed out by a generator, piece by piece.
    Yielded,
    /// Anything else.
    Used,
    /// Given back to the caller.
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
}

const MAX_DEPTH: u32 = 10;

impl Project {
    /// What becomes of the value of an expression, with the places; in source order.
    pub fn sinks(&self, at: NodeRef) -> Vec<End> {
        let mut out = Ends { list: Vec::new(), gathered: false };
        self.follow(at, 0, &mut out);
        out.list.sort();
        out.list.dedup();
        out.list
    }

    fn follow(&self, at: NodeRef, depth: u32, out: &mut Ends) {
        if depth > MAX_DEPTH || out.is_full() {
            return out.push(at, Sink::Used);
        }
        let facts = self.facts(at.file);
        let Some(parent) = facts.parent(at.node) else { return out.push(at, Sink::Shown) };
        let up = at.sibling(parent);
        match facts.kind(parent) {
            // The value of a bare statement is dropped, or shown by a notebook.
            Kind::Block { body, tail } if !*tail || body.last() != Some(&at.node) => {
                out.push(at, Sink::Shown);
            }
            Kind::Assign(a) if a.value == Some(at.node) && a.op.is_none() => {
                self.follow_name(at, a.target, depth, out);
            }
            // `text += piece`
            Kind::Assign(a) if a.value == Some(at.node) => self.gather(at, a.target, depth, out),
            Kind::Loop(l) if l.iterable == Some(at.node) => match l.pattern {
                Some(pattern) => self.follow_name(at, pattern, depth, out),
                None => out.push(at, Sink::Used),
            },
            Kind::Assign(_) => out.push(at, Sink::Used),
            Kind::With(w) => {
                let target = w.items.iter().find(|i| i.value == at.node).and_then(|i| i.target);
                match target {
                    Some(target) => self.follow_name(at, target, depth, out),
                    None => out.push(at, Sink::Used),
                }
            }
            Kind::Yield(_) => out.push(at, Sink::Yielded),
            Kind::Return(_) => out.push(at, Sink::Returned),
            Kind::Function(f) if f.body == at.node => out.push(at, Sink::Returned),
            Kind::Call(call) => {
                if call.callee == at.node {
                    return self.follow(up, depth + 1, out);
                }
                if let Some(list) = self.gathered_into(up, call.callee) {
                    return self.gather(at, list, depth, out);
                }
                match self.sink_of_call(up, call.callee) {
                    Some(sink) => out.push(up, sink),
                    None => self.follow(up, depth + 1, out),
                }
            }
            Kind::If { condition, .. } if *condition == at.node => out.push(at, Sink::Tested),
            Kind::Loop(l) if l.condition == Some(at.node) => out.push(at, Sink::Tested),
            Kind::Unary { .. } => out.push(at, Sink::Tested),
            Kind::Binary { op, .. } if is_test(*op) => out.push(at, Sink::Tested),
            Kind::Match(m) if m.subject == at.node => out.push(at, Sink::Tested),
            Kind::Member { .. }
            | Kind::Index { .. }
            | Kind::Str(_)
            | Kind::Binary { .. }
            | Kind::If { .. }
            | Kind::Await(_)
            | Kind::Propagate(_)
            | Kind::Cast { .. }
            | Kind::Block { .. }
            | Kind::Comprehension(_)
            | Kind::Match(_)
            | Kind::Spread(_)
            | Kind::List(_) => self.follow(up, depth + 1, out),
            _ => out.push(at, Sink::Used),
        }
    }

    /// Follows a value into the variable it is bound to.
    fn follow_name(&self, at: NodeRef, target: NodeId, depth: u32, out: &mut Ends) {
        let facts = self.facts(at.file);
        let Kind::Name(_) = facts.kind(target) else { return out.push(at, Sink::Used) };
        let before = out.list.len();
        for place in self.readers(at.sibling(target)) {
            if out.is_full() {
                break;
            }
            self.follow(place, depth + 1, out);
        }
        if out.list.len() == before {
            // Bound and never read here: at file level others may import it.
            out.push(at, Sink::Used);
        }
    }

    /// The list or text a call adds its argument to.
    fn gathered_into(&self, call: NodeRef, callee: NodeId) -> Option<NodeId> {
        let model = self.file(call.file);
        match model.facts.kind(callee) {
            Kind::Member { object, name, .. } if model.sdk.has_word("gather", name) => Some(*object),
            _ => None,
        }
    }

    /// Follows a piece into the variable that gathers it: to wherever that is read.
    fn gather(&self, at: NodeRef, target: NodeId, depth: u32, out: &mut Ends) {
        let model = self.file(at.file);
        let facts = &model.facts;
        let before = std::mem::replace(&mut out.gathered, true);
        match facts.kind(target) {
            Kind::Name(name) if depth <= MAX_DEPTH => {
                let root = super::enclosing_function(facts, at.node).unwrap_or(NodeId::ROOT);
                let start = facts.span(at.node).start;
                let readers = model.names(name).iter().copied().filter(|&n| {
                    facts.span(n).start > start
                        && facts.ancestors(n).any(|a| a == root)
                        && !self.is_binding(at.sibling(n))
                });
                for reader in readers {
                    if out.is_full() {
                        break;
                    }
                    self.follow(at.sibling(reader), depth + 2, out);
                }
            }
            _ => out.push(at, Sink::Used),
        }
        out.gathered = before;
    }

    /// The places that read a variable from the binding at a node, within the same function;
    /// in source order.
    pub fn readers(&self, binding: NodeRef) -> Vec<NodeRef> {
        let model = self.file(binding.file);
        let facts = &model.facts;
        let Kind::Name(name) = facts.kind(binding.node) else { return Vec::new() };
        let root = super::enclosing_function(facts, binding.node).unwrap_or(NodeId::ROOT);
        let readers = model.readers(name);
        let readers = readers.get(&binding.node).map_or(&[][..], |r| r).iter().copied();
        readers.filter(|&n| facts.ancestors(n).any(|a| a == root)).map(|n| binding.sibling(n)).collect()
    }

    fn is_binding(&self, at: NodeRef) -> bool {
        self.file(at.file).binds(at.node)
    }

    /// What a call does with its arguments; `None` when its result carries them on.
    fn sink_of_call(&self, call: NodeRef, callee: NodeId) -> Option<Sink> {
        let model = self.file(call.file);
        let name = last_name(&model.facts, callee)?;
        let path = self.eval(call.sibling(callee)).iter().find_map(|v| match v {
            Value::External(e) => Some(e.path.clone()),
            _ => None,
        });
        let listed = |list: &str| {
            path.as_deref().is_some_and(|p| model.sdk.has_word(list, p))
                || model.sdk.has_word(list, &format!(".{name}"))
        };
        for (list, sink) in [
            ("log", Sink::Shown),
            ("parse", Sink::Parsed),
            ("execute", Sink::Executed),
            ("write", Sink::Written),
            ("test", Sink::Tested),
        ] {
            if listed(list) {
                return Some(sink);
            }
        }
        match self
            .eval(call.sibling(callee))
            .iter()
            .any(|v| matches!(v, Value::Function(_) | Value::Class(_)))
        {
            true => Some(Sink::Used),
            false => None,
        }
    }
}

/// Ends found so far.
struct Ends {
    list: Vec<End>,
    gathered: bool,
}

impl Ends {
    fn is_full(&self) -> bool {
        self.list.len() > 64
    }

    fn push(&mut self, at: NodeRef, sink: Sink) {
        self.list.push(End { at, sink, gathered: self.gathered });
    }
}

fn is_test(op: crate::facts::BinaryOp) -> bool {
    use crate::facts::BinaryOp as B;
    matches!(
        op,
        B::Eq | B::Ne | B::Lt | B::Le | B::Gt | B::Ge | B::In | B::NotIn | B::Is | B::IsNot | B::InstanceOf
    )
}
