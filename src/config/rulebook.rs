//! Which rules hold in which file, and with which options.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::document::{Level, RuleTable};
use super::load::{Config, below_bounds, tables_over};
use super::rules::{Rules, RulesOfFiles};
use crate::custom::{CustomRule, RuleSet, joined};
use crate::error::Error;
use crate::finding::Severity;
use crate::selection::{Custom, Selection};
use crate::source::{Globs, Matcher};

/// What a run is given besides files; it counts more than they do.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Names of rules and categories; empty for all.
    pub select: Vec<String>,
    /// Names of rules and categories.
    pub ignore: Vec<String>,
    /// Pedantic rules as well.
    pub pedantic: bool,
    /// The least severity that is shown.
    pub min_severity: Option<Severity>,
    /// Custom rules that hold everywhere.
    pub custom: RuleSet,
}

/// The rules of a run, before it is known for which files.
#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    given: Given,
    /// What is set on the command line; it counts more than any file.
    inline: Config,
    /// Of the working directory, or as named; with what is set on the command line.
    base: Config,
    /// Where each file has the configuration nearest to it: the folders above which none is
    /// looked for.
    nearest: Option<Vec<PathBuf>>,
}

impl Rulebook {
    /// The rules by what is given and a configuration. With `nearest`, bounds of the search, files
    /// below another configuration have that one. An error where a name is no rule or category.
    pub fn new(
        given: Given,
        inline: Config,
        base: Config,
        nearest: Option<Vec<PathBuf>>,
    ) -> Result<Rulebook, Error> {
        let base = inline.clone().over(base);
        let rulebook = Rulebook { given, inline, base, nearest };
        // Names that nothing has are told before anything is read.
        rulebook.rules(&rulebook.base, &[])?;
        Ok(rulebook)
    }

    /// The rules of each of some files, by absolute path. An error where the configuration of one of them
    /// is no good.
    pub fn for_files<'p>(&self, files: impl IntoIterator<Item = &'p Path>) -> Result<RulesOfFiles, Error> {
        let usual = self.rules(&self.base, &[])?;
        let mut others = FxHashMap::default();
        let mut folders = Folders {
            rulebook: self,
            base: Arc::new(Placed::new(self.base.clone())),
            known: FxHashMap::default(),
        };
        for file in files {
            let placed = folders.placed(file.parent().unwrap_or(file))?;
            if let Some(rules) = self.rules_at(&placed, file)? {
                others.insert(file.to_path_buf(), Arc::new(rules));
            }
        }
        Ok(RulesOfFiles::new(usual, others))
    }

    /// The rules of a file; `None` where they are the usual ones.
    fn rules_at(&self, placed: &Placed, file: &Path) -> Result<Option<Rules>, Error> {
        let met: Vec<usize> = (0..placed.overrides.len())
            .filter(|&index| placed.overrides[index].matches(file, false))
            .collect();
        // Examples of custom rules are no code of the project. Those of the base are not walked at all.
        let of_rules = || placed.config.custom.folders.iter().any(|folder| file.starts_with(folder));
        let nearer = placed.config.files != self.base.files;
        let excluded = placed.exclude.as_ref().is_some_and(|exclude| exclude.matches(file, false))
            || nearer && of_rules();
        if met.is_empty() && !excluded && !nearer {
            return Ok(None);
        }
        let mut rules = self.rules(&placed.config, &met)?;
        rules.excluded = excluded;
        Ok(Some(rules))
    }

    fn rules(&self, config: &Config, overrides: &[usize]) -> Result<Rules, Error> {
        let given = &self.given;
        let mut select = config.select.clone().unwrap_or_default();
        let mut ignore = config.ignore.clone().unwrap_or_default();
        let mut tables = config.rules.clone();
        for over in overrides.iter().filter_map(|&index| config.overrides.as_ref()?.get(index)) {
            if let Some(other) = &over.select {
                select.clone_from(other);
            }
            ignore.extend(over.ignore.iter().cloned());
            tables = tables_over(&over.rules, tables);
        }
        let off =
            |(name, table): (&String, &RuleTable)| (table.severity == Some(Level::Off)).then(|| name.clone());
        ignore.extend(tables.iter().filter_map(off));
        if !given.select.is_empty() {
            // What is asked for now counts more than what is written down for every run.
            select.clone_from(&given.select);
            ignore.clear();
        }
        ignore.extend(given.ignore.iter().cloned());
        let pedantic = given.pedantic || config.pedantic.unwrap_or(false);
        let min_severity = given.min_severity.or(config.min_severity).unwrap_or(Severity::Info);
        let set = joined(&config.custom, &given.custom)?;
        let (here, elsewhere): (Vec<_>, Vec<_>) = (set.rules().collect(), self.base.custom.rules().collect());
        let custom = Custom { here: &here, elsewhere: &elsewhere };
        let selection = Selection::among(custom, &select, &ignore, pedantic, min_severity)?;
        Ok(Rules {
            custom: running(&selection, &set),
            set,
            selection,
            tables,
            project: config.project.clone(),
            excluded: false,
        })
    }
}

/// The custom rules that are selected.
fn running(selection: &Selection, set: &RuleSet) -> Arc<[Arc<CustomRule>]> {
    if set.is_empty() {
        return Arc::default();
    }
    selection.rules().into_iter().filter_map(|rule| set.find(rule.id)).cloned().collect()
}

/// The configurations of folders; each folder is looked at once.
struct Folders<'a> {
    rulebook: &'a Rulebook,
    base: Arc<Placed>,
    /// Of folders that were looked at.
    known: FxHashMap<PathBuf, Arc<Placed>>,
}

impl Folders<'_> {
    /// The configuration nearest to what stands in a folder.
    fn placed(&mut self, folder: &Path) -> Result<Arc<Placed>, Error> {
        let Some(bounds) = &self.rulebook.nearest else { return Ok(self.base.clone()) };
        let mut passed: Vec<&Path> = Vec::new();
        let mut found = self.base.clone();
        for above in below_bounds(folder, bounds) {
            if let Some(known) = self.known.get(above) {
                found = known.clone();
                break;
            }
            passed.push(above);
            if let Some(config) = Config::of_folder(above, bounds)? {
                if config.files != self.rulebook.base.files {
                    found = Arc::new(Placed::new(self.rulebook.inline.clone().over(config)));
                }
                break;
            }
        }
        self.known.extend(passed.into_iter().map(|passed| (passed.to_path_buf(), found.clone())));
        Ok(found)
    }
}

/// A configuration with its globs ready.
struct Placed {
    config: Config,
    exclude: Option<Matcher>,
    overrides: Vec<Matcher>,
}

impl Placed {
    fn new(config: Config) -> Placed {
        Placed {
            exclude: config.exclude.as_ref().map(Globs::matcher),
            overrides: config.overrides.iter().flatten().map(|over| over.paths.matcher()).collect(),
            config,
        }
    }
}
