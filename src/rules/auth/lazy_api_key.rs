//! A missing key shows when somebody waits for an answer, not when the program starts.

use rustc_hash::FxHashSet;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{KeyRead, KeyTarget, KeyUse, Missing, NodeRef, Phase, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "lazy-api-key",
    summary: "the API key is first looked at on the request path, so a missing one fails a user's request",
    docs: include_str!("lazy_api_key.md"),
    category: Category::Auth,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut told: FxHashSet<(NodeRef, Option<NodeRef>)> = FxHashSet::default();
    let mut readers = FxHashSet::default();
    for key in project.key_reads() {
        let own = |u: &&KeyUse| {
            !project.is_test(u.at) && !project.is_for_idle_client(u) && !project.is_of_organization(u)
        };
        let Some(used) = key.uses.iter().find(own) else { continue };
        if project.is_test(key.read.at)
            || key.has_alternative
            // It is there since the build, for everybody: `exposed-api-key`.
            || key.read.is_public()
            || project.is_set_by_program(&key.read.variable)
            || project.is_checked_at_start(key)
            || project.is_given_from_start(key)
        {
            continue;
        }
        // `env.A ?? env.B`: one look at start mends both.
        let look = (used.at, project.function_of(key.read.at));
        if told.contains(&look) {
            continue;
        }
        let known = findings.len();
        let variable = &key.read.variable;
        let missing = project.missing(&key.read, &key.later);
        match (project.phase(key.read.at), missing) {
            (_, Missing::Default | Missing::Degrades | Missing::Unknown) => {}
            // What is read again in one function is mended by the same look.
            (Phase::Request(handler), _) if readers.insert((project.function_of(key.read.at), variable)) => {
                findings.push(on_request_path(project, key, used, handler, missing))
            }
            (Phase::Start | Phase::Unknown, Missing::Unchecked) => {
                findings.extend(unchecked(project, key));
            }
            _ => {}
        }
        if findings.len() > known {
            told.insert(look);
        }
    }
    keyless(project, findings);
}

fn on_request_path(
    project: &Project,
    key: &KeyRead,
    used: &KeyUse,
    handler: NodeRef,
    missing: Missing,
) -> Finding {
    let variable = &key.read.variable;
    let message = format!("`{variable}` is first read on the request path");
    let confidence = match missing {
        // A function of a platform has no start but a request, and says itself what is missing.
        Missing::Fails if project.is_loaded_to_answer(key.read.at, handler) => Confidence::Low,
        Missing::Fails => Confidence::Medium,
        _ => Confidence::High,
    };
    let mut finding = base(project, key, used, message).confidence(confidence);
    if missing == Missing::Fails {
        finding = finding.help(format!(
            "look once while the program starts whether `{variable}` is set, and stop there when it is not; this \
             check speaks only when the first user waits for an answer"
        ));
    }
    if project.function_of(key.read.at) == Some(handler) {
        finding = finding.label("runs for each request, and not when the program starts");
    } else {
        finding = finding
            .label("runs while a request is handled")
            .related(project.definition_location(handler), "reached from this handler");
    }
    finding
}

/// A value that nobody looked at before it was used.
fn unchecked(project: &Project, key: &KeyRead) -> Option<Finding> {
    let variable = &key.read.variable;
    let header = key.uses.iter().find(|u| {
        matches!(u.to, KeyTarget::Header { .. })
            && project.use_phase(u.at).is_some_and(|phase| phase != Phase::Start)
            && !project.is_test(u.at)
    });
    if let Some(used) = header {
        let message = format!("`{variable}` is put into a header although it may be missing");
        let finding = base(project, key, used, message).confidence(Confidence::Medium);
        return Some(finding.label("nothing checks that it is set"));
    }
    if project.file(key.read.at.file).source.role.is_example {
        return None;
    }
    let client = key.uses.iter().find(|u| !matches!(u.to, KeyTarget::Header { .. }))?;
    let message = format!("`{variable}` is given to a client although it may be missing");
    Some(
        base(project, key, client, message)
            .label("nothing checks that it is set")
            .confidence(Confidence::Low),
    )
}

/// Clients made on the request path that look for a key themselves.
fn keyless(project: &Project, findings: &mut Vec<Finding>) {
    let mut checked = None;
    for made in project.keyless_clients() {
        let Phase::Request(handler) = project.phase(made) else { continue };
        if project.is_test(made) || *checked.get_or_insert_with(|| project.is_some_key_checked_at_start()) {
            continue;
        }
        let message = "the client looks for its key only when a request is handled";
        let mut finding = Finding::new(&RULE, project.call_location(made), message)
            .label("nothing says at start that there is a key")
            .confidence(Confidence::Low)
            .help("make the client, or look whether a key is set, while the program starts");
        if project.function_of(made) != Some(handler) {
            finding = finding.related(project.definition_location(handler), "reached from this handler");
        }
        findings.push(finding);
    }
}

fn base(project: &Project, key: &KeyRead, used: &KeyUse, message: String) -> Finding {
    let variable = &key.read.variable;
    let (place, text) = match &used.to {
        KeyTarget::Client { made, .. } => (*made, "given to the client here"),
        KeyTarget::Option { call } => (*call, "given to this call"),
        KeyTarget::Header { .. } => (used.at, "put into the header here"),
    };
    Finding::new(&RULE, project.location(key.read.at), message).related(project.call_location(place), text).help(
        format!(
            "read `{variable}` once while the program starts and stop there when it is missing; otherwise the \
             first user gets a 401 `authentication_error`, or an exception, in place of an answer"
        ),
    )
}
