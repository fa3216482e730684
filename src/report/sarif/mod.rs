//! SARIF 2.1.0 as GitHub code scanning wants it.

mod driver;
mod fix;
mod text;

use std::io;
use std::path::Path;

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::Report;
use super::fingerprint::{Fingerprints, line_hashes};
use super::notebooks::Notebooks;
use super::path::uri;
use super::place::Place;
use crate::finding::{Acceptance, Finding, Label, Severity};
use crate::source::SourceFile;

/// GitHub rejects runs with more results.
const MAX_RESULTS: usize = 25_000;
/// GitHub keeps at most 100 locations per result; the first of them explain it.
const MAX_RELATED: usize = 50;

/// Writes the log.
pub(super) fn render(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(report))?;
    writeln!(out)
}

/// What to say when there are more findings than GitHub takes.
pub(super) fn cut_warning(report: &Report<'_>) -> Option<String> {
    let left_out = report.findings.len().checked_sub(MAX_RESULTS).filter(|&n| n > 0)?;
    Some(format!(
        "the SARIF log holds {MAX_RESULTS} of {} findings, the most severe ones: code scanning takes no \
         more; {left_out} are left out",
        report.findings.len()
    ))
}

fn log(report: &Report<'_>) -> Value {
    let mut seen = Seen::default();
    let mut results: Vec<Value> = kept(report.findings, MAX_RESULTS)
        .into_iter()
        .filter_map(|finding| result(report, finding, &mut seen))
        .collect();
    if report.show_accepted {
        // The standard wants the marks on all results or on none.
        results.iter_mut().for_each(|result| mark(report, result, None));
        let room = MAX_RESULTS.saturating_sub(results.len());
        for accepted in report.accepted.iter().take(room) {
            if let Some(mut result) = result(report, &accepted.finding, &mut seen) {
                mark(report, &mut result, Some(&accepted.by));
                results.push(result);
            }
        }
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver::driver(report) },
            // What stands behind the last slash would be the name of this one run.
            "automationDetails": { "id": format!("{}/", report.category) },
            "columnKind": "utf16CodeUnits",
            "newlineSequences": ["\r\n", "\n", "\r"],
            "originalUriBaseIds": {
                "%SRCROOT%": { "description": { "text": "The root of the repository." } }
            },
            "invocations": [invocation(report)],
            "results": results,
        }]
    })
}

/// Says whether a result is accepted, and by whom.
fn mark(report: &Report<'_>, result: &mut Value, by: Option<&Acceptance>) {
    result["suppressions"] = match by {
        None => json!([]),
        Some(Acceptance::Baseline) => json!([{ "kind": "external", "status": "accepted" }]),
        Some(Acceptance::Comment(reason)) if reason.is_empty() => {
            json!([{ "kind": "inSource", "status": "accepted" }])
        }
        Some(Acceptance::Comment(reason)) => {
            json!([{ "kind": "inSource", "status": "accepted", "justification": text::plain(reason) }])
        }
    };
    if report.has_baseline {
        let known = by == Some(&Acceptance::Baseline);
        result["baselineState"] = if known { "unchanged" } else { "new" }.into();
    }
}

/// The findings that fit, by severity, in their order.
fn kept(findings: &[Finding], limit: usize) -> Vec<&Finding> {
    let mut kept: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    if kept.len() > limit {
        kept.sort_by_key(|&(index, finding)| (std::cmp::Reverse(finding.severity), index));
        kept.truncate(limit);
        kept.sort_by_key(|&(index, _)| index);
    }
    kept.into_iter().map(|(_, finding)| finding).collect()
}

fn invocation(report: &Report<'_>) -> Value {
    let mut notifications: Vec<Value> = report
        .problems
        .iter()
        .map(|problem| notification(&format!("{}: {}.", report.path_of(problem), problem.message)))
        .collect();
    notifications.extend(cut_warning(report).map(|warning| notification(&warning)));
    // Not finding everything is a warning: an error here would mean that nothing ran.
    json!({ "executionSuccessful": true, "toolExecutionNotifications": notifications })
}

fn notification(message: &str) -> Value {
    json!({
        "descriptor": { "id": driver::INCOMPLETE },
        "level": "warning",
        "message": { "text": text::plain(message) },
    })
}

/// What GitHub hashes: the file, whose mark at its beginning counts, and not the joined cells of a
/// notebook. Nothing for a notebook that is no file.
fn text_on_disk(file: &SourceFile) -> String {
    let path = Some(&file.absolute).filter(|path| path.has_root());
    let text = path.and_then(|path| std::fs::read_to_string(path).ok());
    if !file.cells.is_empty() {
        return text.unwrap_or_default();
    }
    let same = |text: &String| text.strip_prefix('\u{feff}') == Some(&*file.text);
    text.filter(same).unwrap_or_else(|| file.text.to_string())
}

/// Hashes of the lines of files with findings.
#[derive(Default)]
struct LineHashes(FxHashMap<u32, Vec<String>>);

