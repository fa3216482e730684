//! Answers that hold while one expression is evaluated.
//!
//! What was worked out for one call, in the middle of a circle or with a part cut off is not
//! true for good. It is still remembered until the evaluation it belongs to ends: without that,
//! code in which everything depends on everything is walked once for every path through it.

use rustc_hash::FxHashMap;

use super::{Bound, Context, Ctx, Values};
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

/// An expression, and the call it is evaluated for; zero for none.
pub(in crate::model) type Asked = (NodeRef, u32);

/// An answer that was cut off is asked for again where so many more levels are left.
const LEVELS_GAINED: u32 = 12;

#[derive(Debug)]
struct Draft {
    values: Values,
    /// Least depth of what it depends on and is not worked out yet; `u32::MAX` for none.
    began: u32,
    /// The depth at which it was worked out.
    depth: u32,
    /// Whether a part of it was cut off.
    cut: bool,
}

/// What one call of a function, seen from another, gives to its parameters.
#[derive(PartialEq, Eq, Hash, Debug)]
enum Given {
    Call { function: NodeRef, call: NodeRef, receiver: bool, outer: u32 },
    Object { function: NodeRef, class: NodeRef, made: Option<NodeRef> },
}

/// The answers of one evaluation.
#[derive(Debug, Default)]
pub(in crate::model) struct Drafts {
    known: FxHashMap<Asked, Draft>,
    /// What depends on something that is not worked out yet, in the order it was found.
    open: Vec<Asked>,
    contexts: FxHashMap<Given, u32>,
    /// The last number given to a context.
    last: u32,
}

impl Project {
    /// Forgets all of them: another evaluation begins.
    pub(super) fn forget_drafts(&self) {
        let mut drafts = self.drafts.borrow_mut();
        drafts.known.clear();
        drafts.open.clear();
        drafts.contexts.clear();
        drafts.last = 0;
    }

    /// What is remembered of an expression.
    pub(super) fn draft(&self, asked: Asked) -> Option<Values> {
        let drafts = self.drafts.borrow();
        let draft = drafts.known.get(&asked)?;
        if draft.cut {
            if self.eval_depth.get() + LEVELS_GAINED <= draft.depth {
                return None;
            }
            self.eval_cuts.set(self.eval_cuts.get().wrapping_add(1));
        }
        self.eval_circle.set(self.eval_circle.get().min(draft.began));
        Some(draft.values.clone())
    }

    /// How many answers are open; to be handed to [`Project::close_drafts`].
    pub(super) fn open_drafts(&self) -> usize {
        self.drafts.borrow().open.len()
    }

    /// Remembers an answer that is not true for good.
    pub(super) fn keep_draft(&self, asked: Asked, values: &Values, began: u32, cut: bool) {
        let depth = self.eval_depth.get();
        let began = if began < depth { began } else { u32::MAX };
        let mut drafts = self.drafts.borrow_mut();
        if began < depth {
            drafts.open.push(asked);
        }
        drafts.known.insert(asked, Draft { values: values.clone(), began, depth, cut });
    }

    /// What a circle began with is worked out: parts of the circle that were found since then
    /// lack what it gives to them.
    pub(super) fn close_drafts(&self, since: usize) {
        let depth = self.eval_depth.get();
        let Drafts { known, open, .. } = &mut *self.drafts.borrow_mut();
        let mut kept = since;
        for i in since..open.len() {
            let asked = open[i];
            match known.get(&asked) {
                Some(draft) if draft.began < depth => {
                    open[kept] = asked;
                    kept += 1;
                }
                Some(draft) if draft.began < u32::MAX => {
                    known.remove(&asked);
                }
                _ => {}
            }
        }
        open.truncate(kept);
    }

    /// The context in which a function is evaluated for one call.
    pub(super) fn context<'a>(&self, function: NodeRef, bound: Bound<'a>, outer: Ctx<'a>) -> Context<'a> {
        let drafts = &mut *self.drafts.borrow_mut();
        let outer_id = outer.map_or(0, |c| c.id);
        let given = match bound {
            Bound::Call { call, receiver } => Some(Given::Call { function, call, receiver, outer: outer_id }),
            Bound::Object(Value::Instance { class, made }) if outer.is_none() => {
                Some(Given::Object { function, class: *class, made: *made })
            }
            Bound::First(_) | Bound::Object(_) => None,
        };
        let id = match given {
            Some(given) => *drafts.contexts.entry(given).or_insert_with(|| {
                drafts.last += 1;
                drafts.last
            }),
            None => {
                drafts.last += 1;
                drafts.last
            }
        };
        Context { function, bound, outer, depth: outer.map_or(1, |c| c.depth + 1), id }
    }
}
