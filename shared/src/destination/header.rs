//! A header that a receiver of webhooks wants besides ours: the token of a collector, for one.

use std::fmt;

/// Characters that the name of a header may have.
pub const NAME_LENGTH_MAX: usize = 64;
/// Characters that the value of a header may have.
pub const VALUE_LENGTH_MAX: usize = 4_096;

/// Names that a webhook has of its own, or that belong to the connection.
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

/// A name and a value. The value is a secret like any token, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    name: String,
    value: String,
}

/// Why a text is not a header that can be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// It has no `:`, or no name before it.
    #[error("must be a name of 1 to {NAME_LENGTH_MAX} letters, digits and -, then : and a value")]
    Name,
    /// Its name means something to the connection or to the signature.
    #[error("the header {0} is set by the service")]
    Reserved(String),
    /// Its value is none.
    #[error(
        "the value of the header {0} must be 1 to {VALUE_LENGTH_MAX} visible ASCII characters, with spaces only between them"
    )]
    Value(String),
}

impl Header {
    /// Parses `<name>: <value>`. The case of the name does not count, nor do spaces around the value.
    ///
    /// # Errors
    /// [`HeaderError`], by variant.
    pub fn parse(text: &str) -> Result<Self, HeaderError> {
        let (name, value) = text.split_once(':').ok_or(HeaderError::Name)?;
        let (name, value) = (name.trim_matches(' ').to_ascii_lowercase(), value.trim_matches(' '));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !(1..=NAME_LENGTH_MAX).contains(&name.len()) || !name.bytes().all(plain) {
            return Err(HeaderError::Name);
        }
        if RESERVED.contains(&name.as_str()) || RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            return Err(HeaderError::Reserved(name));
        }
        let visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
        if !(1..=VALUE_LENGTH_MAX).contains(&value.len()) || !value.bytes().all(visible) {
            return Err(HeaderError::Value(name));
        }
        Ok(Self { name, value: value.to_owned() })
    }

    /// Its name, in lower case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its value, for the request and the table alone.
    pub fn reveal(&self) -> &str {
        &self.value
    }

    /// The text that [`Self::parse`] reads, for the table.
    pub fn to_text(&self) -> String {
        format!("{}: {}", self.name, self.value)
    }
}

/// Says its name, and never its value.
impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({}: ..)", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<String> {
        Header::parse(text).err().map(|error| error.to_string())
    }

    #[test]
    fn a_header_is_a_name_and_a_value_that_debug_does_not_show() {
        let header = Header::parse("Authorization:  Splunk abc: def ").expect("a header");
        assert_eq!((header.name(), header.reveal()), ("authorization", "Splunk abc: def"));
        assert_eq!(header.to_text(), "authorization: Splunk abc: def");
        assert_eq!(format!("{header:?}"), "Header(authorization: ..)");
        assert_eq!(Header::parse(&header.to_text()), Ok(header));
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
            assert_eq!(refusal(&format!("{name}: x")), Some(said));
        }
    }

    #[test]
    fn a_name_is_letters_digits_and_hyphens() {
        let (longest, too_long) = (format!("{}: x", "a".repeat(64)), format!("{}: x", "a".repeat(65)));
        assert_eq!(refusal(&longest), None);
        for text in ["", "a", ": x", "a b: x", "a\r\nb: x", "\ta: x", "ä: x", "a_b: x", &too_long] {
            let said = "must be a name of 1 to 64 letters, digits and -, then : and a value";
            assert_eq!(refusal(text).as_deref(), Some(said), "{text:?}");
        }
    }

    #[test]
    fn a_value_is_visible_and_on_one_line() {
        let (longest, too_long) = ("a".repeat(4_096), "a".repeat(4_097));
        assert_eq!(refusal(&format!("x-token: {longest}")), None);
        for value in ["", " ", "a\r\nx-b: c", "a\tb", "ä", "\u{7f}", &too_long] {
            let said = "the value of the header x-token must be 1 to 4096 visible ASCII characters, with spaces only between them";
            assert_eq!(refusal(&format!("X-Token:{value}")).as_deref(), Some(said), "{value:?}");
        }
    }
}
