//! The second wave: files that never mention Claude but belong to code that does.
#![allow(clippy::unwrap_used, reason = "tests")]

mod sandbox;

use sandbox::Sandbox;

#[test]
fn python_importers_two_steps_away_and_helpers() {
    let sandbox = Sandbox::new(&[
        ("app/__init__.py", ""),
        ("app/llm/__init__.py", "from .client import ask\n"),
        ("app/llm/client.py", "import anthropic\nfrom ..net import patiently\n"),
        ("app/net.py", "def patiently(f):\n    return f()\n"),
        ("app/service.py", "from app.llm import ask\n"),
        ("app/routes.py", "from . import service\n"),
        ("app/far.py", "from app import routes\n"),
        ("app/unrelated.py", "import json\n"),
        ("other/llm.py", "X = 1\n"),
    ]);
    let expected = [
        "app/__init__.py",
        "app/llm/__init__.py",
        "app/llm/client.py",
        "app/net.py",
        "app/routes.py",
        "app/service.py",
    ];
    assert_eq!(sandbox.files(&[]), expected);
}

#[test]
fn typescript_relative_and_aliased_imports() {
    let sandbox = Sandbox::new(&[
        (
            "src/lib/client.ts",
            "import Anthropic from '@anthropic-ai/sdk';\nimport { wait } from './wait.js';\n",
        ),
        ("src/lib/wait.ts", "export const wait = 1;\n"),
        ("src/lib/index.ts", "export * from './client';\n"),
        ("src/app/page.tsx", "import { ask } from '@/lib';\n"),
        ("src/app/types.ts", "export type T = string;\n"),
    ]);
    let expected = ["src/app/page.tsx", "src/lib/client.ts", "src/lib/index.ts", "src/lib/wait.ts"];
    assert_eq!(sandbox.files(&[]), expected);
}

#[test]
fn rust_modules_and_paths() {
    let sandbox = Sandbox::new(&[
        ("src/main.rs", "mod api;\nmod backoff;\nmod job;\nmod other;\nfn main() {}\n"),
        ("src/api.rs", "use crate::backoff::delay;\nconst URL: &str = \"https://api.anthropic.com\";\n"),
        ("src/backoff.rs", "pub fn delay() {}\n"),
        ("src/job.rs", "use crate::{api::ask, other};\n"),
        ("src/other.rs", "pub fn f() {}\n"),
        ("tools/x.rs", "fn g() {}\n"),
    ]);
    let expected = ["src/api.rs", "src/backoff.rs", "src/job.rs", "src/main.rs", "src/other.rs"];
    assert_eq!(sandbox.files(&[]), expected);
}

#[test]
fn a_remark_draws_nothing_in() {
    let sandbox = Sandbox::new(&[
        ("helpers.py", "# written with Claude\nimport base\n"),
        ("base.py", ""),
        ("main.py", "import helpers\n"),
    ]);
    assert_eq!(sandbox.files(&[]), ["helpers.py"]);
}

#[test]
fn tests_draw_nothing_in() {
    let sandbox = Sandbox::new(&[
        ("tests/test_llm.py", "import anthropic\nimport base\n"),
        ("tests/base.py", ""),
        ("base.py", ""),
    ]);
    assert_eq!(sandbox.files(&[]), ["tests/test_llm.py"]);
}

#[test]
fn a_common_module_does_not_draw_in_the_whole_project() {
    let mut files = vec![("config.py".to_string(), "KEY = 'ANTHROPIC_API_KEY'\n".to_string())];
    files.extend((0..400).map(|n| (format!("m{n:03}.py"), "import config\n".to_string())));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let sandbox = Sandbox::new(&files);
    let listed = sandbox.files(&[]);
    assert!(listed.len() < 150, "{} files", listed.len());
    assert_eq!(listed, sandbox.files(&["--threads", "1"]));
}

#[test]
fn the_project_around_a_named_file_is_not_reported_on() {
    let sandbox = Sandbox::new(&[
        (".git/HEAD", ""),
        ("app/llm.py", "import anthropic\n"),
        ("app/main.py", "from app import llm\n"),
        ("app/other.py", "import anthropic\n"),
    ]);
    assert_eq!(sandbox.files(&["app/llm.py"]), ["app/llm.py"]);
    sandbox.run(&["app/llm.py"]).says(0, "1 file looked at, 1 linted");
}

#[test]
fn a_part_of_a_project_is_linted_as_in_the_whole() {
    let sandbox = Sandbox::new(&[
        (".git/HEAD", ""),
        ("core/__init__.py", "from .llm import client\n"),
        ("core/llm.py", "import anthropic\nclient = anthropic.Anthropic(max_retries=0)\n"),
        ("app/__init__.py", ""),
        ("app/ask.py", ASK),
        ("app/other.py", "import json\n"),
        ("apart/x.py", "import json\n"),
    ]);
    let select = ["--select", "unchecked-stop-reason", "--output-format", "concise"];
    let report = |path: &str| sandbox.run(&[&select[..], &[path]].concat()).stdout;
    assert!(report(".").starts_with("app/ask.py:5:"), "{}", report("."));
    assert_eq!(report("app"), report("."));
    assert_eq!(report("app/ask.py"), report("."));
    assert_eq!(sandbox.files(&["app"]), ["app/ask.py"]);
    sandbox.run(&["apart", "app/other.py"]).says(0, "nothing found (2 files looked at, 0 linted");
}

const ASK: &str = "\
import json
from core import client
def ask(q):
    r = client.messages.create(model='c', max_tokens=4096, messages=q)
    return json.loads(r.content[0].text)
";

