//! Arms of a match: their patterns, alternatives and guards.

use tree_sitter::Node as Syntax;

use crate::facts::lower::{Lowerer, Parts, span_of};
use crate::facts::vocabulary::{Fact, Part};
use crate::facts::*;

impl Lowerer<'_> {
    pub(super) fn matches(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let subject = self.index(parts, Part::Subject, id);
        let mut arms: Vec<Arm> = Vec::new();
        // Arms without a body of their own, which share that of the next: `case 1: case 2: …`
        let mut shared: Vec<(NodeList, Span)> = Vec::new();
        for container in parts.all(Part::Item) {
            let mut cursor = container.walk();
            let children: Vec<_> = container.named_children(&mut cursor).collect();
            for arm in children {
                if self.fact(arm) != Some(Fact::Arm) {
                    self.lower(arm, id);
                    continue;
                }
                let inner = self.parts(arm);
                let (mut patterns, guard) = self.case(&inner, id);
                let mut span = span_of(arm);
                if inner.get(Part::Body).is_none() && !patterns.is_empty() && guard.is_none() {
                    shared.push((patterns, span));
                    continue;
                }
                let body = self.block_of(&inner, Part::Body, id);
                // One for all the rest has no patterns; the others go before it, and do nothing.
                if patterns.is_empty() {
                    arms.extend(shared.drain(..).map(|arm| self.empty_arm(arm, id)));
                } else if let Some((_, first)) = shared.first() {
                    span.start = first.start;
                    let before = shared.drain(..).flat_map(|(patterns, _)| patterns.into_vec());
                    patterns = before.chain(patterns.into_vec()).collect::<Vec<_>>().into();
                }
                arms.push(Arm { patterns, guard, body, falls: inner.get(Part::Body).is_none(), span });
            }
        }
        arms.extend(shared.drain(..).map(|arm| self.empty_arm(arm, id)));
        self.pending_decorators.clear();
        Kind::Match(Box::new(Match { subject, arms: arms.into() }))
    }

    fn empty_arm(&mut self, (patterns, span): (NodeList, Span), id: NodeId) -> Arm {
        let end = self.facts.span(id).end;
        let body = self.leaf(Kind::Block { body: [].into(), tail: false }, Span { start: end, end }, id);
        Arm { patterns, guard: None, body, falls: true, span }
    }

    /// Patterns and guard of an arm, which may stand in one node of their own.
    fn case(&mut self, arm: &Parts<'_>, id: NodeId) -> (NodeList, Option<NodeId>) {
        let pattern = arm.get(Part::Pattern);
        if let Some(pattern) = pattern.filter(|p| self.fact(*p) == Some(Fact::Guarded)) {
            let inner = self.parts(pattern);
            let patterns = self.alternatives(&inner, id);
            return (patterns, self.part(&inner, Part::Guard, id));
        }
        let patterns = self.alternatives(arm, id);
        (patterns, self.part(arm, Part::Guard, id))
    }

    /// The alternatives of an arm: `A | B` are two, `A, B` is one list.
    fn alternatives(&mut self, arm: &Parts<'_>, id: NodeId) -> NodeList {
        let patterns: Vec<_> = arm.all(Part::Pattern).map(|p| self.peel(p)).collect();
        match patterns[..] {
            [one] if self.fact(one) == Some(Fact::Alternatives) => {
                // `a | b | c` may nest from either side, so a stack replaces recursion.
                let mut out = Vec::new();
                let mut stack = vec![one];
                while let Some(next) = stack.pop() {
                    if self.fact(next) == Some(Fact::Alternatives) {
                        let inner = self.parts(next);
                        let items: Vec<_> = inner.all(Part::Item).collect();
                        stack.extend(items.into_iter().rev());
                    } else {
                        out.extend(self.lower(next, id));
                    }
                }
                out.into()
            }
            [] | [_] => self.list(arm, Part::Pattern, id),
            [first, .., last] => {
                let list = self.reserve(Span::new(first.start_byte(), last.end_byte()), id);
                let items = self.list(arm, Part::Pattern, list);
                self.set(list, Kind::List(items));
                [list].into()
            }
        }
    }
}

/// The `(class, name)` pairs of a handler: `except A as e` may be one as-pattern.
pub(super) fn parts_of_pattern<'t>(
    lowerer: &mut Lowerer<'_>,
    parts: &Parts<'t>,
) -> Vec<(Option<Syntax<'t>>, Option<Syntax<'t>>)> {
    let types: Vec<_> = parts.all(Part::Type).collect();
    types
        .into_iter()
        .map(|ty| {
            if lowerer.fact(ty) == Some(Fact::AsPattern) {
                let inner = lowerer.parts(ty);
                (inner.get(Part::Value), inner.get(Part::Target))
            } else {
                (Some(ty), None)
            }
        })
        .collect()
}
