//! Which versions of packages manifests and lock files say.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use claude_lint::sdk::packages::Registry;
use claude_lint::source::manifest::{Manifests, Range};

fn shown(range: &Range) -> String {
    match (range.exact(), &range.from, &range.below) {
        (Some(v), ..) => v.to_string(),
        (_, from, below) => {
            let end = |v: &Option<_>| v.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{}..{}", end(from), end(below))
        }
    }
}

/// What files say of a package for `project/src/app`; empty when nothing.
#[track_caller]
fn check(registry: Registry, package: &str, files: &[(&str, &str)], expected: &str) {
    let mut manifests = Manifests::default();
    for (path, text) in files {
        manifests.add(Path::new(path), text);
    }
    let found = manifests.version(Path::new("project/src/app"), registry, package);
    assert_eq!(found.map(|r| shown(&r.range)).unwrap_or_default(), expected, "{files:?}");
}

#[test]
fn python() {
    let check = |name: &str, text: &str, expected| {
        check(Registry::Pypi, "anthropic", &[(&format!("project/{name}"), text)], expected);
    };
    check(
        "requirements.txt",
        "requests==2\nanthropic[bedrock]>=0.40,<1 ; python_version > '3.8' # why\n",
        "0.40..1",
    );
    check("requirements-dev.txt", "-r requirements.txt\nAnthropic == 2.1.0\n", "2.1.0");
    check("requirements.txt", "anthropic @ git+ssh://host/x\n", "..");
    check("requirements.txt", "anthropic-extras==1\n", "");
    check("pyproject.toml", "[project]\ndependencies = [\"anthropic~=0.84\"]\n", "0.84..1");
    check("pyproject.toml", "[project.optional-dependencies]\nx = [\"anthropic<2\"]\n", "..2");
    check(
        "pyproject.toml",
        "[dependency-groups]\ndev = [\"anthropic==1.0.1\", {include-group = \"x\"}]\n",
        "1.0.1",
    );
    check(
        "pyproject.toml",
        "[tool.poetry.dependencies]\nanthropic = { version = \"^0.39.0\", optional = true }\n",
        "0.39.0..0.40",
    );
    check("pyproject.toml", "[tool.poetry.group.dev.dependencies]\nanthropic = \"*\"\n", "..");
    check("pyproject.toml", "not = toml = at all", "");
    check(
        "setup.cfg",
        "[options]\ninstall_requires =\n    requests\n    anthropic>=0.3\n[options.extras_require]\n",
        "0.3..",
    );
    check(
        "uv.lock",
        "version = 1\n\n[[package]]\nname = \"anthropic\"\nversion = \"0.97.0\"\nsource = { registry = \"x\" }\n",
        "0.97.0",
    );
    check(
        "poetry.lock",
        "[[package]]\nname = \"httpx\"\nversion = \"1\"\n[[package]]\nname = \"anthropic\"\nversion = \"0.40.0\"\n",
        "0.40.0",
    );
    check("Pipfile", "[packages]\nanthropic = \"==0.30.0\"\n", "0.30.0");
    check("Pipfile.lock", "{\"default\": {\"anthropic\": {\"version\": \"==0.31.0\"}}}", "0.31.0");
}

#[test]
fn javascript() {
    let check = |name: &str, text: &str, expected| {
        check(Registry::Npm, "@anthropic-ai/sdk", &[(&format!("project/{name}"), text)], expected);
    };
    check("package.json", r#"{"dependencies": {"@anthropic-ai/sdk": "^0.39.0"}}"#, "0.39.0..0.40");
    check("package.json", r#"{"devDependencies": {"@anthropic-ai/sdk": "latest"}}"#, "..");
    check("package.json", r#"{"dependencies": {"sdk": "npm:@anthropic-ai/sdk@1.2.0"}}"#, "1.2.0");
    check(
        "package-lock.json",
        r#"{"packages": {"": {}, "node_modules/@anthropic-ai/sdk": {"version": "0.80.0"}, "node_modules/x/node_modules/@anthropic-ai/sdk": {"version": "0.1.0"}}}"#,
        "0.80.0",
    );
    check("package-lock.json", r#"{"dependencies": {"@anthropic-ai/sdk": {"version": "0.20.0"}}}"#, "0.20.0");
    check(
        "pnpm-lock.yaml",
        "lockfileVersion: '9.0'\npackages:\n\n  '@anthropic-ai/sdk@0.71.2(zod@4.1.0)':\n    resolution: {}\n",
        "0.71.2",
    );
    check("pnpm-lock.yaml", "packages:\n\n  /@anthropic-ai/sdk/0.20.1:\n    resolution: {}\n", "0.20.1");
    check("yarn.lock", "\"@anthropic-ai/sdk@^0.39.0\":\n  version \"0.39.1\"\n  resolved \"x\"\n", "0.39.1");
    check(
        "yarn.lock",
        "\"@anthropic-ai/sdk@npm:^0.39.0\":\n  version: 0.39.2\n  resolution: \"x\"\n",
        "0.39.2",
    );
    check(
        "bun.lock",
        "{\n  \"packages\": {\n    \"@anthropic-ai/sdk\": [\"@anthropic-ai/sdk@1.4.0\", \"\", {}, \"sha\"],\n  },\n}\n",
        "1.4.0",
    );
    check("deno.json", r#"{"imports": {"@anthropic-ai/sdk": "npm:@anthropic-ai/sdk@^1"}}"#, "1..2");
}

#[test]
fn rust() {
    let check = |name: &str, text: &str, expected| {
        check(Registry::Crates, "async-anthropic", &[(&format!("project/{name}"), text)], expected);
    };
    check("Cargo.toml", "[dependencies]\nasync-anthropic = \"0.6\"\n", "0.6..0.7");
    check(
        "Cargo.toml",
        "[dependencies.claude]\npackage = \"async-anthropic\"\nversion = \"=0.6.0\"\n",
        "0.6.0",
    );
    check("Cargo.toml", "[workspace.dependencies]\nasync-anthropic = { version = \"0.5\" }\n", "0.5..0.6");
    check("Cargo.lock", "[[package]]\nname = \"async-anthropic\"\nversion = \"0.6.1\"\n", "0.6.1");
}

#[test]
fn the_nearest_manifest_counts_and_a_lock_makes_it_exact() {
    let pypi = |files: &[(&str, &str)], expected| check(Registry::Pypi, "anthropic", files, expected);
    let above = ("project/requirements.txt", "anthropic==0.84.0\n");
    pypi(&[above, ("project/src/requirements.txt", "anthropic==2.0.0\n")], "2.0.0");
    pypi(&[above, ("project/other/requirements.txt", "anthropic==2.0.0\n")], "0.84.0");
    let lock = ("uv.lock", "[[package]]\nname = \"anthropic\"\nversion = \"0.97.0\"\n");
    pypi(&[("project/pyproject.toml", "[project]\ndependencies = [\"anthropic>=0.84\"]\n"), lock], "0.97.0");
    // A lock file that does not fit is of something else.
    pypi(&[("project/pyproject.toml", "[project]\ndependencies = [\"anthropic>=1\"]\n"), lock], "1..");
    // Two sets of requirements: either.
    pypi(&[above, ("project/requirements-dev.txt", "anthropic==0.90.0\n")], "0.84.0..0.90.1");
}
