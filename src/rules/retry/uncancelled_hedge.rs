//! Copies of a request race, and the loser runs on.

use crate::finding::{Finding, Severity};
use crate::lang::Language;
use crate::model::{NodeRef, Project};
use crate::rules::{Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "uncancelled-hedge",
    summary: "requests race for the first answer, and the losers are not cancelled",
    docs: include_str!("uncancelled_hedge.md"),
    category: Category::Retry,
    severity: Severity::Info,
    // Losers may be cancelled by what cannot be seen here.
    pedantic: true,
    languages: &[Language::Python, Language::TypeScript],
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for race in project.races() {
        if project.is_test(race.at) || race.requests.len() < 2 || project.cancels_work(race.at) {
            continue;
        }
        findings.push(finding(project, race.at, &race.requests));
    }
}

fn finding(project: &Project, at: NodeRef, requests: &[NodeRef]) -> Finding {
    let mut finding = Finding::new(
        &RULE,
        project.call_location(at),
        "the first answer wins and the other requests run on: their tokens are paid for and dropped",
    )
    .label("nothing cancels the losers")
    .help(
        "cancel what lost: `task.cancel()` for each pending task, `AbortController.abort()` for each request",
    );
    for &request in requests {
        finding = finding.related(project.call_location(request), "takes part");
    }
    finding
}
