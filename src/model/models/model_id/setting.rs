//! Which literal is the default or setting of a model: by what it is given to.

mod argument;
mod estimate;
mod record;
mod table;
mod told;
mod unread;

use crate::facts::{BinaryOp, FileFacts, Key, Kind, Name, NodeId};
use crate::model::names::index::constant;
use crate::model::names::words::{has_word_of, words_of};
use crate::model::values::value::NodeRef;
use crate::model::{FileModel, Project, enclosing_function};
use crate::sdk::Sdk;
use argument::Given;
use estimate::{counts_costs, is_in_estimate};
use record::{is_column, is_of_answer, is_result};
use table::{default_of_vendor, is_default, is_table};
use told::{is_of_turn_given, keeps_notes};

/// How far a literal is followed outwards.
const MAX_STEPS: usize = 24;

/// Whether a name is that of the model a program uses.
pub(in crate::model) fn names_model(sdk: &Sdk, name: &str) -> bool {
    has_word_of(sdk, "model-words", name) && !has_word_of(sdk, "no-model-words", name)
}

/// Whether a name is that of a list of models that are used unless others are asked for: `DEFAULT_MODELS`.
fn names_default_models(sdk: &Sdk, name: &str) -> bool {
    let words: Vec<String> = words_of(name);
    let one = |w: &String| if w == "models" { "model".to_string() } else { w.clone() };
    is_default(name) && names_model(sdk, &words.iter().map(one).collect::<Vec<_>>().join("_"))
}

/// Whether a trace keeps what was done under that name: `gen_ai.request.model`.
fn is_of_trace(sdk: &Sdk, name: &str) -> bool {
    sdk.words("trace-names").iter().any(|start| name.starts_with(start.as_str()))
}

/// The option of a program that an item of a list is the value of: `["claude", "--model", "…"]`.
fn flag_before(facts: &FileFacts, items: &[NodeId], value: NodeId) -> Option<Name> {
    let place = items.iter().position(|&item| item == value)?;
    let flag = constant(facts, *items.get(place.checked_sub(1)?)?)?;
    flag.strip_prefix("--").map(Name::from)
}

/// Where a value goes that is followed outwards.
struct Walk {
    at: NodeId,
    /// It is one of several that a condition chooses from.
    chosen: bool,
    /// It is all that a list holds.
    alone: bool,
    returned: bool,
}

impl Project {
    /// The name of the setting that a literal is the value or default of.
    pub(in crate::model) fn model_setting(&self, literal: NodeRef) -> Option<Name> {
        let file = self.file(literal.file);
        let facts = &file.facts;
        if is_in_estimate(file, literal.node) {
            return None;
        }
        let mut walk = Walk { at: literal.node, chosen: false, alone: false, returned: false };
        let mut column = false;
        for _ in 0..MAX_STEPS {
            let parent = facts.parent(walk.at)?;
            let named = match facts.kind(parent) {
                Kind::Assign(a) if a.value == Some(walk.at) || a.decorators.contains(&walk.at) => {
                    // A class named after prices may well ask a model about them.
                    let about = |name: &str| has_word_of(file.sdk, "cost-words", name);
                    let looked_up = enclosing_function(facts, parent).is_some_and(|f| {
                        matches!(facts.kind(f), Kind::Function(f) if f.name.as_deref().is_some_and(about))
                    });
                    target_name(facts, a.target).filter(|_| !looked_up)
                }
                Kind::Function(f) => {
                    if let Some(param) = f
                        .params
                        .iter()
                        .find(|p| p.default == Some(walk.at) || p.decorators.contains(&walk.at))
                    {
                        if counts_costs(file, parent) || keeps_notes(file, f) {
                            return None;
                        }
                        target_name(facts, param.pattern)
                    } else if f.body == walk.at && (walk.returned || !is_block(facts, f.body)) {
                        match &f.name {
                            // What is chosen among the defaults of vendors is still a default.
                            Some(name) if !walk.chosen || is_default(name) => Some(name.clone()),
                            Some(_) => return None,
                            None => {
                                walk.step(parent);
                                continue;
                            }
                        }
                    } else {
                        return None;
                    }
                }
                Kind::Record(record) => {
                    if let Some(name) = default_of_vendor(file, record, parent, walk.at) {
                        return Some(name);
                    }
                    let built = matches!(facts.kind(walk.at), Kind::Call(_));
                    if is_table(file, record, parent) || !built && is_result(file, record, parent) {
                        return None;
                    }
                    if is_of_turn_given(file, parent) {
                        return None;
                    }
                    if self.is_told_beside_request(literal.sibling(parent)) {
                        return None;
                    }
                    let entry = record.entries.iter().find(|e| e.value == walk.at)?;
                    let field = entry.key.as_ref().and_then(|key| match key {
                        Key::Known(key) => Some(&**key),
                        Key::Computed(_) => None,
                    });
                    if self.is_told_to_asker(literal.sibling(walk.at), field) {
                        return None;
                    }
                    let call = facts.parent(parent).filter(|_| field.is_some());
                    if call.is_some_and(|call| self.is_left_unread(literal.sibling(call), parent, field)) {
                        return None;
                    }
                    match &entry.key {
                        Some(Key::Known(key)) if is_of_trace(file.sdk, key) => return None,
                        Some(Key::Known(key)) => Some(key.clone()),
                        Some(Key::Computed(key)) => self.environment_name(literal.sibling(*key)),
                        None => return None,
                    }
                }
                Kind::Call(call) => match self.argument_name(file, literal, call, parent, walk.at) {
                    Given::Named(_) if self.is_left_unread(literal.sibling(parent), walk.at, None) => {
                        return None;
                    }
                    Given::Named(_) if is_of_turn_given(file, parent) => return None,
                    Given::Named(name)
                        if self.makes_object(literal.sibling(parent))
                            && self.is_told_to_asker(literal.sibling(walk.at), Some(&name)) =>
                    {
                        return None;
                    }
                    Given::Named(name) if self.is_put_in_rows(literal.sibling(walk.at), &name) => {
                        return None;
                    }
                    Given::Named(name) => Some(name),
                    Given::Through => {
                        column |= is_column(file, call);
                        walk.step(parent);
                        continue;
                    }
                    Given::Chosen => {
                        walk.chosen = true;
                        walk.step(parent);
                        continue;
                    }
                    Given::Elsewhere => return None,
                },
                Kind::List(items) if flag_before(facts, items, walk.at).is_some() => {
                    flag_before(facts, items, walk.at)
                }
                Kind::List(items) if items.len() == 1 && !walk.alone => {
                    walk.alone = true;
                    walk.step(parent);
                    continue;
                }
                kind => {
                    walk.through(file, kind, parent)?;
                    continue;
                }
            };
            let names = |name: &Name| match walk.alone {
                true => names_default_models(file.sdk, name),
                false => names_model(file.sdk, name),
            };
            let named = named.filter(names);
            if let Kind::Assign(a) = facts.kind(parent)
                && self.is_for_estimates_only(literal.sibling(a.target))
            {
                return None;
            }
            return named.filter(|name| !column || self.is_field_sent(name));
        }
        None
    }

