//! Rules that users write as queries: a folder with a `rule.toml`, a query for each language, and
//! annotated examples.
//!
//! - [`document`]: `rule.toml` as it is written.
//! - [`mod@load`]: finding and reading the folders; [`build`]: what is wrong in them, and the rules.
//! - [`answer`]: what the queries matched, asked of the model, becomes findings.
//! - [`marks`]: which lines of an example must be reported; also the grammar of our own fixtures.
//! - [`verify`]: whether the examples of a rule are reported as they say.
//!
//! Queries run where a file is parsed ([`crate::lang::Dialect::read`]), and only over files that are
//! linted; what they matched is kept with the file until the model can be asked.

pub mod answer;
mod build;
pub mod document;
mod load;
pub mod marks;
mod message;
pub mod verify;

use std::path::PathBuf;
use std::sync::Arc;

use crate::lang::Dialect;
use crate::lang::pattern::{Matches, Pattern};
use crate::rules::Rule;

use load::Sources;
pub(crate) use load::load;
pub use load::{joined, named};
use message::Message;

/// A rule that is a query.
#[derive(Debug)]
pub struct CustomRule {
    /// What all rules have.
    pub rule: &'static Rule,
    /// Its folder.
    pub folder: PathBuf,
    sources: Sources,
    patterns: Vec<(Dialect, Pattern)>,
    message: Message,
    help: Option<Message>,
    /// What is said at other places, by capture, in the order of their names.
    labels: Vec<(String, Message)>,
}

impl CustomRule {
    /// Its query for a dialect.
    pub fn pattern(&self, dialect: Dialect) -> Option<&Pattern> {
        self.patterns.iter().find(|(of, _)| *of == dialect).map(|(_, pattern)| pattern)
    }
}

/// The custom rules of a configuration, by name.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// The folders that hold them.
    pub folders: Vec<PathBuf>,
    /// In the order of their names, each name once.
    pub rules: Arc<[Arc<CustomRule>]>,
}

impl RuleSet {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// What all rules have, of each.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> + '_ {
        self.rules.iter().map(|custom| custom.rule)
    }

    /// The rule of that name.
    pub fn find(&self, id: &str) -> Option<&Arc<CustomRule>> {
        let index = self.rules.binary_search_by(|custom| custom.rule.id.cmp(id)).ok()?;
        self.rules.get(index)
    }

    /// Both; the second of two rules of one name, which is a mistake, where there are such.
    pub fn and(&self, other: &RuleSet) -> Result<RuleSet, Arc<CustomRule>> {
        if other.is_empty() {
            return Ok(self.clone());
        }
        let mut folders = self.folders.clone();
        folders.extend(other.folders.iter().filter(|folder| !self.folders.contains(folder)).cloned());
        let mut rules = self.rules.to_vec();
        for rule in other.rules.iter() {
            match self.find(rule.rule.id) {
                Some(same) if same.folder == rule.folder => {}
                Some(_) => return Err(rule.clone()),
                None => rules.push(rule.clone()),
            }
        }
        rules.sort_by_key(|custom| custom.rule.id);
        Ok(RuleSet { folders, rules: rules.into() })
    }
}

/// What a custom rule's query matched in a file.
#[derive(Debug)]
pub struct Matched {
    /// The rule.
    pub rule: Arc<CustomRule>,
    /// The places.
    pub matches: Matches,
}
