//! How many steps evaluations may take.

use rustc_hash::FxHashMap;

use crate::model::Project;
use crate::source::FileId;

/// Steps that an expression gets.
const MAX_STEPS: u32 = 1500;
/// Steps for all expressions of a file, beyond which each of them gets few: so many are taken
/// where everything depends on everything.
const STEPS_PER_NODE: u64 = 20;
const STEPS_BASE: u64 = 100_000;
/// The same for all files together, several times what code takes that people wrote: files that
/// call one another at random would take steps for each that grow with the number of all.
const ALL_STEPS_PER_NODE: u64 = 10;
const ALL_STEPS_BASE: u64 = 500_000;
const FEW_STEPS: u32 = 60;

/// Steps that were taken.
#[derive(Debug, Default)]
pub(in crate::model) struct Spent {
    by_file: FxHashMap<FileId, u64>,
    all: u64,
}

impl Project {
    /// Steps that an expression of a file gets.
    pub(super) fn steps_left(&self, file: FileId) -> u32 {
        let spent = self.eval_spent.borrow();
        let by_file = spent.by_file.get(&file).copied().unwrap_or_default();
        let budget = STEPS_BASE + STEPS_PER_NODE * self.facts(file).nodes.len() as u64;
        let all = ALL_STEPS_BASE + ALL_STEPS_PER_NODE * self.index.nodes;
        if by_file > budget || spent.all > all { FEW_STEPS } else { MAX_STEPS }
    }

    /// Notes the steps that the evaluation of an expression of a file took.
    pub(super) fn spend(&self, file: FileId) {
        let (mut spent, steps) = (self.eval_spent.borrow_mut(), u64::from(self.eval_steps.get()));
        spent.all += steps;
        *spent.by_file.entry(file).or_default() += steps;
    }
}