    fn environment_name(&self, key: NodeRef) -> Option<Name> {
        constant(self.facts(key.file), key.node)
    }
}

impl Walk {
    fn step(&mut self, parent: NodeId) {
        self.at = parent;
    }

    /// One step out of what gives its value on; `None` when it does not.
    fn through(&mut self, file: &FileModel, kind: &Kind, parent: NodeId) -> Option<()> {
        let facts = &file.facts;
        match kind {
            Kind::Return(_) => self.returned = true,
            Kind::Block { body, tail } => {
                if !self.returned {
                    if !*tail || body.last() != Some(&self.at) {
                        return None;
                    }
                    self.returned |= facts
                        .parent(parent)
                        .is_some_and(|p| matches!(facts.kind(p), Kind::Function(f) if f.body == parent));
                }
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. }
                if *left != self.at && is_of_answer(file, *left) =>
            {
                return None;
            }
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, .. } => {}
            Kind::If { condition, .. } if *condition != self.at => self.chosen = true,
            Kind::Match(m) if m.arms.iter().any(|a| a.body == self.at) => self.chosen = true,
            Kind::Try(_) | Kind::With(_) | Kind::Loop(_) if self.returned => self.chosen = true,
            Kind::Await(_) | Kind::Propagate(_) | Kind::Cast { .. } => {}
            // `"…".to_string()`
            Kind::Member { object, name, .. } if *object == self.at => {
                let call = facts.parent(parent)?;
                let called = matches!(facts.kind(call), Kind::Call(c) if c.callee == parent);
                if !called || !file.sdk.has_word("value-methods", name) {
                    return None;
                }
                self.at = call;
                return Some(());
            }
            _ => return None,
        }
        self.at = parent;
        Some(())
    }
}

fn is_block(facts: &FileFacts, node: NodeId) -> bool {
    matches!(facts.kind(node), Kind::Block { .. })
}

fn target_name(facts: &FileFacts, target: NodeId) -> Option<Name> {
    match facts.kind(target) {
        Kind::Name(name) | Kind::Member { name, .. } => Some(name.clone()),
        Kind::Index { index, .. } => constant(facts, *index),
        Kind::Str(_) => constant(facts, target),
        // `const [model, setModel] = useState("…")`
        Kind::List(items) => items.first().and_then(|&n| target_name(facts, n)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::names_model;
    use crate::lang::Language;
    use crate::sdk::Sdk;

    #[test]
    fn names_of_models_are_told_by_their_words() {
        let named = |name| names_model(Sdk::of(Language::Python), name);
        for name in ["model", "DEFAULT_MODEL", "modelId", "claude-model", "fast_model", "anthropicModel"] {
            assert!(named(name), "{name}");
        }
        for name in ["models", "model_price", "supportedModel", "MODEL_ALIAS", "modelLabel", "name"] {
            assert!(!named(name), "{name}");
        }
    }
}
