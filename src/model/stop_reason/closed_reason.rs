//! Places that take only the stop reasons that were known when they were written.

mod chosen;
mod schema;

use crate::facts::{Call, Class, ClassKind, Function, Kind, NodeId};
use crate::model::names::index::constant;
use crate::model::names::index::{last_name, owner_class};
use crate::model::names::words::snake;
use crate::model::response::What;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// How a new value fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClosedForm {
    /// The type cannot be read from JSON.
    Type,
    /// The conversion gives back an error or raises.
    Conversion,
    /// A check that all values were handled throws.
    Check,
}

/// A place where a new stop reason fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClosedReason {
    /// The type, the conversion, the check.
    pub at: NodeRef,
    /// How it fails.
    pub form: ClosedForm,
}

/// Values by which a list is known to be one of stop reasons.
const SIGNS: [&str; 2] = ["end_turn", "max_tokens"];

impl Project {
    /// Every place where a stop reason that is new to the code fails, in file order.
    pub fn closed_reasons(&self) -> Vec<ClosedReason> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                if let Some(form) = self.closed_form(at) {
                    out.push(ClosedReason { at, form });
                }
            }
        }
        out
    }

    fn closed_form(&self, at: NodeRef) -> Option<ClosedForm> {
        match self.kind(at) {
            Kind::Class(c) if c.kind == ClassKind::Enum => {
                self.is_closed_enum(at, c).then_some(ClosedForm::Type)
            }
            Kind::Assign(a) => {
                if a.ty.is_some_and(|ty| self.is_closed_field(at, a.target, ty)) {
                    return Some(ClosedForm::Type);
                }
                let never = a
                    .ty
                    .is_some_and(|ty| matches!(self.kind(at.sibling(ty)), Kind::Name(n) if &**n == "never"));
                let value = at.sibling(a.value.filter(|_| never)?);
                (self.is_stop_reason(value) && self.throws_beside(at)).then_some(ClosedForm::Check)
            }
            Kind::Call(call) => self.closed_call(at, call),
            Kind::Function(f) => self.is_closed_conversion(at, f).then_some(ClosedForm::Conversion),
            _ => None,
        }
    }

    /// An enumeration that JSON is read into, with no variant for the rest.
    fn is_closed_enum(&self, at: NodeRef, class: &Class) -> bool {
        let file = self.file(at.file);
        if !self.is_read_into(at) {
            return false;
        }
        let open = |words: &[&str], nodes: &[NodeId]| {
            nodes.iter().any(|&d| words.iter().any(|w| file.text_of(d).contains(w)))
        };
        if open(&["untagged", "from =", "from=", "other"], &class.decorators) {
            return false;
        }
        let mut names = Vec::new();
        for &variant in &class.body {
            let Kind::Assign(a) = file.facts.kind(variant) else { continue };
            if a.ty.is_some() || open(&["other", "untagged"], &a.decorators) {
                return false;
            }
            names.extend(last_name(&file.facts, a.target).map(|n| snake(&n)));
        }
        let spelled = names.iter().any(|n| n == SIGNS[0])
            && open(&["snake_case", "end_turn"], &class.decorators)
            || class.body.iter().any(|&variant| match file.facts.kind(variant) {
                Kind::Assign(a) => {
                    open(&["\"end_turn\""], &a.decorators) || file.text_of(a.target) == SIGNS[0]
                }
                _ => false,
            });
        spelled
            && SIGNS.iter().all(|sign| names.iter().any(|n| n == sign))
            && !self.is_read_by_hand(&class.name)
            && !self.is_made_by_hand(&class.name)
    }

    /// Whether a field of that type names a function that reads it.
    fn is_read_by_hand(&self, class: &str) -> bool {
        self.file_ids().any(|(_, model)| {
            model.facts.ids().any(|node| match model.facts.kind(node) {
                Kind::Assign(a) => {
                    a.ty.is_some_and(|ty| model.text_of(ty).contains(class))
                        && a.decorators.iter().any(|&d| model.text_of(d).contains("deserialize_with"))
                }
                _ => false,
            })
        })
    }

    /// A field of a validated type that takes some literals and no other text.
    fn is_closed_field(&self, at: NodeRef, target: NodeId, ty: NodeId) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let named =
            last_name(facts, target).is_some_and(|n| matches!(&*snake(&n), "stop_reason" | "finish_reason"));
        let validated = || {
            facts.parent(at.node).is_some_and(|p| match facts.kind(p) {
                Kind::Class(c) => c.bases.iter().any(|&b| file.named_in(b, "validated-base")),
                _ => false,
            })
        };
        if !named || !validated() {
            return false;
        }
        let nodes = facts.descendants(ty);
        let mut texts = Vec::new();
        let mut literal = false;
        for &node in &nodes {
            match facts.kind(node) {
                Kind::Name(n) if file.sdk.has_word("open-types", n) => return false,
                Kind::Name(n) => literal |= file.sdk.has_word("literal-types", n),
                Kind::Str(_) => texts.extend(constant(facts, node)),
                _ => {}
            }
        }
        literal && SIGNS.iter().all(|sign| texts.iter().any(|t| t == sign))
    }

    /// Whether something is a stop reason of the API. What a library puts in its place is of a list that
    /// grows with the versions of the library alone.
    fn is_stop_reason(&self, at: NodeRef) -> bool {
        self.eval(at).iter().any(|v| match v {
            Value::Response(r) => self.use_of(r) == Some(What::Stop) && !r.has_translated_reason(),
            _ => false,
        })
    }

    /// Whether the block around a statement throws.
    fn throws_beside(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.parent(at.node).is_some_and(|p| match facts.kind(p) {
            Kind::Block { body, .. } => body.iter().any(|&s| matches!(facts.kind(s), Kind::Throw(_))),
            _ => false,
        })
    }

    fn closed_call(&self, at: NodeRef, call: &Call) -> Option<ClosedForm> {
        let file = self.file(at.file);
        let argument = at.sibling(call.args.first()?.value);
        let name = last_name(&file.facts, call.callee)?;
        // `assertNever(message.stop_reason)`
        if file.sdk.has_word("assert-never", &name) {
            return self.is_stop_reason(argument).then_some(ClosedForm::Check);
        }
        // `z.enum(["end_turn", "max_tokens"])`
        if file.sdk.ends_word("closed-schema", &name)
            && self.is_listed("closed-schema", at.sibling(call.callee))
        {
            let texts: Vec<String> = self.json(argument).items().iter().filter_map(|i| i.text()).collect();
            let closed = SIGNS.iter().all(|sign| texts.iter().any(|t| t == sign));
            return (closed && !self.is_opened(at) && self.is_checked_with(at)).then_some(ClosedForm::Type);
        }
        // `StopReason(message.stop_reason)`
        if !name.starts_with(char::is_uppercase) || !self.index.class_names.contains_key(&name) {
            return None;
        }
        let class = self.eval(at.sibling(call.callee)).iter().find_map(|v| match v {
            Value::Class(c) => Some(*c),
            _ => None,
        })?;
        let Kind::Class(c) = self.kind(class) else { return None };
        let facts = self.facts(class.file);
        let is_enum = c.bases.iter().any(|&b| self.file(class.file).named_in(b, "enum-base"));
        let takes_rest = c
            .body
            .iter()
            .any(|&m| matches!(facts.kind(m), Kind::Function(f) if f.name.as_deref() == Some("_missing_")));
        let closed = is_enum && !takes_rest && self.is_stop_reason(argument) && !self.is_tried(at);
        closed.then_some(ClosedForm::Conversion)
    }

    /// Whether a schema is followed by a step that takes what it refuses.
    fn is_opened(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Member { object, name, .. } if *object == from => {
                    if self.file(at.file).sdk.has_word("opens-schema", name) {
                        return true;
                    }
                }
                Kind::Call(call) if call.callee == from => {}
                // `z.union([z.enum([…]), z.string()])`
                Kind::Call(_) | Kind::List(_) => return true,
                _ => return false,
            }
            from = node;
        }
        false
    }

    fn is_tried(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        facts.ancestors(at.node).skip(1).any(|node| {
            let tried = matches!(facts.kind(node), Kind::Try(t) if t.body == from);
            from = node;
            tried
        })
    }

    /// A conversion from a text that fails for whatever it does not name; what unwraps a whole answer asks for a
    /// field of it.
    fn is_closed_conversion(&self, at: NodeRef, f: &Function) -> bool {
        let facts = self.facts(at.file);
        let converts = matches!(f.name.as_deref(), Some("from_str" | "try_from"));
        if !converts || !f.body.is_some() || owner_class(&self.index, facts, at).is_none() {
            return false;
        }
        facts.descendants(f.body).into_iter().any(|node| {
            let Kind::Match(m) = facts.kind(node) else { return false };
            if enclosing_function(facts, node) != Some(at.node) {
                return false;
            }
            if matches!(facts.kind(m.subject), Kind::Member { .. }) {
                return false;
            }
            let Some(groups) = self.stop_arms(at.sibling(node), m) else { return false };
            let names = |sign: &str| groups.iter().flatten().any(|v| v == sign);
            let rest = m.arms.iter().find(|arm| self.is_catch_all_arm(at, arm));
            SIGNS.iter().all(|s| names(s)) && rest.is_some_and(|arm| self.fails(at.sibling(arm.body)))
        })
    }

    fn is_catch_all_arm(&self, at: NodeRef, arm: &crate::facts::Arm) -> bool {
        arm.guard.is_none()
            && (arm.patterns.is_empty()
                || arm.patterns.iter().any(|&p| match self.kind(at.sibling(p)) {
                    Kind::Name(name) => name.starts_with(|c: char| c.is_lowercase() || c == '_'),
                    Kind::Opaque(_) => true,
                    _ => false,
                }))
    }
}
