//! Ranges of versions, as far as they are certain.

use crate::model::Tri;
use crate::sdk::packages::Version;

/// From a version on and below another; both ends may be open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The least version.
    pub from: Option<Version>,
    /// The first version above; with `from` the same: exactly that version.
    pub below: Option<Version>,
}

impl Range {
    /// Any version.
    pub const ANY: Range = Range { from: None, below: None };

    /// One version.
    pub fn exactly(version: Version) -> Range {
        Range { from: Some(version.clone()), below: Some(version) }
    }

    /// The version, where there is only one.
    pub fn exact(&self) -> Option<&Version> {
        self.from.as_ref().filter(|from| Some(*from) == self.below.as_ref())
    }

    /// Whether every version of the range is that version or later.
    pub fn is_at_least(&self, version: &Version) -> Tri {
        if self.from.as_ref().is_some_and(|from| from >= version) {
            return Tri::Yes;
        }
        let below = match self.exact() {
            Some(exact) => exact < version,
            None => self.below.as_ref().is_some_and(|below| below <= version),
        };
        if below { Tri::No } else { Tri::Unknown }
    }

    /// Whether a version may be in both.
    pub fn overlaps(&self, other: &Range) -> bool {
        let before = |a: &Range, b: &Range| match (&a.below, &b.from) {
            (Some(below), Some(from)) => {
                if a.exact().is_some() {
                    below < from
                } else {
                    below <= from
                }
            }
            _ => false,
        };
        !before(self, other) && !before(other, self)
    }

    /// The least range that holds both.
    pub fn hull(&self, other: &Range) -> Range {
        if self == other {
            return self.clone();
        }
        let from = match (&self.from, &other.from) {
            (Some(a), Some(b)) => Some(a.min(b).clone()),
            _ => None,
        };
        // The end of an exact range is inside: a little above it is outside.
        let end = |r: &Range| match r.exact() {
            Some(v) => Some(Version::of(&[v.number(0), v.number(1), v.number(2) + 1])),
            None => r.below.clone(),
        };
        let below = match (end(self), end(other)) {
            (Some(a), Some(b)) => Some(a.max(b)),
            _ => None,
        };
        Range { from, below }
    }

    /// What is in both; `self` where nothing is.
    fn and(self, other: Range) -> Range {
        let from = self.from.clone().max(other.from);
        let below = match (self.below.clone(), other.below) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match (&from, &below) {
            (Some(from), Some(below)) if from > below => self,
            _ => Range { from, below },
        }
    }

    /// Reads comparators as Python writes them: `>=1.2,<2`, `~=1.4`, `==1.*`.
    pub fn pep440(text: &str) -> Range {
        comparators(text.split(','), |op, version, wildcard| match op {
            "~=" => Some(compatible(version, version.precision().saturating_sub(1).max(1))),
            "==" | "===" if wildcard => Some(compatible(version, version.precision())),
            "==" | "===" => Some(Range::exactly(version.clone())),
            // Poetry's own.
            "^" => Some(caret(version)),
            "~" => Some(compatible(version, version.precision().clamp(1, 2))),
            "" if wildcard => Some(compatible(version, version.precision())),
            "" => Some(Range::exactly(version.clone())),
            _ => None,
        })
    }

    /// Reads ranges as npm and Cargo write them: `^1.2`, `~1.2`, `>=1 <2`, `1.x`, `a || b`; a bare
    /// version is exact for npm and a caret for Cargo.
    pub fn semver(text: &str, bare_is_caret: bool) -> Range {
        let mut alternatives = text.split("||").map(|part| {
            let part = part.trim();
            if let Some((low, high)) = part.split_once(" - ") {
                let (low, high) = (Version::parse(low), Version::parse(high));
                let below = high.map(|h| compatible(&h, h.precision()).below).unwrap_or_default();
                return Range { from: low, below };
            }
            // `>= 1.2` is one comparator.
            let joined = part.replace(">= ", ">=").replace("<= ", "<=").replace("> ", ">").replace("< ", "<");
            comparators(joined.split([' ', ',']), |op, version, wildcard| match op {
                "^" => Some(caret(version)),
                "~" => Some(compatible(version, version.precision().clamp(1, 2))),
                "=" if !wildcard && version.precision() >= 3 => Some(Range::exactly(version.clone())),
                "" if wildcard || !bare_is_caret && version.precision() < 3 => {
                    Some(compatible(version, version.precision()))
                }
                "" if bare_is_caret => Some(caret(version)),
                "" => Some(Range::exactly(version.clone())),
                "=" => Some(compatible(version, version.precision())),
                _ => None,
            })
        });
        let first = alternatives.next().unwrap_or(Range::ANY);
        alternatives.fold(first, |a, b| a.hull(&b))
    }
}

