//! Which comments suppress which findings.
//!
//! The findings are made by hand, one at every `HIT`.
#![allow(clippy::unwrap_used, reason = "tests")]

use claude_lint::finding::{Acceptance, Finding, Location, Severity};
use claude_lint::lang::Dialect;
use claude_lint::linter;
use claude_lint::model::{Background, FileModel, Project};
use claude_lint::rules::{self, Rule};
use claude_lint::selection::Selection;
use claude_lint::source::{Cell, FileId, SourceFile, Span};
use claude_lint::suppress;

/// The rule findings are made of.
fn rule() -> &'static Rule {
    rules::find("unchecked-stop-reason").unwrap()
}

/// A project of one file and its findings: one at every `HIT`.
fn project(path: &str, text: &str, cells: Vec<Cell>) -> (Project, Vec<Finding>) {
    let dialect = Dialect::from_extension(path.rsplit('.').next().unwrap()).unwrap();
    let file = SourceFile::new(path, path, text, dialect).with_cells(cells);
    let hits = text.match_indices("HIT").map(|(at, hit)| {
        let at = Location { file: FileId(0), span: Span::new(at, at + hit.len()) };
        Finding::new(rule(), at, "hit")
    });
    let facts = dialect.facts(&file.text);
    (Project::new(vec![FileModel::new(file, facts)], Background::default()), hits.collect())
}

