//! Functions, types and fields.

use tree_sitter::Node as Syntax;

use super::lower::{Lowerer, Parts, span_of};
use super::statement::binding;
use super::vocabulary::{Fact, Part};
use super::*;

impl Lowerer<'_> {
    pub(super) fn definition(&mut self, fact: Fact, parts: &Parts<'_>, id: NodeId) -> Option<Kind> {
        let kind = match fact {
            Fact::Function => return Some(self.function(parts, id)),
            Fact::Field => return Some(self.field(parts, id)),
            Fact::TypeAlias => return Some(self.type_alias(parts, id)),
            Fact::Class => ClassKind::Class,
            Fact::Struct => ClassKind::Struct,
            Fact::Enum => ClassKind::Enum,
            Fact::Trait => ClassKind::Trait,
            Fact::Interface => ClassKind::Interface,
            Fact::Impl => ClassKind::Impl,
            Fact::Module => ClassKind::Module,
            _ => return None,
        };
        let decorators = self.take_decorators(parts, id);
        let (mut bases, mut keywords) = (Vec::new(), Vec::new());
        for base in parts.all(Part::Base) {
            for arg in self.bases(base, id) {
                if arg.name.is_some() || arg.keyword_spread {
                    keywords.push(arg);
                } else {
                    bases.push(arg.value);
                }
            }
        }
        let mut name = parts.get(Part::Name);
        let mut body = self.class_body(parts, id);
        for &member in &body {
            if let Kind::Assign(field) = &mut self.facts.nodes[member.0 as usize].kind {
                field.declares |= kind != ClassKind::Module;
            }
        }
        if kind == ClassKind::Enum {
            body = body.into_iter().map(|member| self.variant(member, id)).collect();
        } else if kind == ClassKind::Impl {
            name = name.map(|n| self.head_of_type(n));
        }
        let class = Class {
            name: name.map(|n| self.name_text(n)).unwrap_or_default(),
            name_span: name.map_or(Span { end: self.facts.span(id).start, ..self.facts.span(id) }, span_of),
            kind,
            bases: bases.into(),
            body,
            decorators,
            keywords: keywords.into(),
            exported: parts.has(Part::Exported),
        };
        Some(Kind::Class(Box::new(class)))
    }

    /// Bases, which may stand in several lists within a list.
    fn bases(&mut self, base: Syntax<'_>, id: NodeId) -> Vec<Arg> {
        if self.fact(base) != Some(Fact::Arguments) {
            return self.arguments(base, id).into();
        }
        let parts = self.parts(base);
        let mut out = Vec::new();
        for item in parts.all(Part::Item) {
            if self.fact(item) == Some(Fact::Arguments) {
                out.extend(self.arguments(item, id));
            } else {
                out.extend(self.argument(item, id));
            }
        }
        out
    }

    /// A variant of an enumeration that is only a name.
    fn variant(&mut self, member: NodeId, id: NodeId) -> NodeId {
        if !matches!(self.facts.kind(member), Kind::Name(_) | Kind::Str(_)) {
            return member;
        }
        let span = self.facts.span(member);
        let name = match std::mem::replace(&mut self.facts.nodes[member.0 as usize].kind, Kind::Null) {
            Kind::Str(parts) => Kind::Name(parts.iter().map(literal_text).collect::<String>().into()),
            name => name,
        };
        let target = self.leaf(name, span, member);
        self.set(member, Kind::Assign(Box::new(Assign { declares: true, ..binding(target, None) })));
        self.facts.nodes[member.0 as usize].parent = id;
        member
    }

    /// `type A = { x: T }` defines a type; `type A = B` is another name for one.
    fn type_alias(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let value = parts.get(Part::Value);
        if let Some(object) = value.filter(|v| self.fact(*v) == Some(Fact::Interface)) {
            let inner = self.parts(object);
            let body = self.list(&inner, Part::Item, id);
            let name = parts.get(Part::Name);
            return Kind::Class(Box::new(Class {
                name: name.map(|n| self.name_text(n)).unwrap_or_default(),
                name_span: name.map_or(self.facts.span(id), span_of),
                kind: ClassKind::Interface,
                bases: Box::default(),
                body,
                decorators: Box::default(),
                keywords: Box::default(),
                exported: parts.has(Part::Exported),
            }));
        }
        let target = self.required(parts, Part::Name, id);
        let value = self.part(parts, Part::Value, id);
        let exported = parts.has(Part::Exported);
        Kind::Assign(Box::new(Assign { declares: true, exported, ..binding(target, value) }))
    }

    /// A name as it is called: without quotes where it is written as a string.
    fn name_text(&mut self, node: Syntax<'_>) -> Name {
        if self.fact(node) == Some(Fact::String) {
            let parts = self.parts(node);
            let texts = parts.all(Part::Text).map(|t| self.text(t));
            return texts.collect::<String>().into();
        }
        self.bare_name(node).into()
    }

    /// Marks what an export declares.
    pub fn mark_exported(&mut self, id: NodeId) {
        let inner = match &mut self.facts.nodes[id.0 as usize].kind {
            Kind::Function(f) => {
                f.exported = true;
                return;
            }
            Kind::Class(c) => {
                c.exported = true;
                return;
            }
            Kind::Assign(a) => {
                a.exported = true;
                return;
            }
            Kind::Opaque(inner) => inner.clone(),
            _ => return,
        };
        inner.into_iter().for_each(|i| self.mark_exported(i));
    }

    /// Decorators met before this definition and those inside it.
    pub(super) fn take_decorators(&mut self, parts: &Parts<'_>, id: NodeId) -> NodeList {
        let outer = std::mem::take(&mut self.pending_decorators);
        for decorator in parts.all(Part::Decorator) {
            self.lower(decorator, id);
        }
        let mut all = outer;
        all.append(&mut self.pending_decorators);
        self.adopt(id, &all);
        all.into()
    }

    fn function(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let decorators = self.take_decorators(parts, id);
        let name = parts.get(Part::Name);
        let mut params = Vec::new();
        for container in parts.all(Part::Parameter) {
            self.parameters(container, &mut params, id);
        }
        let return_type = self.part(parts, Part::Return, id);
        let (body, yields) = self.function_body(|lowerer| match parts.get(Part::Body) {
            Some(body) => lowerer.lower_or_opaque(body, id),
            None => NodeId::NONE,
        });
        let start = self.facts.span(id).start;
        let is_async = parts.all(Part::Async).any(|n| self.text(n).split_whitespace().any(|w| w == "async"));
        Kind::Function(Box::new(Function {
            name: name.map(|n| self.name_text(n)),
            name_span: name.map_or(Span { start, end: start + 1 }, span_of),
            params: params.into(),
            body,
            decorators,
            return_type,
            is_async,
            // Functions and closures have a list of parameters, be it empty.
            is_block: is_async && !parts.has(Part::Parameter),
            is_generator: yields || parts.has(Part::Generator),
            is_getter: parts.has(Part::Getter),
            exported: parts.has(Part::Exported),
        }))
    }

    /// A parameter list, or the single bare parameter of an arrow function.
    fn parameters(&mut self, container: Syntax<'_>, params: &mut Vec<Param>, id: NodeId) {
        if self.fact(container).is_some() && self.fact(container) != Some(Fact::Arguments) {
            params.extend(self.parameter(container, id));
            return;
        }
        let parts = self.parts(container);
        let mut children: Vec<_> = parts.all(Part::Item).collect();
        if children.is_empty() {
            let mut cursor = container.walk();
            children.extend(container.named_children(&mut cursor));
        }
        for child in children {
            params.extend(self.parameter(child, id));
        }
    }

    fn parameter(&mut self, node: Syntax<'_>, id: NodeId) -> Option<Param> {
        let fact = self.fact(node);
        let mut kind = match fact {
            Some(Fact::Receiver) => ParamKind::Receiver,
            Some(Fact::Spread) => ParamKind::Rest,
            Some(Fact::KeywordSpread) => ParamKind::KeywordRest,
            _ => ParamKind::Plain,
        };
        let mut decorators = NodeList::default();
        let (pattern, ty, default, is_field) = match fact {
            Some(Fact::Decorator | Fact::Comment | Fact::Skip) => {
                self.lower(node, id);
                return None;
            }
            Some(Fact::Receiver) => {
                (self.leaf(Kind::Name("self".into()), span_of(node), id), None, None, false)
            }
            Some(Fact::Spread | Fact::KeywordSpread) => {
                (self.one_part(node, Part::Value, id)?, None, None, false)
            }
            Some(Fact::Parameter) => {
                let parts = self.parts(node);
                if parts.has(Part::Decorator) {
                    decorators = self.take_decorators(&parts, id);
                }
                // `*args: T` keeps its star in the pattern.
                if let Some(inner) = parts
                    .get(Part::Pattern)
                    .filter(|p| matches!(self.fact(*p), Some(Fact::Spread | Fact::KeywordSpread)))
                {
                    let mut param = self.parameter(inner, id)?;
                    param.ty = self.part(&parts, Part::Type, id);
                    return Some(param);
                }
                let at = parts.get(Part::Pattern)?;
                let pattern = self.lower(at, id)?;
                let ty = self.part(&parts, Part::Type, id);
                if self.fact(at) == Some(Fact::Receiver) {
                    kind = ParamKind::Receiver;
                }
                (pattern, ty, self.part(&parts, Part::Default, id), parts.has(Part::Exported))
            }
            _ => (self.lower(node, id)?, None, None, false),
        };
        self.pending_decorators.clear();
        Some(Param { pattern, ty, default, kind, decorators, is_field })
    }

    fn field_name(&mut self, parts: &Parts<'_>, id: NodeId) -> NodeId {
        match parts.get(Part::Target) {
            Some(name) if self.fact(name) == Some(Fact::String) => {
                let text = self.name_text(name);
                self.leaf(Kind::Name(text), span_of(name), id)
            }
            _ => self.required(parts, Part::Target, id),
        }
    }

    fn field(&mut self, parts: &Parts<'_>, id: NodeId) -> Kind {
        let decorators = self.take_decorators(parts, id);
        Kind::Assign(Box::new(Assign {
            target: self.field_name(parts, id),
            ty: self.part(parts, Part::Type, id),
            value: self.part(parts, Part::Value, id),
            op: None,
            declares: true,
            otherwise: None,
            decorators,
            exported: parts.has(Part::Exported),
        }))
    }
}

fn literal_text(part: &StrPart) -> &str {
    match part {
        StrPart::Text(text) => text,
        StrPart::Hole(_) => "",
    }
}
