//! Expressions.

use tree_sitter::Node as Syntax;

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
                let name = at.map_or("", |n| self.text(n)).into();
                let name_span = at.map_or(self.facts.span(id), span_of);
                Kind::Member { object, name, name_span }
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
            Fact::Slice => Kind::Slice {
                start: self.part(parts, Part::Left, id),
                end: self.part(parts, Part::Right, id),
            },
            Fact::Call => self.call(parts, CallStyle::Plain, id),
            Fact::New => self.call(parts, CallStyle::New, id),
            Fact::Macro => self.macro_call(parts, id),
            Fact::String => Kind::Str(self.string(node, parts, id)),
            Fact::Concat => self.concat(parts, id),
            Fact::List => Kind::List(self.list(parts, Part::Item, id)),
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
                let op = match parts.get(Part::Operator).or(node.child(0)) {
                    Some(op) => unary_op(self.text(op)),
                    None => UnaryOp::Other,
                };
                Kind::Unary { op, operand: self.required(parts, Part::Operand, id) }
            }
            Fact::Binary => {
                let left = self.required(parts, Part::Left, id);
                let op = parts.get(Part::Operator).map_or(BinaryOp::Other, |o| binary_op(self.text(o)));
                Kind::Binary { op, left, right: self.required(parts, Part::Right, id) }
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

    fn index(&mut self, parts: &Parts<'_>, part: Part, id: NodeId) -> NodeId {
        if parts.all(part).count() < 2 {
            return self.required(parts, part, id);
        }
        let list = self.reserve(self.facts.span(id), id);
        let items = self.list(parts, part, list);
        self.set(list, Kind::List(items));
        list
    }

    /// The children of a container as one child or a list.
    fn listed(&mut self, container: Syntax<'_>, id: NodeId) -> NodeId {
        let list = self.reserve(span_of(container), id);
        let items = self.children(container, list);
        self.set(list, Kind::List(items));
        list
    }

    fn call(&mut self, parts: &Parts<'_>, style: CallStyle, id: NodeId) -> Kind {
        let mut type_args = self.members(parts, Part::TypeArgument, id);
        let mut callee = parts.get(Part::Callee);
        if let Some(generic) = callee.filter(|&c| self.fact(c) == Some(Fact::Generic)) {
            let inner = self.parts(generic);
            type_args = self.members(&inner, Part::TypeArgument, id);
            callee = inner.get(Part::Object);
        }
        let callee = match callee {
            Some(callee) => self.lower_or_opaque(callee, id),
            None => self.required(parts, Part::Callee, id),
        };
        let args = match parts.get(Part::Arguments) {
            Some(args) => self.arguments(args, id),
            None => Box::default(),
        };
        Kind::Call(Box::new(Call { callee, args, type_args, style }))
    }

    /// Arguments in a container, or one bare argument (`sum(x for x in y)`, tagged templates).
    pub(super) fn arguments(&mut self, container: Syntax<'_>, id: NodeId) -> Box<[Arg]> {
        if self.fact(container) != Some(Fact::Arguments) {
            return self.lower(container, id).into_iter().map(plain).collect();
        }
        let parts = self.parts(container);
        parts.all(Part::Item).filter_map(|item| self.argument(item, id)).collect()
    }

    fn argument(&mut self, item: Syntax<'_>, id: NodeId) -> Option<Arg> {
        let fact = self.fact(item);
        match fact {
            Some(Fact::KeywordArgument) => {
                let parts = self.parts(item);
                let name = parts.get(Part::Name).map(|n| self.text(n).into());
                Some(Arg { name, ..plain(self.part(&parts, Part::Value, id)?) })
            }
            Some(Fact::Spread | Fact::KeywordSpread) => {
                let value = self.one_part(item, Part::Value, id)?;
                let keyword_spread = fact == Some(Fact::KeywordSpread);
                Some(Arg { spread: !keyword_spread, keyword_spread, ..plain(value) })
            }
            _ => self.lower(item, id).map(plain),
        }
    }

    fn macro_call(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let callee = self.required(parts, Part::Callee, id);
        let name = parts.get(Part::Callee).map_or("", |n| self.text(n));
        let name = name.rsplit("::").next().unwrap_or(name);
        let grammar = self.grammar;
        let args = match parts.get(Part::Arguments) {
            Some(tokens) => grammar.macro_call(self, name, tokens, id),
            None => Box::default(),
        };
        Kind::Call(Box::new(Call { callee, args, type_args: Box::default(), style: CallStyle::Macro }))
    }

    fn record(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let ty = self.part(parts, Part::Type, id);
        let mut entries = Vec::new();
        for item in parts.all(Part::Item) {
            let span = span_of(item);
            match self.fact(item) {
                Some(Fact::Entry) => {
                    let inner = self.parts(item);
                    let key = inner.get(Part::Key).map(|k| self.key(k, id));
                    let value = self.required(&inner, Part::Value, id);
                    entries.push(Entry { key: Some(key.unwrap_or(Key::Known("".into()))), value, span });
                }
                Some(Fact::Spread | Fact::KeywordSpread) => {
                    if let Some(value) = self.one_part(item, Part::Value, id) {
                        entries.push(Entry { key: None, value, span });
                    }
                }
                Some(Fact::Shorthand | Fact::Name) => {
                    let name: Name = self.text(item).into();
                    let value = self.leaf(Kind::Name(name.clone()), span, id);
                    entries.push(Entry { key: Some(Key::Known(name)), value, span });
                }
                _ => {
                    // Methods of object literals, patterns with defaults.
                    if let Some(value) = self.lower(item, id) {
                        let key = match self.facts.kind(value) {
                            Kind::Function(f) => f.name.clone(),
                            Kind::Assign(a) => match self.facts.kind(a.target) {
                                Kind::Name(n) => Some(n.clone()),
                                _ => None,
                            },
                            _ => None,
                        };
                        entries.push(Entry { key: key.map(Key::Known), value, span });
                    }
                }
            }
        }
        Kind::Record(Box::new(Record { ty, entries: entries.into() }))
    }

    fn key(&mut self, key: Syntax<'_>, id: NodeId) -> Key {
        let lowered = self.lower_or_opaque(key, id);
        match self.facts.kind(lowered) {
            Kind::Name(name) if key.child_count() == 0 && !self.bare_keys_are_variables() => {
                Key::Known(name.clone())
            }
            Kind::Str(parts) => match &parts[..] {
                [] => Key::Known("".into()),
                [StrPart::Text(text)] => Key::Known(text.clone()),
                _ => Key::Computed(lowered),
            },
            Kind::Number(_) => Key::Known(self.text(key).into()),
            _ => Key::Computed(lowered),
        }
    }

    /// In Python `{name: 1}` reads a variable; elsewhere the name is the key.
    fn bare_keys_are_variables(&self) -> bool {
        self.grammar.bare_keys_are_variables()
    }

    fn comparison(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let operands: Vec<_> = parts.all(Part::Operand).collect();
        let ops: Vec<_> = parts.all(Part::Operator).map(|o| binary_op(self.text(o))).collect();
        let mut pairs: Vec<(BinaryOp, Syntax<'_>, Syntax<'_>)> =
            operands.windows(2).zip(ops).map(|(w, op)| (op, w[0], w[1])).collect();
        let Some((op, left, right)) = pairs.pop() else {
            return Kind::Opaque(operands.into_iter().filter_map(|n| self.lower(n, id)).collect());
        };
        if pairs.is_empty() {
            let left = self.lower_or_opaque(left, id);
            return Kind::Binary { op, left, right: self.lower_or_opaque(right, id) };
        }
        // `a < b < c` is `a < b and b < c`; the middle operand stands in both halves.
        pairs.push((op, left, right));
        let mut all = Vec::new();
        for (op, left, right) in pairs {
            let pair = self.reserve(Span::new(left.start_byte(), right.end_byte()), id);
            let left = self.lower_or_opaque(left, pair);
            let right = self.lower_or_opaque(right, pair);
            self.set(pair, Kind::Binary { op, left, right });
            all.push(pair);
        }
        let last = all.pop().expect("two pairs at least");
        let mut left = all[0];
        for &next in &all[1..] {
            let both = self.reserve(self.facts.span(id), id);
            self.set(both, Kind::Binary { op: BinaryOp::And, left, right: next });
            self.adopt(both, [left, next]);
            left = both;
        }
        Kind::Binary { op: BinaryOp::And, left, right: last }
    }

    fn adopt<const N: usize>(&mut self, parent: NodeId, children: [NodeId; N]) {
        for child in children {
            self.facts.nodes[child.0 as usize].parent = parent;
        }
    }

    fn comprehension(&mut self, parts: &Parts<'_>, id: NodeId, lazy: bool) -> Kind {
        let (mut key, mut element) = (None, None);
        if let Some(body) = parts.get(Part::Element) {
            if self.fact(body) == Some(Fact::Entry) {
                let inner = self.parts(body);
                key = self.part(&inner, Part::Key, id);
                element = self.part(&inner, Part::Value, id);
            } else {
                element = self.lower(body, id);
            }
        }
        let element = match element {
            Some(element) => element,
            None => self.required(parts, Part::Element, id),
        };
        let mut clauses: Vec<Clause> = Vec::new();
        for clause in parts.all(Part::Clause) {
            let inner = self.parts(clause);
            match self.fact(clause) {
                Some(Fact::ForClause) => {
                    let pattern = self.required(&inner, Part::Pattern, id);
                    let iterable = self.required(&inner, Part::Iterable, id);
                    clauses.push(Clause { pattern, iterable, conditions: Box::default() });
                }
                Some(Fact::IfClause) => {
                    let condition = self.part(&inner, Part::Condition, id);
                    if let Some(last) = clauses.last_mut() {
                        last.conditions = last.conditions.iter().copied().chain(condition).collect();
                    }
                }
                _ => {}
            }
        }
        Kind::Comprehension(Box::new(Comprehension { element, key, clauses: clauses.into(), lazy }))
    }
}

pub(super) fn plain(value: NodeId) -> Arg {
    Arg { name: None, value, spread: false, keyword_spread: false }
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
        "!=" | "!==" => BinaryOp::Ne,
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
