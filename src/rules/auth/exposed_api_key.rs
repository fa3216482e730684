//! A key reaches a browser.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Exposure, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "exposed-api-key",
    summary: "the key reaches a browser, where everybody can take it",
    docs: include_str!("exposed_api_key.md"),
    category: Category::Auth,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for exposure in project.key_exposures() {
        let at = match &exposure {
            Exposure::PublicVariable(read) => read.at,
            Exposure::Browser { at, .. } | Exposure::ClientCode { at, .. } => *at,
        };
        if project.is_test(at) {
            continue;
        }
        findings.push(finding(project, &exposure));
    }
}

fn finding(project: &Project, exposure: &Exposure) -> Finding {
    let help = "send requests from a server that keeps the key, or hand browsers a short-lived token of your own; \
                revoke a key that was already shipped";
    match exposure {
        Exposure::PublicVariable(read) => Finding::new(
            &RULE,
            project.location(read.at),
            format!("`{}` is built into what browsers load", read.variable),
        )
        .label("the bundler replaces this by the key itself")
        .confidence(Confidence::High)
        .help(help),
        Exposure::Browser { at, own } => of_user(
            Finding::new(&RULE, project.location(*at), "requests are allowed from a browser")
                .label("switches off the check that keeps keys out of browsers")
                .help(help),
            *own,
        ),
        Exposure::ClientCode { at, own } => of_user(
            Finding::new(&RULE, project.call_location(*at), "the API is called from client code with a key")
                .label("runs in the browser")
                .help(help),
            *own,
        ),
    }
}

/// A key that users enter themselves and keep in their own browser is theirs to show.
fn of_user(finding: Finding, own: bool) -> Finding {
    match own {
        true => finding.severity(Severity::Info).confidence(Confidence::Medium).help(
            "a key that users enter is safe only as long as no foreign script runs in the page: say so to them, and \
             offer a server for everybody else",
        ),
        false => finding.confidence(Confidence::High),
    }
}
