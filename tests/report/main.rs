//! How findings read in every format. What fires is tested elsewhere; these findings are made by hand.
#![allow(clippy::unwrap_used, reason = "tests")]

mod cases;
mod services;

use claude_lint::finding::{Edit, Finding, Fix, Location};
use claude_lint::lang::Dialect;
use claude_lint::report::OutputFormat;
use claude_lint::source::{FileId, Notebook, Problem, SourceFile, Span};
use serde_json::Value;

use cases::{Case, RETRY, RULES, notebook, ordinary, unusual};

#[test]
fn full() {
    insta::assert_snapshot!("full", ordinary().render(OutputFormat::Full));
    insta::assert_snapshot!("full_unusual", unusual().render(OutputFormat::Full));
    insta::assert_snapshot!("full_notebook", notebook().render(OutputFormat::Full));
    insta::assert_snapshot!("full_narrow", ordinary().render_wide(OutputFormat::Full, 60, false));
}

#[test]
fn concise() {
    insta::assert_snapshot!("concise", ordinary().render(OutputFormat::Concise));
    insta::assert_snapshot!("concise_unusual", unusual().render(OutputFormat::Concise));
    insta::assert_snapshot!("concise_notebook", notebook().render(OutputFormat::Concise));
}

#[test]
fn json() {
    insta::assert_snapshot!("json", ordinary().render(OutputFormat::Json));
    insta::assert_snapshot!("json_notebook", notebook().render(OutputFormat::Json));
}

#[test]
fn sarif() {
    insta::assert_snapshot!("sarif", ordinary().render(OutputFormat::Sarif));
}

/// `startLine:startColumn-endLine:endColumn` of the first location of every result.
fn regions(log: &Value) -> Vec<String> {
    let results = log["runs"][0]["results"].as_array().unwrap();
    let region = |r: &Value| {
        let r = &r["locations"][0]["physicalLocation"]["region"];
        format!("{}:{}-{}:{}", r["startLine"], r["startColumn"], r["endLine"], r["endColumn"])
    };
    results.iter().map(region).collect()
}

#[test]
fn sarif_columns_are_utf16_units_after_wide_characters() {
    let log = unusual().sarif();
    assert_eq!(log["runs"][0]["columnKind"], "utf16CodeUnits");
    assert_eq!(regions(&log), ["1:1-1:8", "2:13-2:20", "2:18-2:25", "1:28-1:35"]);
}

#[test]
fn sarif_paths_are_encoded_and_relative_to_the_repository() {
    let log = unusual().sarif();
    let artifact = &log["runs"][0]["results"][3]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(artifact["uri"], "%5Bid%5D/%C3%A9%20%E2%80%AEx%1B%5B0m.py");
    assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
}

#[test]
fn sarif_of_a_notebook_points_into_the_file_on_disk() {
    let log = notebook().sarif();
    assert_eq!(regions(&log), ["41:null-41:null"]);
    let result = &log["runs"][0]["results"][0];
    let related = &result["relatedLocations"][0]["physicalLocation"]["region"];
    assert_eq!(related["startLine"], 18);
    // The text is not that of the file, which is not there to be hashed.
    assert_eq!(result["partialFingerprints"].as_object().unwrap().len(), 1);
}

