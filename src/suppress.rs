//! Comments that suppress findings: `claude-lint: ignore[rule] reason`.
//!
//! Comments are taken from the facts, so that strings never count.
//!
//! - Behind code, the comment is about findings that start on its line. On the last line of
//!   a statement that takes several, it is about the whole statement: that is where formatters
//!   leave comments when they break a line up.
//! - Alone on its line, it is about what starts on the next line with code: the whole of it where
//!   it is a plain statement or value, only its head where it holds a block.
//! - `claude-lint: ignore-file[rule]`, alone on its line, is about the whole file.
//!
//! - `until=2027-01-31` behind the brackets ends it: after that day it suppresses nothing.
//!
//! Names are those of rules and categories. Suppressions that suppress nothing, name nothing
//! or are not understood are findings themselves.

mod cover;
mod directive;
mod insert;

use std::collections::hash_map::Entry;
use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::finding::{Acceptance, Accepted, Finding, Location};
use crate::model::{FileModel, Project};
use crate::rules::suppressions::unused_suppression;
use crate::rules::{Category, Rule};
use crate::sdk::date::Date;
use crate::source::{FileId, Span};

pub(crate) use directive::{Flaw, flaws};
pub use insert::{Insertion, insertion};

/// What is left when suppressions have been applied.
#[derive(Debug)]
pub struct Applied {
    /// Findings that are not suppressed, and those about suppressions without use.
    pub findings: Vec<Finding>,
    /// Those that are suppressed.
    pub suppressed: Vec<Accepted>,
}

/// Takes suppressed findings out and adds those about suppressions without use. `enabled` are
/// the rules that ran: of others nobody knows what they would have reported.
pub fn apply(project: &Project, enabled: &[&'static Rule], findings: Vec<Finding>) -> Applied {
    let mut applied = Applied { findings: Vec::new(), suppressed: Vec::new() };
    let mut suppressions = Suppressions::of(project);
    suppressions.filter(findings, &mut applied);
    let unused = suppressions.unused(enabled, false);
    suppressions.filter(unused, &mut applied);
    // Whether suppressions of such findings are of use shows only now; nothing suppresses these.
    applied.findings.extend(suppressions.unused(enabled, true));
    applied
}

/// The suppressions of a project.
struct Suppressions<'p> {
    project: &'p Project,
    files: FxHashMap<FileId, InFile>,
}

/// The suppressions of a file.
struct InFile {
    /// In the order of the lines they begin to cover.
    list: Vec<Suppression>,
    /// Up to each of them, the end of the lines that are covered.
    ends: Vec<u32>,
    /// By the lines on which their names stand.
    own: FxHashMap<u32, Vec<usize>>,
}

impl InFile {
    fn new(list: Vec<Suppression>) -> InFile {
        let mut list = joined(list);
        list.sort_by_key(|s| s.lines.start);
        let mut own: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        let mut ends = Vec::new();
        for (index, suppression) in list.iter().enumerate() {
            own.entry(suppression.own_line).or_default().push(index);
            ends.push(suppression.lines.end.max(ends.last().copied().unwrap_or_default()));
        }
        InFile { list, ends, own }
    }

    /// Those that may be about a line.
    fn near(&self, line: u32) -> Vec<usize> {
        let begun = self.list.partition_point(|s| s.lines.start <= line);
        let covering = (0..begun).rev().take_while(|&index| self.ends[index] > line);
        covering.chain(self.own.get(&line).into_iter().flatten().copied()).collect()
    }
}

/// Makes one of those that differ only in where they stand: a line may hold thousands.
fn joined(list: Vec<Suppression>) -> Vec<Suppression> {
    let mut apart: Vec<Suppression> = Vec::new();
    let mut known = FxHashMap::default();
    for suppression in list {
        let key =
            (suppression.name.text(), suppression.lines.clone(), suppression.own_line, suppression.until);
        match known.entry(key) {
            Entry::Occupied(entry) => {
                let same: &mut Suppression = &mut apart[*entry.get()];
                same.spans.extend(suppression.spans);
            }
            Entry::Vacant(entry) => {
                entry.insert(apart.len());
                apart.push(suppression);
            }
        }
    }
    apart
}

