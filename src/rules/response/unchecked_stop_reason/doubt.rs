//! Answers that are short by intent, and findings that are not certain to matter.

use super::groups::{Group, is_error};
use crate::model::{Project, Request, Sink};

/// Answers this short are meant to be: a label, a yes or no, a probe.
pub(super) const SHORT_BY_INTENT: f64 = 16.0;
/// Up to here it is a title or a sentence, and no document.
const SHORT: f64 = 128.0;

pub(super) fn short_by_intent(project: &Project, request: &Request) -> bool {
    project.allows_at_most(request, SHORT_BY_INTENT)
}

/// Whether a request that allows few tokens says where the answer stops by itself: the limit is
/// there for safety then. What is parsed or run must be whole all the same.
pub(super) fn stops_short(project: &Project, request: &Request, sink: Sink) -> bool {
    let models = project.possible_models(request, None);
    let thinks = !project.body_field(request, "thinking").is_absent()
        || models.is_some_and(|all| all.iter().all(|m| m.thinking.is_on_by_default()));
    !must_be_whole(sink) && !thinks && project.allows_at_most(request, SHORT) && project.names_a_stop(request)
}

/// Whether those who wrote it may well not mind.
pub(super) fn is_doubtful(project: &Project, request: &Request, group: &Group) -> bool {
    // Neutral framework code may serve other vendors, and a tool loop ends by itself.
    if project.loops_by_itself(request) || project.has_other_callees(request) {
        return true;
    }
    if !must_be_whole(group.worst.sink) && project.allows_at_most(request, SHORT) {
        return true;
    }
    if is_error(&group.worst) {
        return false;
    }
    // The person who runs a notebook, or a program that says what it got, sees what comes out.
    let notebook = !project.file(group.at.file).source.cells.is_empty();
    let watched =
        group.shown && (project.is_run_by_hand(group.at) || project.retry_path(request).is_one_shot());
    // What the model writes up to its own closing tag is a field, not a document.
    notebook || watched || project.stops_at_mark(request)
}

/// Whether half of it is broken, however short.
fn must_be_whole(sink: Sink) -> bool {
    matches!(sink, Sink::Parsed | Sink::Executed)
}
