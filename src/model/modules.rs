//! Which file an import means.

use rustc_hash::FxHashMap;

use crate::facts::Import;
use crate::lang::Language;
use crate::source::FileId;

/// Paths of the candidate files, indexed for imports.
#[derive(Debug, Default)]
pub struct Modules {
    files: Vec<Place>,
    /// By last component without extension; packages (`__init__`, `index`, `mod`) by folder.
    by_stem: FxHashMap<String, Vec<FileId>>,
}

#[derive(Debug)]
struct Place {
    language: Language,
    /// Folders above the file.
    folders: Vec<String>,
    /// Module name as components below the root: folders, then the stem unless it is a package file.
    module: Vec<String>,
}

const PACKAGE_FILES: &[&str] = &["__init__", "index", "mod", "lib", "main"];

impl Modules {
    /// Indexes files, given as path and language in the order of their ids.
    pub fn new<'a>(paths: impl Iterator<Item = (&'a str, Language)>) -> Modules {
        let mut modules = Modules::default();
        for (i, (path, language)) in paths.enumerate() {
            let mut folders: Vec<String> =
                path.split('/').filter(|c| !c.is_empty() && *c != ".").map(str::to_string).collect();
            let file = folders.pop().unwrap_or_default();
            // `claude.test.ts` is no `./claude`.
            let stem = match language {
                Language::TypeScript => file.rsplit_once('.').map_or(&*file, |(stem, _)| stem),
                Language::Python | Language::Rust => file.split('.').next().unwrap_or_default(),
            };
            let stem = stem.to_string();
            let mut module = folders.clone();
            let package = match language {
                Language::Python => stem == "__init__",
                Language::TypeScript => stem == "index",
                Language::Rust => PACKAGE_FILES[2..].contains(&&*stem),
            };
            if !package {
                module.push(stem);
            }
            let key = module.last().cloned().unwrap_or_default();
            modules.by_stem.entry(key).or_default().push(FileId(i as u32));
            modules.files.push(Place { language, folders, module });
        }
        modules
    }

    fn place(&self, file: FileId) -> &Place {
        &self.files[file.0 as usize]
    }

    fn exact(&self, language: Language, module: &[String]) -> Option<FileId> {
        let key = module.last().cloned().unwrap_or_default();
        let found = self.by_stem.get(&key)?;
        let fits = |f: &FileId| self.place(*f).language == language && self.place(*f).module == module;
        found.iter().copied().filter(fits).reduce(|a, b| if self.comes_first(b, a) { b } else { a })
    }

    /// The file that stands for a folder.
    fn folder(&self, folders: &[String]) -> Option<FileId> {
        let found = self.by_stem.get(folders.last()?)?;
        found.iter().copied().find(|&f| {
            let place = self.place(f);
            place.language == Language::TypeScript && place.folders == folders && place.module == folders
        })
    }

    /// Of a file and a folder of one name, which one an import means: in Python the folder.
    fn comes_first(&self, a: FileId, b: FileId) -> bool {
        let (depth, other) = (self.place(a).folders.len(), self.place(b).folders.len());
        match self.place(a).language {
            Language::Python => depth > other,
            Language::TypeScript | Language::Rust => depth < other,
        }
    }

    /// The file whose module path ends with `tail`, nearest to `from`; `None` when two are equally near.
    fn suffix(&self, from: FileId, tail: &[String], needs_root: bool) -> Option<FileId> {
        let here = self.place(from);
        let found = self.by_stem.get(tail.last()?)?;
        let mut best: Option<(usize, FileId)> = None;
        let mut tie = false;
        for &f in found {
            let place = self.place(f);
            if f == from || place.language != here.language || !place.module.ends_with(tail) {
                continue;
            }
            let root = &place.module[..place.module.len() - tail.len()];
            if needs_root && !here.folders.starts_with(root) && !root.ends_with(&["src".to_string()]) {
                continue;
            }
            let near = common(&here.folders, root);
            match best {
                Some((n, _)) if n > near => {}
                Some((n, other)) if n == near && self.place(other).module == place.module => {
                    if self.comes_first(f, other) {
                        best = Some((near, f));
                    }
                }
                Some((n, _)) if n == near => tie = true,
                _ => (best, tie) = (Some((near, f)), false),
            }
        }
        best.filter(|_| !tie).map(|b| b.1)
    }

    /// The file a module path names, seen from a file; `None` for other packages.
    pub fn resolve(&self, from: FileId, import: &Import) -> Option<FileId> {
        match self.place(from).language {
            Language::Python => self.python(from, &import.module, import.level),
            Language::TypeScript => self.typescript(from, &import.module),
            Language::Rust => self.rust(from, &import.module),
        }
    }

    /// Python: the file of `level` dots and a dotted name.
    pub fn python(&self, from: FileId, module: &str, level: u32) -> Option<FileId> {
        let parts: Vec<String> = module.split('.').filter(|p| !p.is_empty()).map(str::to_string).collect();
        if level > 0 {
            let here = &self.place(from).folders;
            let keep = here.len().checked_sub(level as usize - 1)?;
            let full: Vec<String> = here[..keep].iter().cloned().chain(parts).collect();
            return self.exact(Language::Python, &full);
        }
        let single = parts.len() == 1;
        self.suffix(from, &parts, true)
            .or_else(|| if single { None } else { self.suffix(from, &parts, false) })
    }

    /// TypeScript: relative paths, and aliases such as `@/lib/x` by their tail.
    pub fn typescript(&self, from: FileId, module: &str) -> Option<FileId> {
        if module.starts_with('.') {
            let mut at = self.place(from).folders.clone();
            for part in module.split('/') {
                match part {
                    "." | "" => {}
                    ".." => {
                        at.pop();
                    }
                    name => at.push(name.to_string()),
                }
            }
            return self.exact(Language::TypeScript, &at).or_else(|| {
                let last = at.last_mut()?;
                *last = strip_extension(last).to_string();
                if drop_index(&mut at) { self.folder(&at) } else { self.exact(Language::TypeScript, &at) }
            });
        }
        let tail = ["@/", "~/", "#/", "src/", "$lib/"].iter().find_map(|p| module.strip_prefix(p));
        let workspace = || {
            // `@scope/package/path`: a folder of that name in a workspace.
            let mut parts = module.split('/');
            let scope = parts.next().filter(|s| s.starts_with('@') && s.len() > 1)?;
            let _ = scope;
            let package = parts.next()?.to_string();
            let rest: Vec<String> = parts.map(str::to_string).collect();
            self.package(from, &package, &rest)
        };
        match tail {
            Some(tail) => {
                let mut parts: Vec<String> =
                    tail.split('/').map(|p| strip_extension(p).to_string()).collect();
                drop_index(&mut parts);
                self.suffix(from, &parts, false)
            }
            None => workspace(),
        }
    }

    /// A file of a workspace package named after its folder.
    fn package(&self, from: FileId, package: &str, rest: &[String]) -> Option<FileId> {
        let source = ["src".to_string()];
        let mut tail = vec![package.to_string()];
        tail.extend_from_slice(rest);
        let mut inside = vec![package.to_string(), source[0].clone()];
        inside.extend_from_slice(rest);
        self.suffix(from, &inside, false).or_else(|| self.suffix(from, &tail, false))
    }

    /// Rust: `crate.a.b`, `self.a`, `super.a`, or a crate of the workspace.
    pub fn rust(&self, from: FileId, module: &str) -> Option<FileId> {
        let place = self.place(from);
        let mut parts = module.split('.').filter(|p| !p.is_empty()).map(str::to_string);
        let first = parts.next()?;
        let rest: Vec<String> = parts.collect();
        let base = match &*first {
            "crate" => {
                let src = place.folders.iter().rposition(|f| matches!(&**f, "src" | "examples" | "tests"));
                place.folders[..src.map_or(place.folders.len().min(1), |i| i + 1)].to_vec()
            }
            "self" => place.module.clone(),
            "super" => {
                let mut up = place.module.clone();
                up.pop();
                up
            }
            _ => {
                let tail = first.replace('_', "-");
                let below = |name: &str| {
                    let found = self.by_stem.get("src")?;
                    found.iter().copied().find(|&f| {
                        let m = &self.place(f).module;
                        self.place(f).language == Language::Rust
                            && m.len() > 1
                            && m[m.len() - 2] == name
                            && f != from
                    })
                };
                let root = below(&tail).or_else(|| below(&first))?;
                self.place(root).module.clone()
            }
        };
        let mut full = base;
        full.extend(rest.into_iter().filter(|p| p != "self"));
        while full.last().is_some_and(|p| p == "super") {
            full.truncate(full.len().saturating_sub(2));
        }
        self.exact(Language::Rust, &full)
    }
}

