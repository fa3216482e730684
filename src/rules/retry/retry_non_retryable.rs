//! Retries of what fails again.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Project, Request, Retry, RetryForm, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::failures::Failure;

pub(crate) static RULE: Rule = Rule {
    id: "retry-non-retryable",
    summary: "a retry also repeats errors that are the same every time, such as 400 and 401",
    docs: include_str!("retry_non_retryable.md"),
    category: Category::Retry,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    super::each_retry(project, |request, retry| {
        let found = finding(project, request, retry);
        let is_found = found.is_some();
        findings.extend(found);
        is_found
    });
}

fn finding(project: &Project, request: &Request, retry: &Retry) -> Option<Finding> {
    if !matches!(retry.form, RetryForm::Loop | RetryForm::Recursion | RetryForm::Library) || !retry.effective
    {
        return None;
    }
    let scope = project.retry_scope(request, retry);
    let all: Vec<Failure> = Failure::PERMANENT.into_iter().filter(|&f| scope.again(f) == Tri::Yes).collect();
    let certain = [Failure::BadRequest, Failure::Authentication, Failure::Permission];
    let &first_failure = all.first().filter(|_| scope.any(&certain))?;
    let of_key = all.iter().all(|f| matches!(f, Failure::Authentication | Failure::Permission));
    let other_request = retry.delays.is_empty() && project.changes_request(retry);
    if project.repairs_answers(retry) || other_request || of_key && project.renews_credential(retry) {
        return None;
    }
    let statuses: Vec<String> = all.iter().filter_map(|f| f.status()).map(|s| s.to_string()).collect();
    let (last, first) = statuses.split_last()?;
    let list = if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) };
    Some(
        Finding::new(
            &RULE,
            project.repeating_location(request, retry, first_failure),
            format!("this retry also repeats {list}, which fail the same way every time"),
        )
        .label("leads to the next attempt")
        .related(project.call_location(request.at), "the request that is retried")
        .confidence(if retry.at.file == request.at.file { Confidence::High } else { Confidence::Medium })
        .help(
            "repeat 408, 409, 429, 5xx and connection errors only and raise the others at once: a bad request, a wrong \
             key or a missing model does not mend itself, and the caller waits for nothing",
        ),
    )
}
