//! Lists of values.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{MAX_SOURCES, MAX_VALUES, Values};
use crate::model::FileModel;
use crate::model::values::value::{Hop, NodeRef, Response, Value};

/// How a parameter is given at a call.
/// Remembers where a variable of the environment was read: `process.env.KEY`.
pub(in crate::model) fn environment_made(file: &FileModel, mut values: Values, at: NodeRef) -> Values {
    for value in &mut values {
        if let Value::External(e) = value
            && e.made.is_none()
            && let Some((object, _)) = e.path.rsplit_once('.')
            && file.sdk.has_word("environment", object)
        {
            e.made = Some(at);
        }
    }
    values
}

pub(in crate::model) fn hop(values: Values, hop: Hop) -> Values {
    values
        .into_iter()
        .map(|v| match v {
            Value::Response(r) => r.hop(hop),
            v => v,
        })
        .collect()
}

pub(in crate::model) fn one(value: Value) -> Values {
    let mut values = Values::new();
    values.push(value);
    values
}

/// Values of several sources. No more sources are asked than values are kept.
pub(in crate::model) fn union(sources: impl Iterator<Item = Values>) -> Values {
    let mut out = Values::new();
    for (asked, values) in sources.enumerate() {
        if asked >= MAX_SOURCES {
            out.push(Value::Unknown);
            break;
        }
        for value in values {
            if !out.contains(&value) {
                out.push(value);
            }
        }
        if out.len() > MAX_VALUES {
            break;
        }
    }
    out
}

/// Drops repetitions and keeps the number of alternatives small.
pub(in crate::model) fn tidy(values: &mut Values) {
    let mut out = Values::new();
    for value in values.drain(..) {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    if out.len() > MAX_VALUES {
        out.truncate(MAX_VALUES);
        out.push(Value::Unknown);
    }
    *values = out;
}

/// Whether so much was found that the rest was left out.
pub(in crate::model) fn may_be_cut_off(values: &[Value]) -> bool {
    values.len() >= MAX_VALUES
}

/// What a callback of `map` gets: an element, or the value inside an optional element.
pub(in crate::model) fn element(response: &Arc<Response>) -> Value {
    match response.path.last() {
        Some(last) if &**last == "[]" => Value::Response(response.clone()),
        _ => response.step("[]"),
    }
}

pub(in crate::model) fn response(request: NodeRef, kind: &'static crate::sdk::RequestKind) -> Value {
    Value::Response(Arc::new(Response { request, kind, hops: SmallVec::new(), path: SmallVec::new() }))
}

/// A part of a response that is known by its type alone.
pub(in crate::model) fn answer(
    declared: NodeRef,
    kind: &'static crate::sdk::RequestKind,
    part: &str,
) -> Value {
    let path = SmallVec::from_iter([part.into()]);
    Value::Response(Arc::new(Response { request: declared, kind, hops: SmallVec::new(), path }))
}
