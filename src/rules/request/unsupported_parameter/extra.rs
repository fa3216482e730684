//! Fields of a program's own in a body that goes to the API as it is.

use super::Sent;
use crate::finding::Finding;
use crate::model::{JsonEntry, JsonKind};
use crate::sdk::Road;
use crate::sdk::api::api;

/// Fields that no version of the API takes, in a raw body of which everything is in sight: meant for a server of
/// one's own that the same body is also sent to.
pub(super) fn judge(sent: &Sent<'_>) -> Option<Finding> {
    let (project, request) = (sent.project, sent.request);
    let written = project.is_plain_record(sent.body.at);
    let formed = ["model", "messages", "max_tokens"].iter().all(|field| sent.body.get(field).is_some());
    if request.road != Road::Http || !written || !formed || !sent.body.is_whole() {
        return None;
    }
    let hosts = project.addresses(request);
    if hosts.is_empty() || !hosts.iter().all(|address| address.contains(&*api().http.host)) {
        return None;
    }
    // A beta may bring fields that are not known here; theirs are written with underscores.
    let beta = project.headers(request).get("anthropic-beta").is_some();
    let known = |key: &str| {
        let request = &api().request;
        request.fields.iter().any(|f| f == key) || request.foreign_fields.iter().any(|f| f.name == key)
    };
    let sure = |e: &&JsonEntry| {
        let text = e.key.as_ref();
        !known(text)
            && (!beta || text.contains(char::is_uppercase))
            && e.perhaps.is_none()
            && !matches!(e.value.kind, JsonKind::Null)
            && (!matches!(e.value.kind, JsonKind::Unknown)
                || project.is_always_given(e.value.at)
                || project.falls_back_on_literal(e.value.at))
    };
    let mut extra = sent.body.entries().iter().filter(sure);
    let first = extra.next()?;
    let mut finding = sent.fault(
        first.value.at,
        format!("`{}` is no parameter of the Messages API", first.key),
        format!(
            "leave it out where the API is called: it answers 400 `{}: Extra inputs are not permitted`",
            first.key
        ),
    );
    for other in extra {
        finding = finding.related(project.location(other.value.at), format!("nor is `{}`", other.key));
    }
    Some(finding)
}
