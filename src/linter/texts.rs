//! Texts in memory instead of files.

use std::path::Path;
use std::sync::Arc;

use super::{Checked, check, understood};
use crate::config::RulesOfFiles;
use crate::facts::FileFacts;
use crate::lang::Dialect;
use crate::model::{Background, FileModel};
use crate::packages::{self, ConfigFile};
use crate::parallel;
use crate::selection::Selection;
use crate::source::manifest::{is_manifest, tells_host};
use crate::source::{self, SettingsFile, SourceFile, settings_kind};

/// Lints texts in memory as one project: no walk, no prefilter, no reading. Paths are as shown;
/// manifests say which versions are used and what names mean, other texts in languages that are not
/// linted are left out. Dates are judged for the day on which the data was checked.
pub fn lint_sources<'t>(
    sources: impl IntoIterator<Item = (&'t str, &'t str)>,
    selection: &Selection,
) -> Checked {
    let (models, background) = load(sources, RulesOfFiles::alike(selection.clone()));
    check(models, background)
}

/// Texts in memory as one project.
pub(crate) fn load<'t>(
    sources: impl IntoIterator<Item = (&'t str, &'t str)>,
    rules: RulesOfFiles,
) -> (Vec<Arc<FileModel>>, Background) {
    let mut background = Background { rules, ..Background::default() };
    let mut configs = Vec::new();
    let mut files: Vec<SourceFile> = sources
        .into_iter()
        .filter_map(|(path, text)| {
            let path_of = Path::new(path);
            let name = path_of.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            if packages::is_config(name) {
                configs.push(ConfigFile { path: path.to_string(), text: text.to_string() });
            }
            if tells_host(name) {
                background.manifests.add(path_of, text);
            }
            if is_manifest(name) {
                background.manifests.add(path_of, text);
                return None;
            }
            if settings_kind(name).is_some() {
                background.settings.extend(SettingsFile::new(path, path, text));
                return None;
            }
            let dialect = Dialect::from_extension(path.rsplit_once('.')?.1)?;
            Some(SourceFile::new(path, path, text, dialect))
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    background.modules = Some(source::index(&files, &configs).into());
    let rules = &background.rules;
    let models = parallel::on_large_stack(|| {
        let model = |file: SourceFile| {
            let model = understood(file.clone(), rules.of(&file.absolute));
            model.unwrap_or_else(|| Arc::new(FileModel::new(file, FileFacts::default())))
        };
        files.into_iter().map(model).collect()
    });
    (models.unwrap_or_default(), background)
}
