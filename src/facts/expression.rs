//! Expressions.

use tree_sitter::Node as Syntax;

use super::build::MAX_JOINED;
use super::call::plain;
use super::lower::{Lowerer, Parts, span_of};
use super::vocabulary::{Fact, Part};
use super::*;

impl Lowerer<'_> {
    pub(super) fn expression(
        &mut self,
        fact: Fact,
        node: Syntax<'_>,
        parts: &Parts<'_>,
        id: NodeId,
    ) -> Option<Kind> {
        Some(match fact {
            Fact::Member => {
                let object = self.required(parts, Part::Object, id);
                let at = parts.get(Part::Name);
                let name = at.map_or("", |n| self.bare_name(n)).into();
                let name_span = at.map_or(self.facts.span(id), span_of);
                Kind::Member { object, name, name_span, optional: parts.get(Part::Optional).is_some() }
            }
            Fact::Index => {
                let object = self.required(parts, Part::Object, id);
                Kind::Index { object, index: self.index(parts, Part::Index, id) }
            }
            Fact::Generic => {
                let object = self.required(parts, Part::Object, id);
                let index = match parts.get(Part::TypeArgument) {
                    Some(list) => self.listed(list, id),
                    None => self.required(parts, Part::TypeArgument, id),
                };
                Kind::Index { object, index }
            }
            Fact::Slice => self.slice(parts, id),
            Fact::Alternatives => Kind::Opaque(self.list(parts, Part::Item, id)),
            Fact::Call => self.call(parts, CallStyle::Plain, id),
            Fact::New => self.call(parts, CallStyle::New, id),
            Fact::Macro => self.macro_call(parts, id),
            Fact::String => Kind::Str(self.string(node, parts, id)),
            Fact::Concat => self.concat(parts, id),
            Fact::Attribute => self.attribute(parts, id),
            Fact::List if parts.has(Part::Repeat) => self.repeat(parts, id),
            Fact::List => Kind::List(self.elements(parts, id)),
            Fact::Conjunction => self.conjunction(parts, id),
            Fact::Record => self.record(parts, id),
            Fact::Spread | Fact::KeywordSpread => Kind::Spread(self.required(parts, Part::Value, id)),
            Fact::Await => Kind::Await(self.required(parts, Part::Value, id)),
            Fact::Propagate => Kind::Propagate(self.required(parts, Part::Value, id)),
            Fact::Yield => {
                if let Some(seen) = self.yields.last_mut() {
                    *seen = true;
                }
                Kind::Yield(self.part(parts, Part::Value, id))
            }
            Fact::Cast => {
                let value = self.required(parts, Part::Value, id);
                Kind::Cast { value, ty: self.part(parts, Part::Type, id) }
            }
            Fact::Unary => {
                let op = parts.get(Part::Operator).or(node.child(0)).map_or("", |op| self.text(op));
                let operand = self.required(parts, Part::Operand, id);
                match op {
                    "delete" => Kind::Delete([operand].into()),
                    _ => Kind::Unary { op: unary_op(op), operand },
                }
            }
            Fact::Binary => {
                let left = self.required(parts, Part::Left, id);
                let op = parts.get(Part::Operator).map_or(BinaryOp::Other, |o| self.operator(o));
                let right = self.required(parts, Part::Right, id);
                match op {
                    BinaryOp::BitOr if [left, right].iter().any(|&n| self.is_record(n)) => {
                        self.merged(left, right)
                    }
                    _ => Kind::Binary { op, left, right },
                }
            }
            Fact::Comparison => self.comparison(parts, id),
            Fact::Let => {
                let pattern = self.required(parts, Part::Pattern, id);
                Kind::Let { pattern, value: self.required(parts, Part::Value, id) }
            }
            Fact::Comprehension | Fact::LazyComprehension => {
                self.comprehension(parts, id, fact == Fact::LazyComprehension)
            }
            _ => return None,
        })
    }

    /// A part that may be there several times: then a list.
    pub(super) fn index(&mut self, parts: &Parts<'_>, part: Part, id: NodeId) -> NodeId {
        if parts.all(part).count() < 2 {
            return self.required(parts, part, id);
        }
        let list = self.reserve(self.facts.span(id), id);
        let items = self.list(parts, part, list);
        self.set(list, Kind::List(items));
        list
    }

    /// The elements of a list; the holes of `[a, , b]` count too.
    fn elements(&mut self, parts: &Parts<'_>, id: NodeId) -> NodeList {
        let mut out = Vec::new();
        let mut open = true;
        for (part, child) in parts.iter() {
            if part == Part::Operator {
                if open {
                    let at = child.start_byte();
                    out.push(self.leaf(Kind::Null, Span::new(at, at), id));
                }
                open = true;
            } else {
                out.extend(self.lower(child, id));
                open = false;
            }
        }
        out.into()
    }

    /// Bounds by the separators before them; a step is not kept.
    fn slice(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let (mut start, mut end, mut separators, mut inclusive) = (None, None, 0, false);
        for (part, child) in parts.iter() {
            match (part, separators) {
                (Part::Item, 0) => start = self.lower(child, id),
                (Part::Item, 1) => end = self.lower(child, id),
                (Part::Operator, _) => {
                    separators += 1;
                    inclusive |= self.text(child).ends_with('=');
                }
                _ => {}
            }
        }
        Kind::Slice { start, end, inclusive }
    }

    /// The children of a container as one child or a list.
    fn listed(&mut self, container: Syntax<'_>, id: NodeId) -> NodeId {
        let mut cursor = container.walk();
        let mut items = container.named_children(&mut cursor);
        let meant = |n: &Syntax<'_>| !matches!(self.fact(*n), Some(Fact::Comment | Fact::Skip));
        if let (Some(only), None) = (items.find(meant), items.find(meant)) {
            return self.lower_or_opaque(only, id);
        }
        let list = self.reserve(span_of(container), id);
        let items = self.children(container, list);
        self.set(list, Kind::List(items));
        list
    }

    /// `[x; n]` is `[x] * n`.
    fn repeat(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let items: Vec<_> = parts.all(Part::Item).collect();
        let [item, count] = items[..] else { return Kind::List(self.list(parts, Part::Item, id)) };
        let left = self.reserve(span_of(item), id);
        let item = self.lower_or_opaque(item, left);
        self.set(left, Kind::List([item].into()));
        Kind::Binary { op: BinaryOp::Mul, left, right: self.lower_or_opaque(count, id) }
    }

    /// Several conditions joined by `and`, nested from the left.
    fn conjunction(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let op = BinaryOp::And;
        let mut items: Vec<_> = parts.all(Part::Item).collect();
        let Some(last) = items.pop() else { return Kind::Opaque(Box::default()) };
        let Some(&first) = items.first() else {
            return Kind::Opaque(self.lower(last, id).into_iter().collect());
        };
        // Pairs are reserved from the outside in, so that ids stay in pre-order.
        let mut pairs = Vec::new();
        let mut parent = id;
        for next in items[1..].iter().rev() {
            parent = self.reserve(Span::new(first.start_byte(), next.end_byte()), parent);
            pairs.push(parent);
        }
        let mut left = self.lower_or_opaque(first, parent);
        for next in &items[1..] {
            let Some(pair) = pairs.pop() else { break };
            let right = self.lower_or_opaque(*next, pair);
            self.set(pair, Kind::Binary { op, left, right });
            left = pair;
        }
        Kind::Binary { op, left, right: self.lower_or_opaque(last, id) }
    }

    /// `name(arguments)` or `name = value` in an attribute.
    fn attribute(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let callee = self.required(parts, Part::Callee, id);
        let grammar = self.grammar;
        let args = match parts.get(Part::Arguments) {
            Some(tokens) => grammar.attribute_arguments(self, tokens, id),
            None => self.part(parts, Part::Value, id).into_iter().map(plain).collect(),
        };
        Kind::Call(Box::new(Call { callee, args, type_args: Box::default(), style: CallStyle::Macro }))
    }

    fn comparison(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let operands: Vec<_> = parts.all(Part::Operand).collect();
        if operands.len() > MAX_JOINED {
            self.facts.too_deep = true;
            return Kind::Opaque(operands.into_iter().filter_map(|n| self.lower(n, id)).collect());
        }
        let ops: Vec<_> = parts.all(Part::Operator).map(|o| self.operator(o)).collect();
        let mut pairs = operands.windows(2).zip(ops).map(|(w, op)| (op, w[0], w[1]));
        let count = pairs.len();
        if count < 2 {
            return match pairs.next() {
                Some((op, left, right)) => {
                    let left = self.lower_or_opaque(left, id);
                    Kind::Binary { op, left, right: self.lower_or_opaque(right, id) }
                }
                None => Kind::Opaque(operands.into_iter().filter_map(|n| self.lower(n, id)).collect()),
            };
        }
        // `a < b < c` is `a < b and b < c`: ands nested to the left, the outermost is `id` itself.
        // The middle operand is one node that stands in both halves.
        let start = self.facts.span(id).start as usize;
        let mut ands = vec![id];
        for right in operands[2..operands.len() - 1].iter().rev() {
            let parent = ands[ands.len() - 1];
            ands.push(self.reserve(Span::new(start, right.end_byte()), parent));
        }
        let mut kind = Kind::Opaque(Box::default());
        let (mut done, mut shared) = (None, None);
        for (op, left, right) in pairs {
            let parent = ands[ands.len() - 1];
            let pair = self.reserve(Span::new(left.start_byte(), right.end_byte()), parent);
            let left = shared.unwrap_or_else(|| self.lower_or_opaque(left, pair));
            let right = self.lower_or_opaque(right, pair);
            shared = Some(right);
            self.set(pair, Kind::Binary { op, left, right });
            let Some(before) = done.replace(pair) else { continue };
            kind = Kind::Binary { op: BinaryOp::And, left: before, right: pair };
            ands.pop();
            if !ands.is_empty() {
                self.set(parent, std::mem::replace(&mut kind, Kind::Null));
                done = Some(parent);
            }
        }
        kind
    }

    fn operator(&self, node: Syntax<'_>) -> BinaryOp {
        // A token's kind is its spelling without the blanks that `not  in` may hold.
        binary_op(if node.is_named() { self.text(node) } else { node.kind() })
    }
}

