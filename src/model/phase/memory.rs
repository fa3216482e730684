//! What is remembered of the phases of functions, so that none is worked out again on every way that
//! leads to it.

use rustc_hash::FxHashMap;

use super::{MAX_CALLS, Phase};
use crate::model::Project;
use crate::model::value::NodeRef;

/// Phases that are known, and what is known of the others while a question is open.
#[derive(Debug)]
pub(in crate::model) struct Phases {
    known: FxHashMap<NodeRef, Phase>,
    /// Functions on the way, with how deep they were asked.
    active: FxHashMap<NodeRef, u32>,
    /// Functions out of sight as long as those on the way say nothing.
    drafts: FxHashMap<NodeRef, Draft>,
    /// What the answer that is worked out hangs on.
    hangs_on: Hangs,
}

/// What an answer hangs on besides the code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Hangs {
    /// How deep the outermost function was asked that was met on the way to itself.
    circle: u32,
    /// Whether too many calls in a row cut it off.
    cut: bool,
}

const NOTHING: Hangs = Hangs { circle: u32::MAX, cut: false };

/// An answer that holds only while it hangs on the same, and for whoever asks as deep.
#[derive(Clone, Copy, Debug)]
struct Draft {
    hangs_on: Hangs,
    depth: u32,
}

impl Default for Phases {
    fn default() -> Phases {
        Phases {
            known: FxHashMap::default(),
            active: FxHashMap::default(),
            drafts: FxHashMap::default(),
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
        let hangs_on = match (self.active.get(&function), self.drafts.get(&function)) {
            // A function on the way to itself decides nothing.
            (Some(&circle), _) => Some(Hangs { circle, ..NOTHING }),
            _ if depth > MAX_CALLS => Some(Hangs { cut: true, ..NOTHING }),
            // Asked with more calls left, it may get further.
            (_, Some(draft)) => Some(draft.hangs_on).filter(|h| !h.cut || draft.depth <= depth),
            _ => None,
        };
        if let Some(hangs_on) = hangs_on {
            self.hangs_on = self.hangs_on.and(hangs_on);
            return Err(Phase::Unknown);
        }
        self.active.insert(function, depth);
        Ok(std::mem::replace(&mut self.hangs_on, NOTHING))
    }

    fn end(&mut self, function: NodeRef, depth: u32, phase: Phase, around: Hangs) {
        self.active.remove(&function);
        let mut hangs_on = self.hangs_on;
        if hangs_on.circle == depth {
            // What hung on this function alone is no longer in a circle, and neither is the function.
            self.drafts.retain(|_, draft| draft.hangs_on.circle != depth);
            hangs_on.circle = NOTHING.circle;
        }
        if phase != Phase::Unknown {
            // Others were out of sight because this one was.
            self.drafts.clear();
        }
        if phase != Phase::Unknown || depth == 0 || hangs_on == NOTHING {
            self.known.insert(function, phase);
        } else {
            self.drafts.insert(function, Draft { hangs_on, depth });
        }
        self.hangs_on = around.and(hangs_on);
        if self.active.is_empty() {
            self.drafts.clear();
            self.hangs_on = NOTHING;
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
