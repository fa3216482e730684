//! What packages changed and when, read from `data/packages.toml`.

use std::cmp::Ordering;
use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Deserializer};

use super::date::Date;

/// A version as a list of numbers; what comes before a release (`1.0.0-beta.2`, `2.0rc1`) is
/// less than the release.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    numbers: Vec<u64>,
    pre: bool,
}

impl Version {
    /// Reads the numbers at the start of a text: `1.2.3`, `v1.2`, `1.0rc1`.
    pub fn parse(text: &str) -> Option<Version> {
        let text = text.trim().trim_start_matches(['v', '=']).trim_start();
        let mut numbers = Vec::new();
        let mut rest = text;
        loop {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 || digits > 15 || numbers.len() >= 8 {
                break;
            }
            numbers.push(rest[..digits].parse().ok()?);
            rest = &rest[digits..];
            match rest.strip_prefix('.') {
                Some(more) if more.starts_with(|c: char| c.is_ascii_digit()) => rest = more,
                _ => break,
            }
        }
        let pre = ["-", "a", "b", "c", "rc", ".dev", "dev", ".rc", ".a", ".b"].iter().any(|p| {
            rest.strip_prefix(p)
                .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric()) || r.is_empty())
        });
        (!numbers.is_empty()).then_some(Version { numbers, pre })
    }

    /// The release of these numbers.
    pub fn of(numbers: &[u64]) -> Version {
        Version { numbers: numbers.to_vec(), pre: false }
    }

    /// The number at a position; 0 where there is none.
    pub fn number(&self, position: usize) -> u64 {
        self.numbers.get(position).copied().unwrap_or(0)
    }

    /// How many numbers were written.
    pub fn precision(&self) -> usize {
        self.numbers.len()
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        let n = self.numbers.len().max(other.numbers.len());
        let numbers = (0..n).map(|i| self.number(i).cmp(&other.number(i)));
        numbers.fold(Ordering::Equal, Ordering::then).then(other.pre.cmp(&self.pre))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.numbers.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Version, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Version::parse(&text).ok_or_else(|| serde::de::Error::custom("expected a version"))
    }
}

/// Where a package comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    /// Python.
    Pypi,
    /// TypeScript and JavaScript.
    Npm,
    /// Rust.
    Crates,
}

/// Something that holds from a version on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What rules ask for.
    pub id: String,
    /// The first version that has it.
    pub version: Version,
    /// When that version came out.
    #[serde(default)]
    pub date: Option<Date>,
    /// In words.
    pub note: String,
    /// What to do instead.
    #[serde(default)]
    pub instead: Option<String>,
    /// Exported names that are gone.
    #[serde(default)]
    pub names: Vec<String>,
    /// Kinds of requests that are gone.
    #[serde(default)]
    pub requests: Vec<String>,
    /// Arguments of requests that are gone.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// What such an argument is called from then on, where it only has another name.
    #[serde(default)]
    pub renamed_to: Option<String>,
    /// Arguments that take no records any more.
    #[serde(default)]
    pub record_arguments: Vec<String>,
    /// The kinds of requests that lost those arguments; empty for all.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Options of clients and requests that take nothing of another package any more, and how its
    /// names begin.
    #[serde(default)]
    pub options: Vec<String>,
    /// See `options`.
    #[serde(default)]
    pub foreign: Option<String>,
}

/// A package whose behaviour depends on its version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its name in the registry.
    pub name: String,
    /// Its registry.
    pub registry: Registry,
    /// The newest version known.
    #[serde(default)]
    pub newest: Option<Version>,
    /// When this was checked.
    pub checked: Date,
    /// Where this was read.
    pub source: String,
    /// What changed.
    #[serde(default)]
    pub change: Vec<Change>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    package: Vec<Package>,
}

/// All packages whose versions matter, read at first use.
pub fn packages() -> &'static [Package] {
    static PACKAGES: OnceLock<Vec<Package>> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        let file: File = toml::from_str(include_str!("data/packages.toml"))
            .unwrap_or_else(|e| unreachable!("tests/sdk.rs reads every data file: {e}"));
        file.package
    })
}

/// A change of a package by its id.
pub fn change(registry: Registry, package: &str, id: &str) -> Option<&'static Change> {
    let package = packages().iter().find(|p| p.registry == registry && p.name == package)?;
    package.change.iter().find(|c| c.id == id)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::Version;

    #[test]
    fn versions_compare_by_number() {
        let v = |t| Version::parse(t).unwrap();
        assert!(v("1.10") > v("1.9.9"));
        assert_eq!(v("2.0").cmp(&v("2.0.0")), std::cmp::Ordering::Equal);
        assert!(v("2.0.0rc1") < v("2.0.0") && v("1.0.0-beta.2") < v("1.0"));
        assert!(v("1.0.0.post1") >= v("1.0.0"));
        assert_eq!(Version::parse("latest"), None);
    }
}
