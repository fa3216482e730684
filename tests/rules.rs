//! Every rule page and every annotated fixture, through the public interface.
//!
//! `RULE=missing-retry cargo test --test rules` looks at one rule only.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use claude_lint::custom::marks::{Mark, Promise, Reported, Source};
use claude_lint::finding::Finding;
use claude_lint::lang::Language;
use claude_lint::linter::{self, Checked};
use claude_lint::rules::{self, Rule};
use claude_lint::selection::Selection;

use support::Case;
use support::markdown::{default_path, fences};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Whether a rule is to be looked at in this run.
fn wanted(id: &str) -> bool {
    std::env::var("RULE").map_or(true, |rule| rule.is_empty() || rule == id)
}

/// The default rules, and one that may be pedantic.
fn selection(rule: Option<&'static Rule>) -> Selection {
    rule.map_or_else(Selection::default, |rule| Selection::default().with(rule))
}

fn lint(case: &Case, selection: &Selection) -> (Vec<Reported>, Checked) {
    let sources = case.sources.iter().map(|s| (s.path.as_str(), s.text.as_str()));
    let checked = linter::lint_sources(sources, selection);
    (Reported::of(&checked), checked)
}

/// What is wrong with a case under the default rules and perhaps one more.
fn failures(case: &Case, rule: Option<&'static Rule>, must_parse: bool) -> String {
    let (reported, checked) = lint(case, &selection(rule));
    let mut failures = case.failures(&reported);
    for finding in &checked.findings {
        for complaint in style(finding) {
            failures.push_str(&format!("{}: {complaint}\n", finding.rule.id));
        }
    }
    for problem in &checked.problems {
        failures.push_str(&format!("{}: {}\n", problem.path, problem.message));
    }
    for file in checked.project.files().iter().filter(|_| must_parse) {
        let source = case.sources.iter().find(|s| s.path == file.source.path).unwrap();
        for &error in &file.facts.errors {
            failures.push_str(&source.describe(file.source.position(error.start).line, "does not parse"));
        }
    }
    failures
}

/// What is wrong with the words of a finding.
fn style(finding: &Finding) -> Vec<String> {
    let related = finding.related.iter().map(|label| ("related label", &label.text));
    let texts = [("message", &finding.message), ("label", &finding.primary.text), ("help", &finding.help)];
    let mut complaints = Vec::new();
    for (what, text) in texts.into_iter().chain(related) {
        let mut complain = |words: &str| complaints.push(format!("{what} {words}: {text}"));
        if text.is_empty() && what != "label" {
            complain("is empty");
        }
        if text.ends_with('.') && !text.ends_with("..") {
            complain("ends with a full stop");
        }
        if text.matches('`').count() % 2 != 0 {
            complain("has a backtick without its fellow");
        }
        if what != "help" && text.contains('\n') {
            complain("is more than one line");
        }
        if text.trim() != text {
            complain("has white space around it");
        }
        let word: String = text.chars().take_while(|c| c.is_alphanumeric()).collect();
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        // Acronyms and `I` stay as they are.
        let ordinary = word.chars().skip(1).any(char::is_lowercase) && !NAMES.contains(&word.as_str());
        if capital && ordinary {
            complain("begins with a capital letter");
        }
    }
    complaints
}

/// Names that begin with a capital letter wherever they stand.
const NAMES: &[&str] = &[
    "Anthropic",
    "Azure",
    "Bedrock",
    "Celery",
    "Claude",
    "Foundry",
    "JavaScript",
    "LangChain",
    "LiteLLM",
    "OpenAI",
    "Python",
    "Rust",
    "TypeScript",
    "Vercel",
    "Vertex",
];

fn assert_none(failures: &[String]) {
    assert!(failures.iter().all(String::is_empty), "\n\n{}", failures.concat());
}

