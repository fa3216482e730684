//! What is said of one block.

use super::RULE;
use crate::finding::{Confidence, Finding, Fix, Severity};
use crate::model::{BlockByPosition, DeclaredResponse, NodeRef, Project, Request, Tri, Use};
use crate::sdk::Road;

/// The text of all blocks, where some certainly have none.
pub(super) fn of_every_block(project: &Project, request: &Request, used: &Use) -> Option<Finding> {
    let label = if project.thinks(request) == Tri::Yes {
        "thinking is on for this request: a `thinking` block has no `text`"
    } else if project.offers_tools(request) == Tri::Yes && !project.is_stop_read_before(request.at, used) {
        "this request has tools: a `tool_use` block has no `text`"
    } else {
        return None;
    };
    let confidence = match used.response.hops.len() {
        _ if project.has_other_callees(request) => Confidence::Low,
        0 => Confidence::High,
        _ => Confidence::Medium,
    };
    let message = "the text of every block of the answer is taken without a look at its type";
    Some(
        Finding::new(&RULE, project.part_location(used.at), message)
            .label(label)
            .related(project.call_location(project.asked_at(request, &used.response)), "requested here")
            .severity(Severity::Error)
            .confidence(confidence)
            .help(HELP),
    )
}

/// Where the request is out of sight and the type says what it is.
pub(super) fn finding_by_type(
    project: &Project,
    declared: &DeclaredResponse,
    block: &BlockByPosition<'_>,
) -> Option<Finding> {
    let which = which(block.position);
    if block.loses_calls {
        let finding = lost_call(project, block, Confidence::Medium);
        return Some(finding.related(project.name_location(declared.at), "a response by this type"));
    }
    let (message, label, confidence) = match (block.checked, block.guarded) {
        (false, _) => (
            format!("{which} is taken to be text without a look at its type"),
            "the block may be of another type, and a refusal has no block at all",
            Confidence::Medium,
        ),
        (true, false) => (
            format!("{which} is looked at, and nothing asks whether there is one"),
            "a refusal or an empty turn has no block at all, and the text may stand in a later one",
            match empty_fails(project, declared.at, block) {
                true => Confidence::Medium,
                false => Confidence::Low,
            },
        ),
        (true, true) => return None,
    };
    Some(
        Finding::new(&RULE, project.part_location(block.used.at), message)
            .label(label)
            .related(project.name_location(declared.at), "a response by this type")
            .confidence(confidence)
            .help(HELP)
            // What the request offers is out of sight.
            .fix(by_type(project, block, false)),
    )
}

/// A call behind a text is never seen, and models often write a text first.
fn lost_call(project: &Project, block: &BlockByPosition<'_>, confidence: Confidence) -> Finding {
    let message = format!("a call of a tool is looked for in {} only", which(block.position));
    Finding::new(&RULE, project.part_location(block.used.at), message)
        .label("taken as the answer although a call may stand behind it")
        .severity(Severity::Error)
        .confidence(confidence)
        .help("go through all blocks: models often write a text before the `tool_use` block, and may call several tools")
}

/// The type is looked at; an answer without any block fails all the same.
fn empty_fails(project: &Project, answer: NodeRef, block: &BlockByPosition<'_>) -> bool {
    // Whoever runs a notebook sees that.
    let watched = !project.file(block.used.at.file).source.cells.is_empty();
    block.checked
        && !block.guarded
        && !block.refused
        && !watched
        && !project.is_stop_read_before(answer, block.used)
}

const HELP: &str = "join the text of all blocks whose type is `text`, and handle an answer that has none: `content` \
                    may be empty and may start with `thinking`, `tool_use` or `server_tool_use` blocks";

/// The first text instead of the first block: the same wherever that worked. `certain` where blocks without a
/// text have no meaning of their own for the code.
fn by_type(project: &Project, block: &BlockByPosition<'_>, certain: bool) -> Option<Fix> {
    let edits = vec![project.first_text(block)?];
    let title = "take the first block whose type is `text`";
    Some(if certain { Fix::safe(title, edits) } else { Fix::unsure(title, edits) })
}

fn which(position: i32) -> String {
    match position {
        0 => "the first block of the answer".to_string(),
        -1 => "the last block of the answer".to_string(),
        n => format!("block {n} of the answer"),
    }
}

pub(super) fn finding(project: &Project, request: &Request, block: &BlockByPosition<'_>) -> Finding {
    let tools = project.offers_tools(request) == Tri::Yes;
    if block.loses_calls && project.offers_tools(request) != Tri::No && !project.forces_tool(request) {
        let sure = match tools && block.used.response.hops.is_empty() {
            _ if project.has_other_callees(request) => Confidence::Low,
            true => Confidence::High,
            false => Confidence::Medium,
        };
        let finding = lost_call(project, block, sure);
        return finding.related(project.call_location(request.at), "requested here");
    }
    let (severity, label) = if project.thinks(request) == Tri::Yes {
        (Severity::Error, "thinking is on for this request: the first block is a `thinking` block")
    } else if tools
        && !block.checked
        && !project.may_lack_tools(request)
        && !project.is_no_call_here(request, block.used.at)
    {
        (Severity::Error, "this request has tools: the block may be a `tool_use` block")
    } else if block.checked && !block.guarded {
        (
            Severity::Warning,
            "a refusal or an empty turn has no block at all, and the text may stand in a later one",
        )
    } else {
        (Severity::Warning, "the block may be of another type, and a refusal has no block at all")
    };
    let empty_fails = empty_fails(project, request.at, block);
    let asked_to_think =
        project.thinks(request) == Tri::Yes && !project.body_field(request, "thinking").is_absent();
    let confidence = match block.used.response.hops.len() {
        _ if project.has_other_callees(request) => Confidence::Low,
        // Looked at, but the text may stand in a later block.
        _ if block.checked && !empty_fails && !asked_to_think => Confidence::Low,
        0 if !block.checked => Confidence::High,
        _ => Confidence::Medium,
    };
    // A call of a tool without a text may be what the code looks for by the failure; and where code has types,
    // those of a body that was read by hand say nothing of a block.
    let road = match project.file(block.used.at.file).source.has_types() {
        true => request.road == Road::Sdk,
        false => matches!(request.road, Road::Sdk | Road::Http),
    };
    let certain = confidence == Confidence::High && road && project.offers_tools(request) == Tri::No;
    let which = which(block.position);
    let message = match block.checked {
        true if empty_fails && !asked_to_think => {
            format!("{which} is looked at, and nothing asks whether there is one")
        }
        false => format!("{which} is taken to be text without a look at its type"),
        true => format!("only {which} is looked at, and the text may stand in another one"),
    };
    Finding::new(&RULE, project.part_location(block.used.at), message)
        .label(label)
        .related(project.call_location(project.asked_at(request, &block.used.response)), "requested here")
        .severity(severity)
        .confidence(confidence)
        .help(HELP)
        .fix(by_type(project, block, certain))
}
