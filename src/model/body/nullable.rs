//! Fields of a body that are sent as `null` where they are meant to be left out.

mod asked;
mod left_out;
mod returned;

use crate::facts::{BinaryOp, Kind, Name, NodeId};
use crate::lang::Language;
use crate::model::names::index::constant;
use crate::model::names::scope::{Def, Origin};
use crate::model::values::eval::Argument;
use crate::model::values::keyed::keyed;
use crate::model::values::value::{Field, NodeRef};
use crate::model::{Project, Request, enclosing_function};

/// Steps from a field to the `null` it may give.
const MAX_STEPS: u32 = 6;

/// Callers that are looked at.
const MAX_CALLERS: usize = 64;

/// A field that may be `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NullField {
    /// What is given to the field.
    pub at: NodeRef,
    /// The `null`.
    pub null: NodeRef,
}

impl Project {
    /// The field of a request's body where it may be `null`: it says so itself, or is a variable,
    /// parameter or attribute that begins so, and that nothing asks about.
    pub fn null_field(&self, request: &Request, name: &str) -> Option<NullField> {
        let [body] = self.message_bodies(request) else { return None };
        // What is taken over only where there is something is left out otherwise.
        if body.get(name)? != body.where_set(name)? {
            return None;
        }
        let built_once = self
            .located(request, &request.kind.body)
            .iter()
            .all(|&p| p == request.at || self.eval(p).len() == 1);
        // Code out of sight may take out what is `null`.
        if !built_once || self.is_handed_on(body, request) {
            return None;
        }
        let Field::Known(nodes) = self.body_field(request, name) else { return None };
        let [at] = nodes[..] else { return None };
        if self.is_typed_field(at) || self.is_touched(request.at, name) {
            return None;
        }
        let null = self.null_of(at, 0)?;
        (!self.leaves_out_null(request.at, at)).then_some(NullField { at, null })
    }

    /// Whether what is given may be nothing: a `null`, or what the language leaves out.
    pub fn may_be_nothing(&self, at: NodeRef) -> bool {
        if self.number(at).is_some() {
            return false;
        }
        let file = self.file(at.file);
        let names_nothing = file.facts.descendants(at.node).into_iter().any(|n| match file.facts.kind(n) {
            Kind::Name(name) => file.sdk.has_word("not-sent", name),
            Kind::Null => true,
            _ => false,
        });
        if names_nothing || self.null_of(at, 0).is_some() {
            return true;
        }
        // Where a name may be `undefined`, its type says that it is not.
        let typed = |name: &Name| {
            file.scopes.lookup(&file.facts, name, at.node).iter().all(|def| {
                // `budget?: number`
                let end = file.facts.span(def.node).end as usize;
                let optional =
                    file.source.text.get(end..).is_some_and(|rest| rest.trim_start().starts_with('?'));
                def.ty.is_some_and(|ty| file.text_of(ty) == "number" && !optional)
                    || matches!(def.origin, Origin::Value { .. })
            })
        };
        file.language == Language::TypeScript
            && match file.facts.kind(at.node) {
                Kind::Name(name) => !typed(name),
                Kind::Binary { .. } | Kind::Call(_) => false,
                _ => true,
            }
    }

