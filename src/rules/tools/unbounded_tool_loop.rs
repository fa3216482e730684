//! Tool loops that only the model ends.

use crate::finding::{Confidence, Finding, Fix, Severity};
use crate::model::{AgentLoop, Granted, Project, Tri};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// A loop that runs tools until the model stops.
pub(crate) static RULE: Rule = Rule {
    id: "unbounded-tool-loop",
    summary: "a loop that runs tools until the model stops, with no cap on turns, time or cost",
    docs: include_str!("unbounded_tool_loop.md"),
    category: Category::Tools,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// A cap that is above what most tasks take, and below what an endless one costs.
const TURNS: &str = "100";

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for agent in project.agent_loops() {
        let production = agent.turns.iter().any(|t| !project.is_test(t.request));
        if !agent.bound.is_absent() || agent.waits != Tri::No || project.is_test(agent.at) || !production {
            continue;
        }
        findings.push(written(project, agent));
    }
    for runner in project.tool_runners() {
        if !runner.bound.is_absent() || project.is_test(runner.at) {
            continue;
        }
        let mut finding = Finding::new(
            &RULE,
            project.call_location(runner.at),
            "this runs tools for as long as the model asks for them",
        )
        .label(format!("`{}` is not set", runner.option))
        .help(format!(
            "set `{}`, or leave the iteration after a number of turns; without it one bad prompt runs until \
             the money or the context window is used up",
            runner.option
        ));
        if let Some(holder) = runner.holder.filter(|_| runner.option.starts_with("max")) {
            let edit = project.with_option(holder, &runner.option, TURNS);
            let title = format!("set `{}` to {TURNS}", runner.option);
            // Work that is long, and comes to an end by itself, may take more.
            finding = finding.fix(edit.map(|edit| Fix::unsure(title, vec![edit])));
        }
        // What nobody allowed only reads, and stops soon; and a person who looks on ends it.
        if runner.granted == Granted::None || project.is_run_by_hand(runner.at) {
            finding = finding.confidence(Confidence::Low);
        }
        for &run in runner.runs.iter().filter(|&&r| r != runner.at).take(3) {
            finding = finding.related(project.call_location(run), "run here");
        }
        findings.push(finding);
    }
}

fn written(project: &Project, agent: &AgentLoop) -> Finding {
    let (place, what) = match agent.recursive_call {
        Some(call) => (project.call_location(call), "calls itself"),
        None => (project.head_location(agent.at), "repeats"),
    };
    let mut finding = Finding::new(
        &RULE,
        place,
        format!("this {what} for as long as the model asks for tools: nothing limits turns, time or cost"),
    )
    .label("no cap")
    .help(
        "count the turns and stop at a maximum, or stop at a deadline or token budget; a model that keeps calling \
         a failing tool runs until the money or the context window is used up",
    );
    if let Some(turn) = agent.turns.first() {
        finding = finding.related(project.call_location(turn.site), "sends the request");
        if turn.site != turn.request {
            finding = finding.related(project.call_location(turn.request), "which goes out here");
        }
        if turn.hops.len() > 1 {
            finding = finding.confidence(Confidence::Medium);
        }
    }
    if let Some(&answer) = agent.answers.first() {
        finding = finding.related(project.location(answer), "gives the tool's result back");
    }
    if let Some(exit) = agent.other_exit {
        return finding.related(project.location(exit), "the only other way out");
    }
    match project.platform_handler(agent.at) {
        Some(handler) => {
            finding.related(project.location(handler), "ended by the platform when its time is up")
        }
        None => finding.severity(Severity::Error),
    }
}