fn unary_op(text: &str) -> UnaryOp {
    match text {
        "not" | "!" => UnaryOp::Not,
        "-" => UnaryOp::Minus,
        _ => UnaryOp::Other,
    }
}

/// Operators by their spelling; the trailing `=` of augmented assignment is dropped by the caller.
pub(super) fn binary_op(text: &str) -> BinaryOp {
    match text {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "//" => BinaryOp::FloorDiv,
        "%" => BinaryOp::Mod,
        "**" => BinaryOp::Pow,
        "and" | "&&" => BinaryOp::And,
        "or" | "||" => BinaryOp::Or,
        "??" => BinaryOp::Coalesce,
        "==" | "===" => BinaryOp::Eq,
        "!=" | "!==" | "<>" => BinaryOp::Ne,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::Le,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::Ge,
        "in" => BinaryOp::In,
        "not in" => BinaryOp::NotIn,
        "is" => BinaryOp::Is,
        "is not" => BinaryOp::IsNot,
        "instanceof" => BinaryOp::InstanceOf,
        "&" => BinaryOp::BitAnd,
        "|" => BinaryOp::BitOr,
        "^" => BinaryOp::BitXor,
        "<<" => BinaryOp::Shl,
        ">>" | ">>>" => BinaryOp::Shr,
        _ => BinaryOp::Other,
    }
}