#[test]
fn aliases_and_packages_are_what_configuration_says() {
    let sandbox = Sandbox::new(&[
        (
            "config/shared.json",
            "{ // shared\n \"compilerOptions\": {\"paths\": {\"$llm/*\": [\"../apps/web/llm/*\"]}}, }\n",
        ),
        ("apps/web/tsconfig.json", "{\"extends\": \"../../config/shared.json\"}\n"),
        ("apps/web/page.ts", "import { ask } from '$llm/ask';\n"),
        (
            "apps/web/llm/ask.ts",
            "import Anthropic from '@anthropic-ai/sdk';\nimport { wait } from '@acme/net';\n",
        ),
        ("packages/net-tools/package.json", "{\"name\": \"@acme/net\", \"main\": \"dist/wait.js\"}\n"),
        ("packages/net-tools/src/wait.ts", "export const wait = 1;\n"),
        ("packages/net/src/index.ts", "export const wait = 2;\n"),
    ]);
    let expected = ["apps/web/llm/ask.ts", "apps/web/page.ts", "packages/net-tools/src/wait.ts"];
    assert_eq!(sandbox.files(&[]), expected);
}

#[test]
fn python_modules_that_are_imported_by_a_call() {
    let sandbox = Sandbox::new(&[
        ("pyproject.toml", "[tool.setuptools.packages.find]\nwhere = ['code']\n"),
        ("code/acme/llm.py", "import anthropic\nwait = importlib.import_module('acme.net')\n"),
        ("code/acme/net.py", "WAIT = 1\n"),
        ("scripts/run.py", "from acme.llm import ask\n"),
        ("scripts/other.py", "import json\n"),
    ]);
    assert_eq!(sandbox.files(&[]), ["code/acme/llm.py", "code/acme/net.py", "scripts/run.py"]);
}

#[test]
fn rust_crates_by_other_names_and_modules_in_other_files() {
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", "[workspace]\nmembers = ['llm', 'net', 'app']\n"),
        (
            "llm/Cargo.toml",
            "[package]\nname = 'acme-llm'\n[dependencies]\nbase = { package = 'acme-net', path = '../net' }\n",
        ),
        ("llm/src/lib.rs", "#[path = \"unix/claude.rs\"]\npub mod claude;\n"),
        (
            "llm/src/unix/claude.rs",
            "use base::wait;\nuse super::limits::MAX;\nconst URL: &str = \"https://api.anthropic.com\";\n",
        ),
        ("llm/src/limits.rs", "pub const MAX: u32 = 1;\n"),
        ("net/Cargo.toml", "[package]\nname = 'acme-net'\n"),
        ("net/src/lib.rs", "pub fn wait() {}\n"),
        ("app/Cargo.toml", "[package]\nname = 'acme-app'\n"),
        ("app/src/main.rs", "use acme_llm::claude::ask;\nfn main() {}\n"),
        ("app/src/bin/far.rs", "fn main() {}\n"),
    ]);
    let expected = [
        "app/src/main.rs",
        "llm/src/lib.rs",
        "llm/src/limits.rs",
        "llm/src/unix/claude.rs",
        "net/src/lib.rs",
    ];
    assert_eq!(sandbox.files(&[]), expected);
}

#[test]
fn nothing_outside_is_read_and_broken_configuration_ends_no_run() {
    let outside =
        Sandbox::new(&[("base.json", "{\"compilerOptions\": {\"paths\": {\"$llm\": [\"./llm\"]}}}")]);
    let base = outside.path().join("base.json");
    let extends = format!("{{\"extends\": [\"./link.json\", {base:?}, \"../../../../../../etc/x.json\"]}}");
    let sandbox = Sandbox::new(&[
        ("tsconfig.json", &extends),
        ("llm.ts", "import Anthropic from '@anthropic-ai/sdk';\n"),
        ("page.ts", "import { ask } from '$llm';\n"),
        ("package.json", "{\"name\": \n"),
        ("sub/Cargo.toml", "[package\n"),
        ("sub/pyproject.toml", "\u{0}"),
    ]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(&base, sandbox.path().join("link.json")).unwrap();
    assert_eq!(sandbox.files(&[]), ["llm.ts"]);
    let run = sandbox.run(&["-v", "--fail-on", "never"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for path in ["package.json", "sub/Cargo.toml", "sub/pyproject.toml"] {
        assert!(run.stderr.contains(path), "{path} is missing in: {}", run.stderr);
    }
    assert!(!sandbox.run(&[]).stderr.contains("package.json"));
}

/// Who calls is concluded from those who import: far ones and tests do not take their places.
#[test]
fn those_nearest_by_come_first_and_are_all_there() {
    let mut files = vec![
        ("llm.py".to_string(), "import anthropic\n\ndef ask():\n    pass\n".to_string()),
        ("page.py".to_string(), "from llm import ask\n".to_string()),
        ("route.py".to_string(), "from page import show\n".to_string()),
    ];
    for i in 0..8 {
        files.push((format!("view{i}.py"), "from llm import ask\n".to_string()));
        for j in 0..18 {
            files.push((format!("use{i}_{j}.py"), format!("from view{i} import run\n")));
            files.push((format!("tests/test_{i}_{j}.py"), format!("from view{i} import run\nimport page\n")));
        }
    }
    let sandbox = Sandbox::new(&[]);
    for (path, text) in &files {
        sandbox.write(path, text.as_bytes());
    }
    let found = sandbox.files(&[]);
    let missing: Vec<_> =
        files.iter().map(|f| &f.0).filter(|p| !p.starts_with("tests/") && !found.contains(p)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let tests = found.iter().filter(|p| p.starts_with("tests/")).count();
    assert!(tests < 8 * 18, "{tests}");
}
