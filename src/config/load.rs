//! Finding and reading configuration files.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::document::{Document, FailOn, OverrideTable, ProjectTable, RuleTable};
use super::problem::BadConfig;
use super::wrappers::WrapperNeedles;
use super::written::Written;
use crate::custom::RuleSet;
use crate::finding::Severity;
use crate::source::{Globs, WalkOptions, decode, io_reason};

/// Names of configuration files; the first one in a folder counts.
pub const NAMES: [&str; 3] = [".claude-lint.toml", "claude-lint.toml", "pyproject.toml"];

/// Bytes of a configuration file, far above what anybody writes.
const MAX_BYTES: u64 = 1 << 20;
/// Files that may extend one another.
pub(super) const MAX_DEPTH: usize = 16;

/// A configuration with what it extends, all names in it known.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The files it comes from, its own first.
    pub files: Vec<PathBuf>,
    /// See [`Document::select`].
    pub select: Option<Vec<String>>,
    /// See [`Document::ignore`].
    pub ignore: Option<Vec<String>>,
    /// See [`Document::pedantic`].
    pub pedantic: Option<bool>,
    /// See [`Document::min_severity`].
    pub min_severity: Option<Severity>,
    /// See [`Document::fail_on`].
    pub fail_on: Option<FailOn>,
    /// See [`Document::exclude`]; relative to the file that says it.
    pub exclude: Option<Globs>,
    /// See [`Document::respect_ignore_files`].
    pub respect_ignore_files: Option<bool>,
    /// The rules of [`Document::custom_rules`], and of the files it extends.
    pub custom: RuleSet,
    /// See [`Document::project`].
    pub project: ProjectTable,
    /// See [`Document::rules`]; by the name of the rule.
    pub rules: BTreeMap<String, RuleTable>,
    /// See [`Document::overrides`].
    pub overrides: Option<Vec<Override>>,
}

/// Other settings for some files.
#[derive(Clone, Debug)]
pub struct Override {
    /// Which files.
    pub paths: Globs,
    /// See [`OverrideTable::select`].
    pub select: Option<Vec<String>>,
    /// See [`OverrideTable::ignore`].
    pub ignore: Vec<String>,
    /// See [`OverrideTable::rules`].
    pub rules: BTreeMap<String, RuleTable>,
}

impl Config {
    /// The configuration of a folder: the nearest file in it or above it, up to one of the
    /// bounds. Nothing is read above. An error where it cannot be read or says what no setting is.
    pub fn nearest(folder: &Path, bounds: &[PathBuf]) -> Result<Option<Config>, Box<BadConfig>> {
        for folder in below_bounds(folder, bounds) {
            if let Some(config) = Config::of_folder(folder, bounds)? {
                return Ok(Some(config));
            }
        }
        Ok(None)
    }

    /// The configuration that stands in a folder itself.
    pub(super) fn of_folder(folder: &Path, bounds: &[PathBuf]) -> Result<Option<Config>, Box<BadConfig>> {
        let found = in_folder(folder, bounds)?;
        found.map(|(path, text)| read(&path, &text, bounds, 0)).transpose()
    }

    /// Reads a named file, whatever its name. An error where that cannot be done, or it says what no
    /// setting is.
    pub fn read(path: &Path, bounds: &[PathBuf]) -> Result<Config, Box<BadConfig>> {
        let text = text_of(path).map_err(|reason| BadConfig::whole("configuration", path, &reason))?;
        read(path, &text, bounds, 0)
    }

    /// Reads settings given on the command line: `key = value`. They may name rules of `known`;
    /// an error names what is no setting, or no value of one.
    pub fn inline(
        text: &str,
        directory: &Path,
        bounds: &[PathBuf],
        known: &RuleSet,
    ) -> Result<Config, Box<BadConfig>> {
        let path = Path::new("--config");
        let written = Written { path, text, folder: directory, bounds };
        written.read(known, 0)
    }

    /// The names that stand for what an SDK offers, as they are searched for.
    pub(super) fn needles(&self) -> WrapperNeedles {
        WrapperNeedles::new(self.project.wrappers().map(|(name, _)| name))
    }

    /// What it says about a walk. With `nearest`, bounds of the search, files below another
    /// configuration have that one.
    pub fn govern(&self, walk: &mut WalkOptions, nearest: Option<&[PathBuf]>) {
        walk.ignore_files &= self.respect_ignore_files.unwrap_or(true);
        walk.excluded = self.exclude.clone().unwrap_or_default();
        walk.rule_folders.extend(self.custom.folders.iter().cloned());
        let home = self.files.first().and_then(|file| file.parent()).map(Path::to_path_buf);
        walk.wrappers = self.needles().with_nearer(home, nearest.map(<[PathBuf]>::to_vec));
    }

