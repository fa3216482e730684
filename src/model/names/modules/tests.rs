use super::*;
use crate::packages::ConfigFile;

struct Tree {
    modules: Modules,
    files: Vec<&'static str>,
}

/// An index over paths of source files and texts of configuration files.
fn tree(language: Language, files: &[&'static str], configs: &[(&str, &str)]) -> Tree {
    let configs: Vec<ConfigFile> = configs
        .iter()
        .map(|(path, text)| ConfigFile { path: (*path).into(), text: (*text).into() })
        .collect();
    let (packages, unreadable) = Packages::new(&configs);
    assert_eq!(unreadable, []);
    Tree { modules: Modules::new(files.iter().map(|f| (*f, language)), packages), files: files.to_vec() }
}

impl Tree {
    #[track_caller]
    fn check(&self, from: &str, module: &str, expected: Option<&str>) {
        let from = self.files.iter().position(|f| *f == from).expect("a file of the tree");
        let path = module.trim_start_matches('.');
        let python = self.modules.files[from].language == Language::Python;
        let (module, level) = if python { (path, module.len() - path.len()) } else { (module, 0) };
        let found = self.modules.resolve(FileId(from as u32), module, level as u32);
        assert_eq!(found.map(|f| self.files[f.0 as usize]), expected, "{module} from {}", self.files[from]);
    }
}

#[test]
fn python_modules() {
    let files =
        &["app/llm.py", "app/main.py", "app/core/__init__.py", "src/lib/llm.py", "other/x.py", "lab.ipynb"];
    let tree = tree(Language::Python, files, &[]);
    tree.check("app/main.py", "llm", Some("app/llm.py"));
    tree.check("app/main.py", ".llm", Some("app/llm.py"));
    tree.check("app/main.py", "app.core", Some("app/core/__init__.py"));
    tree.check("app/core/__init__.py", "..llm", Some("app/llm.py"));
    tree.check("app/core/__init__.py", "....llm", None);
    tree.check("other/x.py", "lib.llm", Some("src/lib/llm.py"));
    tree.check("app/main.py", "requests", None);
    tree.check("app/main.py", "lab", None);
}

#[test]
fn packages_of_python_begin_where_projects_say() {
    let files = &[
        "a/pyproject.toml.py",
        "a/lib/alpha/__init__.py",
        "a/lib/alpha/types.py",
        "a/lib/alpha/llm.py",
        "a/lib/alpha/deep/__init__.py",
        "a/lib/alpha/deep/x.py",
        "b/src/beta/llm.py",
        "b/tests/test_x.py",
        "providers/__init__.py",
        "providers/vendor/types.py",
    ];
    let configs = &[
        ("a/pyproject.toml", "[tool.setuptools.packages.find]\nwhere = ['lib']\n"),
        ("b/setup.py", "setup(package_dir={'': 'src'})"),
    ];
    let tree = tree(Language::Python, files, configs);
    tree.check("b/tests/test_x.py", "beta.llm", Some("b/src/beta/llm.py"));
    tree.check("b/tests/test_x.py", "alpha.llm", Some("a/lib/alpha/llm.py"));
    tree.check("b/tests/test_x.py", "alpha", Some("a/lib/alpha/__init__.py"));
    tree.check("a/lib/alpha/deep/x.py", "alpha.llm", Some("a/lib/alpha/llm.py"));
    // A package is no place to look for what comes with the language.
    tree.check("a/lib/alpha/llm.py", "types", None);
    tree.check("a/lib/alpha/llm.py", "deep.x", Some("a/lib/alpha/deep/x.py"));
    // Nor do other packages begin inside one.
    tree.check("b/tests/test_x.py", "vendor.types", None);
}

#[test]
fn typescript_modules() {
    let files = &["src/lib/claude.ts", "src/app/page.tsx", "src/lib/index.ts", "packages/llm/src/index.ts"];
    let tree = tree(Language::TypeScript, files, &[]);
    tree.check("src/app/page.tsx", "../lib/claude", Some("src/lib/claude.ts"));
    tree.check("src/app/page.tsx", "../lib/claude.js", Some("src/lib/claude.ts"));
    tree.check("src/app/page.tsx", "@/lib/claude", Some("src/lib/claude.ts"));
    tree.check("src/app/page.tsx", "../lib", Some("src/lib/index.ts"));
    tree.check("src/app/page.tsx", "@acme/llm", Some("packages/llm/src/index.ts"));
    tree.check("src/app/page.tsx", "@anthropic-ai/sdk", None);
    tree.check("src/app/page.tsx", "../../../src/lib/claude", None);
}

#[test]
fn a_file_comes_before_its_test_and_a_folder_of_its_name() {
    let files = &[
        "src/llm.js",
        "src/llm.test.ts",
        "src/llm.ts",
        "src/llm/index.ts",
        "src/app.ts",
        "src/llm.server.ts",
    ];
    let types = tree(Language::TypeScript, files, &[]);
    types.check("src/app.ts", "./llm", Some("src/llm.ts"));
    types.check("src/app.ts", "@/llm", Some("src/llm.ts"));
    types.check("src/app.ts", "./llm.server", Some("src/llm.server.ts"));
    types.check("src/app.ts", "./llm/index", Some("src/llm/index.ts"));
    types.check("src/app.ts", "./llm/index.js", Some("src/llm/index.ts"));
    let python = tree(Language::Python, &["app/llm.py", "app/llm/__init__.py", "app/main.py"], &[]);
    python.check("app/main.py", "app.llm", Some("app/llm/__init__.py"));
}

#[test]
fn aliases_come_from_the_nearest_configuration() {
    let files = &["src/x.ts", "web/src/x.ts", "web/app.ts", "web/lib/y.ts", "app.ts", "other/lib/z.ts"];
    let configs = &[
        (
            "tsconfig.json",
            r#"{"compilerOptions": {"paths": {"@/*": ["./src/*"], "@lib/*": ["./web/lib/*"]}}}"#,
        ),
        (
            "web/tsconfig.json",
            r#"{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["missing/*", "src/*"]}}}"#,
        ),
    ];
    let tree = tree(Language::TypeScript, files, configs);
    tree.check("web/app.ts", "@/x", Some("web/src/x.ts"));
    tree.check("app.ts", "@/x", Some("src/x.ts"));
    tree.check("app.ts", "@lib/y.js", Some("web/lib/y.ts"));
    tree.check("web/app.ts", "lib/y", Some("web/lib/y.ts"));
    // What is configured is not guessed.
    tree.check("app.ts", "@/lib/z", None);
}

#[test]
fn packages_of_a_workspace_are_called_by_their_names() {
    let files = &[
        "packages/core/src/index.ts",
        "packages/core/src/deep/retry.ts",
        "packages/core/src/internal/x.ts",
        "packages/plain/lib/main.js",
        "apps/web/index.ts",
        "apps/web/llm/index.ts",
    ];
    let configs = &[
        (
            "packages/core/package.json",
            r##"{"name": "@acme/ai-core", "exports": {".": {"import": "./dist/esm/index.js"}, "./retry": "./dist/deep/retry.mjs",
                "./deep/*": "./dist/deep/*.js"}, "imports": {"#internal/*": "./src/internal/*.js"}}"##,
        ),
        ("packages/plain/package.json", r#"{"name": "plain", "main": "lib/main.js"}"#),
        ("apps/web/package.json", r#"{"name": "web", "dependencies": {"core": "npm:@acme/ai-core@1"}}"#),
    ];
    let tree = tree(Language::TypeScript, files, configs);
    let from = "apps/web/index.ts";
    tree.check(from, "@acme/ai-core", Some("packages/core/src/index.ts"));
    tree.check(from, "@acme/ai-core/retry", Some("packages/core/src/deep/retry.ts"));
    tree.check(from, "@acme/ai-core/deep/retry", Some("packages/core/src/deep/retry.ts"));
    tree.check(from, "plain", Some("packages/plain/lib/main.js"));
    tree.check(from, "web/llm", Some("apps/web/llm/index.ts"));
    tree.check(from, "@acme/core", None);
    tree.check(from, "#internal/x", None);
    tree.check("packages/core/src/index.ts", "#internal/x", Some("packages/core/src/internal/x.ts"));
    assert_eq!(tree.modules.real_name(FileId(4), "core"), "@acme/ai-core");
    assert_eq!(tree.modules.real_name(FileId(4), "npm:zod@3"), "zod");
}

#[test]
fn rust_modules() {
    let files = &[
        "src/main.rs",
        "src/llm/mod.rs",
        "src/llm/claude.rs",
        "crates/my-api/src/lib.rs",
        "crates/my-api/src/net.rs",
    ];
    let tree = tree(Language::Rust, files, &[]);
    tree.check("src/main.rs", "crate.llm", Some("src/llm/mod.rs"));
    tree.check("src/main.rs", "llm.claude", Some("src/llm/claude.rs"));
    tree.check("src/main.rs", "crate.llm.claude", Some("src/llm/claude.rs"));
    tree.check("src/llm/claude.rs", "super", Some("src/llm/mod.rs"));
    tree.check("src/llm/claude.rs", "super.super", Some("src/main.rs"));
    tree.check("src/llm/mod.rs", "self.claude", Some("src/llm/claude.rs"));
    tree.check("src/main.rs", "my_api", Some("crates/my-api/src/lib.rs"));
    tree.check("src/main.rs", "my_api.net", Some("crates/my-api/src/net.rs"));
    tree.check("src/main.rs", "super", None);
}

#[test]
fn crates_are_what_their_manifests_say() {
    let files = &[
        "Cargo.toml.rs",
        "core/code/entry.rs",
        "core/code/net.rs",
        "app/src/lib.rs",
        "app/src/main.rs",
        "app/src/bin/tool.rs",
        "app/src/bin/other/main.rs",
        "app/src/bin/other/part.rs",
        "app/src/llm.rs",
        "app/tests/it.rs",
        "app/tests/common/mod.rs",
    ];
    let configs = &[
        (
            "Cargo.toml",
            "[workspace]\nmembers = ['core', 'app']\n[workspace.dependencies]\nclaude = { package = 'real-sdk', version = '1' }\n",
        ),
        ("core/Cargo.toml", "[package]\nname = 'acme-core'\n[lib]\npath = 'code/entry.rs'\n"),
        (
            "app/Cargo.toml",
            "[package]\nname = 'acme-app'\n[dependencies]\nbase = { package = 'acme-core', path = '../core' }\nclaude.workspace = true\n",
        ),
    ];
    let tree = tree(Language::Rust, files, configs);
    tree.check("app/src/main.rs", "acme_core", Some("core/code/entry.rs"));
    tree.check("app/src/main.rs", "base.net", Some("core/code/net.rs"));
    tree.check("core/code/net.rs", "crate", Some("core/code/entry.rs"));
    tree.check("app/src/main.rs", "acme_app.llm", Some("app/src/llm.rs"));
    tree.check("app/src/main.rs", "crate", Some("app/src/main.rs"));
    tree.check("app/src/llm.rs", "crate", Some("app/src/lib.rs"));
    tree.check("app/src/bin/tool.rs", "acme_app.llm", Some("app/src/llm.rs"));
    tree.check("app/src/bin/other/part.rs", "crate", Some("app/src/bin/other/main.rs"));
    tree.check("app/src/bin/other/main.rs", "crate.part", Some("app/src/bin/other/part.rs"));
    tree.check("app/tests/it.rs", "self.common", Some("app/tests/common/mod.rs"));
    tree.check("app/src/main.rs", "serde", None);
    assert_eq!(tree.modules.real_name(FileId(4), "claude.Client"), "real_sdk.Client");
    let other = tree.modules.other_root(FileId(3)).map(|f| tree.files[f.0 as usize]);
    assert_eq!(other, Some("app/src/main.rs"));
}

#[test]
fn modules_are_in_the_files_that_are_named() {
    let files = &["src/lib.rs", "src/unix/net.rs", "src/unix/deep.rs", "src/other.rs"];
    let mut tree = tree(Language::Rust, files, &[]);
    tree.modules.place_module(FileId(0), "net", "unix/net.rs");
    tree.modules.place_module(FileId(0), "out", "../../x.rs");
    tree.check("src/other.rs", "crate.net", Some("src/unix/net.rs"));
    tree.check("src/lib.rs", "self.net.deep", Some("src/unix/deep.rs"));
    tree.check("src/unix/net.rs", "super", Some("src/lib.rs"));
    tree.check("src/lib.rs", "self.out", None);
}
