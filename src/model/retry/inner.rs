//! How often the sender of a request tries by itself.

use crate::model::values::value::{Client, Field};
use crate::model::{Project, Request, Tri};

impl Project {
    /// How often an SDK or framework sends a request at most, the first time included.
    pub fn sender_attempts(&self, request: &Request) -> Option<u32> {
        let (retries, attempts, default) = match (request.function, request.clients.first()) {
            (Some(f), _) => (f.retries.as_deref(), f.attempts.as_deref(), f.default_retries),
            (None, Some(c)) => {
                (c.kind.retries.as_deref(), c.kind.attempts.as_deref(), c.kind.default_retries)
            }
            (None, None) => return None,
        };
        for (spec, more) in [(retries, 1), (attempts, 0)] {
            for name in spec.unwrap_or("").split('|').filter(|n| !n.is_empty()) {
                let by_client = request.clients.first().is_some_and(|c| c.kind.retries_by_client);
                let given = match by_client {
                    true => Field::Absent,
                    false => self.call_option(request, name),
                };
                let field = match given {
                    Field::Absent => match request.clients.first() {
                        Some(client) => self.client_option(client, name),
                        None => self.setting(request.at, name),
                    },
                    given => given,
                };
                match field {
                    Field::Absent => {}
                    Field::Unknown(None) if request.clients.first().is_some_and(|c| c.made.is_none()) => {}
                    Field::Unknown(_) => return None,
                    Field::Known(nodes) => {
                        let number = nodes.first().and_then(|&n| self.number(n))?;
                        return (0.0..1e6).contains(&number).then_some(number as u32 + more);
                    }
                }
            }
        }
        let earlier = request.clients.first().filter(|_| request.function.is_none());
        let earlier = earlier.and_then(|c| c.kind.earlier_retries.as_ref()).filter(|e| {
            e.packages.iter().any(|package| self.has_change(request.at, package, &e.change).0 == Tri::No)
        });
        earlier.map(|e| e.retries).or(default).map(|d| d + 1)
    }

    /// The retries that the method which sends a request makes by itself, where its client makes none:
    /// `send_message_with_retry`.
    pub(super) fn retries_of_method(&self, request: &Request, client: &Client) -> Option<u32> {
        let name = self.last_name_at(self.callee_of(request.at)?)?;
        let sends = |path: &String| path.rsplit('.').next() == Some(&*name);
        let methods = client.kind.method.iter().filter(|m| m.path.iter().any(sends));
        methods.filter_map(|m| m.retries).find(|&retries| retries > 0)
    }
}
