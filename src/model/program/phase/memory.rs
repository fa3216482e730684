//! What is remembered of the phases of functions, so that none is worked out again on every way that
//! leads to it.
//!
//! Functions that are called in a circle are out of sight together or not at all: none of them is
//! settled before the one that was met first.

use rustc_hash::FxHashMap;

use super::{MAX_CALLS, Phase};
use crate::model::Project;
use crate::model::values::value::NodeRef;

/// Phases that are known, and what is known of the others while a question is open.
#[derive(Debug)]
pub(in crate::model) struct Phases {
    known: FxHashMap<NodeRef, Phase>,
    /// Functions out of sight for whoever asks after so many calls or more: beyond, calls were cut off.
    drafts: FxHashMap<NodeRef, u32>,
    /// Functions on the way, and those that hang on one of them, in the order they were met.
    open: Vec<NodeRef>,
    met: FxHashMap<NodeRef, Met>,
    /// What the answer that is worked out hangs on.
    hangs_on: Hangs,
}

/// What is known of an open function.
#[derive(Clone, Copy, Debug)]
struct Met {
    /// Its place among the open ones.
    place: usize,
    /// How deep it was asked.
    depth: u32,
    on_the_way: bool,
    cut: bool,
}

/// What an answer hangs on besides the code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Hangs {
    /// The place of the first open function that was met again.
    circle: usize,
    /// Whether too many calls in a row cut it off.
    cut: bool,
}

const NOTHING: Hangs = Hangs { circle: usize::MAX, cut: false };

impl Default for Phases {
    fn default() -> Phases {
        Phases {
            known: FxHashMap::default(),
            drafts: FxHashMap::default(),
            open: Vec::new(),
            met: FxHashMap::default(),
            hangs_on: NOTHING,
        }
    }
}

impl Hangs {
    fn and(self, other: Hangs) -> Hangs {
        Hangs { circle: self.circle.min(other.circle), cut: self.cut || other.cut }
    }
}

impl Phases {
    /// What is known of a function already; else it is on the way from now on, and what the answer
    /// around it hangs on so far is given back.
    fn begin(&mut self, function: NodeRef, depth: u32) -> Result<Hangs, Phase> {
        if let Some(&known) = self.known.get(&function) {
            return Err(known);
        }
        let met = self.met.get(&function).copied();
        let circle = met.map_or(NOTHING.circle, |met| met.place);
        let hangs_on = match (met, self.drafts.get(&function)) {
            // A function on the way to itself decides nothing.
            (Some(met), _) if met.on_the_way => Some(Hangs { circle, cut: false }),
            _ if depth > MAX_CALLS => Some(Hangs { cut: true, ..NOTHING }),
            // Asked with more calls left, it may get further.
            (Some(met), _) if !met.cut || met.depth <= depth => Some(Hangs { circle, cut: met.cut }),
            (None, Some(&draft)) if draft <= depth => Some(Hangs { cut: true, ..NOTHING }),
            _ => None,
        };
        if let Some(hangs_on) = hangs_on {
            self.hangs_on = self.hangs_on.and(hangs_on);
            return Err(Phase::Unknown);
        }
        let place = self.open.len();
        self.open.push(function);
        self.met.insert(function, Met { place, depth, on_the_way: true, cut: false });
        // What it hung on before it is asked again it still hangs on.
        Ok(std::mem::replace(&mut self.hangs_on, Hangs { circle, cut: false }))
    }

    fn end(&mut self, function: NodeRef, depth: u32, phase: Phase, around: Hangs) {
        let mut hangs_on = self.hangs_on;
        let place = self.met.get(&function).map_or(0, |met| met.place);
        if let Some(met) = self.met.get_mut(&function) {
            met.on_the_way = false;
            met.cut = hangs_on.cut;
        }
        if phase != Phase::Unknown {
            // Others were out of sight because this one was.
            for open in self.open.drain(place..) {
                self.met.remove(&open);
            }
            if self.drafts.contains_key(&function) {
                self.drafts.clear();
            }
            self.known.insert(function, phase);
        } else if hangs_on.circle >= place {
            hangs_on.circle = NOTHING.circle;
            self.settle(place, hangs_on.cut);
            if depth == 0 {
                self.known.insert(function, phase);
            }
        }
        self.hangs_on = if self.open.is_empty() { NOTHING } else { around.and(hangs_on) };
    }

    /// None of the functions that were met since then hangs on an earlier one: they are out of sight.
    fn settle(&mut self, since: usize, cut: bool) {
        for open in self.open.drain(since..) {
            // One that was asked again is there twice.
            let Some(met) = self.met.remove(&open) else { continue };
            if cut {
                self.drafts.insert(open, met.depth);
            } else {
                self.known.insert(open, Phase::Unknown);
            }
        }
    }
}
impl Project {
    /// When a function runs, asked after so many calls in a row.
    pub(super) fn function_phase(&self, function: NodeRef, depth: u32) -> Phase {
        let before = match self.phases.borrow_mut().begin(function, depth) {
            Ok(before) => before,
            Err(phase) => return phase,
        };
        let phase = self.find_phase(function, depth);
        self.phases.borrow_mut().end(function, depth, phase, before);
        phase
    }
}
