//! Changes as a unified diff.

use similar::TextDiff;

use super::Change;
use super::draft::shown;

impl Change {
    /// The change as a unified diff, as `patch` and `git apply` read it.
    pub fn diff(&self) -> String {
        let (before, after) = (shown(&self.before), shown(&self.after));
        let diff = TextDiff::from_lines(&*before, &*after);
        let (old, new) = (name("a", &self.path), name("b", &self.path));
        diff.unified_diff().context_radius(3).header(&old, &new).to_string()
    }
}

/// A name in the head of a diff as git writes it: `patch` takes what stands behind a blank for a
/// date unless a tab ends the name, and some characters stand in quotes only.
fn name(side: &str, path: &str) -> String {
    let mut name = format!("{side}/{path}");
    if path.contains(|c: char| c.is_control() || c == '"' || c == '\\') {
        name = name.chars().fold("\"".to_string(), |quoted, c| match c {
            '"' | '\\' => quoted + "\\" + c.encode_utf8(&mut [0; 4]),
            c if c.is_control() => c.to_string().bytes().fold(quoted, |q, byte| q + &format!("\\{byte:03o}")),
            c => quoted + c.encode_utf8(&mut [0; 4]),
        });
        name.push('"');
    } else if path.contains(' ') {
        name.push('\t');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_written_as_git_does() {
        assert_eq!(name("a", "src/é.py"), "a/src/é.py");
        assert_eq!(name("b", "a b/c.py"), "b/a b/c.py\t");
        assert_eq!(name("a", "x\n\"y.py"), "\"a/x\\012\\\"y.py\"");
    }
}
