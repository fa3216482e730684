//! What agents that run tools by themselves are allowed to run.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::request::Request;
use crate::model::values::value::{Field, NodeRef};

/// What is known of the tools an agent may run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Granted {
    /// Some, what needs no permission, or nobody can tell.
    Some,
    /// None, on purpose.
    None,
    /// None, and there are none.
    Impossible,
}

impl Project {
    /// What an agent may run without asking.
    pub(in crate::model) fn granted(&self, request: &Request, turns: &str) -> Granted {
        let kind = &request.kind;
        if kind.grants.is_empty() {
            return Granted::Some;
        }
        // Without the tools the program brings along only granted ones are left.
        let bare = kind.own_tools.as_deref().is_some_and(|option| {
            let field = self.beside_turns(request, turns, option);
            matches!(field, Field::Known(ref nodes) if nodes.iter().all(|&n| self.grants_nothing(n)))
        });
        let mut result = if bare { Granted::Impossible } else { Granted::Some };
        for option in &kind.grants {
            match self.beside_turns(request, turns, option) {
                Field::Known(nodes) => match nodes.iter().all(|&n| self.grants_nothing(n)) {
                    true if result == Granted::Some => result = Granted::None,
                    true => {}
                    false => return Granted::Some,
                },
                Field::Unknown(_) => return Granted::Some,
                Field::Absent => {}
            }
        }
        result
    }

    /// Another option of the record that holds the option for turns.
    fn beside_turns(&self, request: &Request, turns: &str, option: &str) -> Field {
        let mut places: Vec<String> = Vec::new();
        for (base, _) in turns.split('|').filter_map(|s| s.rsplit_once('.')) {
            let place = format!("{base}.{option}");
            if !places.contains(&place) {
                places.push(place);
            }
        }
        self.spelled_option(request, &places.join("|"))
    }

    /// `[]`, `{}`, `null`, or a mode in which tools that change something are refused.
    fn grants_nothing(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        match self.kind(at) {
            Kind::Null | Kind::Bool(false) => true,
            Kind::List(items) => items.is_empty(),
            Kind::Record(r) => r.entries.is_empty(),
            Kind::Str(_) => self.text(at).known().is_some_and(|t| sdk.has_word("refusing-modes", &t)),
            _ => false,
        }
    }
}