/// All comparators together; those of no known form say nothing.
fn comparators<'t>(
    parts: impl Iterator<Item = &'t str>,
    own: impl Fn(&str, &Version, bool) -> Option<Range>,
) -> Range {
    parts.map(str::trim).filter(|p| !p.is_empty()).fold(Range::ANY, |all, part| {
        let digits = part.find(|c: char| c.is_ascii_digit() || c == 'v').unwrap_or(part.len());
        let (op, rest) = (part[..digits].trim(), &part[digits..]);
        let Some(version) = Version::parse(rest) else { return all };
        let wildcard = rest.contains(['*', 'x', 'X']);
        let range = match op {
            ">=" => Range { from: Some(version), below: None },
            // A little too much, never too little.
            ">" => Range { from: Some(version), below: None },
            "<" => Range { from: None, below: Some(version) },
            "<=" => Range { from: None, below: compatible(&version, version.precision().max(3)).below },
            "!=" => Range::ANY,
            op => own(op, &version, wildcard).unwrap_or(Range::ANY),
        };
        all.and(range)
    })
}

/// From a version on, as long as its first numbers stay the same.
fn compatible(version: &Version, same: usize) -> Range {
    let mut numbers: Vec<u64> = (0..same).map(|i| version.number(i)).collect();
    if let Some(last) = numbers.last_mut() {
        *last += 1;
    }
    Range { from: Some(version.clone()), below: Some(Version::of(&numbers)) }
}

/// From a version on, as long as its first number that is not 0 stays the same.
fn caret(version: &Version) -> Range {
    let first = (0..version.precision()).find(|&i| version.number(i) != 0);
    compatible(version, first.unwrap_or(version.precision() - 1) + 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Range, Tri, Version};

    fn v(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[track_caller]
    fn check(range: Range, from: &str, below: &str) {
        let end = |v: &Option<Version>| v.as_ref().map(Version::to_string).unwrap_or_default();
        assert_eq!((&*end(&range.from), &*end(&range.below)), (from, below));
    }

    #[test]
    fn python_ranges() {
        check(Range::pep440(">=0.40,<1"), "0.40", "1");
        check(Range::pep440("~=1.4.2"), "1.4.2", "1.5");
        check(Range::pep440("~=1.4"), "1.4", "2");
        check(Range::pep440("==1.*"), "1", "2");
        check(Range::pep440("==2.12.0"), "2.12.0", "2.12.0");
        check(Range::pep440("^0.39.0"), "0.39.0", "0.40");
        check(Range::pep440("*"), "", "");
        check(Range::pep440("!=1.3, >=1"), "1", "");
    }

    #[test]
    fn npm_and_cargo_ranges() {
        check(Range::semver("^0.39.0", false), "0.39.0", "0.40");
        check(Range::semver("~1.2", false), "1.2", "1.3");
        check(Range::semver(">=0.30 <2", false), "0.30", "2");
        check(Range::semver(">= 1.2", false), "1.2", "");
        check(Range::semver("1.x", false), "1", "2");
        check(Range::semver("1.2.3", false), "1.2.3", "1.2.3");
        check(Range::semver("^1 || ^2", false), "1", "3");
        check(Range::semver("1.0 - 1.4", false), "1.0", "1.5");
        check(Range::semver("0.6", true), "0.6", "0.7");
        check(Range::semver("=0.6.1", true), "0.6.1", "0.6.1");
        check(Range::semver("latest", false), "", "");
        check(Range::semver("workspace:*", false), "", "");
    }

    #[test]
    fn what_is_certain_of_a_range() {
        let range = Range::pep440(">=0.40,<2");
        assert_eq!(range.is_at_least(&v("0.30")), Tri::Yes);
        assert_eq!(range.is_at_least(&v("1.0")), Tri::Unknown);
        assert_eq!(range.is_at_least(&v("2.0.0")), Tri::No);
        let exact = Range::exactly(v("1.4"));
        assert_eq!((exact.is_at_least(&v("1.4")), exact.is_at_least(&v("1.5"))), (Tri::Yes, Tri::No));
        assert!(range.overlaps(&exact) && !Range::pep440("<1").overlaps(&exact));
    }
}