#[test]
fn sarif_holds_what_code_scanning_asks_for() {
    let mut case = ordinary();
    case.problems = vec![Problem::new("src/{x}.py", "is not UTF-8: line 3 holds other bytes")];
    let log = case.sarif();
    let run = &log["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "claude-lint/");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let note = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(note["level"], "warning");
    assert_eq!(note["message"]["text"], "src/❴x❵.py: is not UTF-8: line 3 holds other bytes.");
    let driver = &run["tool"]["driver"];
    let ids: Vec<&Value> = driver["notifications"].as_array().unwrap().iter().map(|n| &n["id"]).collect();
    assert!(ids.contains(&&note["descriptor"]["id"]), "{ids:?}");
    let rules = driver["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    for rule in rules {
        assert_ne!(rule["id"], rule["name"]);
        for text in [&rule["shortDescription"], &rule["fullDescription"], &rule["help"]] {
            let length = text["text"].as_str().unwrap().chars().count();
            assert!((1..=1024).contains(&length), "{rule:#}");
        }
        assert!(!rule["help"]["markdown"].as_str().unwrap().contains("expect:"));
        let properties = &rule["properties"];
        assert!(properties["tags"].as_array().unwrap().len() <= 10);
        let security = properties["tags"].as_array().unwrap().iter().any(|tag| tag == "security");
        assert_eq!(properties["security-severity"].is_string(), security, "{rule:#}");
        assert_eq!(properties["problem.severity"].is_string(), !security, "{rule:#}");
    }
    for result in run["results"].as_array().unwrap() {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(result["ruleId"], rules[index]["id"]);
        for key in ["rank", "kind", "suppressions", "baselineState"] {
            assert!(result.get(key).is_none(), "{key} in {result:#}");
        }
        let text = result["message"]["text"].as_str().unwrap();
        let related = result["relatedLocations"].as_array().map_or(0, Vec::len);
        for id in 1..=related {
            assert!(text.contains(&format!("]({id})")), "no link to related location {id} in {text}");
        }
    }
}

#[test]
fn sarif_without_findings_still_lists_results_and_rules() {
    let log = Case::default().sarif();
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), RULES.len());
}

#[test]
fn nothing_that_drives_a_terminal_or_a_ci_system_is_printed() {
    for format in [OutputFormat::Full, OutputFormat::Concise, OutputFormat::Agent] {
        let text = unusual().render(format);
        let bad = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!text.contains(bad), "{text:?}");
        assert!(!text.contains("##vso[") && !text.contains("##["), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    }
}

#[test]
fn colours_change_nothing_but_colours() {
    let plain = ordinary().render(OutputFormat::Full);
    let colored = ordinary().render_wide(OutputFormat::Full, 100, true);
    assert_ne!(plain, colored);
    let mut stripped = String::new();
    for (index, piece) in colored.split('\x1b').enumerate() {
        let text = if index == 0 { piece } else { piece.split_once('m').unwrap().1 };
        stripped.push_str(text);
    }
    let trimmed: Vec<&str> = stripped.lines().map(str::trim_end).collect();
    assert_eq!(trimmed, plain.lines().collect::<Vec<_>>());
}

#[test]
fn long_lines_are_cut_around_the_finding() {
    let text = format!("{}call(1){}\n{}\n", "é=1;".repeat(50_000), "y=2;".repeat(50_000), "z".repeat(90_000));
    let case = Case::default().file("long.ts", &text).finding(|case| {
        Finding::new(&RETRY, case.at(0, "call(1)"), "in a long line")
            .label("here")
            .related(case.at(0, "é=1;"), "far to the left")
    });
    let report = case.render(OutputFormat::Full);
    insta::assert_snapshot!("full_long_line", report);
    assert!(report.chars().count() < 1000);
}

#[test]
fn labels_on_one_line_stay_apart() {
    let case = Case::default().file("a.py", "x = f(g(1), h(2))\n").finding(|case| {
        Finding::new(&RETRY, case.at(0, "h(2)"), "several labels on one line")
            .label("inner")
            .related(case.at(0, "f(g(1), h(2))"), "outer")
            .related(case.at(0, "h(2)"), "same place")
            .related(case.at(0, "g(1)"), "left")
    });
    insta::assert_snapshot!("full_one_line", case.render(OutputFormat::Full));
}

#[test]
fn places_that_do_not_exist_are_left_out() {
    let mut case = ordinary();
    let nowhere = Location { file: FileId(9), span: Span::new(3, 5) };
    let past_the_end = Location { file: FileId(1), span: Span::new(9000, 9001) };
    let inside_nothing = Location { file: FileId(1), span: Span::new(5, 2) };
    case.findings = vec![
        Finding::new(&RETRY, nowhere, "no such file"),
        Finding::new(&RETRY, past_the_end, "past the end").related(nowhere, "gone"),
        Finding::new(&RETRY, inside_nothing, "ends before it starts"),
    ];
    for &format in OutputFormat::ALL {
        let text = case.render(format).to_lowercase();
        assert!(text.contains("past the end") && text.contains("ends before it starts"), "{text}");
    }
}