    /// As a file would say it.
    pub fn to_toml(&self) -> String {
        let spanned = |texts: &[String]| texts.iter().map(|text| Spanned::new(0..0, text.clone())).collect();
        let tables = |rules: &BTreeMap<String, RuleTable>| {
            rules.iter().map(|(name, table)| (Spanned::new(0..0, name.clone()), table.clone())).collect()
        };
        let overrides = self.overrides.as_ref().map(|list| {
            list.iter()
                .map(|over| OverrideTable {
                    paths: spanned(&over.paths.globs),
                    select: over.select.as_deref().map(spanned),
                    ignore: Some(over.ignore.as_slice()).filter(|list| !list.is_empty()).map(spanned),
                    rules: tables(&over.rules),
                })
                .collect()
        });
        let folders: Vec<String> =
            self.custom.folders.iter().map(|folder| folder.to_string_lossy().into_owned()).collect();
        let document = Document {
            extend: None,
            select: self.select.as_deref().map(spanned),
            ignore: self.ignore.as_deref().map(spanned),
            pedantic: self.pedantic,
            min_severity: self.min_severity,
            fail_on: self.fail_on,
            exclude: self.exclude.as_ref().map(|exclude| spanned(&exclude.globs)),
            respect_ignore_files: self.respect_ignore_files,
            custom_rules: Some(&*folders).filter(|list| !list.is_empty()).map(spanned),
            project: (!self.project.is_empty()).then(|| self.project.clone()),
            rules: tables(&self.rules),
            overrides,
        };
        toml::to_string(&document).unwrap_or_default()
    }

    /// This one, with what another says where this one says nothing.
    #[must_use]
    pub fn over(self, base: Config) -> Config {
        let mut files = self.files;
        files.extend(base.files);
        Config {
            files,
            select: self.select.or(base.select),
            ignore: self.ignore.or(base.ignore),
            pedantic: self.pedantic.or(base.pedantic),
            min_severity: self.min_severity.or(base.min_severity),
            fail_on: self.fail_on.or(base.fail_on),
            exclude: self.exclude.or(base.exclude),
            respect_ignore_files: self.respect_ignore_files.or(base.respect_ignore_files),
            // Which of them have the same name was told where they were read.
            custom: self.custom.and(&base.custom).unwrap_or(self.custom),
            project: self.project.over(base.project),
            rules: tables_over(&self.rules, base.rules),
            overrides: self.overrides.or(base.overrides),
        }
    }
}

/// The tables of rules, option by option.
pub(super) fn tables_over(
    own: &BTreeMap<String, RuleTable>,
    mut base: BTreeMap<String, RuleTable>,
) -> BTreeMap<String, RuleTable> {
    for (name, table) in own {
        let below = base.entry(name.clone()).or_default();
        below.severity = table.severity.or(below.severity);
        if table.allow.is_some() {
            below.allow.clone_from(&table.allow);
        }
    }
    base
}

/// A folder and those above it, up to the first bound; the folder alone where it is below none.
pub(super) fn below_bounds<'a>(folder: &'a Path, bounds: &[PathBuf]) -> Vec<&'a Path> {
    let mut above = Vec::new();
    for ancestor in folder.ancestors() {
        above.push(ancestor);
        if bounds.iter().any(|bound| bound == ancestor) {
            return above;
        }
    }
    above.truncate(1);
    above
}

/// The file that counts in a folder, with its text.
fn in_folder(folder: &Path, bounds: &[PathBuf]) -> Result<Option<(PathBuf, String)>, Box<BadConfig>> {
    for name in NAMES {
        let path = folder.join(name);
        let Ok(data) = path.symlink_metadata() else { continue };
        if data.is_dir() {
            continue;
        }
        let text = match within(&path, bounds).and_then(|()| text_of(&path)) {
            // Most of these files have nothing for us, and may be broken for all we care.
            Ok(text) if name == "pyproject.toml" && !text.contains("tool.claude-lint") => continue,
            Err(_) if name == "pyproject.toml" => continue,
            Ok(text) => text,
            // One that is there and does not count would be a surprise.
            Err(reason) => {
                let help = "`--config FILE` names another one, `--no-config` does without";
                return Err(BadConfig::whole("configuration", &path, &reason).with_help(help));
            }
        };
        return Ok(Some((path, text)));
    }
    Ok(None)
}

/// Whether a link leads to where a configuration may come from: it may come with code that nobody
/// here trusts.
fn within(path: &Path, bounds: &[PathBuf]) -> Result<(), String> {
    let there = path.canonicalize().map_err(|_| "is a link that leads nowhere".to_string())?;
    let inside = !path.is_symlink() || bounds.iter().any(|bound| there.starts_with(bound));
    if inside { Ok(()) } else { Err("is a link that leads out of the repository".into()) }
}

/// What a file says, through links, or why it says nothing.
pub(super) fn text_of(path: &Path) -> Result<String, String> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_string(),
        _ => format!("cannot be read: {}", io_reason(&error)),
    };
    let data = path.metadata().map_err(failed)?;
    if !data.is_file() {
        return Err("is not a plain file".into());
    }
    if data.len() > MAX_BYTES {
        return Err(format!("is too large ({} KiB)", data.len() >> 10));
    }
    let bytes = fs::read(path).map_err(failed)?;
    decode(&bytes).map(std::borrow::Cow::into_owned).map_err(|reason| reason.message())
}

pub(super) fn read(
    path: &Path,
    text: &str,
    bounds: &[PathBuf],
    depth: usize,
) -> Result<Config, Box<BadConfig>> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let written = Written { path, text, folder, bounds };
    let mut config = written.read(&RuleSet::default(), depth)?;
    config.files.insert(0, path.to_path_buf());
    Ok(config)
}
