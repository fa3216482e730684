//! Modules of Python.

use super::Modules;
use crate::lang::Language;
use crate::packages::{ancestors, folder, name};
use crate::sdk::Sdk;
use crate::source::FileId;

impl Modules {
    /// The file of `level` dots and a dotted name.
    pub(super) fn python(&self, from: FileId, module: &str, level: u32) -> Option<FileId> {
        let path = module.split('.').filter(|p| !p.is_empty()).collect::<Vec<_>>().join("/");
        let here = &*self.place(from).folder;
        if level > 0 {
            let start = ancestors(here).nth(level as usize - 1)?;
            return self.exact(Language::Python, &below(start, &path));
        }
        if path.is_empty() {
            return None;
        }
        let at = |root: &str| self.exact(Language::Python, &below(root, &path)).filter(|f| *f != from);
        // Python looks from the folder that the outermost package stands in; programs add others above.
        let outer = ancestors(here).find(|f| !self.is_package(f)).unwrap_or_default();
        for root in ancestors(outer) {
            let further = self.packages.python_roots(root).iter().map(String::as_str);
            let found = further.chain([root]).find_map(at);
            if let Some(found) = found.or_else(|| at(&below(root, "src"))) {
                return Some(found);
            }
        }
        // Modules of a package that is run as if it were a folder of programs.
        let single = !path.contains('/');
        let first = path.split('/').next()?;
        let is_listed = |list| Sdk::of(Language::Python).has_word(list, first);
        if is_listed("standard-modules") {
            return None;
        }
        // A module may be named after the package which it is for: `app/streamlit.py`.
        let mut beside = ancestors(here).take_while(|f| *f != outer && !is_listed("installed-packages"));
        if let Some(found) = beside.find_map(at) {
            return Some(found);
        }
        let is_root = |root: &str| self.packages.is_python_root(root) || name(root) == "src";
        self.suffix(from, &path, is_root).or_else(|| {
            let is_folder = |root: &str| !self.is_package(root);
            if single { None } else { self.suffix(from, &path, is_folder) }
        })
    }

    /// Whether a folder holds an `__init__.py`.
    fn is_package(&self, path: &str) -> bool {
        self.exact(Language::Python, path).is_some_and(|f| {
            let place = self.place(f);
            place.folder == path && folder(&place.path) == path && place.module == path
        })
    }
}

fn below(root: &str, path: &str) -> String {
    match (root.is_empty(), path.is_empty()) {
        (true, _) => path.to_string(),
        (_, true) => root.to_string(),
        _ => format!("{root}/{path}"),
    }
}
