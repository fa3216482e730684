//! The scripts of the GitHub action, run as the action runs them.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests")]

mod sandbox;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use sandbox::Sandbox;

const PROGRAM: &str = env!("CARGO_BIN_EXE_claude-lint");
const RETIRED: &str = "import anthropic\n\nclient = anthropic.Anthropic()\nclient.messages.create(\
                       model=\"claude-2.1\", max_tokens=9999, messages=[{\"role\": \"user\", \"content\": \"a\"}])\n";

/// Runs a script in a folder, with a `bin` of it before everything else in the path.
fn script(sandbox: &Sandbox, name: &str, variables: &[(&str, &str)]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = format!("{}:{}", sandbox.path().join("bin").display(), std::env::var("PATH").unwrap());
    fs::create_dir_all(sandbox.path().join("a runner")).unwrap();
    Command::new("bash")
        .arg(root.join("packaging/github").join(name))
        .current_dir(sandbox.path())
        .env("PATH", path)
        .env("RUNNER_TEMP", sandbox.path().join("a runner"))
        .env("GITHUB_OUTPUT", sandbox.path().join("output"))
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// What a step hands on under a name.
fn handed_on(sandbox: &Sandbox, name: &str) -> Option<String> {
    let text = fs::read_to_string(sandbox.path().join("output")).unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix(&format!("{name}="))).map(str::to_string)
}

fn lint(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Output {
    let usual = [
        ("PROGRAM", PROGRAM),
        ("PATHS", "."),
        ("ARGUMENTS", ""),
        ("FAIL_ON", "warning"),
        ("CODE_SCANNING", "true"),
        ("CATEGORY", "claude-lint/app"),
    ];
    script(sandbox, "lint.sh", &[&usual[..], variables].concat())
}

#[test]
fn findings_fail_the_step_and_leave_a_log() {
    let sandbox = Sandbox::new(&[("app/a.py", RETIRED), ("other dir/b.py", RETIRED)]);
    let output = lint(&sandbox, &[("PATHS", "app\nother dir\n")]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let log: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(handed_on(&sandbox, "sarif").unwrap()).unwrap()).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 2, "{run:#}");
    assert_eq!(run["automationDetails"]["id"], "claude-lint/app/");
}

#[test]
fn inputs_are_never_taken_for_shell_code() {
    let sandbox = Sandbox::new(&[("a.py", RETIRED)]);
    let arguments = "--exclude=$(touch made)\n\n--exclude=`touch made`; touch made\n";
    let output = lint(&sandbox, &[("ARGUMENTS", arguments), ("FAIL_ON", "never"), ("PATHS", "a.py\n")]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!sandbox.path().join("made").exists());
}

#[test]
fn without_code_scanning_there_is_no_log() {
    let sandbox = Sandbox::new(&[("a.py", RETIRED)]);
    let output = lint(&sandbox, &[("CODE_SCANNING", "false")]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(handed_on(&sandbox, "sarif"), None);
}

/// Puts a program of a few lines into the path.
fn stand_in(sandbox: &Sandbox, name: &str, lines: &str) {
    let path = format!("bin/{name}");
    sandbox.write(&path, format!("#!/bin/sh\n{lines}\n").as_bytes());
    fs::set_permissions(sandbox.path().join(path), fs::Permissions::from_mode(0o755)).unwrap();
}

fn install(attested: bool, reference: &str) -> (Output, Option<String>) {
    let sandbox = Sandbox::new(&[
        ("packed/claude-lint", "#!/bin/sh\necho downloaded\n"),
        (
            "Cargo.toml",
            "[package]\nname = \"claude-lint\"\nversion = \"0.1.0\"\n\n[dependencies]\nx = \"9\"\n",
        ),
    ]);
    let packed = sandbox.path().join("packed");
    fs::set_permissions(packed.join("claude-lint"), fs::Permissions::from_mode(0o755)).unwrap();
    // Stand-ins for a release and for a build: `gh` downloads an archive and knows who made it.
    let verdict = if attested { "exit 0" } else { "exit 1" };
    let gh = format!(
        "case \"$1\" in\n  release) while [ \"$1\" != --dir ]; do shift; done\n    \
         tar -czf \"$2/claude-lint-x86_64-unknown-linux-musl.tar.gz\" -C '{}' claude-lint ;;\n  \
         api) case \"$2\" in */v0.1.0 | */0123abc | */v0) echo 0123abc ;; *) echo 4567def ;; esac ;;\n  *) {verdict} ;;\nesac",
        packed.display()
    );
    stand_in(&sandbox, "gh", &gh);
    let cargo = "while [ \"$1\" != --root ]; do shift; done\n\
                 printf '#!/bin/sh\\necho built\\n' >\"$2/bin/claude-lint\"\nchmod +x \"$2/bin/claude-lint\"";
    stand_in(&sandbox, "cargo", cargo);
    let output = script(
        &sandbox,
        "install.sh",
        &[
            ("RUNNER_OS", "Linux"),
            ("RUNNER_ARCH", "X64"),
            ("ACTION_REPOSITORY", "owner/claude-lint"),
            ("ACTION_REF", reference),
            ("GITHUB_ACTION_PATH", sandbox.path().to_str().unwrap()),
        ],
    );
    let program = handed_on(&sandbox, "program");
    (output, program.filter(|program| Path::new(program).is_file()))
}

#[test]
fn only_a_verified_release_is_installed() {
    for (attested, reference, says) in [
        (true, "v0.1.0", "downloaded"),
        (false, "v0.1.0", "built"),
        // The hash of the release's commit, and another tag of it.
        (true, "0123abc", "downloaded"),
        (true, "v0", "downloaded"),
        (true, "89abcde", "built"),
        (true, "v0.2.0", "built"),
        (true, "main", "built"),
        (true, "feature/x y", "built"),
    ] {
        let (output, program) = install(attested, reference);
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said.lines().last(), Some(says), "{reference}, attested: {attested}");
        assert!(program.is_some(), "{reference}");
    }
}

#[test]
fn the_container_is_built_from_all_that_the_manifest_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let sandbox = Sandbox::new(&[]);
    let (recipe, ignored) = (read("packaging/Dockerfile"), read("packaging/Dockerfile.dockerignore"));
    let copies =
        recipe.lines().filter_map(|line| line.strip_prefix("COPY ")).filter(|line| !line.starts_with("--"));
    for line in copies {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (to, from) = words.split_last().unwrap();
        for path in from {
            assert!(ignored.lines().any(|kept| kept == format!("!{path}")), "{path} is ignored");
            let target = if *to == "./" { sandbox.path().join(path) } else { sandbox.path().join(to) };
            assert!(
                Command::new("cp").arg("-r").arg(root.join(path)).arg(target).status().unwrap().success()
            );
        }
    }
    let cargo = ["metadata", "--no-deps", "--format-version=1", "--offline"];
    let output = Command::new(env!("CARGO")).args(cargo).current_dir(sandbox.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
