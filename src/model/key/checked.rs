//! Whether a setting that holds a key is looked at before it is used.

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};

/// Variables, fields and calls that a value goes through to where it is looked at.
const MAX_HOPS: u32 = 4;
/// Calls and members around a collection that is run over.
const MAX_STEPS: u32 = 4;

impl Project {
    /// Whether something asks if the setting of a name is there, by whatever way its value got there.
    pub(super) fn is_setting_checked(&self, wanted: &str) -> bool {
        self.file_ids().any(|(file, model)| {
            model.facts.ids().any(|node| {
                let at = NodeRef { file, node };
                match model.facts.kind(node) {
                    Kind::Member { name, .. } | Kind::Name(name) => {
                        name.eq_ignore_ascii_case(wanted) && self.is_looked_at_further_on(at, 0)
                    }
                    Kind::Str(_) => {
                        constant(&model.facts, node).is_some_and(|t| t.eq_ignore_ascii_case(wanted))
                            && self.is_checked_by_name(at)
                    }
                    _ => false,
                }
            })
        })
    }

    /// Whether a value, or what is made of it, is tested: a trimmed copy, a field, what a helper gives.
    pub(super) fn is_looked_at_further_on(&self, start: NodeRef, hops: u32) -> bool {
        if self.tested(start).is_some() {
            return true;
        }
        if hops > MAX_HOPS {
            return false;
        }
        let model = self.file(start.file);
        let facts = &model.facts;
        let mut at = start.node;
        while let Some(parent) = facts.parent(at) {
            let up = start.sibling(parent);
            match facts.kind(parent) {
                Kind::Cast { .. } | Kind::Await(_) | Kind::Propagate(_) => {}
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, .. } => {}
                Kind::If { condition, .. } if *condition != at => {}
                Kind::Member { object, name, .. } if *object == at => {
                    let keeps = ["value-methods", "missing-default", "missing-keeps", "missing-option"];
                    if !self.is_called(up) || !keeps.iter().any(|list| model.sdk.has_word(list, name)) {
                        return false;
                    }
                }
                Kind::Call(call) if call.callee == at => {}
                Kind::Call(call) => {
                    if self.wrapped_key(start.sibling(call.callee), &call.args).is_some() {
                        at = parent;
                        continue;
                    }
                    return self.is_tested_inside(start.sibling(at), hops);
                }
                Kind::Assign(a) if a.value == Some(at) => {
                    return match facts.kind(a.target) {
                        Kind::Name(field)
                            if model
                                .facts
                                .parent(parent)
                                .is_some_and(|p| matches!(facts.kind(p), Kind::Class(_))) =>
                        {
                            self.is_field_tested(model, start, field)
                        }
                        Kind::Name(_) => {
                            let readers = self.readers(start.sibling(a.target));
                            readers.into_iter().any(|r| self.is_looked_at_further_on(r, hops + 1))
                        }
                        Kind::Member { name, .. } => self.is_field_tested(model, start, name),
                        _ => false,
                    };
                }
                Kind::Return(_) => {
                    let Some(function) = self.function_of(up) else { return false };
                    let callers = self.callers(function).iter();
                    return callers.take(8).any(|&c| self.is_looked_at_further_on(c, hops + 1));
                }
                // A table of what is required.
                Kind::Record(_) | Kind::List(_) => {
                    return self.is_run_over_with_test(up)
                        || model.scopes.bound_to(parent).any(|def| {
                            let readers = self.readers(start.sibling(def.node));
                            readers
                                .into_iter()
                                .any(|r| self.tested(r).is_some() || self.is_run_over_with_test(r))
                        });
                }
                _ => return false,
            }
            if self.tested(up).is_some() {
                return true;
            }
            at = parent;
        }
        false
    }

    /// Whether a function of the project tests what it is given: `required(settings.key)`.
    fn is_tested_inside(&self, given: NodeRef, hops: u32) -> bool {
        self.functions_given(given).into_iter().any(|(function, index)| {
            self.parameter_readers(function, index).any(|r| self.is_looked_at_further_on(r, hops + 1))
        })
    }

    /// Whether a field of that name is tested in a file.
    fn is_field_tested(&self, model: &FileModel, at: NodeRef, field: &str) -> bool {
        model.facts.ids().any(|node| match model.facts.kind(node) {
            Kind::Member { name, .. } => &**name == field && self.tested(at.sibling(node)).is_some(),
            Kind::Str(_) => {
                constant(&model.facts, node).is_some_and(|t| &*t == field)
                    && self.is_checked_by_name(at.sibling(node))
            }
            // `[f.name for f in fields(self) if not getattr(self, f.name)]`
            Kind::Call(c) => {
                model.named_in(c.callee, "lists-fields")
                    && self.class_of(at).is_some()
                    && self.class_of(at) == self.class_of(at.sibling(node))
                    && self.is_run_over_with_test(at.sibling(node))
            }
            _ => false,
        })
    }

    /// Whether a name stands in a list of settings that are looked up and tested one by one, or a function
    /// that validates the field is registered for it.
    fn is_checked_by_name(&self, text: NodeRef) -> bool {
        let model = self.file(text.file);
        let facts = &model.facts;
        let Some(parent) = facts.parent(text.node) else { return false };
        match facts.kind(parent) {
            // `@field_validator("anthropic_api_key")`
            Kind::Call(call) if call.callee != text.node => {
                let validates = last_name(facts, call.callee)
                    .is_some_and(|name| name.to_ascii_lowercase().contains("validator"));
                let function = facts.parent(parent).map(|f| facts.kind(f));
                validates
                    && matches!(function, Some(Kind::Function(f)) if f.decorators.contains(&parent)
                        && f.body.is_some() && self.fails(text.sibling(f.body)))
                    // `getattr(settings, "anthropic_api_key", None)`
                    || model.named_in(call.callee, "field-readers")
                        && self.is_looked_at_further_on(text.sibling(parent), 1)
            }
            Kind::List(_) => {
                self.is_run_over_with_test(text.sibling(parent))
                    || model.scopes.bound_to(parent).any(|def| {
                        let readers = self.readers(text.sibling(def.node));
                        readers.into_iter().any(|r| self.is_run_over_with_test(r))
                            || self.is_member_run_over(text, &def.name)
                    })
            }
            _ => false,
        }
    }

    /// `for name in self.REQUIRED`
    fn is_member_run_over(&self, text: NodeRef, list: &str) -> bool {
        let facts = self.facts(text.file);
        self.class_of(text).is_some()
            && facts.ids().any(|n| match facts.kind(n) {
                Kind::Member { name, .. } => &**name == list && self.is_run_over_with_test(text.sibling(n)),
                _ => false,
            })
    }

    /// Whether the elements of a collection are tested one by one: `[n for n, v in table.items() if not v]`.
    fn is_run_over_with_test(&self, collection: NodeRef) -> bool {
        let model = self.file(collection.file);
        let facts = &model.facts;
        let mut at = collection.node;
        for _ in 0..MAX_STEPS {
            let Some(parent) = facts.parent(at) else { return false };
            match facts.kind(parent) {
                Kind::Loop(l) if l.iterable == Some(at) => {
                    return self.is_element_tested(collection, at, &[]);
                }
                Kind::Comprehension(c) => {
                    return c.clauses.iter().filter(|clause| clause.iterable == at).any(|clause| {
                        // `all(getattr(settings, n) for n in names)`
                        let element = match facts.parent(parent).map(|p| facts.kind(p)) {
                            Some(Kind::Call(_)) => Some(c.element),
                            _ => None,
                        };
                        let places: Vec<NodeId> = clause.conditions.iter().copied().chain(element).collect();
                        self.is_element_tested(collection, at, &places)
                    });
                }
                Kind::Member { object, name, .. } if *object == at => {
                    let call = facts.parent(parent).map(|call| (call, facts.kind(call)));
                    let Some((call, Kind::Call(c))) =
                        call.filter(|_| self.is_called(collection.sibling(parent)))
                    else {
                        return false;
                    };
                    // `names.filter(n => !settings[n])`
                    if matches!(c.args.first().map(|a| facts.kind(a.value)), Some(Kind::Function(_))) {
                        return matches!(
                            &**name,
                            "filter" | "find" | "some" | "every" | "forEach" | "all" | "any"
                        );
                    }
                    at = call;
                }
                // `Object.entries(table)`
                Kind::Call(call) if call.callee != at => at = parent,
                Kind::Cast { .. } => at = parent,
                _ => return false,
            }
        }
        false
    }

    /// Whether what a loop takes out of a collection, or looks up by it, is tested.
    fn is_element_tested(&self, collection: NodeRef, iterable: NodeId, places: &[NodeId]) -> bool {
        let model = self.file(collection.file);
        let facts = &model.facts;
        let is_asked = |reader: NodeRef| {
            let within = |place: &NodeId| facts.ancestors(reader.node).any(|a| a == *place);
            if places.iter().any(within) || self.tested(reader).is_some() {
                return true;
            }
            // `if not getattr(settings, name)`, `if not os.environ.get(name)`, `values[name]`
            facts.parent(reader.node).is_some_and(|parent| {
                matches!(facts.kind(parent), Kind::Call(_) | Kind::Index { .. })
                    && self.tested(reader.sibling(parent)).is_some()
            })
        };
        model.scopes.bound_to(iterable).any(|def| {
            matches!(def.origin, Origin::Value { .. })
                && self.readers(collection.sibling(def.node)).into_iter().any(is_asked)
        })
    }

    /// What is given instead of an empty text: `key or None`, `key || other`.
    pub(super) fn instead_of_empty(&self, at: NodeRef) -> Option<NodeRef> {
        let mut place = at;
        for _ in 0..MAX_HOPS {
            place = match self.kind(place) {
                Kind::Binary { op: BinaryOp::Or, right, .. } => return Some(place.sibling(*right)),
                Kind::Cast { value, .. } => place.sibling(*value),
                Kind::Name(_) => place.sibling(self.file(place.file).only_value(place.node)?),
                Kind::Member { object, name, .. } => self.only_field_value(place.sibling(*object), name)?,
                _ => return None,
            };
        }
        None
    }

    /// The one expression that a field of an object is set to.
    fn only_field_value(&self, object: NodeRef, field: &str) -> Option<NodeRef> {
        let [Value::Instance { class, .. }] = self.eval(object)[..] else { return None };
        match self.field_values(class, field)?[..] {
            [value] => Some(value),
            _ => None,
        }
    }
}
