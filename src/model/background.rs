//! What is known from outside the code: the day, and the versions of packages.

use std::path::Path;
use std::sync::Arc;

use super::{Project, Request, Tri};
use crate::config::{Rules, RulesOfFiles, Wrappers};
use crate::lang::Language;
use crate::model::names::modules::Modules;
use crate::model::values::value::{Client, NodeRef, Text};
use crate::rules::Rule;
use crate::sdk::Road;
use crate::sdk::api::{ApiVersion, api};
use crate::sdk::date::Date;
use crate::sdk::models::models;
use crate::sdk::packages::{Change, Registry, change};
use crate::source::manifest::{Manifests, Requirement};
use crate::source::{FileId, SettingsFile};

/// What rules may know besides the code.
#[derive(Debug, Clone)]
pub struct Background {
    /// The day for which dates are judged.
    pub as_of: Date,
    /// The versions of packages.
    pub manifests: Manifests,
    /// Files of settings around the code.
    pub settings: Vec<SettingsFile>,
    /// Which file an import means; from the files themselves where nobody says more.
    pub modules: Option<Arc<Modules>>,
    /// Which rules hold where, and what the project says about itself.
    pub rules: RulesOfFiles,
    /// Whether its paths are absolute rather than as shown.
    pub absolute: bool,
}

impl Default for Background {
    /// The day on which the data was checked, and no versions.
    fn default() -> Background {
        Background {
            as_of: models().as_of,
            manifests: Manifests::default(),
            settings: Vec::new(),
            modules: None,
            rules: RulesOfFiles::default(),
            absolute: false,
        }
    }
}

/// Where the packages of a language come from.
pub(super) fn registry(language: Language) -> Registry {
    match language {
        Language::Python => Registry::Pypi,
        Language::TypeScript => Registry::Npm,
        Language::Rust => Registry::Crates,
    }
}

impl Project {
    /// The day for which dates are judged.
    pub fn as_of(&self) -> Date {
        self.background.as_of
    }

    /// The rules of a file, and what its project says about itself.
    pub fn rules_of(&self, file: FileId) -> &Rules {
        self.background.rules.of(&self.source_file(file).absolute)
    }

    /// The rules that the project brings along.
    pub fn custom_rules(&self) -> Vec<&'static Rule> {
        self.background.rules.custom()
    }

    /// Names of the project's own that stand for what an SDK offers.
    pub(super) fn wrappers(&self) -> &Wrappers {
        self.background.rules.wrappers()
    }

    /// What is known from outside the code.
    pub(super) fn background(&self) -> &Background {
        &self.background
    }

    /// The manifests around the files.
    pub fn manifests(&self) -> &Manifests {
        &self.background.manifests
    }

    /// Which versions of a package the code at a place runs with, as far as manifests say so.
    pub fn requirement(&self, at: NodeRef, package: &str) -> Option<Requirement> {
        let file = self.file(at.file);
        let path: &Path = &file.source.absolute;
        self.background.manifests.version(path, registry(file.language), package)
    }

    /// Whether the code at a place runs with a version of a package that has a change of
    /// `sdk/data/packages.toml`; with the requirement that says so.
    pub fn has_change(&self, at: NodeRef, package: &str, id: &str) -> (Tri, Option<Requirement>) {
        let Some(change) = self.change(at, package, id) else { return (Tri::Unknown, None) };
        match self.requirement(at, package) {
            Some(r) => (r.range.is_at_least(&change.version), Some(r)),
            None => (Tri::Unknown, None),
        }
    }

    /// A change of a package of the language at a place.
    pub fn change(&self, at: NodeRef, package: &str, id: &str) -> Option<&'static Change> {
        change(registry(self.file(at.file).language), package, id)
    }

    /// The package whose code sends a request, where the data names it.
    pub fn package(&self, request: &Request) -> Option<&'static str> {
        let by_client = request.clients.first().and_then(|c| c.kind.package.as_deref());
        by_client.or_else(|| request.function?.package.as_deref())
    }

    /// The API version that a request sends; `None` where that is out of reach.
    pub fn api_version(&self, request: &Request) -> Option<&'static ApiVersion> {
        let of = |id: &str| api().version.iter().find(|v| v.id == id);
        let headers = self.headers(request);
        if let Some(given) = headers.get(&api().http.version_header) {
            return self.text(given).known().and_then(|t| of(&t));
        }
        let default = |client: Option<&Client>| client.and_then(|c| c.kind.api_version.as_deref());
        match request.road {
            Road::Sdk => {
                if headers.is_open {
                    return None;
                }
                let package = self.package(request)?;
                match self.has_change(request.at, package, "api-2026-10-21").0 {
                    Tri::Yes => of("2026-10-21"),
                    Tri::No => of("2023-06-01"),
                    Tri::Unknown => None,
                }
            }
            Road::Http => None,
            Road::Framework | Road::Bedrock | Road::Crate => {
                let function = request.function.and_then(|f| f.api_version.as_deref());
                default(request.clients.first().map(|c| &**c)).or(function).and_then(of)
            }
        }
    }

    /// Whether a text is certainly that, whatever its case.
    pub fn is_text(&self, at: NodeRef, text: &str) -> bool {
        let Text { pieces } = self.text(at);
        matches!(&pieces[..], [Some(known)] if known.eq_ignore_ascii_case(text))
    }
}
