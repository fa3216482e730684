//! Files of settings around the code: environment files, Dockerfiles, compose files, YAML, TOML and JSON.
//!
//! They are never parsed: what matters in them are lines that give one of Claude's models to a name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::manifest::is_manifest;
use super::read::plain_text;
use super::role::Role;
use super::{SourceFile, Span};
use crate::lang::Dialect;

/// Larger files are left unread.
const MAX_BYTES: u64 = 256 << 10;
/// No more files are read in one folder, and in all.
const MAX_IN_FOLDER: usize = 48;
const MAX_FILES: usize = 2000;
/// No more names of one folder are looked at.
const MAX_NAMES: usize = 10_000;
/// Folders beside the code that hold nothing but settings.
const FOLDERS: &[&str] = &["config", "configs", "conf", "settings"];

/// How the code gets to see what a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsKind {
    /// Through variables of the environment.
    Environment,
    /// By reading the file.
    File,
}

/// A file of settings.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    /// Its text; it has no dialect.
    pub source: SourceFile,
    /// How it is read.
    pub kind: SettingsKind,
}

/// A name that is given a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<'t> {
    /// The name.
    pub key: &'t str,
    /// The text, quotes aside.
    pub value: &'t str,
    /// Where the text stands.
    pub span: Span,
}

/// What kind of settings a file of that name holds.
pub fn settings_kind(name: &str) -> Option<SettingsKind> {
    let lower = name.to_ascii_lowercase();
    let (stem, extension) = lower.rsplit_once('.').unwrap_or((&*lower, ""));
    if Dialect::from_extension(extension).is_some() {
        return None;
    }
    let environment = lower.starts_with(".env")
        || lower.starts_with("env.")
        || extension == "env"
        || lower.starts_with("dockerfile")
        || extension == "dockerfile"
        || matches!(extension, "yml" | "yaml")
            && (stem.starts_with("docker-compose") || stem.starts_with("compose"));
    if environment {
        return Some(SettingsKind::Environment);
    }
    let other = is_manifest(name)
        || ["package", "tsconfig", "jsconfig", "composer", "lerna", "turbo", "nx"].contains(&stem)
        || ["lock", "schema", "mkdocs", "openapi", "swagger", "test", "fixture"]
            .iter()
            .any(|w| stem.contains(w));
    (!other && matches!(extension, "yml" | "yaml" | "toml" | "json")).then_some(SettingsKind::File)
}

impl SettingsFile {
    /// A file from its text; `None` where its name or place says that it holds no settings of the program.
    pub fn new(path: &str, absolute: impl Into<PathBuf>, text: &str) -> Option<SettingsFile> {
        let kind = settings_kind(path.rsplit('/').next()?)?;
        let role = Role::of(path);
        let source = SourceFile::of_settings(path, absolute, text);
        (!role.is_test && text.contains("claude")).then_some(SettingsFile { source, kind })
    }

    /// The settings whose text may be one of Claude's models, in order.
    pub fn settings(&self) -> Vec<Setting<'_>> {
        let mut out = Vec::new();
        let mut start = 0;
        for line in self.source.text.split_inclusive('\n') {
            if line.contains("claude") && line.len() < 500 {
                out.extend(setting(line, start));
            }
            start += line.len();
        }
        out
    }
}

/// `KEY=value`, `ENV KEY=value`, `- KEY=value`, `key: value`, `"key": "value"`, `key = "value"`.
fn setting(line: &str, start: usize) -> Option<Setting<'_>> {
    let at = line.find("claude")?;
    let bare = line.trim_start();
    if bare.starts_with(['#', ';']) || bare.starts_with("//") {
        return None;
    }
    let wanted = |c: char| c.is_ascii_alphanumeric() || "-._:@/".contains(c);
    // The text around the name, as far as it has no quotes, blanks or brackets.
    let begin =
        line[..at].char_indices().rev().find(|(_, c)| !wanted(*c)).map_or(0, |(i, c)| i + c.len_utf8());
    let begin = match line[begin..at].find(":-") {
        Some(default) => begin + default + 2,
        None => begin,
    };
    // `${MODEL:-claude-…}`: the name before is what is given.
    let before = line[..begin].trim_end_matches(['"', '\'', ' ', '\t', '{', '$', '[']);
    let before = before.trim_end_matches(":-").trim_end_matches('-');
    let before = match before.rsplit_once("${") {
        Some((before, _)) => before.trim_end_matches(['"', '\'', ' ']),
        None => before,
    };
    let end = line[at..].find(|c: char| !wanted(c)).map_or(line.len(), |i| at + i);
    let value = line.get(begin..end)?.trim_end_matches([':', '.', ',']);
    let key = before.trim_end().strip_suffix(['=', ':']).unwrap_or(before);
    let assigned =
        key.len() < before.trim_end().len() || before.trim_start().to_ascii_uppercase().starts_with("ENV ");
    let key = key.trim().trim_end_matches(['"', '\'']);
    let key = key.rsplit(|c: char| c.is_whitespace() || "\"'{,".contains(c)).next()?;
    let list_item = bare.starts_with("- ") && before.contains(": ")
        || before.trim_start().starts_with("- ") && before.trim_end().ends_with(':');
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    (assigned && plain && !list_item).then(|| Setting {
        key,
        value,
        span: Span::new(start + begin, start + begin + value.len()),
    })
}

