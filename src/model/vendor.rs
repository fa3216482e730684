//! Whose API a request goes to.

mod address;
pub(in crate::model) mod foreign_tokenizer;
mod maker;
mod named;
mod paths;
pub(in crate::model) mod vendor_branch;

use std::sync::Arc;

use super::Project;
use super::request::{Request, Tri};
use crate::facts::Kind;
use crate::model::values::value::{Client, Field, NodeRef, Text, Value};
use crate::sdk::api::api;
use crate::sdk::{Road, Sdk};
use address::{Endpoint, endpoint, tells_no_host};
pub(super) use address::{is_foreign, is_own};

/// The header that only this API asks for.
const VERSION: &str = "anthropic-version";

/// Whether the name of a vendor or the id of a model, in lower case, is one of Claude's.
pub(super) fn is_claudes(id: &str) -> bool {
    id.contains("claude") || id.contains("anthropic")
}

/// Whether a text is the id of a model of another vendor, and none that stands for whatever is set (`default`).
fn is_of_others(id: &str, sdk: &Sdk) -> bool {
    let id = id.to_lowercase();
    !is_claudes(&id)
        && (id.contains(|c: char| c.is_ascii_digit())
            || sdk.words("other-families").iter().any(|family| id.contains(family.as_str())))
}

impl Project {
    /// Whether a request goes to Claude, on roads that serve several vendors.
    pub(super) fn reaches_claude(&self, request: &Request) -> Tri {
        if let Some(host) = request.clients.first().and_then(|c| c.kind.host.as_deref()) {
            let bases = request.clients.iter().flat_map(|c| self.base_urls(c));
            let (own, others): (Vec<Text>, Vec<Text>) = bases.partition(|base| base.contains(host));
            // A table of vendors gives the addresses of all to whatever reads it.
            return match !own.is_empty() && (others.is_empty() || !self.is_left_to_others(request.at)) {
                true => Tri::Yes,
                false => Tri::No,
            };
        }
        match request.road {
            Road::Http => self.posts_to_claude(request),
            _ if request.kind.any_vendor
                && (self.is_in_other_branch(request.at)
                    || self.is_other_than_claudes(request.at)
                    || self.is_made_for_others(request)
                    || self.is_in_class_of_others(request)) =>
            {
                Tri::No
            }
            _ if request.kind.any_vendor => self.names_claude(request),
            Road::Sdk if self.asks_another_vendor(request) => Tri::No,
            _ => Tri::Yes,
        }
    }

    /// Whether an official SDK is pointed at an address of its own and asks there for models that
    /// are certainly not Claude's: other vendors serve the same API.
    fn asks_another_vendor(&self, request: &Request) -> bool {
        let elsewhere = |client: &Arc<Client>| match &client.kind.base_url {
            Some(option) => !self.client_option(client, option).is_absent() && client.made.is_some(),
            None => false,
        };
        let sdk = self.file(request.at.file).sdk;
        // `https://api.minimax.io/anthropic`, whatever is asked for there.
        let of_others = |c: &Arc<Client>| {
            let (Some(option), Some(made)) = (&c.kind.base_url, c.made) else { return false };
            let urls = self.client_option(c, option);
            let bases: Vec<_> = urls.nodes().iter().flat_map(|&u| self.texts(u)).collect();
            // What others give may be more than is in sight.
            let here = |at: NodeRef| at.file == made.file && self.function_of(at) == self.function_of(made);
            let theirs = |base: &Text| endpoint("", base) == Endpoint::OtherVendor;
            bases.iter().all(|(at, base)| here(*at) && (theirs(base) || tells_no_host(base)))
                && bases.iter().any(|(_, base)| theirs(base))
        };
        if !request.clients.is_empty() && request.clients.iter().all(of_others) {
            return true;
        }
        // Where the address is out of sight, ids that only their own vendor serves were meant for it.
        let placed = request.clients.iter().all(|c| !self.base_url(c).is_empty());
        let only_there =
            |id: &String| !placed && sdk.words("own-form-families").iter().any(|f| id.starts_with(&**f));
        !request.clients.is_empty()
            && request.clients.iter().all(elsewhere)
            && self.names_other_models(request)
            && !self.ids_asked_for(request).is_some_and(|ids| ids.iter().any(only_there))
    }