impl LineHashes {
    fn of(&mut self, label: &Label, place: &Place<'_>) -> Option<String> {
        let hashes = self.0.entry(label.at.file.0).or_insert_with(|| line_hashes(&text_on_disk(place.file)));
        hashes.get(place.file_lines().0 as usize - 1).cloned()
    }
}

/// What the results of a run share.
#[derive(Default)]
struct Seen {
    hashes: LineHashes,
    fingerprints: Fingerprints,
    notebooks: Notebooks,
}

fn result(report: &Report<'_>, finding: &Finding, seen: &mut Seen) -> Option<Value> {
    let place = Place::of(report, finding.primary.at)?;
    let uri = uri(place.file, report.root);
    let matched = place.matched(finding.primary.at);
    let mut partial = json!({ "claudeLint/v1": seen.fingerprints.next(finding.rule.id, &uri, matched) });
    if let Some(hash) = seen.hashes.of(&finding.primary, &place) {
        partial["primaryLocationLineHash"] = hash.into();
    }
    let related: Vec<(&Label, Place<'_>)> = finding
        .related
        .iter()
        .filter_map(|label| Some((label, Place::of(report, label.at)?)))
        .take(MAX_RELATED)
        .collect();
    let mut result = json!({
        "ruleId": finding.rule.id,
        "level": level(finding.severity),
        "message": { "text": text::message(finding, related.iter().map(|(label, _)| label.text.as_str())) },
        "locations": [{ "physicalLocation": physical_location(&place, report.root, &seen.notebooks) }],
        "partialFingerprints": partial,
        "properties": { "confidence": finding.confidence.name() },
    });
    if let Some(index) = report.rules.iter().position(|rule| rule.id == finding.rule.id) {
        result["ruleIndex"] = index.into();
    }
    if !related.is_empty() {
        result["relatedLocations"] = related
            .iter()
            .enumerate()
            .map(|(index, (label, place))| {
                let mut location = json!({
                    "id": index + 1,
                    "physicalLocation": physical_location(place, report.root, &seen.notebooks),
                });
                if !label.text.is_empty() {
                    location["message"] = json!({ "text": text::sentence(&label.text) });
                }
                location
            })
            .collect();
        result["codeFlows"] = json!([code_flow(finding, &place, &related, report.root, &seen.notebooks)]);
    }
    if let Some(fix) = finding.fix.as_ref().and_then(|fix| fix::fix(report, fix, &seen.notebooks)) {
        result["fixes"] = json!([fix]);
    }
    Some(result)
}

/// The evidence in the order in which the rule tells it, and where it leads: GitHub shows
/// the steps one by one, and related locations only where the message links to them.
fn code_flow(
    finding: &Finding,
    place: &Place<'_>,
    related: &[(&Label, Place<'_>)],
    root: &Path,
    notebooks: &Notebooks,
) -> Value {
    let step = |label: &Label, place: &Place<'_>, unnamed: &str| {
        let text = if label.text.is_empty() { unnamed } else { &label.text };
        json!({
            "location": {
                "physicalLocation": physical_location(place, root, notebooks),
                "message": { "text": text::sentence(text) },
            }
        })
    };
    let mut steps: Vec<Value> =
        related.iter().map(|(label, place)| step(label, place, "this is part of it")).collect();
    steps.push(step(&finding.primary, place, &finding.message));
    json!({ "threadFlows": [{ "locations": steps }] })
}

fn physical_location(place: &Place<'_>, root: &Path, notebooks: &Notebooks) -> Value {
    let region = match notebooks.ends(place) {
        Some((start, end)) => json!({
            "startLine": start.line,
            "startColumn": start.utf16_column,
            "endLine": end.line,
            "endColumn": end.utf16_column,
        }),
        None => {
            let (start, end) = place.file_lines();
            json!({ "startLine": start, "endLine": end })
        }
    };
    json!({ "artifactLocation": artifact(place.file, root), "region": region })
}

fn artifact(file: &SourceFile, root: &Path) -> Value {
    let uri = uri(file, root);
    let mut artifact = json!({ "uri": uri });
    if !uri.starts_with("file:") {
        artifact["uriBaseId"] = "%SRCROOT%".into();
    }
    artifact
}

/// SARIF's name of a severity.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Location;
    use crate::rules::suppressions::unused_suppression;
    use crate::source::{FileId, Span};

    #[test]
    fn the_most_severe_findings_are_kept_in_their_order() {
        let at = Location { file: FileId(0), span: Span::default() };
        let severities = [Severity::Info, Severity::Warning, Severity::Info, Severity::Error];
        let findings: Vec<Finding> = severities
            .into_iter()
            .enumerate()
            .map(|(n, severity)| {
                Finding::new(&unused_suppression::RULE, at, n.to_string()).severity(severity)
            })
            .collect();
        let messages = |limit| kept(&findings, limit).iter().map(|f| f.message.as_str()).collect::<Vec<_>>();
        assert_eq!(messages(3), ["0", "1", "3"]);
        assert_eq!(messages(1), ["3"]);
        assert_eq!(messages(9).len(), 4);
    }
}
