//! Headers that the operator adds to what a destination gets, as they are sent: the token of a collector, for one.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};
use shared::destination::header::Header;
use std::fmt;

/// The headers of a destination, each name once. What they say is secret: they do not show when they are printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ExtraHeaders(HeaderMap);

/// A name that is there twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the header {0} is given twice")]
pub struct RepeatedHeader(String);

impl ExtraHeaders {
    /// The headers, of which no two may have the same name.
    ///
    /// # Errors
    /// [`RepeatedHeader`], which says the name.
    pub fn of(headers: &[Header]) -> Result<Self, RepeatedHeader> {
        let mut map = HeaderMap::new();
        for header in headers {
            let name = HeaderName::from_bytes(header.name().as_bytes()).expect("a name of letters, digits and -");
            let mut value = HeaderValue::from_str(header.reveal()).expect("a value of visible ASCII");
            value.set_sensitive(true);
            if map.insert(name, value).is_some() {
                return Err(RepeatedHeader(header.name().to_owned()));
            }
        }
        Ok(Self(map))
    }

    pub(super) fn map(&self) -> &HeaderMap {
        &self.0
    }
}

impl fmt::Debug for ExtraHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(texts: &[&str]) -> Result<ExtraHeaders, RepeatedHeader> {
        let headers: Vec<_> = texts.iter().map(|text| Header::parse(text).expect("a header")).collect();
        ExtraHeaders::of(&headers)
    }

    #[test]
    fn a_token_is_kept_and_does_not_show_when_it_is_printed() {
        let headers = headers(&["Authorization: Splunk 4f-t0ken", "X-P: a b"]).expect("headers");
        assert_eq!(headers.map().get("authorization"), Some(&HeaderValue::from_static("Splunk 4f-t0ken")));
        assert_eq!(headers.map().get("x-p"), Some(&HeaderValue::from_static("a b")));
        assert_eq!(format!("{headers:?}"), r#"["authorization", "x-p"]"#);
    }

    #[test]
    fn a_name_is_there_once_however_it_is_written() {
        let twice = headers(&["X-A: 1", "x-a: 2"]);
        assert_eq!(twice.map_err(|error| error.to_string()), Err("the header x-a is given twice".to_owned()));
    }
}
