//! A handler for an error that the request cannot raise.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::lang::Language;
use crate::model::{HandlerForm, NamedError, NodeRef, Project, Request, Tri};
use crate::rules::{Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "foreign-error-class",
    summary: "a handler waits for an error class that the request never raises, or that does not exist",
    docs: include_str!("foreign_error_class.md"),
    category: Category::Errors,
    severity: Severity::Error,
    pedantic: false,
    languages: &[Language::Python, Language::TypeScript],
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut foreign: BTreeMap<NodeRef, (NamedError, &Request)> = BTreeMap::new();
    for request in project.requests() {
        if project.is_test(request.at) || project.has_other_callees(request) {
            continue;
        }
        for handler in project.handlers(request.at) {
            if handler.hops > 0 || handler.in_helper || handler.form != HandlerForm::Clause {
                continue;
            }
            let tested = handler.body.map_or_else(Vec::new, |body| project.tested_classes(body));
            for class in handler.types.iter().copied().chain(tested) {
                for named in project.error_classes(class).into_iter().flatten() {
                    let inside = project.requests_in(handler.at);
                    let never = inside.iter().all(|r| project.may_raise(r, &named) == Some(false));
                    // What a client turns into its own error, other code may be there to raise.
                    let strange = inside.iter().all(|r| project.raises_of(r, named.tree) == Some(false));
                    let apart = || {
                        strange && project.only_names_errors(named.at, named.tree)
                            || project.cannot_raise(handler.at, named.tree)
                    };
                    if never && apart() {
                        foreign.entry(named.at).or_insert((named, request));
                    }
                }
            }
        }
    }
    for (named, request) in retried(project) {
        foreign.entry(named.at).or_insert((named, request));
    }
    for (at, (named, request)) in foreign {
        findings.push(never_raised(project, at, &named, request));
    }
    missing(project, findings);
}

/// Classes that a decorator waits for around a function whose requests raise none of them.
fn retried(project: &Project) -> Vec<(NamedError, &Request)> {
    let mut out = Vec::new();
    for request in project.requests() {
        if project.is_test(request.at) || project.has_other_callees(request) {
            continue;
        }
        for (function, classes) in project.retried_classes(request) {
            let never = |named: &NamedError| {
                let (requests, apart) = project.requests_of_function(function, named.tree);
                apart
                    && !requests.is_empty()
                    && requests.iter().all(|r| project.may_raise(r, named) == Some(false))
            };
            if classes.iter().all(never) {
                out.extend(classes.into_iter().take(1).map(|named| (named, request)));
            }
        }
    }
    out
}

fn never_raised(project: &Project, at: NodeRef, named: &NamedError, request: &Request) -> Finding {
    let module = named.tree.modules.first().map_or("", |m| m);
    Finding::new(
        &RULE,
        project.location(at),
        format!("this request never raises `{}` of `{module}`: its errors pass this handler by", named.name),
    )
    .label("of another library")
    .related(project.call_location(request.at), "request")
    .confidence(Confidence::Medium)
    .help("catch the errors of what sends the request: `anthropic.APIError` and its classes for the official SDK")
}

/// Classes that the SDK does not have.
fn missing(project: &Project, findings: &mut Vec<Finding>) {
    for class in project.caught_classes() {
        let named = project.named_errors(class);
        let [named] = &named[..] else { continue };
        if named.name.is_empty() || project.eval(class).len() > 1 || project.has_class(named) != Tri::No {
            continue;
        }
        findings.push(not_exported(project, class, named));
    }
}

fn not_exported(project: &Project, at: NodeRef, named: &NamedError) -> Finding {
    let package = named.tree.package.as_deref().unwrap_or("the package");
    let since = named.classes().filter_map(|c| c.since.as_ref()).min();
    let message = match since {
        Some(version) => {
            format!(
                "`{package}` has `{}` only from {version} on: with the version required here this handler fails itself",
                named.name
            )
        }
        None => format!("`{package}` has no `{}`: this handler fails itself when an error comes", named.name),
    };
    Finding::new(&RULE, project.location(at), message)
        .label("no such class")
        .help("catch `APIStatusError` and look at its status or type, or one of the classes that exist")
}
