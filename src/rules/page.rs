//! The page of a rule: Markdown with fixed headings, which is also its first test.

use super::{Category, Rule};

/// The headings of every page below its title, in order.
pub const HEADINGS: &[&str] =
    &["What it does", "Why it matters", "How to fix", "Examples", "When to ignore it"];

/// The heading in the page of a custom rule below which its address stands.
pub const MORE: &str = "More";

/// Where the page of a rule can be read; `None` where the program was built without an address, or
/// a custom rule has none.
pub fn address(rule: &Rule) -> Option<String> {
    if rule.category == Category::Custom {
        return section(rule.docs, MORE).map(String::from);
    }
    let repository = env!("CARGO_PKG_REPOSITORY").trim_end_matches('/');
    let (version, name) = (env!("CARGO_PKG_VERSION"), rule.id.replace('-', "_"));
    let page = || format!("{repository}/blob/v{version}/src/rules/{}/{name}.md", rule.category.name());
    (!repository.is_empty()).then(page)
}

/// The text of a section without its heading; headings in code fences do not count.
pub fn section<'p>(page: &'p str, heading: &str) -> Option<&'p str> {
    let mut start = None;
    for (at, line, in_fence) in lines(page) {
        let title = line.strip_prefix("## ").filter(|_| !in_fence);
        match (start, title) {
            (None, Some(title)) if title.trim() == heading => start = Some(at + line.len()),
            (Some(start), Some(_)) => return Some(page[start..at].trim()),
            _ => {}
        }
    }
    start.map(|start| page[start..].trim())
}

/// A page for readers: without the marks that make its examples tests.
pub fn readable(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    for (_, line, in_fence) in lines(page) {
        let Some(code) = in_fence.then(|| without_mark(line)) else {
            text.push_str(line);
            text.push('\n');
            continue;
        };
        // A line that held nothing but a mark goes, an empty one stays.
        if !code.is_empty() || line.trim().is_empty() {
            text.push_str(code);
            text.push('\n');
        }
    }
    text
}

/// A page for people who read it as text: the marks that make its examples tests become
/// arrows to the place, `# ← rule` at the end of a line and `# ↓ rule` above one.
pub fn with_arrows(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    for (_, line, in_fence) in lines(page) {
        let code = if in_fence { without_mark(line) } else { line };
        match line[code.len()..].split_once("expect:") {
            Some((opener, rule)) if in_fence => {
                let arrow = if code.trim().is_empty() { "↓" } else { "←" };
                text.push_str(&format!("{code}{opener}{arrow}{rule}"));
            }
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// Lines with their offset and whether they are within a code fence, its marks included.
fn lines(page: &str) -> impl Iterator<Item = (usize, &str, bool)> {
    let mut offset = 0;
    let mut fenced = false;
    page.split_inclusive('\n').map(move |whole| {
        let at = offset;
        offset += whole.len();
        let line = whole.trim_end_matches(['\n', '\r']);
        let mark = line.trim_start().starts_with("```");
        let within = fenced || mark;
        fenced ^= mark;
        (at, line, within)
    })
}

/// A line of an example without `# expect: …` at its end.
fn without_mark(line: &str) -> &str {
    let marks = ["expect:", "todo-expect:", "todo-ok:"];
    let openers = ["# ", "// "];
    let start = openers
        .iter()
        .flat_map(|opener| line.match_indices(opener).map(move |(at, _)| (at, opener.len())))
        .filter(|&(at, length)| marks.iter().any(|mark| line[at + length..].starts_with(mark)))
        .map(|(at, _)| at)
        .min();
    start.map_or(line, |at| line[..at].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# toy\n\n## What it does\nFinds `x`.\n\n## Examples\n### Python\n```python bad\n\
                        ## How to fix\nx = 1  # expect: toy\n\n# expect: toy\ny = 2\n```\n## How to fix\nDo not.\n";

    #[test]
    fn marks_become_arrows() {
        let text = with_arrows(PAGE);
        assert!(text.contains("\nx = 1  # ← toy\n\n# ↓ toy\ny = 2\n"), "{text}");
        assert!(text.contains("Finds `x`.\n"), "{text}");
    }

    #[test]
    fn sections_end_at_the_next_heading() {
        assert_eq!(section(PAGE, "What it does"), Some("Finds `x`."));
        assert_eq!(section(PAGE, "How to fix"), Some("Do not."));
        assert_eq!(section(PAGE, "Why it matters"), None);
    }

    #[test]
    fn readers_see_no_marks() {
        let text = readable(PAGE);
        assert!(text.contains("## How to fix\nx = 1\n\ny = 2\n```\n"), "{text}");
        assert!(!text.contains("expect"), "{text}");
    }
}
