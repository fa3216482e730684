//! Running the program in a folder of its own.
#![allow(dead_code, reason = "not every test needs all of it")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A folder with files, away from every repository.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

/// What a run printed and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new(files: &[(&str, &str)]) -> Sandbox {
        let sandbox = Sandbox { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            sandbox.write(path, text.as_bytes());
        }
        sandbox
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claude-lint"));
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "GITHUB_ACTIONS"] {
            command.env_remove(name);
        }
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CLAUDE_LINT_"))
        {
            command.env_remove(name);
        }
        // The settings of whoever runs the tests must not count.
        command.env("HOME", self.path()).env("XDG_CONFIG_HOME", self.path().join("none"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    /// The files that would be linted, in the order shown.
    #[track_caller]
    pub(crate) fn files(&self, arguments: &[&str]) -> Vec<String> {
        let run = self.run(&[&["--show-files"], arguments].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        run.stdout.lines().map(String::from).collect()
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Run {
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Ended with a code and said something on standard error.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, words: &str) {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        assert!(self.stderr.contains(words), "no `{words}` in:\n{}", self.stderr);
    }
}