fn strip_extension(name: &str) -> &str {
    for ext in [".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts"] {
        if let Some(stem) = name.strip_suffix(ext) {
            return stem;
        }
    }
    name
}

/// `./llm/index` is the folder.
fn drop_index(parts: &mut Vec<String>) -> bool {
    let index = parts.len() > 1 && parts.last().is_some_and(|last| last == "index");
    if index {
        parts.pop();
    }
    index
}

fn common(a: &[String], b: &[String]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(language: Language, files: &[&str], from: u32, module: &str, level: u32, expected: Option<u32>) {
        let modules = Modules::new(files.iter().map(|f| (*f, language)));
        let import = Import { module: module.into(), level, names: Box::default(), reexport: false };
        assert_eq!(modules.resolve(FileId(from), &import), expected.map(FileId), "{module} in {files:?}");
    }

    #[test]
    fn python_modules() {
        let files = &["app/llm.py", "app/main.py", "app/core/__init__.py", "src/lib/llm.py", "other/x.py"];
        check(Language::Python, files, 1, "llm", 0, Some(0));
        check(Language::Python, files, 1, "llm", 1, Some(0));
        check(Language::Python, files, 1, "app.core", 0, Some(2));
        check(Language::Python, files, 2, "llm", 2, Some(0));
        check(Language::Python, files, 4, "lib.llm", 0, Some(3));
        check(Language::Python, files, 1, "requests", 0, None);
    }

    #[test]
    fn typescript_modules() {
        let files =
            &["src/lib/claude.ts", "src/app/page.tsx", "src/lib/index.ts", "packages/llm/src/index.ts"];
        check(Language::TypeScript, files, 1, "../lib/claude", 0, Some(0));
        check(Language::TypeScript, files, 1, "../lib/claude.js", 0, Some(0));
        check(Language::TypeScript, files, 1, "@/lib/claude", 0, Some(0));
        check(Language::TypeScript, files, 1, "../lib", 0, Some(2));
        check(Language::TypeScript, files, 1, "@acme/llm", 0, Some(3));
        check(Language::TypeScript, files, 1, "@anthropic-ai/sdk", 0, None);
    }

    #[test]
    fn a_file_comes_before_its_test_and_a_folder_of_its_name() {
        let files = &["src/llm.test.ts", "src/llm.ts", "src/llm/index.ts", "src/app.ts", "src/llm.server.ts"];
        check(Language::TypeScript, files, 3, "./llm", 0, Some(1));
        check(Language::TypeScript, files, 3, "@/llm", 0, Some(1));
        check(Language::TypeScript, files, 3, "./llm.server", 0, Some(4));
        check(Language::TypeScript, files, 3, "./llm/index", 0, Some(2));
        check(Language::TypeScript, files, 3, "./llm/index.js", 0, Some(2));
        let files = &["app/llm.py", "app/llm/__init__.py", "app/main.py"];
        check(Language::Python, files, 2, "app.llm", 0, Some(1));
    }

    #[test]
    fn rust_modules() {
        let files = &["src/main.rs", "src/llm/mod.rs", "src/llm/claude.rs", "crates/my-api/src/lib.rs"];
        check(Language::Rust, files, 0, "crate.llm", 0, Some(1));
        check(Language::Rust, files, 0, "crate.llm.claude", 0, Some(2));
        check(Language::Rust, files, 2, "super", 0, Some(1));
        check(Language::Rust, files, 1, "self.claude", 0, Some(2));
        check(Language::Rust, files, 0, "my_api", 0, Some(3));
    }
}
