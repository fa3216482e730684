//! Addresses that requests go to, and what a URL says about the API behind it.

use crate::model::Project;
use crate::model::request::Request;
use crate::model::values::value::{Client, NodeRef, Text};
use crate::sdk::api::api;

/// Marks an unknown piece in a URL; no URL holds it.
const GAP: char = '\u{0}';

/// What a URL says about the API behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// Messages of the Claude API.
    Claude,
    /// Messages, by its path; the host may be a gateway.
    Messages,
    /// Claude's host, with a path that is out of reach.
    Host,
    /// The messages of another vendor, who serves them in the same form.
    OtherVendor,
    /// Something else.
    Other,
    /// Out of reach.
    Unknown,
}

/// What a URL says, put together of what is known of its start and of the rest.
pub(super) fn endpoint(base: &str, url: &Text) -> Endpoint {
    let pieces = url.pieces.iter().map(|p| p.clone().unwrap_or(GAP.to_string()));
    let full = (base.to_string() + &pieces.collect::<String>()).to_lowercase();
    let has = |parts: &[String]| parts.iter().any(|p| full.contains(p.as_str()));
    let http = &api().http;
    if is_of_other_vendor(&full) {
        return Endpoint::OtherVendor;
    }
    if has(&http.other_parts) && !full.contains("publishers/") {
        return Endpoint::Other;
    }
    match (has(&http.asking_parts), full.contains("anthropic")) {
        (true, true) => Endpoint::Claude,
        (true, false) if full.contains("/messages") => Endpoint::Messages,
        (false, true) if full.contains(GAP) => Endpoint::Host,
        _ if full.starts_with(GAP) => Endpoint::Unknown,
        _ => Endpoint::Other,
    }
}

/// The host of an address in lower case.
fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

/// Whether an address in lower case is that of another vendor who serves models of his own in the form of the
/// Messages API.
fn is_of_other_vendor(address: &str) -> bool {
    api().http.compatible_hosts.iter().any(|host| host == host_of(address))
}

/// Whether a text tells no host.
pub(super) fn tells_no_host(url: &Text) -> bool {
    !url.pieces.iter().flatten().any(|piece| piece.contains("://"))
}

/// Whether a URL is certainly not one of Claude's.
pub(in crate::model) fn is_foreign(url: &Text) -> bool {
    matches!(endpoint("", url), Endpoint::Other | Endpoint::OtherVendor)
}

/// Whether a URL is certainly one of Claude's.
pub(in crate::model) fn is_own(url: &Text) -> bool {
    matches!(endpoint("", url), Endpoint::Claude | Endpoint::Messages | Endpoint::Host)
}

impl Project {
    /// The texts of an address, with what is taken where the environment names none, if that is one of messages: what
    /// is only the beginning of one says nothing yet.
    pub(in crate::model) fn address_texts(&self, at: NodeRef) -> Vec<(NodeRef, Text)> {
        let mut texts = self.texts(at);
        let values = self.eval(at);
        let defaults = values.iter().filter_map(|value| self.environment_default(value));
        let whole = |(_, text): &(NodeRef, Text)| {
            matches!(endpoint("", text), Endpoint::Claude | Endpoint::Messages | Endpoint::OtherVendor)
        };
        texts.extend(defaults.flat_map(|default| self.texts(default)).filter(whole));
        texts
    }

    /// The addresses a request may go to, in lower case, with `\0` for what is out of reach.
    pub fn addresses(&self, request: &Request) -> Vec<String> {
        let base = self.request_base(request);
        let urls = self.located(request, &request.kind.url);
        let texts = urls.iter().flat_map(|&u| self.address_texts(u));
        let full = |text: Text| {
            let pieces = text.pieces.into_iter().map(|p| p.unwrap_or(GAP.to_string()));
            (base.clone() + &pieces.collect::<String>()).to_lowercase()
        };
        texts.map(|(_, text)| full(text)).collect()
    }

    /// What is known of the address a client's requests start from; empty when nothing is.
    pub(in crate::model) fn base_url(&self, client: &Client) -> String {
        self.base_urls(client).into_iter().flat_map(|text| text.pieces).flatten().collect()
    }

    /// Each of the addresses that a client's requests may start from.
    pub(super) fn base_urls(&self, client: &Client) -> Vec<Text> {
        let Some(option) = &client.kind.base_url else { return Vec::new() };
        let urls = self.client_option(client, option);
        urls.nodes().iter().flat_map(|&u| self.texts(u)).map(|(_, text)| text).collect()
    }

    /// What is known of where the URL of a request starts: at its client's address, or at a host that
    /// it is given beside the path.
    pub(in crate::model) fn request_base(&self, request: &Request) -> String {
        let base = request.clients.iter().map(|c| self.base_url(c)).find(|b| !b.is_empty());
        base.unwrap_or_else(|| {
            let hosts = self.located(request, &request.kind.host);
            let texts = hosts.iter().flat_map(|&host| self.texts(host));
            texts.flat_map(|(_, text)| text.pieces).flatten().collect()
        })
    }
}