/// One name in one comment, or in several on a line.
#[derive(Debug)]
struct Suppression {
    name: Name,
    /// Where the name stands.
    spans: Vec<Span>,
    /// Lines whose findings are meant.
    lines: Range<u32>,
    /// Line of the name: findings about the comment itself start there.
    own_line: u32,
    /// What is said behind the brackets.
    reason: String,
    /// The last day on which it holds.
    until: Option<Date>,
    used: bool,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
enum Name {
    Rule(&'static Rule),
    Category(Category),
}

impl Name {
    fn covers(self, rule: &Rule) -> bool {
        match self {
            Name::Rule(named) => named.id == rule.id,
            Name::Category(category) => category == rule.category,
        }
    }

    /// As it is written.
    fn text(self) -> &'static str {
        match self {
            Name::Rule(rule) => rule.id,
            Name::Category(category) => category.name(),
        }
    }

    /// Whether it names rules about suppressions.
    fn is_about_suppressions(self) -> bool {
        match self {
            Name::Rule(rule) => rule.category == Category::Suppressions,
            Name::Category(category) => category == Category::Suppressions,
        }
    }
}

impl<'p> Suppressions<'p> {
    fn of(project: &'p Project) -> Suppressions<'p> {
        let custom = project.custom_rules();
        let lists = project.file_ids().map(|(id, file)| (id, directive::suppressions(file, &custom)));
        let files = lists.filter(|(_, list)| !list.is_empty()).map(|(id, list)| (id, InFile::new(list)));
        Suppressions { project, files: files.collect() }
    }

    fn filter(&mut self, findings: Vec<Finding>, applied: &mut Applied) {
        for finding in findings {
            match self.reason_against(&finding) {
                Some(reason) => {
                    let by = Acceptance::Comment(reason);
                    applied.suppressed.push(Accepted { finding, by });
                }
                None => applied.findings.push(finding),
            }
        }
    }

    /// The reason for which a finding is suppressed, if it is; every suppression that covers it
    /// is of use then.
    fn reason_against(&mut self, finding: &Finding) -> Option<String> {
        let at = finding.primary.at;
        let today = self.project.as_of();
        let suppressions = self.files.get_mut(&at.file)?;
        let line = self.project.file(at.file).source.lines().line(at.span.start);
        let mut reason = None;
        for index in suppressions.near(line) {
            let suppression = &mut suppressions.list[index];
            if suppression.covers(finding.rule, line) {
                // One that has ended had its use, and is told of for that.
                suppression.used = true;
                if !suppression.is_over(today) {
                    reason.get_or_insert_with(|| suppression.reason.clone());
                }
            }
        }
        reason
    }

    fn unused(&self, enabled: &[&'static Rule], about_suppressions: bool) -> Vec<Finding> {
        if !enabled.iter().any(|rule| rule.id == unused_suppression::RULE.id) {
            return Vec::new();
        }
        let mut findings = Vec::new();
        let today = self.project.as_of();
        for (id, file) in self.project.file_ids() {
            // What could not be read may hold what the comment is there for.
            if !file.facts.errors.is_empty() || file.facts.too_deep {
                continue;
            }
            for unused in self.files.get(&id).iter().flat_map(|f| &f.list).filter(|s| {
                (!s.used || s.is_over(today))
                    && s.name.is_about_suppressions() == about_suppressions
                    && enabled.iter().any(|rule| s.name.covers(rule) && works_in(rule, file))
            }) {
                findings.extend(unused.spans.iter().map(|&span| {
                    let name = file.source.text.get(span.range()).unwrap_or_default();
                    let ended = unused.until.filter(|_| unused.is_over(today) && unused.used);
                    unused_suppression::finding(Location { file: id, span }, name, ended)
                }));
            }
        }
        findings
    }
}

fn works_in(rule: &Rule, file: &FileModel) -> bool {
    rule.languages.contains(&file.language)
}

impl Suppression {
    fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    fn covers(&self, rule: &Rule, line: u32) -> bool {
        let own = rule.category == Category::Suppressions && line == self.own_line;
        (self.lines.contains(&line) || own) && self.name.covers(rule)
    }
}
