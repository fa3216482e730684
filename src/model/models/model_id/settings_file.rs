//! Models named in files of settings that the code reads.

use super::mention::ModelMention;
use super::setting::names_model;
use crate::finding::Location;
use crate::lang::Language;
use crate::model::Project;
use crate::model::names::words::names_claude;
use crate::sdk::Sdk;
use crate::sdk::model_id::ModelId;
use crate::source::{FileId, SettingsFile, SettingsKind};

/// A file that gives models to one name more often than this is a table.
const MAX_OF_ONE_NAME: usize = 3;

impl Project {
    /// The files of settings around the code; their ids follow those of the code.
    pub fn settings_files(&self) -> impl Iterator<Item = (FileId, &SettingsFile)> {
        let first = self.files().len();
        self.background().settings.iter().enumerate().map(move |(i, file)| (FileId((first + i) as u32), file))
    }

    /// Mentions in files of settings, in file order.
    pub(in crate::model) fn settings_mentions(&self) -> Vec<ModelMention> {
        let mut out = Vec::new();
        for (id, file) in self.settings_files() {
            let settings = file.settings();
            for setting in &settings {
                let alike = settings.iter().filter(|s| s.key == setting.key).count();
                if alike > MAX_OF_ONE_NAME
                    || ModelId::parse(setting.value).is_none()
                    || self.is_model_alias(&setting.value.into())
                    || !names_model(Sdk::of(Language::Python), setting.key)
                    || !self.reads_setting(file, setting.key)
                {
                    continue;
                }
                out.push(ModelMention {
                    at: Location { file: id, span: setting.span },
                    text: setting.value.into(),
                    reaches: Vec::new(),
                    setting: Some(setting.key.into()),
                    of_gateway: false,
                    renamed_for: self.platform_of_renamed(&setting.value.into()),
                });
            }
        }
        out
    }

    /// Whether the code reads a setting: the variable or the file is named in it, or its name says that it is
    /// Claude's.
    fn reads_setting(&self, file: &SettingsFile, key: &str) -> bool {
        if names_claude(key) {
            return true;
        }
        let name = match file.kind {
            SettingsKind::Environment => key,
            SettingsKind::File => file.source.path.rsplit('/').next().unwrap_or_default(),
        };
        let small = name.to_ascii_lowercase();
        self.files().iter().filter(|f| !f.source.role.is_test).any(|f| {
            // Settings classes read `MODEL_NAME` into `model_name`.
            let words =
                |w: &str| ['"', '\'', '.', '/'].iter().any(|q| f.source.text.contains(&format!("{q}{w}")));
            words(name)
                || file.kind == SettingsKind::Environment && f.source.text.contains(&format!(" {small}:"))
        })
    }
}
