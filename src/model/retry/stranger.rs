//! Error classes that a request never raises: those of other libraries, and those that its client
//! turns into its own.

use std::rc::Rc;

use super::probe::{Probe, Thrown};
use super::scope::ASKED;
use super::{Retry, RetryForm, Tri};
use crate::lang::Language;
use crate::model::errors::error_class::tree_of;
use crate::model::{Project, Request};
use crate::sdk::errors::{ErrorTree, trees};

/// What a request never raises.
#[derive(Debug)]
pub(super) struct Strangers {
    trees: Vec<&'static ErrorTree>,
    senders: Vec<String>,
}

impl Strangers {
    /// Whether a class, by its path, is one of these.
    fn include(&self, language: Language, path: &str) -> bool {
        let Some((tree, name)) = tree_of(language, path) else { return false };
        let wrapped = || tree.class.iter().any(|c| c.name == name && c.is_wrapped_by(&self.senders));
        self.trees.iter().any(|t| std::ptr::eq(*t, tree)) || wrapped()
    }
}

impl Project {
    /// The classes that what sends a request never raises.
    pub(super) fn strangers(&self, request: &Request) -> Rc<Strangers> {
        let language = self.file(request.at.file).language;
        let never =
            |t: &&'static ErrorTree| t.language == language && self.raises_of(request, t) == Some(false);
        Rc::new(Strangers {
            trees: trees().iter().filter(never).collect(),
            senders: self.senders_of(request).into_iter().map(str::to_string).collect(),
        })
    }

    /// Whether an error class named in a filter or handler cannot be what a request threw.
    pub(super) fn is_stranger(&self, language: Language, path: &str, p: &Probe) -> bool {
        let own = p.thrown.get() == Thrown::Own;
        let strange = own && p.strangers.as_ref().is_some_and(|s| s.include(language, path));
        p.met_stranger.set(p.met_stranger.get() || strange);
        strange
    }

    /// Whether the retry of a library is about errors of other libraries alone, so that it never
    /// repeats this request.
    pub(super) fn never_repeats(&self, request: &Request, retry: &Retry) -> bool {
        if retry.form != RetryForm::Library {
            return false;
        }
        let strangers = self.strangers(request);
        let mut met = false;
        ASKED.iter().all(|&failure| {
            let failed = self.fails_at_once(request, failure);
            let p = Probe::new(failure, failed, None).without(&strangers);
            let again = self.repeats_by_library(retry, &p);
            met |= p.met_stranger.get();
            again == Tri::No
        }) && met
    }
}
