//! The links of an answer: the URL that was asked, and that of the next page. Both are in one header, since the crate `okta` reads
//! the first alone.
//!
//! No gateway tells a function the query as it was written, only its values, so the URL asked is written anew in one form: the
//! parameters in the vendor's order, escaped where they must be. The URL of a next page has that form already, and so stays the
//! same to the letter when it is asked. Clients cut the header at commas and semicolons, so that neither is in it unescaped.

use crate::http::asked_url::asked_url;
use crate::http::request::Parameters;
use lambda_http::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is escaped in a value: all but what may stand in a query (RFC 3986, section 3.4), means nothing there, and ends no link.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'@');

/// The URL that was asked, in parts.
#[derive(Debug)]
pub(super) struct Links {
    url: String,
    parameters: Vec<(&'static str, String)>,
}

/// Where an answer leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Nowhere: it is the last page of its range.
    End,
    /// To the same request: it is the end that there is now, and what comes is behind it.
    Same,
    /// To the page of this token.
    Page(String),
}

impl Links {
    /// The parts of the URL of a request, with these parameters in this order; none if the gateway does not say what URL was asked.
    pub(super) fn of(request: &Request, names: &[&'static str], given: &Parameters) -> Option<Self> {
        let url = asked_url(request)?;
        let value = |name: &&'static str| Some((*name, given.get(name)?.to_owned()));
        Some(Self { url, parameters: names.iter().filter_map(value).collect() })
    }

    /// The header.
    pub(super) fn header(&self, next: &Next) -> String {
        let asked = self.written(|_, value| Some(value));
        let next = match next {
            Next::End => None,
            Next::Same => Some(asked.clone()),
            Next::Page(token) => Some(self.page(token)),
        };
        let own = format!("<{asked}>; rel=\"self\"");
        next.map_or(own.clone(), |next| format!("<{next}>; rel=\"next\", {own}"))
    }

    /// The same request with the token. It has no `since`, which a client may put beside the token again.
    fn page(&self, token: &str) -> String {
        let others = self.written(|name, value| (!["since", "after"].contains(&name)).then_some(value));
        match others.split_once('?') {
            None => format!("{others}?after={token}"),
            Some((url, others)) => format!("{url}?after={token}&{others}"),
        }
    }

    fn written<'a>(&'a self, keep: impl Fn(&'static str, &'a str) -> Option<&'a str>) -> String {
        let mut written = self.url.clone();
        for (name, value) in &self.parameters {
            let Some(value) = keep(name, value) else { continue };
            let separator = if written.len() == self.url.len() { '?' } else { '&' };
            written.push(separator);
            written += &format!("{name}={}", utf8_percent_encode(value, ESCAPED));
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://audit.example.com/api/v1/logs";

    fn links(parameters: &[(&'static str, &str)]) -> Links {
        let parameters = parameters.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Links { url: URL.to_owned(), parameters }
    }

    #[test]
    fn the_next_page_keeps_all_but_the_start() {
        let asked = links(&[("since", "2026-05-01T00:00:00Z"), ("limit", "2"), ("sortOrder", "ASCENDING")]);
        let own = format!("<{URL}?since=2026-05-01T00:00:00Z&limit=2&sortOrder=ASCENDING>; rel=\"self\"");
        assert_eq!(asked.header(&Next::End), own);
        let next = format!("<{URL}?after=T0-_&limit=2&sortOrder=ASCENDING>; rel=\"next\", {own}");
        assert_eq!(asked.header(&Next::Page("T0-_".to_owned())), next);
        assert_eq!(
            links(&[]).header(&Next::Page("T".to_owned())),
            format!("<{URL}?after=T>; rel=\"next\", <{URL}>; rel=\"self\"")
        );
    }

    #[test]
    fn the_url_of_a_page_is_the_same_when_it_is_asked() {
        let asked = links(&[("after", "T"), ("filter", "target.id eq \"a,b;c\""), ("limit", "2")]);
        let filter = "target.id%20eq%20%22a%2Cb%3Bc%22";
        let own = format!("{URL}?after=T&filter={filter}&limit=2");
        assert_eq!(asked.header(&Next::Same), format!("<{own}>; rel=\"next\", <{own}>; rel=\"self\""));
        assert_eq!(asked.header(&Next::Page("T".to_owned())), asked.header(&Next::Same));
    }

    #[test]
    fn nothing_in_a_value_ends_a_link() {
        let asked = links(&[("filter", "é>,;\"&=#+% \\")]);
        assert_eq!(
            asked.header(&Next::End),
            format!("<{URL}?filter=%C3%A9%3E%2C%3B%22%26%3D%23%2B%25%20%5C>; rel=\"self\"")
        );
    }
}
