//! Copies of an object without what is not given:
//! `{k: v for k, v in options.items() if v is not None}`.

use super::truth::Truth;
use super::value::{Field, NodeRef, Value};
use crate::facts::{BinaryOp, Call, Kind, Name, NodeId, UnaryOp};
use crate::model::names::index::{last_name, path_name};
use crate::model::{Project, Tri};

/// Parts of a condition within each other.
const MAX_TESTS: u32 = 8;

/// A copy of an object, field by field.
#[derive(Clone, Copy, Debug)]
pub(in crate::model) struct Sifted {
    /// What is copied.
    pub(in crate::model) source: NodeRef,
    /// Whether fields without a value are left out.
    pub(in crate::model) sifts: bool,
    /// Whether the names of the fields decide too: whatever is in the source may be left out.
    pub(in crate::model) by_name: bool,
    /// The comprehension that asks for the names.
    asks: Option<NodeRef>,
}

impl Project {
    /// The object that a comprehension, or a call that makes an object of pairs, is a copy of.
    pub(in crate::model) fn sifted(&self, at: NodeRef) -> Option<Sifted> {
        match self.kind(at) {
            Kind::Comprehension(c) => {
                let [clause] = &c.clauses[..] else { return None };
                let (key, value) = self.pair(at.sibling(clause.pattern))?;
                let copied = self.is_name(at, c.key?, key.as_ref()?) && self.is_name(at, c.element, &value?);
                let source = self.pairs_of(at.sibling(clause.iterable)).filter(|_| copied)?;
                let by_name = clause.conditions.iter().any(|&n| self.names(at.sibling(n), key.as_ref()));
                Some(Sifted { source, sifts: !clause.conditions.is_empty(), by_name, asks: Some(at) })
            }
            Kind::Call(c) if self.is_call_of(at, c, "object-of-pairs") => {
                let [pairs] = &c.args[..] else { return None };
                let pairs = at.sibling(pairs.value);
                let Kind::Call(outer) = self.kind(pairs) else { return None };
                let Kind::Member { object, .. } = self.kind(pairs.sibling(outer.callee)) else { return None };
                let Some(source) = self.pairs_of(pairs) else {
                    let [test] = &outer.args[..] else { return None };
                    let filters = self.is_call_of(pairs, outer, "filter-names");
                    let source = self.pairs_of(pairs.sibling(*object)).filter(|_| filters)?;
                    return Some(Sifted {
                        source,
                        sifts: true,
                        by_name: self.asks_for_name(pairs.sibling(test.value)),
                        asks: None,
                    });
                };
                Some(Sifted { source, sifts: false, by_name: false, asks: None })
            }
            _ => None,
        }
    }

    /// The object whose fields a change copies one by one:
    /// `for k, v in options.items(): if v is not None: given[k] = v`.
    pub(in crate::model) fn sifted_by(&self, change: NodeRef) -> Option<Sifted> {
        let Kind::Assign(a) = self.kind(change) else { return None };
        let Kind::Index { index, object } = self.kind(change.sibling(a.target)) else { return None };
        let (index, value) = (*index, a.value?);
        let facts = self.facts(change.file);
        let into = path_name(facts, *object);
        let mut asked = Vec::new();
        for n in facts.ancestors(change.node).skip(1) {
            match facts.kind(n) {
                Kind::Block { .. } => {}
                Kind::If { condition, .. } => asked.push(*condition),
                Kind::Loop(l) => {
                    let (key, held) = self.pair(change.sibling(l.pattern?))?;
                    let copied =
                        self.is_name(change, index, key.as_ref()?) && self.is_name(change, value, &held?);
                    let source = self.pairs_of(change.sibling(l.iterable?)).filter(|_| copied)?;
                    if into == path_name(facts, source.node)
                        || self.is_bound_within(change, l.body, key.as_ref())
                    {
                        return None;
                    }
                    asked.extend(facts.descendants(l.body).into_iter().filter_map(|n| match facts.kind(n) {
                        Kind::If { condition, .. } => Some(*condition),
                        _ => None,
                    }));
                    let by_name = asked.iter().any(|&n| self.names(change.sibling(n), key.as_ref()));
                    return Some(Sifted { source, sifts: !asked.is_empty(), by_name, asks: None });
                }
                _ => return None,
            }
        }
        None
    }

    /// A field of such a copy.
    pub(in crate::model) fn sifted_field(&self, copy: &Sifted, name: &str, field: Field) -> Field {
        match field {
            Field::Known(_) if copy.by_name && self.keeps_name(copy, name) == Tri::Unknown => {
                Field::Unknown(Some(copy.source))
            }
            Field::Known(_) if copy.by_name && self.keeps_name(copy, name) == Tri::No => Field::Absent,
            Field::Known(nodes) if copy.sifts => {
                let given: Vec<NodeRef> =
                    nodes.into_iter().filter(|&n| !matches!(self.kind(n), Kind::Null)).collect();
                if given.is_empty() { Field::Absent } else { Field::Known(given) }
            }
            other => other,
        }
    }

