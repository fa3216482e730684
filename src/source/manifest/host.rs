//! Where a program runs, as files beside its manifest tell.

use std::path::Path;

use super::Manifests;

/// Who runs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Host {
    /// A server of its own: it is put into a container.
    Own,
    /// A platform, which ends what takes too long.
    Platform,
}

/// Files that tell it.
const FILES: &[(&str, Host)] = &[
    ("Dockerfile", Host::Own),
    ("Containerfile", Host::Own),
    ("vercel.json", Host::Platform),
    ("netlify.toml", Host::Platform),
];

/// What names of packages for a platform begin with, as a manifest writes them.
const PLATFORM_PACKAGES: &[&str] = &["\"@vercel/", "\"@netlify/"];

impl Host {
    pub(super) fn of(name: &str) -> Option<Host> {
        FILES.iter().find(|f| f.0 == name).map(|f| f.1)
    }
}

impl Manifests {
    /// Looks for files beside a manifest that tell who runs the program.
    pub(super) fn look_for_hosts(&mut self, folder: &Path) {
        for (name, _) in FILES {
            if folder.join(name).is_file() {
                self.add_host(folder, name, "");
            }
        }
    }

    /// Notes what a file says of it; a platform may build a container as well.
    pub(super) fn add_host(&mut self, folder: &Path, name: &str, text: &str) {
        let named = || PLATFORM_PACKAGES.iter().any(|package| text.contains(package));
        let host = match name {
            "package.json" => named().then_some(Host::Platform),
            _ => Host::of(name),
        };
        if let Some(host) = host {
            let known = self.hosts.entry(folder.to_path_buf()).or_insert(host);
            *known = host.max(*known);
        }
    }

    /// Whether the code in a file certainly runs on a server of its own: there is a container for the
    /// package it belongs to, and nothing speaks of a platform.
    pub fn is_self_hosted(&self, file: &Path) -> bool {
        self.host_of(file) == Some(Host::Own)
    }

    /// Whether something beside the package that a file belongs to speaks of a platform that runs it.
    pub fn is_on_platform(&self, file: &Path) -> bool {
        self.host_of(file) == Some(Host::Platform)
    }

    fn host_of(&self, file: &Path) -> Option<Host> {
        let package = file.ancestors().skip(1).find(|folder| self.folders.contains_key(*folder))?;
        self.hosts.get(package).copied()
    }
}
