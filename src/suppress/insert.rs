//! Where a comment goes that suppresses a finding.
//!
//! A place is only taken when the text with the comment is read as well as without it, and the comment
//! is about the finding: within a string that spans lines, or behind a backslash, it would not be.

use super::directive;
use crate::finding::Finding;
use crate::lang::Language;
use crate::model::FileModel;
use crate::rules::{Category, Rule};
use crate::source::SourceFile;

/// A text to insert at a byte offset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Insertion {
    /// Where, in the text that is linted.
    pub offset: usize,
    /// What.
    pub text: String,
}

/// How many lines upwards a place is looked for.
const MAX_LINES_UP: u32 = 12;

/// The comment that suppresses findings of a rule that start on a line, counted from 1. `None`
/// where no comment can.
pub fn insertion(source: &SourceFile, rule: &'static Rule, line: u32, reason: &str) -> Option<Insertion> {
    let dialect = source.dialect?;
    let facts = dialect.try_facts(&source.text)?;
    let before = facts.errors.len();
    let opener = if dialect.language() == Language::Python { "#" } else { "//" };
    let comment = format!("{opener} claude-lint: ignore[{}] {reason}", rule.id);
    let works = |insertion: &Insertion, line: u32| {
        let mut text = source.text.to_string();
        text.insert_str(insertion.offset, &insertion.text);
        let Some(facts) = dialect.try_facts(&text) else { return false };
        if facts.errors.len() > before {
            return false;
        }
        let file = SourceFile::new(source.path.clone(), &source.absolute, &text, dialect);
        suppresses(&FileModel::new(file, facts), rule, line)
    };
    let range = source.lines().range(&source.text, line);
    let code = source.line(line);
    // One comment on a line is enough.
    if let Some(at) = code.find("claude-lint: ignore[")
        && let Some(end) = code[at..].find(']')
    {
        let more = Insertion { offset: range.start + at + end, text: format!(", {}", rule.id) };
        if works(&more, line) {
            return Some(more);
        }
    }
    let behind = Insertion { offset: range.start + code.trim_end().len(), text: format!("  {comment}") };
    if works(&behind, line) {
        return Some(behind);
    }
    let end = if source.text.contains("\r\n") { "\r\n" } else { "\n" };
    (line.saturating_sub(MAX_LINES_UP).max(1)..=line).rev().find_map(|above| {
        let code = source.line(above);
        let indent = &code[..code.len() - code.trim_start().len()];
        let offset = source.lines().range(&source.text, above).start;
        let alone = Insertion { offset, text: format!("{indent}{comment}{end}") };
        works(&alone, line + 1).then_some(alone)
    })
}

/// Whether a comment of the file suppresses findings of a rule on a line, for good: what is added
/// to one with a last day would end with it, or has ended already.
fn suppresses(file: &FileModel, rule: &'static Rule, line: u32) -> bool {
    let mut suppressions = directive::suppressions(file, &[rule]).into_iter();
    suppressions.any(|suppression| suppression.covers(rule, line) && suppression.until.is_none())
}

impl Insertion {
    /// The comment that suppresses a finding. A comment that is wrong is to be mended; one more
    /// would be about that.
    pub fn for_finding(source: &SourceFile, finding: &Finding, reason: &str) -> Option<Insertion> {
        if finding.rule.category == Category::Suppressions {
            return None;
        }
        let line = source.lines().line(finding.primary.at.span.start);
        insertion(source, finding.rule, line, reason)
    }
}

#[cfg(test)]
mod tests {
    use super::insertion;
    use crate::lang::Dialect;
    use crate::rules::find;
    use crate::source::SourceFile;

    #[track_caller]
    fn check(path: &str, text: &str, line: u32, expected: &str) {
        let dialect = Dialect::from_extension(path.rsplit_once('.').unwrap_or_default().1);
        let source = SourceFile::new(path, path, text, dialect.unwrap_or(Dialect::Python));
        let rule = find("missing-retry").expect("a rule");
        let insertion = insertion(&source, rule, line, "why").expect("a place");
        let mut text = source.text.to_string();
        text.insert_str(insertion.offset, &insertion.text);
        assert_eq!(text, expected);
    }

    #[test]
    fn comments_stand_behind_the_line() {
        check("a.py", "ask()\r\nx\r\n", 1, "ask()  # claude-lint: ignore[missing-retry] why\r\nx\r\n");
        check(
            "a.rs",
            "fn f() {\n    ask();\n}\n",
            2,
            "fn f() {\n    ask();  // claude-lint: ignore[missing-retry] why\n}\n",
        );
    }

    #[test]
    fn comments_are_joined() {
        let text = "ask()  # claude-lint: ignore[missing-timeout] old\n";
        check("a.py", text, 1, "ask()  # claude-lint: ignore[missing-timeout, missing-retry] old\n");
    }

    #[test]
    fn nothing_is_joined_to_a_comment_that_ends() {
        let text = "if x:\n    ask()  # claude-lint: ignore[missing-retry] until=2026-01-31 old\n";
        let comment = "# claude-lint: ignore[missing-retry] why\n";
        check("a.py", text, 2, &text.replace("    ask", &format!("    {comment}    ask")));
    }

    #[test]
    fn comments_stand_above_where_a_string_ends_the_line() {
        let comment = "# claude-lint: ignore[missing-retry] why\n";
        check(
            "a.py",
            "if x:\n    ask('''\n    ''')\n",
            2,
            &format!("if x:\n    {comment}    ask('''\n    ''')\n"),
        );
        check("a.py", "ask()  # told\n", 1, "ask()  # told  # claude-lint: ignore[missing-retry] why\n");
        let comment = "// claude-lint: ignore[missing-retry] why\n";
        check("a.ts", "ask(`\n${b}\n`);\n", 2, &format!("{comment}ask(`\n${{b}}\n`);\n"));
    }
}
