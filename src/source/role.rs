//! What the place of a file says about its code.

/// The role of a file, judged by its path.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Role {
    /// Test code: never run in production.
    pub is_test: bool,
    /// Examples, documentation, notebooks: run by hand.
    pub is_example: bool,
}

const TEST_FOLDERS: &[&str] = &[
    "test",
    "tests",
    "testing",
    "__tests__",
    "__mocks__",
    "__fixtures__",
    "fixtures",
    "testdata",
    "test_data",
    "test-data",
    "spec",
    "specs",
    "e2e",
    "cypress",
    "playwright",
    "mocks",
];

const EXAMPLE_FOLDERS: &[&str] = &[
    "example",
    "examples",
    "doc",
    "docs",
    "sample",
    "samples",
    "demo",
    "demos",
    "cookbook",
    "cookbooks",
    "tutorial",
    "tutorials",
    "notebooks",
    "snippets",
];

impl Role {
    /// The role of the file at a path with forward slashes. Folders above the working directory,
    /// or above the folder asked for, say nothing: a checkout may lie anywhere.
    pub fn of(path: &str) -> Role {
        let path = path.trim_start_matches("./");
        let below = !path.starts_with('/') && !path.starts_with("../");
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let within = |names: &[&str]| below && folders.split('/').any(|f| names.contains(&f));
        Role {
            is_test: is_test_name(name) || within(TEST_FOLDERS),
            is_example: name.ends_with(".ipynb") || within(EXAMPLE_FOLDERS),
        }
    }
}

fn is_test_name(name: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    match extension {
        "py" | "pyi" => {
            stem == "conftest" || stem == "tests" || stem.starts_with("test_") || stem.ends_with("_test")
        }
        "rs" => stem == "tests" || stem.starts_with("test_") || stem.ends_with("_test"),
        _ => {
            let marker = stem.rsplit_once('.').map_or("", |(_, marker)| marker);
            matches!(
                marker,
                "test"
                    | "tests"
                    | "vitest"
                    | "spec"
                    | "mock"
                    | "mocks"
                    | "e2e"
                    | "cy"
                    | "fixture"
                    | "fixtures"
                    | "stories"
                    | "story"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Role;

    #[track_caller]
    fn check(path: &str, is_test: bool, is_example: bool) {
        assert_eq!(Role::of(path), Role { is_test, is_example }, "{path}");
    }

    #[test]
    fn names_and_folders_decide() {
        check("src/client.py", false, false);
        check("src/latest_attempt.py", false, false);
        check("src/contest.ts", false, false);
        check("src/test_client.py", true, false);
        check("src/client_test.py", true, false);
        check("conftest.py", true, false);
        check("src/client.test.ts", true, false);
        check("src/client.spec.tsx", true, false);
        check("src/client.vitest.ts", true, false);
        check("a/__tests__/client.js", true, false);
        check("tests/it.rs", true, false);
        check("src/tests.rs", true, false);
        check("examples/chat.rs", false, true);
        check("lab.ipynb", false, true);
        check("docs/tests/run.py", true, true);
    }

    #[test]
    fn folders_above_the_working_directory_say_nothing() {
        check("/elsewhere/tests/app/client.py", false, false);
        check("../examples/client.py", false, false);
        check("/elsewhere/x/test_client.py", true, false);
    }
}
