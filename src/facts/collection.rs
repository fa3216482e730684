//! Records and comprehensions.

use tree_sitter::Node as Syntax;

use super::lower::{Lowerer, Parts, span_of};
use super::vocabulary::{Fact, Part};
use super::*;

impl Lowerer<'_> {
    pub(super) fn record(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let ty = self.part(parts, Part::Type, id);
        let mut entries = Vec::new();
        let mut open: Option<(Key, Span)> = None;
        for (part, child) in parts.iter() {
            match part {
                Part::Item if self.fact(child) == Some(Fact::Arguments) => {
                    let inner = self.parts(child);
                    for item in inner.all(Part::Item) {
                        entries.extend(self.entry(item, id));
                    }
                }
                Part::Item => entries.extend(self.entry(child, id)),
                // Keys and values side by side, without a node around each entry.
                Part::Key => {
                    let key = self.key(child, id);
                    open = Some((key, span_of(child)));
                }
                Part::Value => {
                    let Some((key, at)) = open.take() else { continue };
                    let value = self.lower_or_opaque(child, id);
                    entries.push(Entry {
                        key: Some(key),
                        value,
                        span: Span { end: self.facts.span(value).end, ..at },
                    });
                }
                _ => {}
            }
        }
        Kind::Record(Box::new(Record { ty, entries: entries.into() }))
    }

    pub(super) fn is_record(&self, node: NodeId) -> bool {
        matches!(self.facts.kind(node), Kind::Record(r) if r.ty.is_none())
    }

    /// `base | {"messages": messages}` holds what `{**base, **{"messages": messages}}` does.
    pub(super) fn merged(&self, left: NodeId, right: NodeId) -> Kind {
        let spread = |value| Entry { key: None, value, span: self.facts.span(value) };
        Kind::Record(Box::new(Record { ty: None, entries: [spread(left), spread(right)].into() }))
    }

    fn entry(&mut self, item: Syntax<'_>, id: NodeId) -> Option<Entry> {
        let item = self.peel(item);
        let span = span_of(item);
        match self.fact(item) {
            Some(Fact::Entry) => {
                let inner = self.parts(item);
                let key = inner.get(Part::Key).map(|k| self.key(k, id));
                let value = match (inner.get(Part::Value), &key) {
                    // A pattern's field without a value binds its own name.
                    (None, Some(Key::Known(name))) => {
                        let at = inner.get(Part::Key).map_or(span, span_of);
                        self.leaf(Kind::Name(name.clone()), at, id)
                    }
                    _ => self.required(&inner, Part::Value, id),
                };
                Some(Entry { key: Some(key.unwrap_or(Key::Known("".into()))), value, span })
            }
            Some(Fact::KeywordArgument) => {
                let inner = self.parts(item);
                let key = inner.get(Part::Name).map_or("", |n| self.text(n));
                Some(Entry {
                    key: Some(Key::Known(key.into())),
                    value: self.required(&inner, Part::Value, id),
                    span,
                })
            }
            Some(Fact::Spread | Fact::KeywordSpread) => {
                Some(Entry { key: None, value: self.one_part(item, Part::Value, id)?, span })
            }
            Some(fact)
                if fact == Fact::Shorthand || fact == Fact::Name && !self.bare_keys_are_variables() =>
            {
                let name: Name = self.bare_name(item).into();
                let value = self.leaf(Kind::Name(name.clone()), span, id);
                Some(Entry { key: Some(Key::Known(name)), value, span })
            }
            _ => {
                // Methods of object literals, patterns with defaults.
                let value = self.lower(item, id)?;
                let key = match self.facts.kind(value) {
                    Kind::Function(f) => f.name.clone(),
                    Kind::Assign(a) => match self.facts.kind(a.target) {
                        Kind::Name(n) => Some(n.clone()),
                        _ => None,
                    },
                    _ => None,
                };
                Some(Entry { key: key.map(Key::Known), value, span })
            }
        }
    }

    /// A known key has no node of its own.
    fn key(&mut self, key: Syntax<'_>, id: NodeId) -> Key {
        let bare = match self.fact(key) {
            Some(Fact::Name | Fact::Shorthand) => !self.bare_keys_are_variables(),
            fact => fact == Some(Fact::Number),
        };
        if bare {
            return Key::Known(self.bare_name(key).into());
        }
        let lowered = self.lower_or_opaque(key, id);
        let text = match self.facts.kind(lowered) {
            Kind::Str(parts) => match &parts[..] {
                [] => Name::default(),
                [StrPart::Text(text)] => text.clone(),
                _ => return Key::Computed(lowered),
            },
            _ => return Key::Computed(lowered),
        };
        self.unreserve(lowered);
        Key::Known(text)
    }

    /// In Python `{name: 1}` reads a variable; elsewhere the name is the key.
    fn bare_keys_are_variables(&self) -> bool {
        self.grammar.bare_keys_are_variables()
    }

    pub(super) fn comprehension(&mut self, parts: &Parts<'_>, id: NodeId, lazy: bool) -> Kind {
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
