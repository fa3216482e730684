//! Which rules hold in a file, and what its project says about itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::document::{Level, ProjectTable, RuleTable};
use super::wrappers::Wrappers;
use crate::custom::{CustomRule, RuleSet};
use crate::finding::Finding;
use crate::rules::Rule;
use crate::selection::Selection;

/// The rules of the files of a run.
#[derive(Clone, Debug)]
pub struct RulesOfFiles {
    usual: Arc<Rules>,
    /// Of files for which they are others, by absolute path.
    files: FxHashMap<PathBuf, Arc<Rules>>,
    wrappers: Arc<Wrappers>,
}

impl RulesOfFiles {
    /// The same rules everywhere.
    pub fn alike(selection: Selection) -> RulesOfFiles {
        RulesOfFiles::usual(Rules::new(selection))
    }

    /// One custom rule everywhere, and no other rule.
    pub(crate) fn only(rule: &Arc<CustomRule>) -> RulesOfFiles {
        let set = RuleSet { folders: vec![rule.folder.clone()], rules: [rule.clone()].into() };
        let selection = Selection::only(rule.rule);
        RulesOfFiles::usual(Rules { custom: set.rules.clone(), set, ..Rules::new(selection) })
    }

    fn usual(rules: Rules) -> RulesOfFiles {
        RulesOfFiles::new(rules, FxHashMap::default())
    }

    /// The rules of most files, and those of files for which they are others, by absolute path.
    pub(super) fn new(usual: Rules, files: FxHashMap<PathBuf, Arc<Rules>>) -> RulesOfFiles {
        // An import means the same everywhere. What is usual counts most.
        let mut others: Vec<(&PathBuf, &Arc<Rules>)> = files.iter().collect();
        others.sort_unstable_by_key(|(path, _)| *path);
        let all = others.into_iter().map(|(_, rules)| &**rules).chain([&usual]);
        let wrappers = Wrappers::new(all.flat_map(|rules| rules.project.wrappers())).into();
        RulesOfFiles { usual: Arc::new(usual), files, wrappers }
    }

    /// Names of the projects' own that stand for what an SDK offers.
    pub fn wrappers(&self) -> &Wrappers {
        &self.wrappers
    }

    /// The custom rules that are known somewhere, each name once.
    pub fn custom(&self) -> Vec<&'static Rule> {
        let sets = std::iter::once(&self.usual).chain(self.files.values());
        let mut rules: Vec<&'static Rule> = sets.flat_map(|rules| rules.set.rules()).collect();
        rules.sort_by_key(|rule| rule.id);
        rules.dedup_by_key(|rule| rule.id);
        rules
    }

    /// Those of one file.
    pub fn of(&self, absolute: &Path) -> &Rules {
        self.files.get(absolute).unwrap_or(&self.usual)
    }

    /// All rules that hold somewhere, in the order of the catalogue, custom ones by name behind them.
    pub fn rules(&self) -> Vec<&'static Rule> {
        let mut rules = self.usual.selection.rules();
        for of_file in self.files.values() {
            rules.extend(of_file.selection.rules());
        }
        let position = |rule: &&'static Rule| {
            let built_in = crate::rules::ALL.iter().position(|r| std::ptr::eq(*r, *rule));
            (built_in.unwrap_or(usize::MAX), rule.id)
        };
        rules.sort_by_key(position);
        rules.dedup_by_key(|rule| rule.id);
        rules
    }
}

impl Default for RulesOfFiles {
    fn default() -> RulesOfFiles {
        RulesOfFiles::alike(Selection::default())
    }
}

/// The rules of a file.
#[derive(Clone, Debug)]
pub struct Rules {
    pub(super) selection: Selection,
    /// The custom rules that are known.
    pub(super) set: RuleSet,
    /// Those of them that run.
    pub(super) custom: Arc<[Arc<CustomRule>]>,
    pub(super) tables: BTreeMap<String, RuleTable>,
    pub(super) project: ProjectTable,
    pub(super) excluded: bool,
}

impl Rules {
    fn new(selection: Selection) -> Rules {
        Rules {
            selection,
            set: RuleSet::default(),
            custom: Arc::default(),
            tables: BTreeMap::new(),
            project: ProjectTable::default(),
            excluded: false,
        }
    }

    /// The custom rules that run, by name.
    pub fn custom(&self) -> &[Arc<CustomRule>] {
        &self.custom
    }

    /// Gives a finding the severity that is set for its rule, and says whether it is shown.
    pub fn admits(&self, finding: &mut Finding) -> bool {
        let table = self.tables.get(finding.rule.id);
        if let Some(severity) = table.and_then(|table| table.severity).and_then(Level::severity) {
            finding.severity = severity;
        }
        !self.excluded && self.selection.shows(finding)
    }

    /// Whether a rule about model ids has nothing against one.
    pub fn allows_model(&self, rule: &Rule, id: &str) -> bool {
        let allowed = self.tables.get(rule.id).and_then(|table| table.allow.as_ref());
        allowed.is_some_and(|allowed| allowed.get_ref().iter().any(|allowed| allowed == id))
    }

    /// Whether a function of that name is said to repeat what it is given.
    pub fn is_retry_helper(&self, name: &str) -> bool {
        self.project.retry_helpers.iter().flatten().any(|helper| helper == name)
    }

    /// Whether a function of that name is said to keep a conversation within the context window.
    pub fn is_history_limiter(&self, name: &str) -> bool {
        self.project.history_limiters.iter().flatten().any(|limiter| limiter == name)
    }
}
