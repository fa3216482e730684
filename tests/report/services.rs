//! Formats that services read: columns in their units, paths from the root, nothing that breaks out.

use claude_lint::finding::{Acceptance, Accepted, Finding};
use claude_lint::report::OutputFormat;
use claude_lint::source::Problem;
use serde_json::{Value, json};

use crate::cases::{Case, notebook, ordinary, unusual};

#[test]
fn services() {
    for &format in OutputFormat::ALL {
        if format.is_for_people() || matches!(format, OutputFormat::Json | OutputFormat::Sarif) {
            continue;
        }
        insta::assert_snapshot!(format!("{format}"), ordinary().render(format));
        insta::assert_snapshot!(format!("{format}_unusual"), unusual().render(format));
        insta::assert_snapshot!(format!("{format}_notebook"), notebook().render(format));
        insta::assert_snapshot!(format!("{format}_empty"), Case::default().render(format));
    }
}

#[test]
fn no_text_of_the_code_starts_a_command_of_its_own() {
    for (format, start) in [(OutputFormat::Github, "::"), (OutputFormat::Azure, "##vso[task.logissue ")] {
        let text = unusual().render(format);
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.lines().all(|line| line.starts_with(start)), "{text}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
        assert_eq!(text.matches("##vso[").count(), if format == OutputFormat::Azure { 4 } else { 0 });
    }
}

#[test]
fn github_gets_errors_first_and_no_columns_over_several_lines() {
    let mut case = ordinary();
    let call = case.at(0, "client.messages.create(\n        model=MODEL");
    case.findings[0].primary.at = call;
    let text = case.render(OutputFormat::Github);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("::error file=src/settings.py,line=3,endLine=3,col=7,"), "{text}");
    assert!(lines[1].starts_with("::warning file=src/app/client.py,line=7,endLine=8,title="), "{text}");
}

#[test]
fn fingerprints_of_gitlab_are_unique_and_know_no_lines() {
    let fingerprints = |text: &str| -> Vec<String> {
        let case = Case::default().file("a.py", text);
        let finding = ordinary().findings[0].clone();
        let case = case.finding(|case| {
            let mut finding = finding.clone();
            finding.primary.at = case.at(0, "call()");
            finding
        });
        let case = case.finding(|case| case.findings[0].clone());
        let issues: Value = serde_json::from_str(&case.render(OutputFormat::Gitlab)).unwrap();
        issues.as_array().unwrap().iter().map(|i| i["fingerprint"].as_str().unwrap().to_string()).collect()
    };
    let here = fingerprints("call()\n");
    assert_ne!(here[0], here[1]);
    assert_eq!(here, fingerprints("\n\ncall()\n"));
}

#[test]
fn rdjson_counts_bytes() {
    let document: Value = serde_json::from_str(&unusual().render(OutputFormat::Rdjson)).unwrap();
    let starts: Vec<String> = document["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| &d["location"]["range"]["start"])
        .map(|start| format!("{}:{}", start["line"], start["column"]))
        .collect();
    assert_eq!(starts, ["1:1", "2:16", "2:21", "1:30"]);
}

#[test]
fn junit_tells_of_what_was_not_linted() {
    let problems = vec![Problem::new("a\u{1}b.py", "is not text: it holds NUL bytes")];
    let case = Case { problems, ..Case::default() };
    let text = case.render(OutputFormat::Junit);
    assert!(text.contains("tests=\"1\" failures=\"0\" errors=\"1\""), "{text}");
    assert!(text.contains("classname=\"a␁b.py\""), "{text}");
    assert!(!text.contains("nothing found"), "a run with errors did not pass: {text}");
}

#[test]
fn json_lines_are_documents() {
    let mut case = ordinary();
    case.problems = vec![Problem::new("b.py", "is not UTF-8")];
    let text = case.render(OutputFormat::JsonLines);
    let documents: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(documents.len(), 3);
    assert_eq!(documents[0]["rule"], "missing-retry");
    assert_eq!(documents[2]["problem"]["path"], "b.py");
}

#[test]
fn accepted_findings_are_marked_in_sarif_and_all_others_as_well() {
    let mut case = ordinary();
    let accepted = |finding: &Finding, by| Accepted { finding: finding.clone(), by };
    case.accepted = vec![
        accepted(&case.findings[0], Acceptance::Comment("the {queue} retries".into())),
        accepted(&case.findings[1], Acceptance::Baseline),
    ];
    let log = case.sarif();
    let marks: Vec<(Value, Value)> = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| (result["suppressions"].clone(), result["baselineState"].clone()))
        .collect();
    let none = (json!([]), json!("new"));
    let comment =
        json!([{ "kind": "inSource", "status": "accepted", "justification": "the ❴queue❵ retries" }]);
    let baseline = json!([{ "kind": "external", "status": "accepted" }]);
    assert_eq!(marks, [none.clone(), none, (comment, json!("new")), (baseline, json!("unchanged"))]);
}
