//! Headers that the operator adds to what a destination gets: the token of a collector, for one.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};
use std::fmt;

/// Headers that a destination may have.
pub const HEADERS_MAX: usize = 10;
/// Characters that the value of one may have.
pub const VALUE_LENGTH_MAX: usize = 4_096;
/// Characters that the name of one may have.
pub const NAME_LENGTH_MAX: usize = 64;

/// Names that are ours or the connection's.
const RESERVED: [&str; 15] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
];
/// What further names of ours, and of proxies, begin with.
const RESERVED_PREFIXES: [&str; 2] = ["webhook-", "proxy-"];

/// The headers of a destination, each name once. What they say is secret: they do not show when they are printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ExtraHeaders(HeaderMap);

/// Why a header cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Its name is none.
    #[error("the name of a header must be 1 to {NAME_LENGTH_MAX} letters, digits and -")]
    Name,
    /// Its name means something to the connection or to the signature.
    #[error("the header {0} is set by the service")]
    Reserved(String),
    /// Its value is none.
    #[error(
        "the value of the header {0} must be 1 to {VALUE_LENGTH_MAX} visible ASCII characters, with spaces only between them"
    )]
    Value(String),
    /// It is there already.
    #[error("the header {0} is given twice")]
    Repeated(String),
    /// There are too many.
    #[error("a destination has {HEADERS_MAX} headers at most")]
    TooMany,
}

impl ExtraHeaders {
    /// Parses names and values. The case of a name does not count.
    ///
    /// # Errors
    /// [`HeaderError`], by variant.
    pub fn parse<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, HeaderError> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = parse_name(name)?;
            let value = parse_value(&name, value)?;
            if map.len() == HEADERS_MAX {
                return Err(HeaderError::TooMany);
            }
            if map.insert(name.clone(), value).is_some() {
                return Err(HeaderError::Repeated(name.to_string()));
            }
        }
        Ok(Self(map))
    }

    /// Names in lower case, with their values, for the destination's item. The values belong in no log.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()))
    }

    pub(super) fn map(&self) -> &HeaderMap {
        &self.0
    }
}

fn parse_name(text: &str) -> Result<HeaderName, HeaderError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !(1..=NAME_LENGTH_MAX).contains(&text.len()) || !text.bytes().all(plain) {
        return Err(HeaderError::Name);
    }
    let name = HeaderName::from_bytes(text.as_bytes()).map_err(|_| HeaderError::Name)?;
    let is_reserved =
        RESERVED.contains(&name.as_str()) || RESERVED_PREFIXES.iter().any(|prefix| name.as_str().starts_with(prefix));
    if is_reserved { Err(HeaderError::Reserved(name.to_string())) } else { Ok(name) }
}

fn parse_value(name: &HeaderName, text: &str) -> Result<HeaderValue, HeaderError> {
    let visible = |byte: u8| (b' '..=b'~').contains(&byte);
    let is_good = (1..=VALUE_LENGTH_MAX).contains(&text.len()) && text.bytes().all(visible) && text.trim() == text;
    let value = HeaderValue::from_str(text).ok().filter(|_| is_good);
    let mut value = value.ok_or_else(|| HeaderError::Value(name.to_string()))?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for ExtraHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, value: &str) -> Option<String> {
        ExtraHeaders::parse([(name, value)]).err().map(|error| error.to_string())
    }

    #[test]
    fn a_token_is_kept_and_does_not_show_when_it_is_printed() {
        let headers = ExtraHeaders::parse([("Authorization", "Splunk 4f-t0ken"), ("X-P", "a b")]).expect("headers");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("authorization", "Splunk 4f-t0ken"), ("x-p", "a b")]);
        assert_eq!(format!("{headers:?}"), r#"["authorization", "x-p"]"#);
    }

    #[test]
    fn a_name_of_ours_or_of_the_connection_is_refused() {
        for name in [
            "Host",
            "content-length",
            "Content-Type",
            "Transfer-Encoding",
            "Webhook-Id",
            "webhook-x",
            "Proxy-Authorization",
        ] {
            let said = format!("the header {} is set by the service", name.to_ascii_lowercase());
            assert_eq!(refusal(name, "x"), Some(said));
        }
    }

    #[test]
    fn a_name_is_letters_digits_and_hyphens() {
        let (longest, too_long) = ("a".repeat(64), "a".repeat(65));
        assert_eq!(refusal(&longest, "x"), None);
        for name in ["", "a b", "a:b", "a\r\nb", "ä", "a_b", &too_long] {
            let said = "the name of a header must be 1 to 64 letters, digits and -";
            assert_eq!(refusal(name, "x").as_deref(), Some(said), "{name:?}");
        }
    }

    #[test]
    fn a_value_is_visible_and_on_one_line() {
        let (longest, too_long) = ("a".repeat(4_096), "a".repeat(4_097));
        assert_eq!(refusal("x-token", &longest), None);
        for value in ["", " a", "a ", "a\r\nx-b: c", "a\tb", "ä", "\u{7f}", &too_long] {
            let said = "the value of the header x-token must be 1 to 4096 visible ASCII characters, with spaces only between them";
            assert_eq!(refusal("X-Token", value).as_deref(), Some(said), "{value:?}");
        }
    }

    #[test]
    fn a_destination_has_ten_headers_each_once() {
        let names: Vec<_> = (0..11).map(|n| format!("x-{n}")).collect();
        let headers = |n: usize| ExtraHeaders::parse(names.iter().take(n).map(|name| (name.as_str(), "v")));
        assert_eq!(headers(10).map(|headers| headers.iter().count()), Ok(10));
        assert_eq!(headers(11), Err(HeaderError::TooMany));
        let twice = ExtraHeaders::parse([("X-A", "1"), ("x-a", "2")]);
        assert_eq!(twice, Err(HeaderError::Repeated("x-a".to_owned())));
    }
}