#[test]
fn fixes_are_told_where_a_format_has_a_place_for_them() {
    let fix = |case: &cases::Case| {
        let (at, key) = (case.at(0, "model"), case.at(0, "old"));
        let edits = vec![Edit { at: key, text: "new".into() }];
        Finding::new(&RETRY, at, "it is old").help("use another").fix(Fix::safe("use `new`", edits))
    };
    let case = cases::Case::default().file("a.py", "é😀 = 1; model = 'old'\n").finding(fix);
    insta::assert_snapshot!("full_fix", case.render(OutputFormat::Full));
    let json: Value = serde_json::from_str(&case.render(OutputFormat::Json)).unwrap();
    let fix = &json["findings"][0]["fix"];
    assert_eq!((&fix["title"], &fix["safety"]), (&"use `new`".into(), &"safe".into()));
    assert_eq!(fix["edits"][0]["start"], serde_json::json!({ "line": 1, "column": 18, "offset": 21 }));
    assert_eq!(fix["edits"][0]["text"], "new");
    let replacement =
        &case.sarif()["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["deletedRegion"]["startColumn"], 19);
    assert_eq!(replacement["insertedContent"]["text"], "new");
    let rdjson: Value = serde_json::from_str(&case.render(OutputFormat::Rdjson)).unwrap();
    let suggestion = &rdjson["diagnostics"][0]["suggestions"][0];
    assert_eq!((&suggestion["text"], &suggestion["range"]["start"]["column"]), (&"new".into(), &22.into()));
}

/// A notebook on disk with one fix in its second cell, and its report.
#[track_caller]
fn with_notebook(json: &str, old: &str, new: &str, format: OutputFormat) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lab.ipynb");
    std::fs::write(&path, json).unwrap();
    let notebook = Notebook::from_bytes(json.as_bytes()).unwrap();
    let file = SourceFile::new("lab.ipynb", path, &notebook.text, Dialect::Python).with_cells(notebook.cells);
    let mut case = Case::default();
    case.files.push(file);
    let case = case.finding(|case| {
        let at = case.at(0, old);
        Finding::new(&RETRY, at, "it is old").fix(Fix::safe("renew", vec![Edit { at, text: new.into() }]))
    });
    serde_json::from_str(&case.render(format)).unwrap()
}

#[test]
fn fixes_in_notebooks_are_edits_of_their_strings() {
    let json = "\u{feff}{\"nbformat\": 4, \"metadata\": {}, \"cells\": [\n {\"cell_type\": \"code\", \"source\": \"import \
                anthropic\"},\n {\"cell_type\": \"code\", \"source\": [\n  \"s = '\\té😀'; m = \\\"old\\\"\\n\",\n  \
                \"print(m)\"\n ]}\n]}\n";
    let log = with_notebook(json, "m = \"old\"", "m = \"new\"", OutputFormat::Sarif);
    let result = &log["runs"][0]["results"][0];
    let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    let region = &change["deletedRegion"];
    assert_eq!(&result["locations"][0]["physicalLocation"]["region"], region);
    assert_eq!((&region["startLine"], &region["endLine"]), (&4.into(), &4.into()), "{log:#}");
    assert_eq!((&region["startColumn"], &region["endColumn"]), (&17.into(), &28.into()));
    assert_eq!(change["insertedContent"]["text"], "m = \\\"new\\\"");
    let log = with_notebook(json, "m = \"old\"", "m = \"new\"", OutputFormat::Rdjson);
    let suggestion = &log["diagnostics"][0]["suggestions"][0];
    assert_eq!(suggestion["text"], "m = \\\"new\\\"");
    assert_eq!(suggestion["range"]["start"], serde_json::json!({ "line": 4, "column": 20 }));
    assert_eq!(suggestion["range"], log["diagnostics"][0]["location"]["range"]);
    // The place lies in strings of two cells.
    let log = with_notebook(json, "anthropic\ns", "x", OutputFormat::Sarif);
    assert_eq!(log["runs"][0]["results"][0].get("fixes"), None);
}
