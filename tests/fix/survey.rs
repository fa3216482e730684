//! Everything in the pages of the rules and in `fixtures/`, fixed as far as it goes.

use std::fs;
use std::path::{Path, PathBuf};

use claude_lint::fix::fix_sources;
use claude_lint::lang::Dialect;
use claude_lint::linter::lint_sources;
use claude_lint::rules::{self, Rule};
use claude_lint::selection::Selection;

use crate::support::Case;
use crate::support::markdown::{default_path, fences};

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn syntax_errors(path: &str, text: &str) -> Option<usize> {
    Dialect::from_extension(path.rsplit_once('.')?.1)?.syntax_errors(text)
}

/// What is wrong after a case was fixed; counts what was fixed.
fn complaints(origin: &str, case: &Case, rule: &'static Rule, fixed: &mut usize) -> Vec<String> {
    let mut complaints = Vec::new();
    let selection = Selection::default().with(rule);
    let sources: Vec<(&str, &str)> = case.sources.iter().map(|s| (&*s.path, &*s.text)).collect();
    let found = lint_sources(sources.iter().copied(), &selection).findings;
    if found.iter().all(|finding| finding.fix.is_none()) {
        return complaints;
    }
    for (finding, fix) in found.iter().filter_map(|finding| Some((finding, finding.fix.as_ref()?))) {
        if !rules::fixes(finding.rule).contains(&fix.safety) {
            complaints.push(format!(
                "{origin}: nobody says that {} has {} fixes",
                finding.rule.id,
                fix.safety.name()
            ));
        }
    }
    for unsafe_too in [false, true] {
        let mut complain =
            |words: String| complaints.push(format!("{origin} (unsafe {unsafe_too}): {words}"));
        let (checked, changes, count) = fix_sources(sources.iter().copied(), &selection, unsafe_too);
        *fixed += count;
        let mut after: Vec<(String, String)> =
            sources.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
        for change in &changes {
            let text = String::from_utf8(change.after.clone()).unwrap();
            let place = after.iter_mut().find(|(path, _)| *path == change.path).unwrap();
            if syntax_errors(&change.path, &text) > syntax_errors(&change.path, &place.1) {
                complain(format!("{} does not parse as before:\n{}", change.path, change.diff()));
            }
            place.1 = text;
        }
        // What can still be fixed was tried, and the finding did not go.
        let left = checked.findings.iter().filter_map(|f| Some((f, f.fix.as_ref()?)));
        for (finding, fix) in left.filter(|(_, fix)| claude_lint::fix::is_wanted(fix, unsafe_too)) {
            complain(format!("{} is still there after `{}`", finding.rule.id, fix.title));
        }
        let texts = || after.iter().map(|(path, text)| (&**path, &**text));
        // Nothing is fixed by making something else wrong.
        let before = found.len();
        let now = lint_sources(texts(), &selection).findings;
        if now.len() > before {
            let ids: Vec<&str> = now.iter().map(|f| f.rule.id).collect();
            complain(format!("{before} findings became {ids:?} while {count} were fixed"));
        }
        let (_, again, _) = fix_sources(texts(), &selection, unsafe_too);
        for change in again {
            complain(format!("a second run changes more:\n{}", change.diff()));
        }
    }
    complaints
}

#[test]
fn everything_parses_and_is_fixed_once() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let (mut all, mut fixed) = (Vec::new(), 0);
    let wanted = |id: &str| std::env::var("RULE").map_or(true, |rule| rule.is_empty() || rule == id);
    for rule in rules::ALL.iter().filter(|rule| wanted(rule.id)) {
        for fence in fences(rule.docs) {
            let Some(path) = default_path(&fence.language) else { continue };
            let case = Case::parse(&fence.text, "page", 0, path);
            let origin = format!("{}:{}", rule.id, fence.offset);
            all.extend(complaints(&origin, &case, rule, &mut fixed));
        }
        let folder = root.join("fixtures/rules").join(rule.id);
        for entry in if folder.is_dir() { entries(&folder) } else { Vec::new() } {
            if entry.is_file() {
                let name = entry.file_name().unwrap().to_string_lossy().into_owned();
                let case = Case::parse(&fs::read_to_string(&entry).unwrap(), "fixture", 0, &name);
                all.extend(complaints(&format!("{}/{name}", rule.id), &case, rule, &mut fixed));
            }
        }
    }
    assert!(all.is_empty(), "\n\n{}", all.join("\n"));
    assert!(fixed > 50 || std::env::var("RULE").is_ok(), "only {fixed} findings were fixed");
}

#[test]
fn fixes_are_described() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/fixes.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let rows: Vec<(&str, &str)> =
        rows.filter_map(|(id, row)| Some((id, row.trim_end_matches(" |").rsplit(" | ").next()?))).collect();
    for rule in rules::ALL {
        let of: Vec<&str> = rows.iter().filter(|(id, _)| *id == rule.id).map(|(_, how)| *how).collect();
        let mut expected = Vec::new();
        if of.iter().any(|how| how.starts_with("safe")) {
            expected.push("safe");
        }
        if of.iter().any(|how| how.contains("unsafe")) {
            expected.push("unsafe");
        }
        let said: Vec<&str> = rules::fixes(rule).iter().map(|safety| safety.name()).collect();
        assert_eq!(said, expected, "{} in docs/fixes.md", rule.id);
    }
}
