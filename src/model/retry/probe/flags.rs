//! Variables of the code that a failure goes through: what was last found true or false on the way.

use std::cell::RefCell;

use crate::facts::Name;
use crate::model::values::truth::Truth;

/// What is known of them; few, so a list.
pub(in crate::model::retry) type Known = Vec<(Name, Truth)>;

/// The variables of one function.
#[derive(Debug, Default)]
pub(in crate::model::retry) struct Flags(RefCell<Known>);

/// No more are kept.
const MAX: usize = 32;

impl Flags {
    /// What a variable was last set to, where that is known.
    pub(in crate::model::retry) fn get(&self, name: &str) -> Option<Truth> {
        self.0.borrow().iter().find(|(known, _)| &**known == name).map(|(_, truth)| *truth)
    }

    /// Remembers what a variable is set to.
    pub(in crate::model::retry) fn set(&self, name: &Name, truth: Truth) {
        let mut all = self.0.borrow_mut();
        all.retain(|(known, _)| known != name);
        if truth != Truth::Open && all.len() < MAX {
            all.push((name.clone(), truth));
        }
    }

    /// Forgets the fields of a variable that holds something else now.
    pub(in crate::model::retry) fn forget_fields(&self, of: &str) {
        let is_field = |name: &str| name.strip_prefix(of).is_some_and(|rest| rest.starts_with('.'));
        self.0.borrow_mut().retain(|(known, _)| !is_field(known));
    }

    /// What is known now.
    pub(in crate::model::retry) fn now(&self) -> Known {
        self.0.borrow().clone()
    }

    /// Goes on with what was known elsewhere, and gives what is known here.
    pub(in crate::model::retry) fn replace(&self, known: Known) -> Known {
        self.0.replace(known)
    }

    /// Goes on after two ways of which either may have been taken: `other` is what is known on the one,
    /// what is known now on the other.
    pub(in crate::model::retry) fn join(&self, other: &Known, doubt: Truth) {
        let mut all = self.0.borrow_mut();
        let there = |name: &Name| other.iter().find(|(known, _)| known == name).map(|(_, truth)| *truth);
        for (name, truth) in all.iter_mut() {
            if there(name) != Some(*truth) {
                *truth = doubt;
            }
        }
        for (name, _) in other {
            if !all.iter().any(|(known, _)| known == name) && all.len() < MAX {
                all.push((name.clone(), doubt));
            }
        }
    }
}