/// Reads the files of settings in the folders of files and in those above, as far as their shown paths
/// go; nothing above `roots`, nothing that `excluded` leaves out.
pub(super) fn read<'a>(
    files: impl Iterator<Item = &'a SourceFile>,
    roots: &[PathBuf],
    excluded: &dyn Fn(&Path) -> bool,
) -> Vec<SettingsFile> {
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    let mut out = Vec::new();
    for file in files {
        if !roots.iter().any(|root| file.absolute.starts_with(root)) {
            continue;
        }
        let shown = Path::new(&file.path).ancestors().skip(1);
        for (folder, shown) in file.absolute.ancestors().skip(1).zip(shown) {
            let within = roots.iter().any(|root| folder.starts_with(root));
            if !within || out.len() >= MAX_FILES || !seen.insert(folder.to_path_buf()) {
                break;
            }
            read_folder(folder, shown, excluded, &mut out);
            for name in FOLDERS {
                if seen.insert(folder.join(name)) {
                    read_folder(&folder.join(name), &shown.join(name), excluded, &mut out);
                }
            }
        }
    }
    out.sort_by(|a, b| a.source.path.cmp(&b.source.path));
    out
}

fn read_folder(folder: &Path, shown: &Path, excluded: &dyn Fn(&Path) -> bool, out: &mut Vec<SettingsFile>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let names = entries.take(MAX_NAMES).filter_map(|e| e.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|n| settings_kind(n).is_some()).collect();
    names.sort();
    for name in names.into_iter().take(MAX_IN_FOLDER) {
        let path = folder.join(&name);
        if excluded(&path) {
            continue;
        }
        let Some(text) = plain_text(&path, MAX_BYTES) else { continue };
        let shown = shown.join(&name).to_string_lossy().replace('\\', "/");
        out.extend(SettingsFile::new(&shown, path, &text));
    }
}

#[cfg(test)]
mod tests {
    use super::{SettingsKind, setting, settings_kind};

    #[test]
    fn lines_give_names_and_texts() {
        let of = |line| setting(line, 0).map(|s| (s.key, s.value));
        let opus = "claude-opus-5-5";
        for line in [
            "MODEL=claude-opus-5-5",
            "export MODEL='claude-opus-5-5'",
            "ENV MODEL=claude-opus-5-5",
            "ENV MODEL claude-opus-5-5",
            "      - MODEL=claude-opus-5-5",
            "MODEL: claude-opus-5-5  # fast",
            "  \"MODEL\": \"claude-opus-5-5\",",
            "MODEL = \"claude-opus-5-5\"",
            "MODEL: ${OTHER:-claude-opus-5-5}",
            "      - MODEL=${MODEL:-claude-opus-5-5}",
        ] {
            assert_eq!(of(line), Some(("MODEL", opus)), "{line}");
        }
        for line in [
            "# MODEL=claude-opus-5-5",
            "  - claude-opus-5-5",
            "see claude-opus-5-5",
            "- model: claude-opus-5-5",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }

    #[test]
    fn names_tell_files_of_settings() {
        for name in [".env", ".env.example", "Dockerfile", "docker-compose.yml", "compose.dev.yaml"] {
            assert_eq!(settings_kind(name), Some(SettingsKind::Environment), "{name}");
        }
        assert_eq!(settings_kind("config.yaml"), Some(SettingsKind::File));
        for name in ["package.json", "pyproject.toml", "yarn.lock", "notes.md", "tsconfig.json"] {
            assert_eq!(settings_kind(name), None, "{name}");
        }
    }
}
