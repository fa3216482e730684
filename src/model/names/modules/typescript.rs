//! Modules of TypeScript and JavaScript.

use super::Modules;
use crate::lang::Language;
use crate::packages::{NodePackage, Target, folder, join, name, package_name, split_package};
use crate::source::FileId;

/// Prefixes that stand for the sources where no configuration says so.
const USUAL_ALIASES: &[&str] = &["@/", "~/", "#/", "src/", "$lib/"];

/// Folders of what is built, which names of packages mean and repositories do not hold.
const BUILT: &[&str] = &["dist", "build", "lib", "out", "esm", "cjs", "es", "types", "umd", "node"];

/// An alias may lead to a package that leads to an alias.
const MAX_NAMES: u32 = 4;

impl Modules {
    /// The file of a specifier.
    pub(super) fn typescript(&self, from: FileId, specifier: &str) -> Option<FileId> {
        self.specified(from, specifier, 0)
    }

    fn specified(&self, from: FileId, specifier: &str, depth: u32) -> Option<FileId> {
        let here = &*self.place(from).folder;
        let specifier = specifier.split('?').next().unwrap_or_default();
        if specifier.starts_with('.') {
            return self.file_at(&join(here, specifier)?);
        }
        if specifier.is_empty() || specifier.starts_with('/') || depth > MAX_NAMES {
            return None;
        }
        let (targets, meant) = self.packages.aliased(here, specifier);
        for target in targets {
            let found = match target {
                Target::Path(path) => self.file_at(&path).or_else(|| self.source_of(&path)),
                Target::Package(name) if name != specifier => self.specified(from, &name, depth + 1),
                Target::Package(_) => None,
            };
            if found.is_some() {
                return found;
            }
        }
        let named = package_name(specifier);
        if let Some(found) = self.packaged(from, &named) {
            return Some(found);
        }
        if meant {
            return None;
        }
        if let Some(tail) = USUAL_ALIASES.iter().find_map(|p| specifier.strip_prefix(p)) {
            let mut tail = strip_extension(&join("", tail)?).to_string();
            if name(&tail) == "index" && tail.contains('/') {
                tail = folder(&tail).to_string();
            }
            return self.suffix(from, &tail, |_| true);
        }
        self.scoped(from, specifier)
    }

    /// The file that a path means: as it is, with another extension, or as a folder.
    fn file_at(&self, path: &str) -> Option<FileId> {
        let exact = |module: &str| self.exact(Language::TypeScript, module);
        if let Some(found) = exact(path) {
            return Some(found);
        }
        let stem = strip_extension(path);
        if name(stem) == "index" && stem.contains('/') {
            // `./llm/index` is the folder, whatever file has its name.
            let folder = folder(stem);
            let index = self.by_module.get(folder)?.iter().copied();
            let mut index = index.filter(|&f| self.place(f).folder == folder);
            return index.find(|&f| self.place(f).language == Language::TypeScript);
        }
        if stem != path
            && let Some(found) = exact(stem)
        {
            return Some(found);
        }
        let package = self.packages.node_package(path)?;
        package
            .entries
            .iter()
            .find_map(|entry| exact(strip_extension(entry)).or_else(|| self.source_of(entry)))
    }

    /// The source of a file that is built: `a/dist/esm/x.js` is built from `a/src/x.ts`.
    fn source_of(&self, path: &str) -> Option<FileId> {
        let parts: Vec<&str> = path.split('/').collect();
        let built = parts.iter().position(|p| BUILT.contains(p))?;
        let inside = parts[built..].iter().position(|p| !BUILT.contains(p)).map(|n| &parts[built + n..])?;
        let start = parts[..built].join("/");
        let inside = inside.join("/");
        ["src", "source", ""].iter().find_map(|source| {
            let path = join(&join(&start, source)?, &inside)?;
            self.exact(Language::TypeScript, strip_extension(&path))
        })
    }

    /// A file of a package of the workspace.
    fn packaged(&self, from: FileId, specifier: &str) -> Option<FileId> {
        let (name, inside) = split_package(specifier);
        let folder = self.nearest(from, self.packages.node_folders(name))?;
        let package = self.packages.node_package(folder)?;
        self.exported(folder, package, inside)
    }

    fn exported(&self, root: &str, package: &NodePackage, inside: &str) -> Option<FileId> {
        let file = |path: &str| self.file_at(path).or_else(|| self.source_of(path));
        let exported = package.exports.replace(inside).map(|e| e.1).unwrap_or_default();
        let paths = exported.iter().filter_map(|target| match target {
            Target::Path(path) => Some(path.as_str()),
            Target::Package(_) => None,
        });
        let entries = package.entries.iter().map(String::as_str).filter(|_| inside.is_empty());
        // What is built is not there: its source most often has the same name.
        let usual = ["src", "", "lib"].iter().find_map(|source| {
            let folder = join(root, source)?;
            let path = join(&folder, inside)?;
            self.exact(Language::TypeScript, strip_extension(&path))
        });
        paths.chain(entries).find_map(file).or(usual)
    }

    /// `@scope/package/path`: a folder of that name, where no package says its own.
    fn scoped(&self, from: FileId, specifier: &str) -> Option<FileId> {
        if self.packages.knows_node() {
            return None;
        }
        let (scope, rest) = specifier.split_once('/')?;
        if !scope.starts_with('@') || scope.len() == 1 {
            return None;
        }
        let (package, inside) = rest.split_once('/').unwrap_or((rest, ""));
        let source = join(&format!("{package}/src"), inside)?;
        let plain = join(package, inside)?;
        self.suffix(from, &source, |_| true).or_else(|| self.suffix(from, &plain, |_| true))
    }
}

fn strip_extension(path: &str) -> &str {
    const EXTENSIONS: &[&str] =
        &[".d.ts", ".d.mts", ".d.cts", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts"];
    EXTENSIONS.iter().find_map(|e| path.strip_suffix(e)).unwrap_or(path)
}
