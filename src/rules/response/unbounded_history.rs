//! A conversation grows with every turn and nothing ever shortens it.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Life, NodeRef, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "unbounded-history",
    summary: "a conversation that is sent whole grows with every turn, and nothing shortens it",
    docs: include_str!("unbounded_history.md"),
    category: Category::Response,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut reported: Vec<NodeRef> = Vec::new();
    for request in project.requests() {
        if project.is_test(request.at) || request.kind.tool_loop {
            continue;
        }
        let Some(history) = project.growing_history(request) else { continue };
        // A tool loop without a bound is one fault, and it is reported there.
        let unbounded = |l: &crate::model::AgentLoop| {
            l.bound.is_absent() && l.turns.iter().any(|t| t.request == request.at)
        };
        if reported.contains(&history.added)
            || project.agent_loops().iter().any(unbounded) && !matches!(history.life, Life::Loop(_))
        {
            continue;
        }
        reported.push(history.added);
        let (message, confidence) = match history.life {
            Life::Loop(_) => ("this conversation grows with every turn of the loop", Confidence::High),
            // Whoever runs a notebook sees the conversation and starts a new one.
            Life::Program if !project.file(history.added.file).source.cells.is_empty() => {
                ("this conversation only grows", Confidence::Low)
            }
            Life::Program => {
                ("this conversation lives as long as the program and only grows", Confidence::Medium)
            }
            Life::Store if !project.file(history.added.file).source.cells.is_empty() => {
                ("this conversation only grows", Confidence::Low)
            }
            Life::Store => {
                ("this conversation is kept for a user or a session and only grows", Confidence::Medium)
            }
            Life::Object => ("this conversation lives as long as its object and only grows", Confidence::Low),
        };
        let mut finding = Finding::new(&RULE, project.call_location(history.added), message)
            .label("added here, and nothing in sight trims, summarises or counts it")
            .related(project.call_location(request.at), "sent whole here")
            .confidence(confidence)
            .help(
                "cap the turns, drop or summarise old ones at the start of a user's turn, or let the API do it: \
                 `context_management` (context editing, compaction); `messages.count_tokens` says how much is left",
            );
        if let Life::Loop(around) = history.life {
            finding = finding.related(project.head_location(around), "without an end in sight");
        }
        findings.push(finding);
    }
}
