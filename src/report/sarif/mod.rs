//! SARIF 2.1.0 as GitHub code scanning wants it.

mod driver;
mod fingerprint;
mod text;

use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use self::fingerprint::Fingerprints;
use super::Report;
use super::place::Place;
use crate::finding::{Finding, Label, Severity};
use crate::source::SourceFile;

pub use self::fingerprint::line_hashes;

/// GitHub rejects runs with more results.
const MAX_RESULTS: usize = 25_000;
/// GitHub keeps at most 100 locations per result; the first of them explain it.
const MAX_RELATED: usize = 50;

/// The folder that paths in SARIF are relative to: the nearest one from `directory` upwards
/// that holds `.git`, else `directory` itself.
pub fn repository_root(directory: &Path) -> PathBuf {
    directory.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(directory).to_path_buf()
}

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
    let mut hashes = LineHashes::default();
    let mut fingerprints = Fingerprints::default();
    let kept = kept(report.findings, MAX_RESULTS);
    let results: Vec<Value> = kept
        .into_iter()
        .filter_map(|finding| result(report, finding, &mut hashes, &mut fingerprints))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver::driver(report) },
            "automationDetails": { "id": "claude-lint/" },
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
        .map(|problem| notification(&format!("{}: {}.", problem.path, problem.message)))
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

/// Hashes of the lines of files with findings.
#[derive(Default)]
struct LineHashes(FxHashMap<u32, Vec<String>>);

impl LineHashes {
    fn of(&mut self, label: &Label, place: &Place<'_>) -> Option<String> {
        // The text of a notebook is not the text of its file; the upload action hashes that.
        if place.cell.is_some() {
            return None;
        }
        let hashes = self.0.entry(label.at.file.0).or_insert_with(|| line_hashes(&place.file.text));
        hashes.get(place.start.line as usize - 1).cloned()
    }
}

fn result(
    report: &Report<'_>,
    finding: &Finding,
    hashes: &mut LineHashes,
    fingerprints: &mut Fingerprints,
) -> Option<Value> {
    let place = Place::of(report, finding.primary.at)?;
    let uri = uri(place.file, report.root);
    let matched = place.file.text.get(finding.primary.at.span.range()).unwrap_or_default();
    let mut partial = json!({ "claudeLint/v1": fingerprints.next(finding.rule.id, &uri, matched) });
    if let Some(hash) = hashes.of(&finding.primary, &place) {
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
        "locations": [{ "physicalLocation": physical_location(&place, report.root) }],
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
                    "physicalLocation": physical_location(place, report.root),
                });
                if !label.text.is_empty() {
                    location["message"] = json!({ "text": text::sentence(&label.text) });
                }
                location
            })
            .collect();
    }
    Some(result)
}

fn physical_location(place: &Place<'_>, root: &Path) -> Value {
    let start_line = place.file_line(place.start.line);
    let end_line = place.file_line(place.end.line).max(start_line);
    // Columns within the JSON strings of a notebook are not those of the code.
    let region = if place.cell.is_some() {
        json!({ "startLine": start_line, "endLine": end_line })
    } else {
        json!({
            "startLine": start_line,
            "startColumn": place.start.utf16_column,
            "endLine": end_line,
            "endColumn": place.end.utf16_column,
        })
    };
    let uri = uri(place.file, root);
    let mut artifact = json!({ "uri": uri });
    if !uri.starts_with("file:") {
        artifact["uriBaseId"] = "%SRCROOT%".into();
    }
    json!({ "artifactLocation": artifact, "region": region })
}

/// SARIF's name of a severity.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The path of a file relative to the root as a URI; of files elsewhere the absolute one.
fn uri(file: &SourceFile, root: &Path) -> String {
    if let Ok(relative) = file.absolute.strip_prefix(root) {
        return percent_encoded(&with_slashes(relative));
    }
    if file.absolute.has_root() {
        let path = percent_encoded(&with_slashes(&file.absolute));
        return format!("file:///{}", path.trim_start_matches('/'));
    }
    let path = file.path.trim_start_matches("./");
    percent_encoded(path.trim_start_matches('/'))
}

fn with_slashes(path: &Path) -> String {
    let path = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { path.into_owned() } else { path.replace('\\', "/") }
}

/// Everything but what RFC 3986 allows in every segment of a relative path; no colons, which
/// would make the first segment a scheme.
fn percent_encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(byte as char);
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Location;
    use crate::lang::Dialect;
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

    #[track_caller]
    fn check(absolute: &str, root: &str, expected: &str) {
        let file = SourceFile::new("shown.py", absolute, "", Dialect::Python);
        assert_eq!(uri(&file, Path::new(root)), expected);
    }

    #[test]
    fn uris_are_relative_and_encoded() {
        check("/repo/src/app/[id]/a b#1.ts", "/repo", "src/app/%5Bid%5D/a%20b%231.ts");
        check("/repo/c:d/é%.py", "/repo", "c%3Ad/%C3%A9%25.py");
        check("/repo/(group)/x.ts", "/repo", "(group)/x.ts");
        check("/elsewhere/x y.py", "/repo", "file:///elsewhere/x%20y.py");
        check("stdin.py", "/repo", "shown.py");
    }

    #[test]
    fn the_root_is_where_git_is() {
        let folder = std::env::temp_dir().join(format!("claude-lint-root-{}", std::process::id()));
        let inner = folder.join("a/b");
        std::fs::create_dir_all(&inner).expect("a temporary folder can be made");
        std::fs::create_dir_all(folder.join(".git")).expect("a temporary folder can be made");
        assert_eq!(repository_root(&inner), folder);
        std::fs::remove_dir_all(&folder).expect("the folder was made here");
    }
}