    fn null_of(&self, at: NodeRef, depth: u32) -> Option<NodeRef> {
        if depth > MAX_STEPS {
            return None;
        }
        let next = |n: NodeId| self.null_of(at.sibling(n), depth + 1);
        match self.kind(at) {
            Kind::Null => self.is_sent_null(at).then_some(at),
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, right, .. } => next(*right),
            Kind::If { then, otherwise: Some(otherwise), .. } => next(*otherwise).or_else(|| next(*then)),
            Kind::Cast { value, .. } => next(*value),
            Kind::Name(name) => self.null_variable(at, name, depth),
            // `kwargs.get("system")`
            Kind::Call(_) => {
                let found = keyed(self.facts(at.file), at.node).filter(|found| found.default.is_none())?;
                let key = constant(self.facts(at.file), found.key).filter(|_| found.called)?;
                self.may_lack_keyword(at.sibling(found.object), &key).then_some(at)
            }
            Kind::Member { name, .. } => self.null_attribute(at, name),
            _ => None,
        }
    }

    /// Whether a `null` is written as such: not `undefined`, and not the `None` of a typed struct,
    /// which serializers may leave out.
    fn is_sent_null(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let text = model.source.text.get(model.facts.span(at.node).range()).unwrap_or_default();
        !self.is_typed_field(at) && !model.sdk.has_word("left-out", text)
    }

    /// Whether a value stands in a typed struct, which serializers may leave out where it is nothing.
    fn is_typed_field(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.parent(at.node).is_some_and(|p| matches!(facts.kind(p), Kind::Record(r) if r.ty.is_some()))
    }

    /// A variable or parameter that is `null` unless something else happens.
    fn null_variable(&self, at: NodeRef, name: &Name, depth: u32) -> Option<NodeRef> {
        let model = self.file(at.file);
        let function = enclosing_function(&model.facts, at.node)?;
        let defs = model.scopes.lookup(&model.facts, name, at.node);
        let null = match &defs[..] {
            [def] => match &def.origin {
                Origin::Param { function, index, path } if path.is_empty() => {
                    self.null_parameter(at.sibling(*function), *index as usize)?
                }
                Origin::Value { expr, path } if !path.is_empty() => {
                    self.null_returned(at.sibling(*expr), path, depth)?
                }
                // `system = [prompt] if prompt else None`
                Origin::Value { expr, .. }
                    if matches!(self.kind(at.sibling(*expr)), Kind::If { .. } | Kind::Call(_))
                        && enclosing_function(&model.facts, def.node) == Some(function) =>
                {
                    let value = at.sibling(*expr);
                    self.null_of(value, (depth + 1).max(MAX_STEPS - 1))
                        .or_else(|| self.null_returned(value, &[], depth))?
                }
                _ => return None,
            },
            defs => {
                let is_null = |def: &&&Def| match &def.origin {
                    Origin::Value { expr, path } => {
                        path.is_empty() && matches!(self.kind(at.sibling(*expr)), Kind::Null)
                    }
                    _ => false,
                };
                let begins = defs.iter().find(is_null).map(|def| at.sibling(def.node));
                // Of two branches one is taken: what the other sets says nothing of this one.
                let instead = |expr: NodeRef| begins.is_some_and(|b| self.parted_at(b, expr).is_some());
                let mut null = None;
                for def in defs {
                    let Origin::Value { expr, path } = &def.origin else { return None };
                    if !path.is_empty() || enclosing_function(&model.facts, def.node) != Some(function) {
                        return None;
                    }
                    match self.kind(at.sibling(*expr)) {
                        Kind::Null if null.is_none() => null = Some(at.sibling(*expr)),
                        Kind::Null => return None,
                        _ if self.may_be_passed_over(at.sibling(*expr)) || instead(at.sibling(*expr)) => {}
                        _ => return None,
                    }
                }
                null.filter(|&n| self.is_sent_null(n))?
            }
        };
        let inside = |n: NodeId| model.facts.ancestors(n).any(|a| a == function);
        let asked = model.facts.ids().any(|n| {
            n != at.node
                && matches!(model.facts.kind(n), Kind::Name(other) if other == name)
                && inside(n)
                && self.is_asked_about(at.sibling(n))
        });
        (!asked && !self.is_under_question(at, name)).then_some(null)
    }

    /// An attribute whose value may be the `null` that a parameter or field begins with.
    fn null_attribute(&self, at: NodeRef, name: &Name) -> Option<NodeRef> {
        let null = self.null_attribute_value(at, name)?;
        let class = self.class_of(self.function_of(at)?)?;
        let facts = self.facts(at.file);
        let asked = facts.descendants(class.node).into_iter().any(|n| {
            let named = match facts.kind(n) {
                Kind::Name(other) | Kind::Member { name: other, .. } => other == name,
                Kind::Str(_) => constant(facts, n).is_some_and(|t| t == *name),
                _ => false,
            };
            named && n != at.node && self.is_asked_about(at.sibling(n))
        });
        (!asked && !self.is_under_question(at, name)).then_some(null)
    }

    /// The `null` that a parameter is where a caller, in sight or not, says nothing or says so.
    fn null_parameter(&self, function: NodeRef, index: usize) -> Option<NodeRef> {
        let sent = |n: &NodeRef| matches!(self.kind(*n), Kind::Null) && self.is_sent_null(*n);
        let default = self.param_default(function, index as u32).filter(sent);
        let calls = self.callers(function).iter().chain(self.possible_callers(function));
        let calls: Vec<NodeRef> = calls.copied().filter(|&call| !self.is_test(call)).collect();
        if calls.is_empty() {
            return default;
        }
        let mut null = None;
        for call in calls.into_iter().take(MAX_CALLERS) {
            match self.argument_of(call, function, index) {
                Argument::Unknown => return None,
                Argument::Missing => null = null.or(default),
                Argument::Given(given) => null = null.or(Some(given).filter(sent)),
            }
        }
        null
    }

    /// The `null` that an attribute of the object around it begins with: given to its constructor, or
    /// the default of its field.
    fn null_attribute_value(&self, at: NodeRef, name: &Name) -> Option<NodeRef> {
        let Kind::Member { object, .. } = self.kind(at) else { return None };
        let class = self.class_of(self.function_of(at)?)?;
        let facts = self.facts(at.file);
        let own = self.file(at.file).is_own_object(*object);
        let Kind::Class(c) = self.kind(class) else { return None };
        if !own || class.file != at.file {
            return None;
        }
        let mut set = Vec::new();
        for n in facts.descendants(class.node) {
            let Kind::Assign(a) = facts.kind(n) else { continue };
            match facts.kind(a.target) {
                Kind::Member { name: other, .. } if other == name => set.push(a.value?),
                Kind::Name(other) if other == name && c.body.contains(&n) => set.extend(a.value),
                _ => {}
            }
        }
        let [value] = set[..] else { return None };
        match facts.kind(value) {
            Kind::Null => self.is_sent_null(at.sibling(value)).then_some(at.sibling(value)),
            Kind::Name(given) => {
                let file = self.file(at.file);
                match file.scopes.lookup(facts, given, value)[..] {
                    [def] => match &def.origin {
                        Origin::Param { function, index, path } if path.is_empty() => {
                            self.null_parameter(at.sibling(*function), *index as usize)
                        }
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
