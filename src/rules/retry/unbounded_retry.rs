//! Retries that never give up.

use crate::finding::{Finding, Severity};
use crate::model::{Attempts, Project, Retry, RetryForm};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "unbounded-retry",
    summary: "a retry has no limit of attempts and no deadline",
    docs: include_str!("unbounded_retry.md"),
    category: Category::Retry,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    super::each_retry(project, |request, retry| {
        let endless = match retry.form {
            RetryForm::Loop | RetryForm::Recursion => {
                project.retry_scope(request, retry).is_endless() && !project.takes_work(retry)
            }
            RetryForm::Library => {
                retry.attempts == Attempts::Unbounded && retry.library.is_some_and(|kind| kind.endless)
            }
            _ => false,
        };
        if endless {
            findings.push(
                Finding::new(&RULE, project.retry_location(retry), message(retry))
                    .label("never gives up")
                    .related(project.call_location(request.at), "the request that is retried")
                    .help(
                        "stop after a few attempts or a deadline and raise the last error: an outage, a used-up \
                         spend limit or a revoked key otherwise keeps this caller busy for ever, and nobody is told",
                    ),
            );
        }
        endless
    });
}

fn message(retry: &Retry) -> &'static str {
    match retry.form {
        RetryForm::Recursion => "this function calls itself again after every failure, without a limit",
        RetryForm::Library => {
            "this retry is given no limit of attempts and no deadline, and has none by default"
        }
        _ => "this loop repeats the request until it succeeds, without a limit",
    }
}
