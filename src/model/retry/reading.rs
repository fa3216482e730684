//! Loops that read an answer piece by piece, and what hands the pieces out.

use crate::facts::{Kind, LoopKind, NodeId};
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};

impl Project {
    /// `yield from pieces`, `yield* pieces`: not the whole of them at once.
    fn yields_each(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let rest = file.text_of(at.node).strip_prefix("yield").unwrap_or_default().trim_start();
        matches!(file.facts.kind(at.node), Kind::Yield(_))
            && (rest.starts_with('*')
                || rest.strip_prefix("from").is_some_and(|r| r.starts_with(char::is_whitespace)))
    }

    /// Loops in a region that read the answer of a request piece by piece.
    pub(super) fn reading_loops(&self, request: &Request, region: NodeRef) -> Vec<NodeRef> {
        self.loops_reading(region, &|n: NodeId| {
            self.eval(region.sibling(n))
                .iter()
                .any(|v| matches!(v, Value::Response(r) if r.request == request.at))
        })
    }

    /// Loops in a region that read something piece by piece.
    fn loops_reading(&self, region: NodeRef, is_read: &dyn Fn(NodeId) -> bool) -> Vec<NodeRef> {
        let facts = self.facts(region.file);
        let mut nodes = facts.descendants(region.node);
        nodes.sort_unstable();
        let reads = |n: &NodeId| match facts.kind(*n) {
            Kind::Loop(l) => match (l.kind, l.iterable, l.condition) {
                (LoopKind::ForEach, Some(iterable), _) => is_read(iterable),
                (_, _, Some(condition)) => match facts.kind(condition) {
                    Kind::Let { value, .. } => facts.descendants(*value).into_iter().take(12).any(is_read),
                    _ => self.takes_next(region.sibling(l.body), is_read),
                },
                (_, _, None) => self.takes_next(region.sibling(l.body), is_read),
            },
            Kind::Yield(Some(value)) => self.yields_each(region.sibling(*n)) && is_read(*value),
            _ => false,
        };
        nodes.into_iter().filter(reads).map(|n| region.sibling(n)).collect()
    }

    /// Whether the function that calls a generator reads all of it and hands none of the pieces out.
    pub(super) fn reads_whole(&self, call: NodeRef) -> bool {
        let file = self.file(call.file);
        let facts = &file.facts;
        let Some(function) = self.function_of(call) else { return false };
        let is_read = |n: NodeId| match facts.kind(n) {
            Kind::Name(_) => file.only_value(n).is_some_and(|v| facts.bare(v) == call.node),
            _ => facts.bare(n) == call.node,
        };
        let gathers = |n: NodeId| match facts.kind(n) {
            Kind::Call(c) => {
                let name = self.last_name_at(call.sibling(c.callee)).unwrap_or_default();
                file.sdk.in_lists(&["takes-pieces", "folds"], &name)
                    && !file.sdk.has_word("next-piece", &name)
            }
            _ => false,
        };
        let gathered = |n: NodeId| match facts.kind(n) {
            Kind::Comprehension(c) if c.clauses.iter().any(|c| is_read(c.iterable)) => {
                !c.lazy || facts.parent(n).is_some_and(gathers)
            }
            Kind::Call(c) => gathers(n) && c.args.iter().any(|a| is_read(a.value)),
            _ => false,
        };
        let loops = self.loops_reading(function, &is_read);
        match loops.is_empty() {
            true => facts.descendants(function.node).into_iter().any(gathered),
            false => !loops.into_iter().any(|reading| self.hands_out(reading) || self.adds_outside(reading)),
        }
    }

