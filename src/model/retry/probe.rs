//! A failure followed through code: what is known of it, of conditions, and of where control goes.

mod flags;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::stranger::Strangers;
use crate::facts::Name;
use crate::model::values::truth::Truth;
use crate::model::values::value::NodeRef;
use crate::sdk::failures::Failure;
use flags::Flags;

/// Most steps for one failure.
const MAX_STEPS: u32 = 3000;

/// One failure on its way.
#[derive(Debug)]
pub(super) struct Probe {
    /// Which.
    pub(super) failure: Failure,
    /// Whether it is an exception or an error value by now, rather than an answer with a status.
    pub(super) failed: Cell<bool>,
    /// Where an answer became an error.
    pub(super) raised: Cell<Option<NodeRef>>,
    /// What is thrown.
    pub(super) thrown: Cell<Thrown>,
    /// The variable that holds the error value.
    pub(super) held: RefCell<Option<Name>>,
    /// Variables that were set on the way.
    pub(super) flags: Flags,
    /// The call that begins the next attempt, where no loop does.
    pub(super) target: Option<NodeRef>,
    /// What told last that it is not meant.
    pub(super) refused: Cell<Option<NodeRef>>,
    /// The error classes that what sends the request never raises.
    pub(super) strangers: Option<Rc<Strangers>>,
    /// Whether one of those was asked for.
    pub(super) met_stranger: Cell<bool>,
    steps: Cell<u32>,
}

/// What kind of error is thrown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Thrown {
    /// What the library throws for the failure.
    Own,
    /// An error class of the project.
    Class(NodeRef),
    /// A general error of the language, by its name: `Exception`, `Error`.
    Plain(NodeRef),
    /// Something else.
    Other,
}

impl Probe {
    pub(super) fn new(failure: Failure, failed: bool, target: Option<NodeRef>) -> Probe {
        Probe {
            failure,
            failed: Cell::new(failed),
            raised: Cell::new(None),
            thrown: Cell::new(Thrown::Own),
            held: RefCell::new(None),
            flags: Flags::default(),
            target,
            refused: Cell::new(None),
            strangers: None,
            met_stranger: Cell::new(false),
            steps: Cell::new(0),
        }
    }

    /// The same failure of a request of which it is known what it never raises.
    pub(super) fn without(mut self, strangers: &Rc<Strangers>) -> Probe {
        self.strangers = Some(strangers.clone());
        self
    }

    /// Whether it is an error by now, and which.
    pub(super) fn state(&self) -> (bool, Thrown) {
        (self.failed.get(), self.thrown.get())
    }

    /// Goes back to what was known before; gives what was known.
    pub(super) fn put_back(&self, (failed, thrown): (bool, Thrown)) -> (bool, Thrown) {
        (self.failed.replace(failed), self.thrown.replace(thrown))
    }

    /// Goes on from another branch as well, or only from there.
    pub(super) fn join(&self, other: (bool, Thrown), both: bool) {
        match both {
            true => self.failed.set(self.failed.get() || other.0),
            false => drop(self.put_back(other)),
        }
    }

    /// Where two branches throw, and nothing says which of them it is, what is thrown is not known either.
    pub(super) fn blur(&self, condition: Truth, one: (Flow, Thrown), other: (Flow, Thrown)) {
        let throws = |flow: Flow| flow.thrown > 0 && flow.falls == 0;
        if condition == Truth::Open && throws(one.0) && throws(other.0) && one.1 != other.1 {
            self.thrown.set(Thrown::Other);
        }
    }

    /// Counts a step; whether there were too many.
    pub(super) fn is_spent(&self) -> bool {
        self.steps.set(self.steps.get() + 1);
        self.steps.get() > MAX_STEPS
    }

    /// Remembers what left the failure out.
    pub(super) fn tell(&self, at: NodeRef, truth: Truth) -> Truth {
        if truth == Truth::No {
            self.refused.set(Some(at));
        }
        truth
    }

    /// Whether a word of the data means this failure.
    pub(super) fn is_one_of(&self, words: &[String]) -> bool {
        words.iter().any(|w| self.failure.is(w))
    }
}

/// Where control may go: 0 never, 1 perhaps, 2 certainly possible.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Flow {
    /// On to what follows.
    pub(super) falls: u8,
    /// Out by an error.
    pub(super) thrown: u8,
    /// To the next attempt.
    pub(super) rounds: u8,
    /// Out of the loop or function in another way.
    pub(super) left: u8,
}

impl Flow {
    pub(super) const FALLS: Flow = Flow { falls: 2, thrown: 0, rounds: 0, left: 0 };
    pub(super) const THROWN: Flow = Flow { falls: 0, thrown: 2, rounds: 0, left: 0 };
    pub(super) const ROUNDS: Flow = Flow { falls: 0, thrown: 0, rounds: 2, left: 0 };
    pub(super) const LEFT: Flow = Flow { falls: 0, thrown: 0, rounds: 0, left: 2 };
    pub(super) const OPEN: Flow = Flow { falls: 1, thrown: 1, rounds: 1, left: 1 };

    fn zip(self, other: Flow, f: impl Fn(u8, u8) -> u8) -> Flow {
        Flow {
            falls: f(self.falls, other.falls),
            thrown: f(self.thrown, other.thrown),
            rounds: f(self.rounds, other.rounds),
            left: f(self.left, other.left),
        }
    }

    /// Either may be.
    pub(super) fn or(self, other: Flow) -> Flow {
        self.zip(other, u8::max)
    }

    /// At most so sure.
    pub(super) fn at_most(self, level: u8) -> Flow {
        self.zip(Flow::OPEN, |a, _| a.min(level))
    }

    /// One of two branches, as a condition decides.
    pub(super) fn choose(condition: Truth, then: Flow, otherwise: Flow) -> Flow {
        match condition {
            Truth::Yes => then,
            Truth::No => otherwise,
            Truth::Free => then.or(otherwise),
            Truth::Open => then.zip(otherwise, |a, b| if a == 2 && b == 2 { 2 } else { a.max(b).min(1) }),
        }
    }

    /// This, and then that.
    pub(super) fn then(self, next: impl FnOnce() -> Flow) -> Flow {
        if self.falls == 0 {
            return self;
        }
        let next = next().at_most(self.falls);
        Flow { falls: 0, ..self }.or(next)
    }
}
