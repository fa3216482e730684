//! Findings of which each is made once: several requests may share one faulty literal.

use std::collections::BTreeSet;

use crate::finding::{Finding, Location};

/// Collects findings and drops repetitions.
#[derive(Debug)]
pub struct Once<'a> {
    findings: &'a mut Vec<Finding>,
    seen: BTreeSet<(Location, String)>,
}

impl<'a> Once<'a> {
    /// Collects into a list.
    pub fn new(findings: &'a mut Vec<Finding>) -> Once<'a> {
        Once { findings, seen: BTreeSet::new() }
    }

    /// Adds a finding unless the same was said of the same place.
    pub fn push(&mut self, finding: Finding) {
        if self.seen.insert((finding.primary.at, finding.message.clone())) {
            self.findings.push(finding);
        }
    }
}
