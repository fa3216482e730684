//! Calls that are requests by their name and the fields they give.

use super::Ctx;
use super::values::response;
use crate::facts::{Call, Kind};
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};

impl Project {
    /// The response of a call that is a request by its name and the fields it gives, although
    /// its object is out of reach.
    pub(super) fn shaped(&self, file: &FileModel, at: NodeRef, call: &Call) -> Option<Value> {
        let Kind::Member { object, name, .. } = file.facts.kind(call.callee) else { return None };
        let path = last_name(&file.facts, *object).map(|parent| format!("{parent}.{name}"));
        let record = call.args.first().filter(|a| matches!(file.facts.kind(a.value), Kind::Record(_)));
        let given = |field: &String| {
            let inside = |node| self.literal_field(node, field, 0).is_known();
            inside(at) || record.is_some_and(|r| inside(at.sibling(r.value)))
        };
        let shape = file.sdk.shapes(name).find(|s| {
            let is_named = |p: &String| Some(p) == path.as_ref() || p == name.as_str();
            s.path.iter().any(is_named) && s.needs.iter().all(given)
        })?;
        Some(response(at, file.sdk.request(&shape.request)?))
    }

    /// The same where the object came out of another package. What tests put in its place is no client.
    pub(super) fn shaped_outside_tests(&self, file: &FileModel, at: NodeRef, call: &Call) -> Option<Value> {
        self.shaped(file, at, call).filter(|_| !self.is_test(at))
    }

    /// The same where nothing but the absence of an object is in sight, which nobody calls: `_client = None`
    /// until something out of reach sets it.
    pub(super) fn shaped_on_nothing(
        &self,
        file: &FileModel,
        at: NodeRef,
        call: &Call,
        ctx: Ctx<'_>,
    ) -> Option<Value> {
        let sent = self.shaped(file, at, call)?;
        let nothing = |v: &Value| matches!(v, Value::Node(n) if matches!(self.kind(*n), Kind::Null));
        // `self.client.messages.create()`: whatever it is a part of.
        let mut part = call.callee;
        while let Kind::Member { object, .. } = file.facts.kind(part) {
            let values = self.values(at.sibling(*object), ctx);
            if !values.is_empty() && values.iter().all(nothing) {
                return Some(sent);
            }
            part = *object;
        }
        None
    }
}

/// Whether an object of another package was made there as a client of something, which is known not
/// to be Claude: `boto3.client()`, `ollama.AsyncClient()`.
pub(super) fn is_made_as_client(path: &str) -> bool {
    path.split('.').filter_map(|step| step.strip_suffix("()")).any(|made| {
        made == "client" || made.ends_with("Client") && made.starts_with(|c: char| c.is_uppercase())
    })
}
