//! What packages mean, from small configurations.

use super::{ConfigFile, Packages, Target};

fn read(files: &[(&str, &str)]) -> Packages {
    let config = |(path, text): &(&str, &str)| ConfigFile { path: (*path).into(), text: (*text).into() };
    let (packages, unreadable) = Packages::new(&files.iter().map(config).collect::<Vec<_>>());
    assert_eq!(unreadable, []);
    packages
}

#[track_caller]
fn check(packages: &Packages, here: &str, name: &str, expected: &[&str]) {
    let paths = packages.aliased(here, name).0.into_iter().map(|t| match t {
        Target::Path(path) => path,
        Target::Package(name) => format!("package {name}"),
    });
    assert_eq!(paths.collect::<Vec<_>>(), expected, "{name} from {here}");
}

#[test]
fn the_nearest_configuration_comes_first() {
    let packages = read(&[
        ("tsconfig.json", r#"{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}"#),
        ("web/tsconfig.json", r#"{"extends": "../base", "references": []}"#),
        ("base.json", "{}"),
    ]);
    check(&packages, "web/app", "@/x", &["src/x"]);
    let packages = read(&[
        (
            "tsconfig.base.json",
            r#"{"compilerOptions": {"baseUrl": "lib", "paths": {"@/*": ["*"], "@/a/*": ["b/*"], "c": ["d"]}}}"#,
        ),
        ("web/tsconfig.json", r#"{"extends": ["../tsconfig.base.json"]}"#),
    ]);
    check(&packages, "web/app", "@/x/y", &["lib/x/y", "lib/@/x/y"]);
    check(&packages, "web/app", "@/a/y", &["lib/b/y", "lib/@/a/y"]);
    check(&packages, "web", "c", &["lib/d", "lib/c"]);
    check(&packages, "other", "c", &[]);
}

#[test]
fn circles_and_ways_out_end() {
    let packages = read(&[
        (
            "tsconfig.json",
            r#"{"extends": "./tsconfig.json", "compilerOptions": {"paths": {"@/*": ["../../*"]}}}"#,
        ),
        ("a/tsconfig.json", r#"{"extends": "../b/tsconfig.json"}"#),
        ("b/tsconfig.json", r#"{"extends": "../a/tsconfig.json"}"#),
    ]);
    check(&packages, "", "@/x", &[]);
    check(&packages, "a", "x", &[]);
}

#[test]
fn projects_that_are_the_sum_of_others() {
    let packages = read(&[
        ("tsconfig.json", r#"{"files": [], "references": [{"path": "./tsconfig.app.json"}]}"#),
        ("tsconfig.app.json", r#"{"compilerOptions": {"paths": {"~/*": ["./app/*"]}}}"#),
    ]);
    check(&packages, "app", "~/x", &["app/x"]);
}

#[test]
fn other_names_of_packages() {
    let packages = read(&[
        ("deno.json", r#"{"imports": {"claude": "npm:@anthropic-ai/sdk@1", "lib/": "./lib/"}}"#),
        (
            "web/package.json",
            r##"{"dependencies": {"ai": "npm:@anthropic-ai/sdk@1"}, "imports": {"#x/*": {"default": "./x/*.js"}}}"##,
        ),
    ]);
    assert_eq!(packages.real_package("fn", "claude"), "@anthropic-ai/sdk");
    assert_eq!(packages.real_package("web/src", "ai/core"), "@anthropic-ai/sdk/core");
    assert_eq!(packages.real_package("fn", "ai"), "ai");
    check(&packages, "fn", "lib/a.ts", &["lib/a.ts"]);
    check(&packages, "web/src", "#x/y", &["web/x/y.js"]);
}

#[test]
fn other_names_of_crates() {
    let packages = read(&[
        ("Cargo.toml", "[workspace.dependencies]\nclaude = { package = 'my-sdk', version = '1' }\n"),
        (
            "a/Cargo.toml",
            "[package]\nname = 'a-b'\n[dependencies]\nclaude.workspace = true\nhttp = { package = 'reqwest', version = '1' }\n",
        ),
    ]);
    assert_eq!(packages.real_crate("a/src", "claude"), Some("my_sdk"));
    assert_eq!(packages.real_crate("a/src", "http"), Some("reqwest"));
    assert_eq!(packages.real_crate("", "http"), None);
    assert_eq!(packages.crate_folders("a_b"), ["a"]);
}

#[test]
fn broken_files_say_nothing() {
    let configs: Vec<ConfigFile> = ["package.json", "tsconfig.json", "Cargo.toml", "pyproject.toml"]
        .map(|path| ConfigFile { path: path.into(), text: "{[".into() })
        .into();
    let (packages, unreadable) = Packages::new(&configs);
    assert_eq!(unreadable.len(), 4);
    assert!(!packages.knows_node());
    let odd = r#"{"name": 1, "exports": [[[[]]], null], "imports": "x", "dependencies": [], "main": {}}"#;
    read(&[
        ("package.json", odd),
        ("tsconfig.json", "[1]"),
        ("x/tsconfig.json", r#"{"compilerOptions": {"paths": 3}, "extends": 4, "references": {}}"#),
    ]);
}
