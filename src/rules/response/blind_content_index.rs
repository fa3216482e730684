//! Text is taken from the block at a position, whatever block that is.

mod reported;

use crate::finding::{Finding, Severity};
use crate::model::{NodeRef, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use reported::{finding, finding_by_type, of_every_block};

pub(crate) static RULE: Rule = Rule {
    id: "blind-content-index",
    summary: "text is taken from `content[0]` without a look at the type of the block",
    docs: include_str!("blind_content_index.md"),
    category: Category::Response,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    // One place may read the answers of several requests, and one answer may be read twice.
    let mut reported: Vec<(NodeRef, Finding)> = Vec::new();
    for request in project.requests() {
        if project.is_test(request.at) {
            continue;
        }
        let mut functions: Vec<Option<NodeRef>> = Vec::new();
        let mut blocks = project.blocks_by_position(request);
        // Of several in one function the one whose type nobody looks at is told.
        blocks.sort_by_key(|block| block.checked);
        for block in blocks {
            if project.is_test(block.used.at) || project.only_checks_connection(request, block.used.at) {
                continue;
            }
            let function = project.function_of(block.used.at);
            if let Some((_, finding)) = reported.iter_mut().find(|r| r.0 == block.used.at) {
                *finding = finding.clone().related(project.call_location(request.at), "and here");
            } else if !functions.contains(&function) {
                functions.push(function);
                reported.push((block.used.at, finding(project, request, &block)));
            }
        }
        for used in project.untyped_blocks(request) {
            let function = project.function_of(used.at);
            let known = reported.iter().any(|r| r.0 == used.at);
            if !known && !project.is_test(used.at) && !functions.contains(&function) {
                functions.push(function);
                reported.extend(of_every_block(project, request, used).map(|f| (used.at, f)));
            }
        }
    }
    for declared in project.declared_responses() {
        let mut functions: Vec<Option<NodeRef>> = Vec::new();
        for block in project.declared_blocks(&declared) {
            let at = block.used.at;
            let function = project.function_of(at);
            if project.is_test(at) || functions.contains(&function) || reported.iter().any(|r| r.0 == at) {
                continue;
            }
            if let Some(finding) = finding_by_type(project, &declared, &block) {
                functions.push(function);
                reported.push((at, finding));
            }
        }
    }
    findings.extend(once_in_notebooks(project, reported));
}

/// The cells of a notebook share their idioms: it is reported at the first one, with the others.
fn once_in_notebooks(project: &Project, reported: Vec<(NodeRef, Finding)>) -> Vec<Finding> {
    let mut out: Vec<(NodeRef, Finding)> = Vec::new();
    for (at, finding) in reported {
        let in_cells = !project.file(at.file).source.cells.is_empty();
        let same = |(first, other): &&mut (NodeRef, Finding)| {
            in_cells
                && first.file == at.file
                && other.severity == finding.severity
                && other.confidence == finding.confidence
        };
        match out.iter_mut().find(same) {
            Some((_, first)) => {
                // The fix is that of the first place: whether another one may be changed is asked when it is the
                // first.
                *first = first.clone().related(project.location(at), "and here");
            }
            None => out.push((at, finding)),
        }
    }
    out.into_iter().map(|r| r.1).collect()
}
