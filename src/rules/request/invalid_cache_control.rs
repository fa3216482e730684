//! Cache breakpoints that the API does not take.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Json, NodeRef, Project, RepeatedBreakpoint, Request};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::api::api;

pub(crate) static RULE: Rule = Rule {
    id: "invalid-cache-control",
    summary: "cache breakpoints the API refuses: too many, one in each turn of a loop, in the wrong order, on empty text",
    docs: include_str!("invalid_cache_control.md"),
    category: Category::Request,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// A block with a breakpoint.
struct Breakpoint<'a> {
    block: &'a Json,
    control: &'a Json,
}

struct Fault {
    at: NodeRef,
    message: String,
    help: String,
    severity: Severity,
    others: Vec<NodeRef>,
}

impl Fault {
    fn new(at: NodeRef, message: impl Into<String>, help: impl Into<String>) -> Fault {
        let (message, help) = (message.into(), help.into());
        Fault { at, message, help, severity: Severity::Error, others: Vec::new() }
    }
}

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for request in project.requests() {
        for body in project.message_bodies(request) {
            for fault in judge(project, body) {
                once.push(finding(project, request, fault));
            }
        }
    }
    for repeated in project.repeated_breakpoints() {
        once.push(in_each_turn(project, &repeated));
    }
}

fn in_each_turn(project: &Project, repeated: &RepeatedBreakpoint) -> Finding {
    let most = api().request.max_cache_breakpoints;
    let mut finding = Finding::new(
        &RULE,
        project.location(repeated.at),
        format!("each turn of this loop sets a cache breakpoint, and a request takes {most}"),
    )
    .severity(Severity::Warning)
    .confidence(Confidence::Medium)
    .related(project.call_location(repeated.around), "the loop")
    .help(format!(
        "set it on the last block only, which caches all before it: with more the API answers 400 `A maximum of {most} \
         blocks with cache_control may be provided`"
    ));
    if project.function_of(repeated.field) != project.function_of(repeated.at) {
        finding = finding.related(project.location(repeated.field), "written here");
    }
    finding
}

fn finding(project: &Project, request: &Request, fault: Fault) -> Finding {
    let mut finding = Finding::new(&RULE, project.location(project.written(fault.at)), fault.message)
        .severity(fault.severity)
        .confidence(project.evidence(request, fault.at))
        .help(fault.help);
    for other in fault.others {
        finding = finding.related(project.location(other), "another one");
    }
    finding.related(project.call_location(request.at), "sent here")
}

fn judge(project: &Project, body: &Json) -> Vec<Fault> {
    let breakpoints = breakpoints(body);
    let mut faults = Vec::new();
    for breakpoint in &breakpoints {
        faults.extend(one(project, breakpoint));
    }
    let most = api().request.max_cache_breakpoints;
    // The field of the whole request takes one place of its own.
    let whole = usize::from(body.get("cache_control").is_some_and(Json::is_object));
    if breakpoints.len() + whole > most {
        let extra = breakpoints.get(most - whole).map_or(body.at, |b| b.control.at);
        let mut fault = Fault::new(
            extra,
            format!("{} cache breakpoints where the API takes {most}", breakpoints.len() + whole),
            format!(
                "keep the last of each stable part: the API answers 400 `A maximum of {most} blocks with cache_control may \
                 be provided. Found {}.`",
                breakpoints.len() + whole
            ),
        );
        fault.others = breakpoints.iter().map(|b| b.control.at).filter(|&at| at != extra).collect();
        faults.push(fault);
    }
    faults.extend(order(&breakpoints));
    faults
}

/// The breakpoints in sight in the order in which the API reads them.
fn breakpoints(body: &Json) -> Vec<Breakpoint<'_>> {
    let messages = body.get("messages").map_or(&[][..], Json::items).iter();
    let contents = messages.filter_map(|m| m.get("content"));
    let parts = ["tools", "system"].into_iter().filter_map(|p| body.get(p)).chain(contents);
    let blocks = parts.flat_map(Json::items);
    let with = |block| {
        let control = Json::get(block, "cache_control").filter(|c| c.is_object())?;
        Some(Breakpoint { block, control })
    };
    blocks.filter_map(with).collect()
}

fn one(project: &Project, breakpoint: &Breakpoint<'_>) -> Option<Fault> {
    let Breakpoint { block, control } = breakpoint;
    if let Some(kind) = control.get("type")
        && kind.text().is_some_and(|t| t != "ephemeral")
    {
        return Some(Fault::new(
            kind.at,
            "the only type of cache breakpoint is `ephemeral`",
            "write `{\"type\": \"ephemeral\"}`: the API answers 400 to others",
        ));
    }
    if let Some(ttl) = control.get("ttl")
        && (ttl.number().is_some() || ttl.text().is_some_and(|t| !matches!(&*t, "5m" | "1h")))
    {
        return Some(Fault::new(
            ttl.at,
            "a cache entry lives `5m` or `1h`",
            "use one of the two texts: the API answers 400 to other values of `ttl`",
        ));
    }
    let kind = block.get("type")?.text()?;
    if matches!(&*kind, "thinking" | "redacted_thinking") {
        return Some(Fault::new(
            control.at,
            "a thinking block takes no cache breakpoint",
            "set it on another block of the turn: the API answers 400; thinking blocks are cached with what follows them",
        ));
    }
    let text = block.get("text").filter(|_| kind == "text")?;
    let written = project.written_text(text)?;
    if written.known().is_some_and(|t| t.is_empty()) && project.is_in_place(text) {
        return Some(Fault::new(
            control.at,
            "empty text takes no cache breakpoint",
            "leave the block out: the API answers 400 `cache_control cannot be set for empty text blocks`",
        ));
    }
    let moving = project.changing_part(text.at)?;
    let mut fault = Fault::new(
        moving,
        "this part differs in every request, so the cache entry is never read again",
        "put what changes behind the last breakpoint, or leave it out: entries are found by the exact text before them",
    );
    fault.severity = Severity::Info;
    fault.others.push(control.at);
    Some(fault)
}

/// Longer lived entries come first.
fn order(breakpoints: &[Breakpoint<'_>]) -> Option<Fault> {
    let life = |b: &Breakpoint<'_>| match b.control.get("ttl") {
        Some(ttl) => ttl.text(),
        None => b.control.lacks("ttl").then(|| "5m".to_string()),
    };
    let mut short: Option<NodeRef> = None;
    for breakpoint in breakpoints {
        match (life(breakpoint)?.as_str(), short) {
            ("5m", _) => short = short.or(Some(breakpoint.control.at)),
            ("1h", Some(short)) => {
                let mut fault = Fault::new(
                    breakpoint.control.at,
                    "a cache entry of `1h` stands behind one of `5m`",
                    "give longer lived entries first (tools, then system, then messages): the API answers 400 `a ttl='1h' \
                     cache_control block must not come after a ttl='5m' cache_control block`",
                );
                fault.others.push(short);
                return Some(fault);
            }
            _ => {}
        }
    }
    None
}
