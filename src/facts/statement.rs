//! Statements and control flow.

use tree_sitter::Node as Syntax;

use super::cases::parts_of_pattern;
use super::expression::binary_op;
use super::lower::{Lowerer, Parts, span_of};
use super::vocabulary::{Fact, Part};
use super::*;

impl Lowerer<'_> {
    pub(super) fn statement(
        &mut self,
        fact: Fact,
        node: Syntax<'_>,
        parts: &Parts<'_>,
        id: NodeId,
    ) -> Option<Kind> {
        Some(match fact {
            Fact::Block => Kind::Block { body: self.children(node, id), tail: false },
            Fact::ValueBlock => {
                let body = self.children(node, id);
                let tail = self.ends_in_value(node, body.last().copied());
                Kind::Block { body, tail }
            }
            Fact::Sequence => Kind::Block { body: self.list(parts, Part::Item, id), tail: true },
            Fact::Assign | Fact::Declare => self.assign(fact, parts, id),
            Fact::Update => self.update(parts, id),
            Fact::If => {
                let elses: Vec<_> = parts.all(Part::Else).collect();
                self.condition(parts, &elses, id)
            }
            Fact::ForEach | Fact::ForCounter | Fact::While | Fact::DoWhile | Fact::Forever => {
                self.loops(fact, parts, id)
            }
            Fact::Match => self.matches(parts, id),
            Fact::Try => self.tries(parts, id),
            Fact::With => self.with(parts, id),
            Fact::AsPattern => {
                // Outside `with` and `except`: a binding inside a pattern.
                let value = self.part(parts, Part::Value, id);
                let target = self.required(parts, Part::Target, id);
                Kind::Assign(Box::new(binding(target, value)))
            }
            Fact::Return => Kind::Return(self.part(parts, Part::Value, id)),
            Fact::Throw => Kind::Throw(self.part(parts, Part::Value, id)),
            Fact::Break => Kind::Break(self.part(parts, Part::Value, id)),
            Fact::Delete => {
                let mut items = Vec::new();
                for item in parts.all(Part::Item) {
                    self.flat(item, id, &mut items);
                }
                Kind::Delete(items.into())
            }
            Fact::Assert => {
                let condition = self.required(parts, Part::Condition, id);
                Kind::Assert { condition, message: self.part(parts, Part::Message, id) }
            }
            _ => return None,
        })
    }

    /// Whether the last statement is an expression without a semicolon.
    fn ends_in_value(&self, node: Syntax<'_>, lowered: Option<NodeId>) -> bool {
        match lowered.map(|id| self.facts.kind(id)) {
            None | Some(Kind::Class(_) | Kind::Import(_)) => return false,
            Some(Kind::Assign(a)) if a.declares => return false,
            Some(Kind::Function(f)) if f.name.is_some() => return false,
            Some(_) => {}
        }
        let last = (0..node.named_child_count() as u32).rev().filter_map(|i| node.named_child(i));
        let last = last.into_iter().find(|n| !n.is_extra());
        last.is_some_and(|n| {
            !self.text(n).ends_with(';') && !matches!(self.fact(n), Some(Fact::Import | Fact::Skip))
        })
    }

    fn assign(&mut self, fact: Fact, parts: &Parts<'_>, id: NodeId) -> Kind {
        let declares = fact == Fact::Declare;
        let decorators = if declares { self.take_decorators(parts, id) } else { Box::default() };
        let target = self.required(parts, Part::Target, id);
        let ty = self.part(parts, Part::Type, id);
        let value = self.part(parts, Part::Value, id);
        // The Rust grammar reads `..=x` as an assignment to `..`.
        if matches!(self.facts.kind(target), Kind::Slice { start: None, end: None, .. }) {
            return Kind::Slice { start: None, end: value, inclusive: true };
        }
        let op = parts
            .get(Part::Operator)
            .map(|o| self.text(o).trim_end_matches('=').to_string())
            .filter(|o| !o.is_empty() && o != ":")
            .map(|o| binary_op(&o));
        let otherwise = self.part(parts, Part::Else, id);
        let exported = parts.has(Part::Exported);
        Kind::Assign(Box::new(Assign {
            ty,
            op,
            otherwise,
            declares,
            decorators,
            exported,
            ..binding(target, value)
        }))
    }

    /// `self.a, self.b = x, y` as one assignment for each pair: fields are set in it as they are one by
    /// one. Names alone are taken apart where they are bound.
    pub(super) fn pairs(&mut self, node: Syntax<'_>, parent: NodeId) -> Option<Vec<NodeId>> {
        let mut inner = node;
        while self.fact(inner) == Some(Fact::Group) && inner.named_child_count() == 1 {
            inner = inner.named_child(0)?;
        }
        if self.fact(inner) != Some(Fact::Assign) || !self.enter() {
            return None;
        }
        let pairs = self.pairs_within(inner, parent);
        self.leave();
        pairs
    }

    fn pairs_within(&mut self, assign: Syntax<'_>, parent: NodeId) -> Option<Vec<NodeId>> {
        let parts = self.parts(assign);
        if parts.has(Part::Operator) || parts.has(Part::Type) {
            return None;
        }
        let (left, right) = (self.peel(parts.get(Part::Target)?), self.peel(parts.get(Part::Value)?));
        if self.fact(left) != Some(Fact::List) || self.fact(right) != Some(Fact::List) {
            return None;
        }
        let (targets, values) = (self.parts(left), self.parts(right));
        // `[this.a, , this.b]` leaves one out.
        let gap = |parts: &Parts<'_>| {
            let separators = parts.all(Part::Operator).count();
            separators > 0 && separators >= parts.all(Part::Item).count()
        };
        if gap(&targets) || gap(&values) {
            return None;
        }
        let targets: Vec<_> = targets.all(Part::Item).collect();
        let values: Vec<_> = values.all(Part::Item).collect();
        let alone = |n: &Syntax<'_>| !matches!(self.fact(*n), Some(Fact::Spread | Fact::List));
        let is_field = |n: &Syntax<'_>| matches!(self.fact(*n), Some(Fact::Member | Fact::Index));
        let fits = targets.len() == values.len()
            && targets.iter().any(is_field)
            && targets.iter().all(alone)
            && !values.iter().any(|n| self.fact(*n) == Some(Fact::Spread));
        if !fits {
            return None;
        }
        let pair = |(target, value): (Syntax<'_>, Syntax<'_>)| {
            let id = self.reserve(Span::new(target.start_byte(), value.end_byte()), parent);
            let target = self.lower_or_opaque(target, id);
            let value = self.lower(value, id);
            self.set(id, Kind::Assign(Box::new(binding(target, value))));
            id
        };
        Some(targets.into_iter().zip(values).map(pair).collect())
    }

    /// `i++` and `i--`, with the one as their value.
    fn update(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let target = self.required(parts, Part::Target, id);
        let operator = parts.get(Part::Operator);
        let op = operator.map_or(BinaryOp::Other, |o| match self.text(o) {
            "++" => BinaryOp::Add,
            "--" => BinaryOp::Sub,
            _ => BinaryOp::Other,
        });
        let span = operator.map_or(self.facts.span(id), span_of);
        let one = self.leaf(Kind::Number(1.0), span, id);
        Kind::Assign(Box::new(Assign { op: Some(op), ..binding(target, Some(one)) }))
    }

    /// An `if` whose alternatives may be a chain of `elif` clauses and an `else`.
    fn condition(&mut self, parts: &Parts<'_>, elses: &[Syntax<'_>], id: NodeId) -> Kind {
        let condition = self.required(parts, Part::Condition, id);
        let then = self.required(parts, Part::Then, id);
        let otherwise = match elses {
            [] => None,
            [next, rest @ ..] if self.fact(*next) == Some(Fact::If) && !rest.is_empty() => {
                let nested = self.reserve(span_of(*next), id);
                if self.enter() {
                    let inner = self.parts(*next);
                    let kind = self.condition(&inner, rest, nested);
                    self.set(nested, kind);
                    self.leave();
                }
                Some(nested)
            }
            [next, ..] => self.lower(*next, id),
        };
        Kind::If { condition, then, otherwise }
    }

    fn loops(&mut self, fact: Fact, parts: &Parts<'_>, id: NodeId) -> Kind {
        let kind = match fact {
            Fact::ForEach => LoopKind::ForEach,
            Fact::ForCounter => LoopKind::ForCounter,
            Fact::While => LoopKind::While,
            Fact::DoWhile => LoopKind::DoWhile,
            _ => LoopKind::Forever,
        };
        Kind::Loop(Box::new(Loop {
            kind,
            pattern: self.part(parts, Part::Pattern, id),
            iterable: self.part(parts, Part::Iterable, id),
            init: self.part(parts, Part::Init, id),
            condition: self.part(parts, Part::Condition, id),
            update: self.part(parts, Part::Update, id),
            body: self.required(parts, Part::Body, id),
            otherwise: self.part(parts, Part::Else, id),
            is_async: parts.has(Part::Async),
        }))
    }

    fn tries(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let body = self.required(parts, Part::Body, id);
        let mut handlers = Vec::new();
        for clause in parts.all(Part::Handler) {
            let inner = self.parts(clause);
            let mut types = Vec::new();
            let mut name = self.part(&inner, Part::Name, id);
            for ty in parts_of_pattern(self, &inner) {
                let (value, target) = ty;
                if let Some(value) = value {
                    self.flat(value, id, &mut types);
                }
                if let Some(target) = target {
                    name = self.lower(target, id);
                }
            }
            let body = self.block_of(&inner, Part::Body, id);
            handlers.push(Handler { types: types.into(), name, body, span: span_of(clause) });
        }
        let otherwise = self.part(parts, Part::Else, id);
        let finally = self.part(parts, Part::Finally, id);
        Kind::Try(Box::new(Try { body, handlers: handlers.into(), otherwise, finally }))
    }

    /// Lowers a list as its elements, however they are nested.
    fn flat(&mut self, node: Syntax<'_>, parent: NodeId, out: &mut Vec<NodeId>) {
        let node = self.peel(node);
        if self.fact(node) != Some(Fact::List) || !self.enter() {
            out.extend(self.lower(node, parent));
            return;
        }
        let parts = self.parts(node);
        for item in parts.all(Part::Item) {
            self.flat(item, parent, out);
        }
        self.leave();
    }

    fn with(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let mut items = Vec::new();
        for container in parts.all(Part::Item) {
            let mut cursor = container.walk();
            let children: Vec<_> = container.named_children(&mut cursor).collect();
            for item in children {
                if self.fact(item) == Some(Fact::Comment) {
                    self.lower(item, id);
                    continue;
                }
                let inner = self.parts(item);
                let Some(mut value) = inner.get(Part::Value) else { continue };
                let mut target = None;
                if self.fact(value) == Some(Fact::AsPattern) {
                    let pattern = self.parts(value);
                    target = pattern.get(Part::Target);
                    value = pattern.get(Part::Value).unwrap_or(value);
                }
                let value = self.lower_or_opaque(value, id);
                items.push(WithItem { value, target: target.and_then(|target| self.lower(target, id)) });
            }
        }
        let body = self.required(parts, Part::Body, id);
        Kind::With(Box::new(With { items: items.into(), body, is_async: parts.has(Part::Async) }))
    }
}

pub(super) fn binding(target: NodeId, value: Option<NodeId>) -> Assign {
    Assign {
        target,
        value,
        ty: None,
        op: None,
        declares: false,
        otherwise: None,
        decorators: Box::default(),
        exported: false,
    }
}
