//! What a request asks for: whether the answer grows with what it is given.

use crate::facts::{Entry, Key, Kind, Record, StrPart};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};

/// Expressions of a body that are looked at, and the text they may hold together.
const MAX_NODES: usize = 400;
const MAX_TEXT: usize = 60_000;

impl Project {
    /// Whether a request asks for an answer without a natural bound: a list of records, as many as there
    /// are. What is asked for out of sight does not count.
    pub fn asks_for_records(&self, request: &Request) -> bool {
        let fields = ["messages", "system", "tools", "output_config", "output_format"];
        let mut places: Vec<NodeRef> = Vec::new();
        for field in fields {
            places.extend(self.body_field(request, field).nodes());
            let bodies = self.message_bodies(request).iter();
            places.extend(bodies.filter_map(|body| body.get(field)).map(|value| value.at));
        }
        places.sort();
        places.dedup();
        let mut held = 0;
        let mut left = MAX_NODES;
        let mut next = 0;
        while let Some(&place) = places.get(next) {
            next += 1;
            let facts = self.facts(place.file);
            for node in facts.descendants(place.node) {
                if left == 0 || held > MAX_TEXT {
                    return false;
                }
                left -= 1;
                let text: String = match facts.kind(node) {
                    Kind::Record(record) if self.is_list_of_objects(place, record) => return true,
                    Kind::Str(parts) => {
                        let written = parts.iter().map(|part| match part {
                            StrPart::Text(text) => text,
                            StrPart::Hole(_) => "",
                        });
                        written.collect()
                    }
                    // A constant: a text, or a tool or a form that is written elsewhere.
                    Kind::Name(_) | Kind::Member { .. } => {
                        let values = self.eval(place.sibling(node));
                        let written = values.iter().filter_map(|v| match v {
                            Value::Node(n) if matches!(self.kind(*n), Kind::Record(_) | Kind::List(_)) => {
                                Some(*n)
                            }
                            _ => None,
                        });
                        for written in written {
                            if !places.contains(&written) {
                                places.push(written);
                            }
                        }
                        let texts = self.texts(place.sibling(node)).into_iter().map(|(_, text)| text);
                        texts.flat_map(|text| text.pieces).flatten().collect()
                    }
                    _ => continue,
                };
                held += text.len();
                if lists_records(&text) {
                    return true;
                }
            }
        }
        false
    }

    /// A schema of lists of any length, of objects.
    fn is_list_of_objects(&self, place: NodeRef, record: &Record) -> bool {
        let entry = |record: &Record, name: &str| {
            let is = |e: &&Entry| matches!(&e.key, Some(Key::Known(key)) if **key == *name);
            record.entries.iter().find(is).map(|e| e.value)
        };
        let objects = entry(record, "items").is_some_and(|items| match self.kind(place.sibling(items)) {
            Kind::Record(items) => entry(items, "properties").is_some(),
            _ => false,
        });
        objects && entry(record, "maxItems").is_none()
    }
}

/// `[{"name": …` as a form to fill in: as many records as there are.
fn lists_records(text: &str) -> bool {
    text.split('[').skip(1).any(|rest| rest.trim_start().starts_with(['{', '(']) && rest.contains(':'))
}