#[test]
fn pages() {
    let mut all = Vec::new();
    for rule in rules::ALL.iter().filter(|rule| wanted(rule.id)) {
        let origin = format!("src/rules/{}/{}.md", rule.category.name(), rule.id.replace('-', "_"));
        let mut shown: Vec<(Language, bool)> = Vec::new();
        for fence in fences(rule.docs) {
            let Some(path) = default_path(&fence.language) else { continue };
            let case = Case::parse(&fence.text, &origin, fence.offset, path);
            all.push(failures(&case, Some(rule), true));
            let own = |source: &Source| source.marks.iter().any(|mark| mark.rule == rule.id);
            if let Some(language) = language_of(&fence.section) {
                shown.push((language, case.sources.iter().any(own)));
            }
        }
        for &language in rule.languages {
            for bad in [true, false] {
                if !shown.contains(&(language, bad)) {
                    let which = if bad { "a reported" } else { "a silent" };
                    all.push(format!("{origin}: lacks {which} example under `### {language:?}`\n"));
                }
            }
        }
    }
    assert_none(&all);
}

fn language_of(heading: &str) -> Option<Language> {
    match heading {
        "Python" => Some(Language::Python),
        "TypeScript" => Some(Language::TypeScript),
        "Rust" => Some(Language::Rust),
        _ => None,
    }
}

#[test]
fn fixtures() {
    let folder = root().join("fixtures/rules");
    let mut all = Vec::new();
    for rule_folder in entries(&folder) {
        let id = name(&rule_folder);
        if !wanted(&id) {
            continue;
        }
        let Some(rule) = rules::find(&id) else {
            all.push(format!("fixtures/rules/{id}: there is no such rule\n"));
            continue;
        };
        for entry in entries(&rule_folder) {
            all.push(failures(&case_of(&entry), Some(rule), false));
        }
    }
    assert_none(&all);
}

#[test]
fn clean_projects() {
    let mut all = Vec::new();
    for project in entries(&root().join("fixtures/projects/clean")) {
        let case = case_of(&project);
        assert!(!case.is_bad(), "{}: clean projects hold no marks", project.display());
        all.push(failures(&case, None, true));
    }
    assert_none(&all);
}

/// A file, which may hold several, or a folder as one project.
fn case_of(path: &Path) -> Case {
    let origin = |file: &Path| file.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
    if path.is_file() {
        return Case::parse(&fs::read_to_string(path).unwrap(), &origin(path), 0, &name(path));
    }
    let mut case = Case::default();
    let mut folders = vec![path.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in entries(&folder) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let shown = entry.strip_prefix(path).unwrap().to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&entry).unwrap();
            case.sources.extend(Case::parse(&text, &origin(&entry), 0, &shown).sources);
        }
    }
    case
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// What a folder holds, hidden things aside, in order.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !name(path).starts_with('.'));
    paths.sort();
    paths
}

mod harness {
    //! The harness itself, with reports made by hand.

    use super::*;

    const PAGE: &str = "# toy\n\n## Examples\n\n### Python\n\n```python\nx = 1\nf(x)  # expect: toy\n```\n\n\
                        ## When to ignore it\n\n```sh\nls\n```\n";

    fn report(path: &str, line: u32, rule: &str) -> Reported {
        Reported { path: path.into(), line, rule: rule.into(), message: "message".into() }
    }

    #[track_caller]
    fn check(text: &str, reported: &[Reported], expected: &str) {
        assert_eq!(Case::parse(text, "page.md", 10, "a.py").failures(reported), expected);
    }

    #[test]
    fn fences_know_their_place() {
        let fences = fences(PAGE);
        assert_eq!(fences.len(), 2);
        assert_eq!((fences[0].language.as_str(), fences[0].section.as_str()), ("python", "Python"));
        assert_eq!((fences[0].offset, fences[0].text.as_str()), (7, "x = 1\nf(x)  # expect: toy\n"));
        assert_eq!((fences[1].language.as_str(), fences[1].section.as_str()), ("sh", ""));
        assert_eq!(default_path("sh"), None);
    }