    /// Whether a loop adds what it reads to what was there before the attempt: `self.label.text += piece`.
    fn adds_outside(&self, reading: NodeRef) -> bool {
        let file = self.file(reading.file);
        let facts = &file.facts;
        let within = |around: NodeId, n: NodeId| facts.span(around).contains(facts.span(n));
        let defined = |n: NodeId, around: Option<NodeId>| match facts.kind(n) {
            Kind::Name(name) => file.scopes.lookup(facts, name, n).iter().any(|d| {
                matches!(d.origin, Origin::Value { .. }) && around.is_some_and(|a| within(a, d.node))
            }),
            _ => false,
        };
        let function = self.function_of(reading).map(|f| f.node);
        // The attempts, where they are a loop around what is tried.
        let tried = facts.ancestors(reading.node).skip(1).find(|&n| matches!(facts.kind(n), Kind::Try(_)));
        let attempts = tried.and_then(|t| {
            let mut around = facts.ancestors(t).skip(1).take_while(|&n| Some(n) != function);
            around.find(|&n| matches!(facts.kind(n), Kind::Loop(_)))
        });
        let outlives = |n: NodeId| {
            let mut root = n;
            while let Kind::Member { object, .. } | Kind::Index { object, .. } = facts.kind(root) {
                root = *object;
            }
            file.is_receiver(root) || !defined(root, attempts.or(function))
        };
        let of_piece = |n: NodeId| facts.descendants(n).into_iter().any(|n| defined(n, Some(reading.node)));
        facts.descendants(reading.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Assign(a) => {
                let field = matches!(facts.kind(a.target), Kind::Member { .. } | Kind::Index { .. });
                field && a.value.is_some_and(of_piece) && outlives(a.target)
            }
            _ => false,
        })
    }

    /// Whether a turn of a loop, itself, asks for the next piece: `loop { match stream.next().await { … } }`.
    fn takes_next(&self, body: NodeRef, of_request: &dyn Fn(NodeId) -> bool) -> bool {
        let file = self.file(body.file);
        let facts = &file.facts;
        let inner = |n: NodeId| {
            let mut around = facts.ancestors(n).skip(1).take_while(|&a| a != body.node);
            around.any(|a| matches!(facts.kind(a), Kind::Loop(_) | Kind::Function(_)))
        };
        facts.descendants(body.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Call(c) => match facts.kind(c.callee) {
                Kind::Member { object, name, .. } => {
                    file.sdk.in_lists(&["next-piece", "own-next-piece"], name)
                        && !inner(n)
                        && (of_request(n) || of_request(*object))
                }
                _ => false,
            },
            _ => false,
        })
    }

    /// What hands out a piece: `yield`, `print`, `res.write`, `on_text(…)`.
    pub(super) fn emission_in(&self, reading: NodeRef) -> Option<NodeRef> {
        self.emission_beside(reading, false)
    }

    /// The same where what is yielded may be handed to nobody.
    pub(super) fn emission_beside(&self, reading: NodeRef, yields: bool) -> Option<NodeRef> {
        let Kind::Loop(l) = self.kind(reading) else { return (!yields).then_some(reading) };
        let mut nodes = self.facts(reading.file).descendants(l.body);
        nodes.sort_unstable();
        nodes.into_iter().map(|n| reading.sibling(n)).find(|&at| match self.kind(at) {
            Kind::Yield(_) => !yields,
            Kind::Call(_) => self.hands_piece_out(at),
            _ => false,
        })
    }

    /// Whether a call hands out what it is given, by its name or in a function of the project.
    pub(super) fn hands_piece_out(&self, call: NodeRef) -> bool {
        self.emits(call) || self.emits_by_helper(call)
    }

    /// Whether a call hands out what it is given, by its name.
    fn emits(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        !c.args.is_empty() && self.is_emitter(call.sibling(c.callee))
    }

    /// Whether what is called hands out what it is given, by its name.
    pub(super) fn is_emitter(&self, callee: NodeRef) -> bool {
        let Some(name) = self.last_name_at(callee) else { return false };
        let event = name
            .strip_prefix("on")
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase() || c == '_') && rest.len() > 2);
        let sdk = self.file(callee.file).sdk;
        // `console.print(piece)` shows it on a terminal.
        let logs = self.is_logger(callee) && !sdk.has_word("prints", &name);
        !logs && (event || sdk.has_word("emit-names", &name) || self.has_part(callee, "emit-parts", &name))
    }

    /// Whether a call gives a piece of an answer to a function of the project that hands it out.
    fn emits_by_helper(&self, call: NodeRef) -> bool {
        let Kind::Call(c) = self.kind(call) else { return false };
        let mut pieces = c.args.iter().map(|a| call.sibling(a.value)).filter(|&a| self.may_be_of_answer(a));
        let callees = self.eval(call.sibling(c.callee));
        pieces.any(|piece| {
            callees.iter().any(|v| match v {
                Value::Function(f) => self.emits_parameter(*f, call, piece),
                _ => false,
            })
        })
    }

    /// Whether a function hands out what one of its calls gives to it.
    fn emits_parameter(&self, function: NodeRef, call: NodeRef, given: NodeRef) -> bool {
        let facts = self.facts(function.file);
        let Some(name) = self.parameter_named_for(call, function, given) else { return false };
        facts.descendants(function.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Call(c) => {
                c.args.iter().any(|a| facts.names(a.value, name)) && self.emits(function.sibling(n))
            }
            _ => false,
        })
    }

    pub(super) fn propagates(&self, reading: NodeRef) -> bool {
        let facts = self.facts(reading.file);
        facts.descendants(reading.node).into_iter().any(|n| matches!(facts.kind(n), Kind::Propagate(_)))
    }
}