    /// Whether the models that a request asks for are known, and none of them is Claude's.
    fn names_other_models(&self, request: &Request) -> bool {
        self.ids_asked_for(request).is_some_and(|ids| !ids.is_empty() && ids.iter().all(|id| !is_claudes(id)))
    }

    /// The ids of the models of a request in lower case, without what stands for none (`default`); nothing
    /// when one of them is out of sight.
    fn ids_asked_for(&self, request: &Request) -> Option<Vec<String>> {
        let sdk = self.file(request.at.file).sdk;
        let names_one = |id: &String| is_claudes(id) || is_of_others(id, sdk);
        let models = self.body_field(request, "model");
        if models.nodes().iter().any(|&n| self.eval(n).contains(&Value::Unknown)) {
            return None;
        }
        let texts = models.nodes().iter().flat_map(|&n| self.texts(n));
        let ids: Option<Vec<String>> = texts.map(|(_, text)| Some(text.known()?.to_lowercase())).collect();
        ids.map(|ids| ids.into_iter().filter(names_one).collect())
    }

    /// The same, told by a model that is written out for this request: what comes from elsewhere may be
    /// more than is in sight.
    fn writes_other_models(&self, request: &Request) -> bool {
        let written = |node: &NodeRef| {
            let file = self.file(node.file);
            let value = file.only_value(node.node).unwrap_or(node.node);
            matches!(file.facts.kind(value), Kind::Str(_))
        };
        self.body_field(request, "model").nodes().iter().all(written) && self.names_other_models(request)
    }

    fn posts_to_claude(&self, request: &Request) -> Tri {
        if self.only_reads(request) == Tri::Yes || self.is_given_other_paths(request) {
            return Tri::No;
        }
        let base = self.request_base(request);
        // Options that hold a path are no address themselves.
        let options = |v: &Value| matches!(v, Value::Node(n) if matches!(self.kind(*n), Kind::Record(_)));
        let mut urls = self.located(request, &request.kind.url);
        urls.retain(|&u| !self.eval(u).iter().all(options));
        let texts = urls.iter().flat_map(|&u| self.address_texts(u));
        // `fetch("/api/chat/messages")` asks the program's own server.
        let at_home = |text: &Text| {
            let own = &api().http.messages_endpoint;
            let path = text.pieces.first().and_then(Option::as_ref).is_some_and(|p| p.starts_with('/'));
            base.is_empty() && request.clients.is_empty() && path && !text.contains(own)
        };
        // `new URL("/messages", base)`
        let plain = |at: NodeRef| {
            let held = self.file(at.file).only_value(at.node).map_or(at, |n| at.sibling(n));
            matches!(self.kind(held), Kind::Str(_) | Kind::Name(_) | Kind::Binary { .. })
        };
        let seen = texts.map(|(at, text)| match endpoint(&base, &text) {
            Endpoint::Messages if at_home(&text) && plain(at) && urls.iter().all(|&u| plain(u)) => {
                Endpoint::Other
            }
            endpoint => endpoint,
        });
        let mut seen: Vec<Endpoint> = seen.collect();
        if seen.is_empty() {
            seen.push(Endpoint::Unknown);
        }
        let bodies = self.located(request, &request.kind.body);
        if self.has_form_of_others(request, &seen, &bodies) {
            return Tri::No;
        }
        // `env.get("VENDOR_URL") or "https://api.minimax.io/anthropic"`: what others set is meant for him.
        if seen.contains(&Endpoint::OtherVendor)
            && seen.iter().all(|e| matches!(e, Endpoint::OtherVendor | Endpoint::Unknown | Endpoint::Other))
        {
            return Tri::No;
        }
        // What makes the requests to several vendors seems to give the addresses of all to each of them.
        let own = |e: &Endpoint| matches!(e, Endpoint::Claude | Endpoint::Messages | Endpoint::Host);
        if seen.len() > 1 && !seen.iter().all(own) && self.is_for_others(request.at) {
            return Tri::No;
        }
        if seen.contains(&Endpoint::Claude) {
            return Tri::Yes;
        }
        if seen.iter().all(|e| *e == Endpoint::Other) || self.writes_other_models(request) {
            return Tri::No;
        }
        let asks = ["max_tokens", "messages"].iter().any(|f| self.body_field(request, f).is_known());
        let versioned =
            self.sends_version(request) || bodies.iter().any(|&b| self.has_key(b, "anthropic_version"));
        // Other things are asked of the same vendor, under addresses of their own.
        let other_form = bodies.iter().all(|&body| {
            let body = self.json(body);
            ["messages", "model", "prompt", "max_tokens"].iter().all(|field| body.lacks(field))
        });
        if other_form && !bodies.is_empty() {
            return Tri::No;
        }
        let placed = seen.iter().any(|e| matches!(e, Endpoint::Host | Endpoint::Messages));
        match versioned && !bodies.is_empty() || asks && placed {
            true => Tri::Yes,
            false => Tri::Unknown,
        }
    }