    /// Whether a copy that asks for the names of fields keeps one: `if k not in ("temperature", "top_p")`.
    pub(in crate::model) fn keeps_name(&self, copy: &Sifted, name: &str) -> Tri {
        let Some(at) = copy.asks else { return Tri::Unknown };
        let Kind::Comprehension(c) = self.kind(at) else { return Tri::Unknown };
        let Some(Kind::Name(key)) = c.key.map(|key| self.kind(at.sibling(key))) else { return Tri::Unknown };
        let conditions = c.clauses.iter().flat_map(|clause| &clause.conditions);
        let held = conditions.map(|&n| self.holds_for_name(at.sibling(n), key, name, MAX_TESTS));
        match held.fold(Truth::Yes, Truth::and) {
            Truth::Yes => Tri::Yes,
            Truth::No => Tri::No,
            _ => Tri::Unknown,
        }
    }

    /// Whether a condition on a variable holds when that is a text.
    fn holds_for_name(&self, at: NodeRef, key: &Name, name: &str, left: u32) -> Truth {
        let Some(left) = left.checked_sub(1) else { return Truth::Open };
        let holds = |n: NodeId| self.holds_for_name(at.sibling(n), key, name, left);
        match self.kind(at) {
            Kind::Unary { op: UnaryOp::Not, operand } => holds(*operand).not(),
            Kind::Binary { op: BinaryOp::And, left, right } => holds(*left).and(holds(*right)),
            Kind::Binary { op: BinaryOp::Or, left, right } => holds(*left).or(holds(*right)),
            Kind::Binary { op, left, right } if self.is_name(at, *left, key) => {
                let right = at.sibling(*right);
                let equal = || match self.possible_texts(right).as_deref() {
                    Some([(_, text)]) => Some(&**text == name),
                    _ => None,
                };
                let known = match op {
                    BinaryOp::Eq => equal(),
                    BinaryOp::Ne => equal().map(|yes| !yes),
                    BinaryOp::In => self.is_among(right, name),
                    BinaryOp::NotIn => self.is_among(right, name).map(|yes| !yes),
                    _ => None,
                };
                known.map_or(Truth::Open, Truth::of)
            }
            _ => Truth::Open,
        }
    }

    /// Whether a text is in a list of texts all of which are in sight.
    fn is_among(&self, list: NodeRef, name: &str) -> Option<bool> {
        let values = self.eval(list);
        let [Value::Node(made)] = &values[..] else { return None };
        let Kind::List(items) = self.kind(*made) else { return None };
        let texts = items.iter().map(|&item| match self.kind(made.sibling(item)) {
            Kind::Str(_) => self.text(made.sibling(item)).known(),
            _ => None,
        });
        let texts = texts.collect::<Option<Vec<_>>>()?;
        Some(texts.iter().any(|text| text == name))
    }

    /// Whether a variable is bound again inside a loop.
    fn is_bound_within(&self, at: NodeRef, body: NodeId, name: Option<&Name>) -> bool {
        let Some(name) = name else { return false };
        self.facts(at.file)
            .descendants(body)
            .into_iter()
            .any(|n| matches!(self.kind(at.sibling(n)), Kind::Assign(a) if self.is_name(at, a.target, name)))
    }

    /// The object whose names and values something runs over: `options.items()`,
    /// `Object.entries(options)`.
    fn pairs_of(&self, pairs: NodeRef) -> Option<NodeRef> {
        let Kind::Call(c) = self.kind(pairs) else { return None };
        let Kind::Member { object, .. } = self.kind(pairs.sibling(c.callee)) else { return None };
        self.is_call_of(pairs, c, "pairs-of").then_some(())?;
        match &c.args[..] {
            [] => Some(pairs.sibling(*object)),
            [only] if matches!(self.kind(pairs.sibling(*object)), Kind::Name(n) if &**n == "Object") => {
                Some(pairs.sibling(only.value))
            }
            _ => None,
        }
    }

    fn is_call_of(&self, at: NodeRef, call: &Call, list: &str) -> bool {
        let file = self.file(at.file);
        last_name(&file.facts, call.callee).is_some_and(|name| file.sdk.has_word(list, &name))
    }

    /// The two names of a pattern: `k, v`, `[, v]`.
    fn pair(&self, pattern: NodeRef) -> Option<(Option<Name>, Option<Name>)> {
        let Kind::List(items) = self.kind(pattern) else { return None };
        let name = |n: NodeId| match self.kind(pattern.sibling(n)) {
            Kind::Name(name) => Some(name.clone()),
            _ => None,
        };
        match items[..] {
            [key, value] => Some((name(key), name(value))),
            _ => None,
        }
    }

    fn is_name(&self, at: NodeRef, node: NodeId, name: &Name) -> bool {
        matches!(self.kind(at.sibling(node)), Kind::Name(n) if n == name)
    }

    /// Whether an expression speaks of a name.
    fn names(&self, at: NodeRef, name: Option<&Name>) -> bool {
        name.is_some_and(|name| self.facts(at.file).names(at.node, name))
    }

    /// Whether a test of pairs asks for the name in them, or takes them whole.
    fn asks_for_name(&self, test: NodeRef) -> bool {
        let Kind::Function(f) = self.kind(test) else { return true };
        let [pair] = &f.params[..] else { return true };
        match self.pair(test.sibling(pair.pattern)) {
            Some((key, Some(_))) => self.names(test.sibling(f.body), key.as_ref()),
            _ => true,
        }
    }
}
