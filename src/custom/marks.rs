//! Annotated sources: which line must be reported by which rule, and that no other line is.
//!
//! Examples of custom rules are marked this way, and so are the fixtures of this project, whose
//! `fixtures/README.md` describes the marks.

use crate::linter::Checked;

/// What a mark says of its line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Promise {
    /// `expect`: the rule reports here.
    Reported,
    /// `todo-expect`: it should, but does not yet.
    KnownMiss,
    /// `todo-ok`: it should not, but does.
    KnownFalseAlarm,
}

/// A mark in a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// What it says.
    pub promise: Promise,
    /// Of which rule.
    pub rule: String,
    /// The line it is about, in its source, from 1.
    pub line: u32,
}

/// One file of a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// The path the linter sees.
    pub path: String,
    /// Its text, marks included.
    pub text: String,
    /// Where the text stands, for failure messages.
    pub origin: String,
    /// Lines before the text in its origin.
    pub offset: u32,
    /// What is to be reported in it.
    pub marks: Vec<Mark>,
}

/// Files that are linted together.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Case {
    /// In the order of the text.
    pub sources: Vec<Source>,
}

/// A finding as far as marks go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reported {
    /// The path the linter sees.
    pub path: String,
    /// The line on which the finding starts, from 1.
    pub line: u32,
    /// The rule.
    pub rule: String,
    /// What it says.
    pub message: String,
}

impl Reported {
    /// The findings of a run.
    pub fn of(checked: &Checked) -> Vec<Reported> {
        let reported = checked.findings.iter().map(|finding| {
            let file = checked.project.source_file(finding.primary.at.file);
            Reported {
                path: file.path.clone(),
                line: file.position(finding.primary.at.span.start).line,
                rule: finding.rule.id.to_string(),
                message: finding.message.clone(),
            }
        });
        reported.collect()
    }
}

const KINDS: &[(&str, Promise)] = &[
    ("expect:", Promise::Reported),
    ("todo-expect:", Promise::KnownMiss),
    ("todo-ok:", Promise::KnownFalseAlarm),
];

impl Case {
    /// A case from one text, which may hold several files behind `--- path:` lines.
    pub fn parse(text: &str, origin: &str, offset: u32, default_path: &str) -> Case {
        let mut sources: Vec<Source> = Vec::new();
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let path = path_line(line);
            if path.is_some() || sources.is_empty() {
                sources.push(Source {
                    path: path.unwrap_or(default_path).to_string(),
                    text: String::new(),
                    origin: origin.to_string(),
                    offset: offset + index as u32 + u32::from(path.is_some()),
                    marks: Vec::new(),
                });
            }
            if let (None, Some(source)) = (path, sources.last_mut()) {
                source.text.push_str(line);
            }
        }
        for source in &mut sources {
            source.marks = marks(&source.text);
        }
        Case { sources }
    }

    /// Whether anything is to be reported.
    pub fn is_bad(&self) -> bool {
        self.sources.iter().any(|source| !source.marks.is_empty())
    }

    /// Everything in which reports and marks differ, in words; empty when they agree.
    pub fn failures(&self, reported: &[Reported]) -> String {
        self.complaints(reported).concat()
    }

    /// The same, one by one.
    pub fn complaints(&self, reported: &[Reported]) -> Vec<String> {
        let mut failures = Vec::new();
        for source in &self.sources {
            let mut here: Vec<&Reported> = reported.iter().filter(|r| r.path == source.path).collect();
            here.sort_by_key(|r| r.line);
            for mark in &source.marks {
                let found = here.iter().position(|r| r.line == mark.line && r.rule == mark.rule);
                if let Some(index) = found {
                    here.remove(index);
                }
                let rule = &mark.rule;
                let words = match (mark.promise, found.is_some()) {
                    (Promise::Reported, true)
                    | (Promise::KnownMiss, false)
                    | (Promise::KnownFalseAlarm, true) => continue,
                    (Promise::Reported, false) => format!("missing `{rule}`"),
                    (Promise::KnownMiss, true) => {
                        format!("known miss of `{rule}` is found now: turn `todo-expect` into `expect`")
                    }
                    (Promise::KnownFalseAlarm, false) => {
                        format!("known false alarm of `{rule}` is gone: remove its `todo-ok`")
                    }
                };
                failures.push(source.describe(mark.line, &words));
            }
            for r in here {
                failures.push(source.describe(r.line, &format!("unexpected `{}`: {}", r.rule, r.message)));
            }
        }
        for r in reported.iter().filter(|r| self.sources.iter().all(|s| s.path != r.path)) {
            failures.push(format!("{}:{}: report in a file that is not there\n", r.path, r.line));
        }
        failures
    }
}

impl Source {
    /// `origin:line: words` and the line itself.
    pub fn describe(&self, line: u32, words: &str) -> String {
        let text = self.text.lines().nth(line.saturating_sub(1) as usize).unwrap_or("").trim();
        format!("{}:{}: {words}\n    | {text}\n", self.origin, line + self.offset)
    }
}

/// The path of a `# --- path: app/llm.py` line.
fn path_line(line: &str) -> Option<&str> {
    let line = line.trim();
    let comment = line.strip_prefix("//").or(line.strip_prefix('#'))?;
    Some(comment.trim_start().strip_prefix("--- path:")?.trim())
}

fn marks(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut waiting: Vec<(Promise, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line_number = index as u32 + 1;
        let (code, found) = split_mark(line);
        if let Some((promise, rules)) = found {
            waiting.extend(rules.split(',').map(|rule| (promise, rule.trim().to_string())));
            if code.trim().is_empty() {
                continue;
            }
        }
        marks.extend(waiting.drain(..).map(|(promise, rule)| Mark { promise, rule, line: line_number }));
    }
    // What stands at the end is about a line that is not there, where nothing can be reported.
    let end = text.lines().count() as u32 + 1;
    marks.extend(waiting.into_iter().map(|(promise, rule)| Mark { promise, rule, line: end }));
    marks
}

/// A line without its mark, and the mark with its rules.
fn split_mark(line: &str) -> (&str, Option<(Promise, &str)>) {
    for (at, _) in line.match_indices(['#', '/']) {
        let Some(comment) = line[at..].strip_prefix('#').or(line[at..].strip_prefix("//")) else { continue };
        let comment = comment.trim_start();
        for &(word, promise) in KINDS {
            if let Some(rules) = comment.strip_prefix(word) {
                return (&line[..at], Some((promise, rules.trim())));
            }
        }
    }
    (line, None)
}
