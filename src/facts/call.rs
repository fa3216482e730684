//! Calls and their arguments.

use tree_sitter::Node as Syntax;

use super::lower::{Lowerer, Parts, span_of};
use super::vocabulary::{Fact, Part};
use super::*;

impl Lowerer<'_> {
    pub(super) fn call(&mut self, parts: &Parts<'_>, style: CallStyle, id: NodeId) -> Kind {
        let mut callee = parts.get(Part::Callee).map(|c| self.without_casts(c));
        let mut type_args = parts.get(Part::TypeArgument);
        if let Some(generic) = callee.filter(|&c| self.fact(c) == Some(Fact::Generic)) {
            let inner = self.parts(generic);
            type_args = inner.get(Part::TypeArgument);
            callee = inner.get(Part::Object);
        }
        let callee = match callee {
            Some(callee) => self.lower_or_opaque(callee, id),
            None => self.required(parts, Part::Callee, id),
        };
        let type_args = type_args.map_or_else(Box::default, |types| self.children(types, id));
        let args = match parts.get(Part::Arguments) {
            Some(args) => self.arguments(args, id),
            None => parts.all(Part::Argument).filter_map(|item| self.argument(item, id)).collect(),
        };
        Kind::Call(Box::new(Call { callee, args, type_args, style }))
    }

    /// What is called by `(f as T)(x)` and `f!(x)`: whatever type it is said to have, it is `f`.
    fn without_casts<'t>(&mut self, callee: Syntax<'t>) -> Syntax<'t> {
        let mut at = callee;
        loop {
            let inner = self.peel(at);
            if self.fact(inner) != Some(Fact::Cast) {
                return at;
            }
            let Some(value) = self.parts(inner).get(Part::Value) else { return at };
            at = value;
        }
    }

    /// Arguments in a container, or one bare argument (`sum(x for x in y)`, tagged templates).
    pub(super) fn arguments(&mut self, container: Syntax<'_>, id: NodeId) -> Box<[Arg]> {
        if self.fact(container) != Some(Fact::Arguments) {
            return self.lower(container, id).into_iter().map(plain).collect();
        }
        let parts = self.parts(container);
        parts.all(Part::Item).filter_map(|item| self.argument(item, id)).collect()
    }

    pub(super) fn argument(&mut self, item: Syntax<'_>, id: NodeId) -> Option<Arg> {
        let fact = self.fact(item);
        let span = span_of(item);
        match fact {
            Some(Fact::KeywordArgument) => {
                let parts = self.parts(item);
                let name = parts.get(Part::Name).map(|n| self.text(n).into());
                Some(Arg { name, span, ..plain(self.part(&parts, Part::Value, id)?) })
            }
            Some(Fact::Spread | Fact::KeywordSpread) => {
                let value = self.one_part(item, Part::Value, id)?;
                let keyword_spread = fact == Some(Fact::KeywordSpread);
                Some(Arg { spread: !keyword_spread, keyword_spread, span, ..plain(value) })
            }
            _ => self.lower(item, id).map(|value| Arg { span, ..plain(value) }),
        }
    }

    pub(super) fn macro_call(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let name = parts.get(Part::Callee).map_or("", |n| self.text(n));
        let name = name.rsplit("::").next().unwrap_or(name);
        let grammar = self.grammar;
        if let Some(tokens) = parts.get(Part::Arguments).filter(|&t| grammar.is_list_macro(name, t)) {
            let args = grammar.macro_call(self, name, tokens, id);
            return Kind::List(args.iter().map(|a| a.value).collect());
        }
        let callee = self.required(parts, Part::Callee, id);
        let args = match parts.get(Part::Arguments) {
            Some(tokens) => grammar.macro_call(self, name, tokens, id),
            None => Box::default(),
        };
        Kind::Call(Box::new(Call { callee, args, type_args: Box::default(), style: CallStyle::Macro }))
    }
}

pub(super) fn plain(value: NodeId) -> Arg {
    Arg { name: None, value, spread: false, keyword_spread: false, span: Span::default() }
}
