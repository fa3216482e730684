//! Files are replaced as a whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::source::io_reason;

/// Why a file cannot be replaced, whatever is to be in it.
pub(super) fn refusal(path: &Path) -> Option<String> {
    place(path).and_then(|place| place.beside()).err()
}

/// A file that can be replaced, and the folder it stands in.
struct Place<'p> {
    data: fs::Metadata,
    folder: &'p Path,
}

fn failed(error: io::Error) -> String {
    format!("cannot be fixed: {}", io_reason(&error))
}

fn place(path: &Path) -> Result<Place<'_>, String> {
    let data = fs::symlink_metadata(path).map_err(failed)?;
    if data.is_symlink() {
        return Err("not fixed: it is a symbolic link; fix the file it leads to".into());
    }
    if !data.is_file() {
        return Err("not fixed: it is not a plain file".into());
    }
    if data.permissions().readonly() {
        return Err("not fixed: it is read-only".into());
    }
    let folder = path.parent().ok_or("not fixed: it stands in no folder")?;
    Ok(Place { data, folder })
}

impl Place<'_> {
    /// A new file beside it, which is gone when it is dropped.
    fn beside(&self) -> Result<NamedTempFile, String> {
        let beside = tempfile::Builder::new().prefix(".claude-lint-").tempfile_in(self.folder);
        beside.map_err(|error| format!("not fixed: its folder cannot be written to: {}", io_reason(&error)))
    }
}

/// Puts other bytes into a file that still holds what was read. Nobody ever sees half of them:
/// they are written beside it and moved over it. `Err` says why nothing was changed.
pub(super) fn replace(path: &Path, before: &[u8], after: &[u8]) -> Result<(), String> {
    let place = place(path)?;
    let mut beside = place.beside()?;
    beside.write_all(after).map_err(failed)?;
    beside.as_file().set_permissions(place.data.permissions()).map_err(failed)?;
    beside.as_file().sync_all().map_err(failed)?;
    // As late as can be: what somebody else wrote meanwhile must not be lost.
    if fs::read(path).map_err(failed)? != before {
        return Err("not fixed: it changed since it was read; run again".into());
    }
    beside.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::replace;

    #[test]
    fn what_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, "theirs").unwrap();
        let error = replace(&path, b"read", b"fixed").unwrap_err();
        assert!(error.contains("changed since it was read"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        assert_eq!(replace(&path, b"theirs", b"fixed"), Ok(()));
        assert_eq!(fs::read(&path).unwrap(), b"fixed");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_kept_and_links_are_not_replaced() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.py"), folder.path().join("b.py"));
        fs::write(&path, "x").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o754)).unwrap();
        symlink(&path, &link).unwrap();
        assert!(replace(&link, b"x", b"y").unwrap_err().contains("symbolic link"));
        replace(&path, b"x", b"y").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o754);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        assert!(replace(&path, b"y", b"z").unwrap_err().contains("read-only"));
    }
}
