//! Models that are written down beside what they gave: results, columns of tables, answers that are read.

use crate::facts::{Call, FileFacts, Key, Kind, NodeId, Record};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::names::words::{has_word_of, words_of};
use crate::model::values::flow::{End, Sink};
use crate::model::values::value::NodeRef;
use crate::model::{FileModel, Project, enclosing_function};

/// Steps from the model of a request back to the field it is read from.
const MAX_STEPS: u32 = 4;
const MAX_CALLERS: usize = 8;
/// Entries of a record that are looked at for what it is: what has more is a list of many.
pub(super) const MAX_BESIDE: usize = 64;

/// Whether a record is a result or a note of one: it is given back beside what was found, or handed to
/// what keeps a record.
pub(super) fn is_result(file: &FileModel, record: &Record, at: NodeId) -> bool {
    let facts = &file.facts;
    let has = |list: &str| {
        let mut beside = record.entries.iter().take(MAX_BESIDE);
        beside.any(|e| matches!(&e.key, Some(Key::Known(key)) if file.sdk.has_word(list, key)))
    };
    // `{"heights": result.get("heights"), "model": "claude-…"}`
    let told = || record.entries.iter().take(MAX_BESIDE).any(|e| is_of_answer(file, e.value));
    (has("result-fields") || told()) && !has("request-fields") || is_noted(file, at, facts)
}

/// `log_tokens(meta={"model": …})`, `{ text, generationMetadata: { model: … } }`
fn is_noted(file: &FileModel, at: NodeId, facts: &FileFacts) -> bool {
    let about = |name: &str| has_word_of(file.sdk, "note-words", name);
    let call = match facts.parent(at).map(|p| facts.kind(p)) {
        Some(Kind::Call(call)) => call,
        // `def provider_info(self): return {"provider": …, "model": …}`
        Some(Kind::Return(_)) => {
            let function = enclosing_function(facts, at).map(|f| facts.kind(f));
            return matches!(function, Some(Kind::Function(f)) if f.name.as_deref().is_some_and(|name| {
                words_of(name).last().is_some_and(|word| file.sdk.has_word("told-words", word))
            }));
        }
        Some(Kind::Record(around)) => {
            return around.entries.iter().any(|e| match &e.key {
                Some(Key::Known(key)) => e.value == at && about(key),
                _ => false,
            });
        }
        _ => return false,
    };
    call.args.iter().any(|a| a.value == at && a.name.as_deref().is_some_and(about))
        || last_name(facts, call.callee).is_some_and(|name| about(&name))
}

/// Whether what is called keeps a note of what was done, by its name or that of its object: `log_usage(…)`,
/// `Provenance(…)`, `usage_logger.begin(…)`.
pub(super) fn notes(file: &FileModel, callee: NodeId) -> bool {
    let Some(name) = last_name(&file.facts, callee) else { return false };
    let words = words_of(&name);
    let listed = |list: &str, word: Option<&String>| word.is_some_and(|w| file.sdk.has_word(list, w));
    let object = match file.facts.kind(callee) {
        Kind::Member { object, .. } => last_name(&file.facts, *object),
        _ => None,
    };
    listed("noting-verbs", words.first())
        || file.sdk.words("noted-things").iter().any(|thing| is_type_of(&name, thing))
        || object.is_some_and(|o| listed("note-keepers", words_of(&o).last()))
}

/// Whether the name of a type ends with a word: `AIProvenance`.
fn is_type_of(name: &str, word: &str) -> bool {
    let start = name.len().saturating_sub(word.len());
    name.starts_with(char::is_uppercase)
        && name
            .get(start..)
            .is_some_and(|end| end.starts_with(char::is_uppercase) && end.eq_ignore_ascii_case(word))
}

/// Whether what is read belongs to an answer by the name of the object: `result.get("model")`, `response.model`.
pub(super) fn is_of_answer(file: &FileModel, read: NodeId) -> bool {
    let facts = &file.facts;
    let mut at = read;
    for _ in 0..MAX_STEPS {
        at = match facts.kind(at) {
            Kind::Call(call) => call.callee,
            Kind::Member { object, .. } | Kind::Index { object, .. } => *object,
            Kind::Await(x) | Kind::Propagate(x) => *x,
            Kind::Name(name) => {
                return at != read
                    && words_of(name).last().is_some_and(|word| file.sdk.has_word("answer-names", word));
            }
            _ => return false,
        };
    }
    false
}

/// Whether a call declares a column of a table.
pub(super) fn is_column(file: &FileModel, call: &Call) -> bool {
    file.named_in(call.callee, "column-types")
}

impl Project {
    /// Whether a record is given back, perhaps in a list or another record, by a function that sends a
    /// request of its own: it tells what was done.
    pub(super) fn is_told_beside_request(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let asks = |r: &Record| {
            r.entries
                .iter()
                .take(MAX_BESIDE)
                .any(|e| matches!(&e.key, Some(Key::Known(key)) if file.sdk.has_word("request-fields", key)))
        };
        let mut given = false;
        for node in facts.ancestors(at.node) {
            match facts.kind(node) {
                Kind::Record(r) if !asks(r) => {}
                Kind::List(_) | Kind::Cast { .. } => {}
                Kind::Return(_) => {
                    given = true;
                    break;
                }
                _ => break,
            }
        }
        let function = self.function_of(at).filter(|_| given);
        function.is_some_and(|f| {
            self.requests_of_file(at.file).iter().any(|request| {
                let named = self.body_field(request, "model");
                self.function_of(request.at) == Some(f)
                    && !named.nodes().is_empty()
                    && named.nodes().iter().all(|n| constant(self.facts(n.file), n.node).is_some())
            })
        })
    }

    /// Whether all that becomes of a model which a function is given is that it is written into rows or shown, and
    /// no request takes its model from a field of that name.
    pub(super) fn is_put_in_rows(&self, at: NodeRef, field: &str) -> bool {
        let ends = self.sinks(at);
        let row = |end: &End| match self.kind(end.at) {
            Kind::Call(call) if end.sink == Sink::Written => {
                self.known_sink(end.at, call.callee) == Some(Sink::Executed)
                    || self.writes_rows(end.at, call.callee)
            }
            _ => false,
        };
        ends.iter().any(row)
            && ends.iter().all(|end| end.sink == Sink::Shown || row(end))
            && !self.is_field_sent(field)
    }

    /// Whether the model of some request is read from a field of that name.
    pub(super) fn is_field_sent(&self, field: &str) -> bool {
        self.requests().iter().any(|request| {
            let nodes = self.body_field(request, "model").nodes().to_vec();
            nodes.into_iter().any(|node| self.comes_from_field(node, field, MAX_STEPS))
        })
    }

    fn comes_from_field(&self, at: NodeRef, field: &str, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let file = self.file(at.file);
        let facts = &file.facts;
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Member { name, .. } if &**name == field => true,
            Kind::Index { index, .. } if constant(facts, *index).as_deref() == Some(field) => true,
            Kind::Name(name) => file.scopes.lookup(facts, name, n).iter().any(|def| match &def.origin {
                Origin::Value { expr, .. } => self.comes_from_field(at.sibling(*expr), field, left),
                Origin::Param { function, index, path } if path.is_empty() => {
                    let mut given = self.arguments_given(at.sibling(*function), *index, MAX_CALLERS);
                    given.any(|(_, argument)| self.comes_from_field(argument, field, left))
                }
                _ => false,
            }),
            _ => false,
        })
    }
}
