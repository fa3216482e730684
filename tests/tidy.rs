//! Tests about the code base itself.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use claude_lint::lang::Dialect;
use claude_lint::rules::{ALL, ALL_LANGUAGES, Category, Rule, page};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A text file of the project; the path has forward slashes.
struct Text {
    path: String,
    text: String,
}

impl Text {
    fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Lines with their numbers.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// The text files below some folders, in order.
fn texts(folders: &[&str]) -> Vec<Text> {
    let mut texts = Vec::new();
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if let Ok(text) = fs::read_to_string(&path) {
            texts.push(Text { path: shown(&path), text });
        }
    }
    texts.sort_by(|a, b| a.path.cmp(&b.path));
    texts
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

/// Where the page of a rule is, and with `rs` its code.
fn rule_path(rule: &Rule, extension: &str) -> String {
    format!("src/rules/{}/{}.{extension}", rule.category.name(), rule.id.replace('-', "_"))
}

#[track_caller]
fn assert_none(complaints: &str) {
    assert!(complaints.is_empty(), "\n\n{complaints}");
}

#[test]
fn rules_are_their_files() {
    let in_folders = |extension: &str| -> BTreeSet<String> {
        let files = texts(&["src/rules"]).into_iter().map(|text| text.path);
        let of_rules = files.filter(|path| path.split('/').count() == 4 && !path.ends_with("/mod.rs"));
        of_rules.filter(|path| path.ends_with(&format!(".{extension}"))).collect()
    };
    for extension in ["rs", "md"] {
        let registered: BTreeSet<String> = ALL.iter().map(|rule| rule_path(rule, extension)).collect();
        assert_eq!(registered.len(), ALL.len(), "two rules have one name");
        assert_eq!(registered, in_folders(extension), "the registry and the files differ");
    }
    for rule in ALL {
        let page = fs::read_to_string(root().join(rule_path(rule, "md"))).unwrap();
        assert_eq!(page, rule.docs, "{} has the page of another rule", rule.id);
    }
}

#[test]
fn rules_stand_in_the_order_of_the_categories() {
    let categories: Vec<Category> = ALL.iter().map(|rule| rule.category).collect();
    assert!(categories.is_sorted(), "{categories:?}");
}

#[test]
fn rules_have_good_names_and_summaries() {
    let mut complaints = String::new();
    for rule in ALL {
        let kebab = rule.id.split('-').all(|word| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        });
        if !kebab {
            let _ = writeln!(complaints, "{}: not in kebab-case", rule.id);
        }
        if rule.summary.is_empty()
            || rule.summary.ends_with('.')
            || rule.summary.chars().count() > 120
            || rule.summary.contains(['\n', '{', '}'])
        {
            let _ = writeln!(complaints, "{}: the summary is one line without a full stop", rule.id);
        }
        if rule.languages.is_empty() {
            let _ = writeln!(complaints, "{}: works in no language", rule.id);
        }
        for category in Category::ALL {
            if category.name() == rule.id {
                let _ = writeln!(complaints, "{}: also the name of a category", rule.id);
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn pages_have_the_fixed_headings() {
    let mut complaints = String::new();
    for rule in ALL {
        let headings = headings(rule.docs);
        let path = rule_path(rule, "md");
        if headings.first().map(String::as_str) != Some(&format!("# {}", rule.id)) {
            let _ = writeln!(complaints, "{path}: the title is not `# {}`", rule.id);
        }
        let sections: Vec<&str> = headings.iter().filter_map(|h| h.strip_prefix("## ")).collect();
        if sections != page::HEADINGS {
            let _ = writeln!(complaints, "{path}: sections are {sections:?}, not {:?}", page::HEADINGS);
        }
        let languages: Vec<&str> = headings.iter().filter_map(|h| h.strip_prefix("### ")).collect();
        let expected: Vec<String> = rule.languages.iter().map(|language| format!("{language:?}")).collect();
        if languages != expected {
            let _ = writeln!(complaints, "{path}: examples are in {languages:?}, not in {expected:?}");
        }
        for heading in page::HEADINGS {
            if page::section(rule.docs, heading).is_some_and(str::is_empty) {
                let _ = writeln!(complaints, "{path}: nothing under `{heading}`");
            }
        }
    }
    assert_none(&complaints);
}

fn headings(page: &str) -> Vec<String> {
    let mut fenced = false;
    let mut headings = Vec::new();
    for line in page.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if !fenced && line.starts_with('#') {
            headings.push(line.trim_end().to_string());
        }
    }
    headings
}

#[test]
fn rules_know_neither_languages_nor_syntax() {
    let kinds = node_kinds();
    let mut complaints = String::new();
    let files = texts(&["src/rules"]);
    for file in files.iter().filter(|file| file.extension() == "rs" && file.path.split('/').count() >= 4) {
        for (number, line) in file.lines() {
            let code = line.trim_start();
            let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            let strings = code.split('"').skip(1).step_by(2);
            let found = if code.contains("tree_sitter") {
                Some("tree-sitter")
            } else if code.contains("crate::facts") || code.contains(".facts") {
                Some("facts, which the model answers questions about")
            } else if words.clone().any(|word| word == "Dialect" || word == "dialect") {
                Some("a dialect")
            } else if words.clone().any(|word| word == "Language" || word == "language")
                && !code.starts_with("languages:")
                && !code.starts_with("use ")
                && !code.starts_with("//")
            {
                Some("a language")
            } else if strings.into_iter().any(|string| kinds.contains(string)) {
                Some("a kind of node")
            } else {
                None
            };
            if let Some(found) = found {
                let _ = writeln!(complaints, "{}:{number}: mentions {found}: {code}", file.path);
            }
        }
    }
    assert_none(&complaints);
}

/// Kinds of nodes that no other word is spelled like.
fn node_kinds() -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    for dialect in [Dialect::Python, Dialect::TypeScript, Dialect::Tsx, Dialect::Rust] {
        let grammar = dialect.grammar();
        for id in 0..grammar.node_kind_count() as u16 {
            let kind = grammar.node_kind_for_id(id).unwrap_or_default();
            if grammar.node_kind_is_named(id) && kind.contains('_') {
                kinds.insert(kind.to_string());
            }
        }
    }
    assert!(kinds.contains("call_expression"), "{kinds:?}");
    kinds
}

#[test]
fn only_the_languages_know_the_grammars() {
    let mut complaints = String::new();
    for file in texts(&["src"]).iter().filter(|file| file.extension() == "rs") {
        for (number, line) in file.lines() {
            let grammar = ["tree_sitter_python", "tree_sitter_typescript", "tree_sitter_rust"]
                .iter()
                .any(|name| line.contains(name));
            let parser = line.contains("tree_sitter::");
            let allowed = file.path == "src/lang/mod.rs"
                || (!grammar && (file.is_in("src/lang/") || file.is_in("src/facts/")));
            if (grammar || parser) && !allowed {
                let _ = writeln!(complaints, "{}:{number}: {}", file.path, line.trim());
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn files_stay_short() {
    let mut complaints = String::new();
    for file in texts(&["src"]).iter().filter(|file| file.extension() == "rs") {
        // Of a rule, a longer file has parts.
        let limit = if file.is_in("src/rules/") { 220 } else { 400 };
        let lines = file.text.lines().count();
        if lines > limit {
            let _ = writeln!(complaints, "{}: {lines} lines, more than {limit}", file.path);
        }
    }
    assert_none(&complaints);
}

#[test]
fn no_file_knows_a_machine() {
    // Joined here, so that this file does not find itself.
    let folders: Vec<String> = ["work", "root", "Users"].iter().map(|name| format!("/{name}/")).collect();
    let mut complaints = String::new();
    let places =
        ["src", "tests", "queries", "docs", "fixtures", "README.md", "CONTRIBUTING.md", "Cargo.toml"];
    for file in texts(&places) {
        for (number, line) in file.lines() {
            let absolute = folders.iter().flat_map(|folder| line.match_indices(folder.as_str()));
            let begins = |at: usize| {
                let before = line[..at].chars().next_back();
                before.is_none_or(|c| !c.is_alphanumeric() && !"./_-~*".contains(c))
            };
            if absolute.into_iter().any(|(at, _)| begins(at)) {
                let _ = writeln!(complaints, "{}:{number}: {}", file.path, line.trim());
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn no_test_is_ignored() {
    let mark = format!("#[{}", "ignore");
    for file in texts(&["src", "tests"]).iter().filter(|file| file.extension() == "rs") {
        assert!(!file.text.contains(&mark), "{}: run it, or assert what is wrong and say why", file.path);
    }
}

/// `UPDATE=1 cargo test --test tidy` writes the table anew.
#[test]
fn the_table_of_rules_in_the_readme_is_complete() {
    let (start, end) = ("<!-- rules -->\n", "<!-- /rules -->");
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(start).expect("the table begins");
    let (table, after) = rest.split_once(end).expect("the table ends");
    let expected = rule_table();
    if table != expected && std::env::var_os("UPDATE").is_some() {
        fs::write(&path, format!("{before}{start}{expected}{end}{after}")).unwrap();
        return;
    }
    assert_eq!(table, expected, "write it anew with `UPDATE=1 cargo test --test tidy`");
}

fn rule_table() -> String {
    let mut table = String::from("\n| rule | severity | what it finds |\n|---|---|---|\n");
    for rule in ALL {
        let tier = if rule.pedantic { ", pedantic" } else { "" };
        let languages: Vec<String> = rule.languages.iter().map(|language| format!("{language:?}")).collect();
        let only = if rule.languages.len() == ALL_LANGUAGES.len() {
            String::new()
        } else {
            format!(" ({})", languages.join(", "))
        };
        let summary = rule.summary.replace('|', "\\|");
        let link = rule_path(rule, "md");
        let _ =
            writeln!(table, "| [{}]({link}) | {}{tier} | {summary}{only} |", rule.id, rule.severity.name());
    }
    table.push('\n');
    table
}
