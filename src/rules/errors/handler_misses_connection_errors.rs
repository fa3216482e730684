//! A fallback or report that lost connections pass by.

use crate::finding::{Confidence, Finding, Severity};
use crate::lang::Language;
use crate::model::{Handler, HandlerForm, NamedError, NodeRef, Project, Request, Tri};
use crate::rules::{Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "handler-misses-connection-errors",
    summary: "a fallback or report handles error statuses only, so lost connections and timeouts escape it",
    docs: include_str!("handler_misses_connection_errors.md"),
    category: Category::Errors,
    severity: Severity::Warning,
    pedantic: false,
    languages: &[Language::Python, Language::TypeScript],
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut reported: Vec<(NodeRef, usize)> = Vec::new();
    for request in project.requests() {
        if project.is_test(request.at) || project.is_probe(request) || project.has_error_boundary(request.at)
        {
            continue;
        }
        let handlers = project.handlers(request.at);
        let retried: Vec<NodeRef> =
            project.retry_path(request).retries.iter().flat_map(|r| r.handlers.clone()).collect();
        // A general handler further out takes what escapes.
        let caught = handlers.iter().any(|h| takes_connections(project, h));
        for handler in &handlers {
            if handler.hops > 1
                || handler.form != HandlerForm::Clause
                || handler.body.is_some_and(|b| retried.contains(&b))
            {
                continue;
            }
            let class = match handler.takes_all(project) {
                true => branch_on_statuses(project, handler),
                false if caught => None,
                false => status_clause(project, handler, request).map(|class| (class.at, Some(class))),
            };
            let Some((place, class)) = class else { continue };
            if !reported.contains(&(handler.at, handler.before)) {
                reported.push((handler.at, handler.before));
                findings.push(finding(project, place, class.as_ref(), request));
            }
        }
    }
}

/// Whether a handler takes lost connections, as far as can be seen.
fn takes_connections(project: &Project, handler: &Handler) -> bool {
    handler.takes_all(project)
        || handler.form != HandlerForm::Clause
        || handler.types.iter().any(|&t| match project.error_classes(t) {
            Some(named) => {
                named.iter().any(|n| n.is(|c| c.connection || c.general || c.base.is_none() && !c.any_status))
            }
            None => true,
        })
}

/// The class that stands for every status, or classes of single ones with server errors among
/// them, in a clause that does not raise, or only to tell who asked.
fn status_clause(project: &Project, handler: &Handler, request: &Request) -> Option<NamedError> {
    let outcome = project.outcome(handler);
    let answers = outcome.raises && handler.body.is_some_and(|body| project.raises_answers(body));
    let acts = answers || outcome.falls_back || !outcome.gives.is_empty() || !outcome.logs.is_empty();
    let raises = outcome.raises && !answers;
    if raises && !asks_another_by_status(project, handler) || outcome.calls && !acts {
        return None;
    }
    let named: Option<Vec<_>> = handler.types.iter().map(|&t| project.error_classes(t)).collect();
    let named: Vec<NamedError> = named?.into_iter().flatten().collect();
    // Errors in the middle of a stream are another matter.
    let single = project.is_streamed(request) == Tri::No
        && is_server(&named)
        && named.iter().all(|n| n.is(|c| c.status.is_some()));
    named.into_iter().find(|n| single || n.is(|c| c.any_status))
}

/// Whether a clause asks another model or provider for the statuses of the server, and raises the others.
fn asks_another_by_status(project: &Project, handler: &Handler) -> bool {
    let Some(body) = handler.body.filter(|_| project.outcome(handler).falls_back) else { return false };
    let mut branches = project.branches_in(body).into_iter();
    branches.any(|b| !project.raises_in(b.then) && project.tests_server_status(b.condition))
}

/// Whether a class of server errors is among some.
fn is_server(named: &[NamedError]) -> bool {
    named.iter().any(|n| n.is(|c| c.status.is_some_and(|s| s >= 500)))
}

/// A test of server errors in a handler of everything, which raises what does not fit.
fn branch_on_statuses(project: &Project, handler: &Handler) -> Option<(NodeRef, Option<NamedError>)> {
    let body = handler.body?;
    let outcome = project.outcome(handler);
    if !outcome.raises || project.mentions_connections(body) {
        return None;
    }
    project.branches_in(body).into_iter().find_map(|branch| {
        let quiet = !project.raises_in(branch.then);
        let classes = project.tested_classes(branch.condition);
        let named: Vec<NamedError> =
            classes.iter().filter_map(|&c| project.error_classes(c)).flatten().collect();
        let only = named.iter().all(|n| n.is(|c| c.status.is_some())) && named.len() == classes.len();
        if quiet && is_server(&named) && only {
            return named.into_iter().next().map(|first| (branch.condition, Some(first)));
        }
        // Statuses by number, where another model or provider is asked.
        let by_number =
            classes.is_empty() && outcome.falls_back && project.tests_server_status(branch.condition);
        (quiet && by_number).then_some((branch.condition, None))
    })
}

fn finding(project: &Project, at: NodeRef, class: Option<&NamedError>, request: &Request) -> Finding {
    // The first class of the tree that stands for lost connections.
    let lost = class.and_then(|c| c.tree.class.iter().find(|c| c.connection)).map_or("", |c| &c.name);
    let both = class.and_then(|c| c.tree.class.iter().find(|c| c.general));
    let help = match both {
        None if class.is_none() => "handle errors without a status as well".to_string(),
        Some(both) => format!("handle `{lost}` as well, or `{}`, which is the base of both", both.name),
        None => format!("handle `{lost}` as well"),
    };
    Finding::new(
        &RULE,
        project.location(at),
        "lost connections and timeouts escape this handler: they have no status",
    )
    .label("error statuses only")
    .related(project.call_location(request.at), "request")
    .confidence(Confidence::Medium)
    .help(help)
}