/// What is left, as `line rule`.
fn left(path: &str, text: &str, cells: Vec<Cell>, enabled: &[&'static Rule]) -> Vec<String> {
    let (project, findings) = project(path, text, cells);
    let applied = suppress::apply(&project, enabled, findings);
    let line = |f: &Finding| project.file(FileId(0)).source.position(f.primary.at.span.start).line;
    let mut left: Vec<_> = applied.findings.iter().map(|f| (line(f), f.rule.id)).collect();
    left.sort_unstable();
    left.into_iter().map(|(line, id)| format!("{line} {id}")).collect()
}

/// `RULE` in a text is the name of the rule; `expected` are lines with findings that are left,
/// negative where a suppression is unused.
#[track_caller]
fn check(path: &str, text: &str, expected: &[i64]) {
    let text = text.replace("RULE", rule().id);
    let left = left(path, &text, Vec::new(), rules::ALL);
    let expected: Vec<String> = expected
        .iter()
        .map(|&line| match line {
            line if line < 0 => format!("{} unused-suppression", -line),
            line => format!("{line} {}", rule().id),
        })
        .collect();
    assert_eq!(left, expected, "\n{text}");
}

#[test]
fn behind_code() {
    check("a.py", "HIT()  # claude-lint: ignore[RULE] labels only\nHIT()\n", &[2]);
    check("a.ts", "HIT(); // claude-lint: ignore[RULE]\nHIT();\n", &[2]);
    check("a.ts", "HIT(); /* claude-lint: ignore[RULE] */ HIT();\nHIT();\n", &[2]);
    check("a.ts", "/* claude-lint: ignore[RULE] */ HIT();\nHIT();\n", &[2]);
    check("a.rs", "fn f() {\n    HIT(); // claude-lint: ignore[RULE]\n    HIT();\n}\n", &[3]);
    check("a.py", "HIT()  # noqa: E501  # claude-lint: ignore[RULE]\n", &[]);
    check("a.py", "HIT()  #claude-lint:ignore [ RULE ,]\r\nHIT()\r\n", &[2]);
}

#[test]
fn letters_of_any_case_address_the_linter() {
    check("a.py", "HIT()  # Claude-Lint: ignore[RULE]\n", &[]);
    check("a.py", "HIT()  # é: claude-lint: x: CLAUDE-LINT: ignore[RULE]\n", &[1]);
}

#[test]
fn alone_on_a_line() {
    check("a.py", "# claude-lint: ignore[RULE]\nHIT()\nHIT()\n", &[3]);
    check("a.py", "# claude-lint: ignore[RULE] since\n# of two lines\n\nHIT()\n", &[]);
    check("a.ts", "/*\n * claude-lint: ignore[RULE] why\n */\nHIT();\nHIT();\n", &[5]);
    check("a.rs", "fn f() {\n    // claude-lint: ignore[RULE]\n    HIT();\n    HIT();\n}\n", &[4]);
    check("a.tsx", "const a = <b>\n  {/* claude-lint: ignore[RULE] */}\n  {HIT()}\n</b>;\n", &[]);
    check("a.py", "HIT()\n# claude-lint: ignore[RULE]\n", &[1, -2]);
}

#[test]
fn statements_over_several_lines() {
    // All of a plain statement, but only when the comment is above it or at its end.
    check("a.py", "# claude-lint: ignore[RULE]\nx = f(\n    HIT,\n    1,\n)\nHIT()\n", &[6]);
    check("a.py", "x = f(\n    HIT,\n    HIT,\n)  # claude-lint: ignore[RULE]\nHIT()\n", &[5]);
    check("a.ts", "const x = f({\n  a: HIT,\n}); // claude-lint: ignore[RULE]\nHIT();\n", &[4]);
    check("a.py", "x = f(  # claude-lint: ignore[RULE]\n    HIT,\n)\n", &[-1, 2]);
    check("a.py", "x = f(\n    HIT,  # claude-lint: ignore[RULE]\n    HIT,\n)\n", &[3]);
    check("a.py", "x = f(\n    # claude-lint: ignore[RULE]\n    HIT,\n    HIT,\n)\n", &[4]);
    check(
        "a.py",
        "x = f(\n    # claude-lint: ignore[RULE]\n    [\n        HIT,\n    ],\n    HIT,\n)\n",
        &[6],
    );
}

#[test]
fn blocks_are_not_covered_by_their_head() {
    check("a.py", "# claude-lint: ignore[RULE]\nfor HIT in x:\n    HIT()\n", &[3]);
    check("a.py", "# claude-lint: ignore[RULE]\ndef f(\n    a=HIT,\n):\n    HIT()\n", &[5]);
    check("a.py", "# claude-lint: ignore[RULE]\n@d\ndef HIT():\n    HIT()\n", &[4]);
    check("a.ts", "// claude-lint: ignore[RULE]\nrun(HIT, () => {\n  HIT();\n});\n", &[3]);
    check("a.py", "def f():\n    # claude-lint: ignore[RULE]\n    HIT()\n    HIT()\n", &[4]);
    check("a.py", "# claude-lint: ignore[RULE]\nclass A:\n    x = HIT\n", &[-1, 3]);
    check(
        "a.rs",
        "fn f() {\n    // claude-lint: ignore[RULE]\n    match HIT {\n        1 => HIT,\n    }\n}\n",
        &[4],
    );
    // A block that ends here is no plain statement.
    check("a.ts", "if (x) {\n  HIT();\n} // claude-lint: ignore[RULE]\n", &[2, -3]);
}

#[test]
fn whole_files() {
    check("a.py", "import x\n\n# claude-lint: ignore-file[RULE] generated\nHIT()\n\nHIT()\n", &[]);
    check("a.rs", "// claude-lint: ignore-file[response]\nfn f() { HIT(); }\n", &[]);
    check("a.py", "# claude-lint: ignore-file[RULE]\nx = 1\n", &[-1]);
}

#[test]
fn names() {
    check("a.py", "HIT()  # claude-lint: ignore[response]\n", &[]);
    check("a.py", "HIT()  # claude-lint: ignore[retry, RULE]\n", &[-1]);
    check("a.py", "HIT()  # claude-lint: ignore[RULE, RULE]\n", &[]);
    check("a.py", "HIT()  # claude-lint: ignore[no-such-rule, RULE]\n", &[]);
    check("a.py", "HIT()  # claude-lint: ignore[suppressions]\n", &[1, -1]);
}

#[test]
fn strings_and_prose_are_no_suppressions() {
    check("a.py", "HIT('# claude-lint: ignore[RULE]')\n", &[1]);
    check("a.ts", "HIT(`\n// claude-lint: ignore[RULE]\n${HIT}`);\n", &[1, 3]);
    check("a.py", "\"\"\"\n# claude-lint: ignore-file[RULE]\n\"\"\"\nHIT()\n", &[4]);
    check("a.py", "HIT()  # we write `claude-lint: ignore[RULE]` here\n", &[1]);
}

#[test]
fn unused_suppressions_can_be_suppressed_by_name() {
    check("a.py", "f()  # claude-lint: ignore[RULE, unused-suppression] only in one configuration\n", &[]);
    check("a.py", "# claude-lint: ignore-file[unused-suppression]\nf()  # claude-lint: ignore[RULE]\n", &[]);
    check("a.py", "HIT()  # claude-lint: ignore[RULE, unused-suppression]\n", &[-1]);
}

#[test]
fn what_did_not_run_is_not_unused() {
    let text = format!("f()  # claude-lint: ignore[{}]\n", rule().id);
    let unused = rules::find("unused-suppression").unwrap();
    assert_eq!(left("a.py", &text, Vec::new(), &[rule(), unused]), ["1 unused-suppression"]);
    assert!(left("a.py", &text, Vec::new(), &[unused]).is_empty());
    assert!(left("a.py", &text, Vec::new(), &[rule()]).is_empty());
    // Nobody knows what a broken file would have held.
    assert!(left("a.py", &format!("{text}x = (\n"), Vec::new(), rules::ALL).is_empty());
}

#[test]
fn a_comment_at_the_end_of_a_cell_is_not_about_the_next() {
    let cell =
        |number, first_line| Cell { number, first_line, file_lines: [1, 2].into(), written: Box::default() };
    let text = format!("x = 1\n# claude-lint: ignore[{}]\nHIT()\n", rule().id);
    let expected = ["2 unused-suppression", "3 unchecked-stop-reason"];
    assert_eq!(left("a.ipynb", &text, vec![cell(1, 1), cell(2, 3)], rules::ALL), expected);
    assert!(left("a.ipynb", &text, vec![cell(1, 1)], rules::ALL).is_empty());
}

/// The day of the project's background is that on which the data was checked, in 2026.
#[test]
fn a_suppression_may_end() {
    check("a.py", "HIT()  # claude-lint: ignore[RULE] the queue is replaced, until=2099-12-31\n", &[]);
    check("a.ts", "/* claude-lint: ignore[RULE] until=2099-12-31 */\nHIT();\n", &[]);
    check("a.py", "HIT()  # claude-lint: ignore[RULE] until=2025-01-31: then it goes\n", &[1, -1]);
    check("a.py", "f()  # claude-lint: ignore[RULE] until=2025-01-31\n", &[-1]);
    let ended = "HIT()  # claude-lint: ignore[unchecked-stop-reason] until=2025-01-31\n";
    let (project, findings) = project("a.py", ended, Vec::new());
    let applied = suppress::apply(&project, rules::ALL, findings);
    let messages: Vec<&str> = applied.findings.iter().map(|f| f.message.as_str()).collect();
    assert_eq!(messages, ["hit", "`unchecked-stop-reason` was suppressed here until 2025-01-31"]);
}

#[test]
fn reasons_are_kept() {
    let text = "HIT()  # claude-lint: ignore[unchecked-stop-reason]  labels   only\n";
    let (project, findings) = project("a.py", text, Vec::new());
    let applied = suppress::apply(&project, rules::ALL, findings);
    assert_eq!(applied.suppressed[0].by, Acceptance::Comment("labels only".into()));
}

#[test]
fn suppressed_findings_are_counted() {
    let text = format!("HIT(HIT)  # claude-lint: ignore[{}]\nHIT()\n", rule().id);
    let (project, findings) = project("a.py", &text, Vec::new());
    let applied = suppress::apply(&project, rules::ALL, findings);
    assert_eq!((applied.findings.len(), applied.suppressed.len()), (1, 2));
}

/// Messages of `invalid-suppression` for a comment behind code.
#[track_caller]
fn check_invalid(comment: &str, expected: &[(&str, &str)]) {
    let text = format!("f()  # claude-lint: {comment}\n");
    let checked = linter::lint_sources([("a.py", text.as_str())], &Selection::default());
    let invalid = checked.findings.iter().filter(|f| f.rule.id == "invalid-suppression");
    let found: Vec<_> = invalid.map(|f| (f.message.as_str(), f.help.as_str())).collect();
    assert_eq!(found, expected, "{text}");
    assert!(checked.findings.iter().all(|f| f.severity <= Severity::Warning));
}

#[test]
fn what_is_not_understood_is_said() {
    let form = "write `claude-lint: ignore[rule-id] reason`";
    let no_rule = [("this suppression names no rule, so it suppresses nothing", form)];
    check_invalid("ignore", &no_rule);
    check_invalid("ignore[]", &no_rule);
    check_invalid("ignore[ , ]", &no_rule);
    check_invalid("ignore this line", &no_rule);
    check_invalid("ignore[retry", &[("the list of rules is not closed by `]`", form)]);
    check_invalid("disable[retry]", &[("`disable` is no way to suppress findings", form)]);
    check_invalid("ingore[retry]", &[("`ingore` is no way to suppress findings", form)]);
    check_invalid("ignore-line[retry]", &[("`ignore-line` is no way to suppress findings", form)]);
    check_invalid(
        "ignore[unchecked_stop_reasons, frobnicate]",
        &[
            ("there is no rule `unchecked_stop_reasons`", "did you mean `unchecked-stop-reason`?"),
            ("there is no rule `frobnicate`", "`claude-lint rules` lists all rules"),
        ],
    );
    check_invalid(
        "ignore-file[retry]",
        &[(
            "`ignore-file` stands beside code, so it suppresses nothing",
            "put it on a line of its own, or write `ignore` to suppress findings of this line",
        )],
    );
    check_invalid("found nothing here", &[]);
}
