//! Fields of other vendors' chat APIs.

use super::Sent;
use crate::finding::{Finding, Fix, Safety};
use crate::model::{JsonEntry, JsonKind};
use crate::sdk::Road;
use crate::sdk::api::{ForeignField, api};

/// Fields of other vendors' chat APIs.
pub(super) fn foreign<'a>(sent: &'a Sent<'a>) -> impl Iterator<Item = Finding> + 'a {
    let foreign = |name: &str| api().request.foreign_fields.iter().find(|f| f.name == name);
    let entries = sent.body.entries().iter().filter_map(move |e| Some((foreign(&e.key)?, e)));
    let (project, request) = (sent.project, sent.request);
    // A method refuses the keyword, whatever it is given.
    let keywords = request.road == Road::Sdk && request.kind.body.iter().any(|b| b == "*");
    // What is unknown may have been taken out again.
    let stays = |e: &JsonEntry| [request.at, e.value.at].iter().all(|&at| !project.is_touched(at, &e.key));
    let given = entries.filter(move |(_, e)| {
        let at = e.value.at;
        !matches!(e.value.kind, JsonKind::Unknown | JsonKind::Null)
            || project.is_always_given(at)
            || (keywords && project.is_unconditional_field(request, at)
                || project.is_set_where_there(request, at))
                && project.is_set_as(at, &e.key)
                && stays(e)
    });
    let always = given.map(|(field, entry)| (field, entry.value.at, Some(entry)));
    // `if deep: body["reasoning_effort"] = "high"`
    let body = sent.body;
    let sometimes = api().request.foreign_fields.iter().filter_map(move |field| {
        let key = &*field.name;
        let value = sent.given(key).filter(|value| body.get(key) != Some(value))?;
        let known = !matches!(value.kind, JsonKind::Unknown | JsonKind::Null);
        let own = !project.stands_in_other_branch(value.at)
            && ![request.at, value.at].iter().any(|&at| project.is_touched(at, key));
        (known && own).then_some((field, value.at, None))
    });
    always.chain(sometimes).map(move |(field, at, entry)| {
        let key = &field.name;
        let instead = field.instead.as_ref().map(|words| format!("; {words}")).unwrap_or_default();
        sent.fault(
            at,
            format!("`{key}` is no parameter of the Messages API"),
            match keywords {
                true => format!(
                    "remove it: the call raises `TypeError: … got an unexpected keyword argument '{key}'`{instead}"
                ),
                false => {
                    format!("remove it: the API answers 400 `{key}: Extra inputs are not permitted`{instead}")
                }
            },
        )
        .fix(entry.and_then(|entry| {
            renamed(sent, field, entry).or_else(|| {
                // It was meant to do something.
                let fix = sent.without(&[(&entry.key, entry.value.at)])?;
                Some(Fix { safety: Safety::Unsafe, ..fix })
            })
        }))
    })
}

/// A field that has only another name here.
fn renamed(sent: &Sent<'_>, field: &ForeignField, entry: &JsonEntry) -> Option<Fix> {
    let right = field.same_as.as_deref().filter(|_| !field.of_list || entry.value.is_list())?;
    if !sent.body.lacks(right) {
        return None;
    }
    let edit = sent.project.rename_option(entry.value.at, &entry.key, right)?;
    Some(Fix::safe(format!("call it `{right}`"), vec![edit]))
}
