//! Changes as a unified diff.

use similar::TextDiff;

use super::Change;
use super::draft::shown;

impl Change {
    /// The change as a unified diff, as `patch` and `git apply` read it.
    pub fn diff(&self) -> String {
        let (before, after) = (shown(&self.before), shown(&self.after));
        let diff = TextDiff::from_lines(&*before, &*after);
        let (old, new) = (format!("a/{}", self.path), format!("b/{}", self.path));
        diff.unified_diff().context_radius(3).header(&old, &new).to_string()
    }
}
