//! From folders to rules. Whatever is wrong in them is shown where it stands.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use toml::Spanned;

use super::build::build;
use super::{CustomRule, RuleSet};
use crate::config::BadConfig;
use crate::lang::Language;
use crate::parallel;
use crate::source::plain_text;

/// Bytes of a `rule.toml` or a query, far above what anybody writes.
const MAX_BYTES: u64 = 1 << 15;
/// Rules of one folder.
const MAX_RULES: usize = 500;

/// The name of the file that makes a folder a rule.
pub(super) const RULE: &str = "rule.toml";

/// The rules of the folders that a configuration names, relative to its own and within one of the
/// bounds: a configuration may come with code that nobody here trusts.
pub(crate) fn load(
    named: &[Spanned<String>],
    folder: &Path,
    bounds: &[PathBuf],
    bad: &dyn Fn(std::ops::Range<usize>, String) -> Box<BadConfig>,
) -> Result<RuleSet, Box<BadConfig>> {
    let mut set = RuleSet::default();
    for name in named {
        let bad = |label: &str| bad(name.span(), label.to_string());
        let found = folder.join(name.get_ref()).canonicalize().map_err(|_| bad("there is no such folder"))?;
        if !found.is_dir() {
            return Err(bad("it is no folder"));
        }
        if !bounds.iter().any(|bound| found.starts_with(bound)) {
            return Err(bad("it lies outside of the repository"));
        }
        set = joined(&set, &rules_in(found)?)?;
    }
    Ok(set)
}

/// The rules of a folder that is named by hand: one that holds rules, or a rule itself.
pub fn named(path: &Path) -> Result<RuleSet, Box<BadConfig>> {
    let bad = |reason: &str| BadConfig::whole("folder of rules", path, reason);
    let found = path.canonicalize().map_err(|_| bad("does not exist"))?;
    if !found.is_dir() {
        return Err(bad("is no folder"));
    }
    rules_in(found)
}

/// Both sets, which may not use one name for two rules.
pub fn joined(one: &RuleSet, other: &RuleSet) -> Result<RuleSet, Box<BadConfig>> {
    one.and(other).map_err(|second| {
        let id = second.rule.id;
        let first = one.find(id).map_or_else(String::new, |first| first.folder.display().to_string());
        let reason = format!("has the name of another one, `{first}`: rename its folder");
        BadConfig::whole("rule", &second.folder, &reason)
    })
}

/// The rules below a folder, or that of the folder itself.
fn rules_in(folder: PathBuf) -> Result<RuleSet, Box<BadConfig>> {
    let unreadable = || BadConfig::whole("folder of rules", &folder, "cannot be read");
    let places = if folder.join(RULE).exists() {
        vec![folder.clone()]
    } else {
        let mut places = Vec::new();
        for entry in fs::read_dir(&folder).map_err(|_| unreadable())? {
            let entry = entry.map_err(|_| unreadable())?;
            let kind = entry.file_type().map_err(|_| unreadable())?;
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if kind.is_symlink() && path.is_dir() {
                return Err(BadConfig::whole("rule", &path, "is a symbolic link, which is not followed"));
            }
            if kind.is_dir() && !hidden {
                places.push(path);
            }
        }
        places.sort();
        places
    };
    if places.len() > MAX_RULES {
        let reason = format!("holds more than {MAX_RULES} rules");
        return Err(BadConfig::whole("folder of rules", &folder, &reason));
    }
    // The query engine takes its time to look at a grammar.
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
    let read = parallel::map(threads, &places, |place| rule(place.clone()));
    let mut rules = Vec::new();
    for (place, rule) in places.iter().zip(read) {
        rules.push(
            rule.unwrap_or_else(|| Err(BadConfig::whole("rule", place, "cannot be read: internal error")))?,
        );
    }
    rules.sort_by_key(|custom| custom.rule.id);
    Ok(RuleSet { folders: vec![folder], rules: rules.into() })
}

/// The texts that make a rule.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sources {
    pub(super) folder: PathBuf,
    pub(super) toml: String,
    pub(super) queries: Vec<(Language, String)>,
}

/// The rule of a folder. One that has not changed is not compiled again.
fn rule(folder: PathBuf) -> Result<Arc<CustomRule>, Box<BadConfig>> {
    static KNOWN: Mutex<Vec<Weak<CustomRule>>> = Mutex::new(Vec::new());
    let sources = sources(folder)?;
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let same = known().iter().filter_map(Weak::upgrade).find(|rule| rule.sources == sources);
    if let Some(same) = same {
        return Ok(same);
    }
    let rule = Arc::new(build(sources)?);
    let mut known = known();
    known.retain(|rule| rule.strong_count() > 0);
    known.push(Arc::downgrade(&rule));
    Ok(rule)
}

fn sources(folder: PathBuf) -> Result<Sources, Box<BadConfig>> {
    let text = |name: &str| {
        let path = folder.join(name);
        plain_text(&path, MAX_BYTES).ok_or_else(|| {
            let reason = match path.symlink_metadata() {
                Err(_) => "does not exist",
                Ok(data) if data.is_symlink() => "is a symbolic link, which is not followed",
                Ok(_) => "is not a plain text file of bearable size",
            };
            BadConfig::whole("file", &path, reason)
        })
    };
    let toml = text(RULE)?;
    let mut queries = Vec::new();
    for &language in Language::ALL {
        let name = format!("{}.scm", language.name());
        if folder.join(&name).symlink_metadata().is_ok() {
            queries.push((language, text(&name)?));
        }
    }
    let others = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut others: Vec<PathBuf> =
        others.filter(|path| path.extension().is_some_and(|e| e == "scm")).collect();
    others.sort();
    let known = |path: &PathBuf| {
        let stem = path.file_stem().unwrap_or_default();
        Language::ALL.iter().any(|language| stem == language.name())
    };
    const NAMES: &str = "queries are `python.scm`, `typescript.scm` (JavaScript too) and `rust.scm`";
    if let Some(other) = others.iter().find(|path| !known(path)) {
        return Err(BadConfig::whole("query", other, "is for no language that is linted").with_help(NAMES));
    }
    if queries.is_empty() {
        return Err(BadConfig::whole("rule", &folder, "has no query").with_help(NAMES));
    }
    Ok(Sources { folder, toml, queries })
}