    #[test]
    fn reports_must_agree_with_marks() {
        let text = "x = 1\nf(x)  # expect: toy\n";
        check(text, &[report("a.py", 2, "toy")], "");
        check(text, &[], "page.md:12: missing `toy`\n    | f(x)  # expect: toy\n");
        check(
            text,
            &[report("a.py", 2, "toy"), report("a.py", 1, "toy")],
            "page.md:11: unexpected `toy`: message\n    | x = 1\n",
        );
        check(
            text,
            &[report("a.py", 2, "toy"), report("a.py", 2, "toy")],
            "page.md:12: unexpected `toy`: message\n    | f(x)  # expect: toy\n",
        );
        check(
            text,
            &[report("a.py", 2, "toy"), report("b.py", 1, "toy")],
            "b.py:1: report in a file that is not there\n",
        );
    }

    #[test]
    fn known_failures_must_stay_failures() {
        let text = "f(1)  # todo-expect: toy\nf(2)  # todo-ok: toy\n";
        check(text, &[report("a.py", 2, "toy")], "");
        check(
            text,
            &[report("a.py", 1, "toy")],
            "page.md:11: known miss of `toy` is found now: turn `todo-expect` into `expect`\n    \
             | f(1)  # todo-expect: toy\n\
             page.md:12: known false alarm of `toy` is gone: remove its `todo-ok`\n    \
             | f(2)  # todo-ok: toy\n",
        );
    }

    #[test]
    fn marks_stand_behind_or_above_their_line() {
        let text = "// expect: one, two\n// todo-ok: three\nf(\"http://x\"); // expect: four\n\ng();\n";
        let case = Case::parse(text, "page.md", 0, "a.ts");
        let mark = |promise, rule: &str| Mark { promise, rule: rule.into(), line: 3 };
        let expected = [
            mark(Promise::Reported, "one"),
            mark(Promise::Reported, "two"),
            mark(Promise::KnownFalseAlarm, "three"),
            mark(Promise::Reported, "four"),
        ];
        assert_eq!(case.sources[0].marks, expected);
    }

    #[test]
    fn one_text_can_hold_several_files() {
        let text = "# --- path: app/a.py\nx\n# --- path: app/b.py\ny  # expect: toy\n";
        let case = Case::parse(text, "page.md", 10, "unused.py");
        let paths: Vec<_> = case.sources.iter().map(|s| s.path.as_str()).collect();
        assert_eq!(paths, ["app/a.py", "app/b.py"]);
        assert_eq!(case.failures(&[report("app/b.py", 1, "toy")]), "");
        assert_eq!(case.failures(&[]), "page.md:14: missing `toy`\n    | y  # expect: toy\n");
    }

    #[test]
    fn words_of_findings_have_a_style() {
        let text = "f()  # claude-lint: ignore\n";
        let (_, checked) = lint(&Case::parse(text, "page.md", 0, "a.py"), &selection(None));
        let mut finding = checked.findings[0].clone();
        assert_eq!(style(&finding), [""; 0]);
        finding.message = "The `x is not right.".into();
        finding.primary.text = "HTTP status".into();
        finding.help = String::new();
        let complaints = style(&finding);
        assert_eq!(complaints.len(), 4, "{complaints:?}");
    }

    #[test]
    fn the_linter_sees_every_file_of_a_case() {
        let text = "# --- path: a.py\nimport b\n# --- path: b.py\nx = (\n# --- path: notes.txt\nhello\n";
        let (reported, checked) = lint(&Case::parse(text, "page.md", 0, ""), &selection(None));
        assert_eq!(reported, []);
        assert_eq!(checked.project.files().len(), 2);
        let broken = failures(&Case::parse(text, "page.md", 0, ""), None, true);
        assert!(broken.starts_with("page.md:4: does not parse"), "{broken}");
    }
}