    /// Whether a request has the form of another API: its path says so where it may go to several addresses,
    /// or what it posts is an `input` in place of messages.
    fn has_form_of_others(&self, request: &Request, seen: &[Endpoint], bodies: &[NodeRef]) -> bool {
        let input = |&body: &NodeRef| {
            let body = self.json(body);
            body.get("input").is_some() && ["messages", "max_tokens", "prompt"].iter().all(|f| body.lacks(f))
        };
        if !bodies.is_empty() && bodies.iter().all(input) {
            return true;
        }
        let own = |e: &Endpoint| matches!(e, Endpoint::Claude | Endpoint::Messages | Endpoint::Host);
        let addresses = self.addresses(request);
        !seen.iter().all(own)
            && !addresses.is_empty()
            && addresses.iter().all(|a| a.ends_with("/chat/completions"))
    }

    /// Whether what an HTTP request posts always has the form of the Messages API.
    pub(super) fn posts_only_messages(&self, request: &Request) -> bool {
        const OTHER_FORMS: &[&str] = &["/chat/completions", "/complete", "/converse", "/count_tokens"];
        let urls = self.located(request, &request.kind.url);
        let values = urls.iter().flat_map(|&u| self.eval(u).to_vec());
        if values.filter(|v| matches!(v, Value::Unknown)).count() > 0 {
            return false;
        }
        let addresses = self.addresses(request);
        let own = |a: &String| {
            let text = Text { pieces: vec![Some(a.clone())] };
            is_own(&text) && !OTHER_FORMS.iter().any(|f| a.contains(f))
        };
        !addresses.is_empty() && addresses.iter().all(own)
    }

    /// Whether a header tells the version of the Claude API.
    pub(super) fn sends_version(&self, request: &Request) -> bool {
        self.located(request, &request.kind.headers).into_iter().any(|h| self.has_key(h, VERSION))
            || request.clients.iter().any(|c| {
                let option = c.kind.headers.as_deref();
                option.is_some_and(|o| {
                    self.client_option(c, o).nodes().iter().any(|&h| self.has_key(h, VERSION))
                })
            })
            || self.builds_version(request)
    }

    /// Whether a step of the builder of a request sets that header.
    pub(super) fn builds_version(&self, request: &Request) -> bool {
        let named = |at: NodeRef| self.text(at).known().is_some_and(|t| t.eq_ignore_ascii_case(VERSION));
        self.steps_named(request, "header")
            .iter()
            .any(|(at, c)| c.args.first().is_some_and(|a| named(at.sibling(a.value))))
    }

    /// Whether an HTTP request is certainly one that only reads.
    pub(super) fn only_reads(&self, request: &Request) -> Tri {
        let of = |at: NodeRef| {
            self.text(at)
                .known()
                .map(|m| matches!(&*m.to_ascii_uppercase(), "GET" | "HEAD" | "DELETE" | "OPTIONS"))
        };
        match self.option_of(request.at, "method") {
            Field::Known(nodes) => match nodes.iter().map(|&n| of(n)).collect::<Option<Vec<bool>>>() {
                Some(all) if all.iter().all(|g| *g) => Tri::Yes,
                Some(_) => Tri::No,
                None => Tri::Unknown,
            },
            _ => Tri::Unknown,
        }
    }
}
