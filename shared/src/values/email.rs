//! E-mail addresses: checked for shape, kept as given, compared without case.

use std::fmt;

/// An e-mail address, as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailError;

impl fmt::Display for EmailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "must be an e-mail address of at most {} bytes, such as ada@example.com (in a URL, + is written %2B)",
            EmailAddress::BYTES_MAX
        )
    }
}

impl std::error::Error for EmailError {}

impl EmailAddress {
    /// Longest address, in bytes of UTF-8 (RFC 5321 §4.5.3.1.3: a path of 256 less its angle brackets).
    pub const BYTES_MAX: usize = 254;

    /// Parses the text: something, `@`, something, without white space or control characters.
    ///
    /// # Errors
    /// [`EmailError`] for anything else, and for a text longer than [`Self::BYTES_MAX`].
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        text.to_owned().try_into()
    }

    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two addresses are compared: lower case.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        let odd = |c: char| c.is_whitespace() || c.is_control();
        let good = !local.is_empty() && !domain.is_empty() && text.len() <= Self::BYTES_MAX && !text.contains(odd);
        if good { Ok(Self(text)) } else { Err(EmailError) }
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_needs_something_on_both_sides() {
        let longest = format!("{}@example.com", "a".repeat(242));
        for good in
            ["a@b", "ada+audit@example.com", "\"a@b\"@example.com", "żółć@例え.jp", "a#b%c@example.com", &longest]
        {
            assert!(EmailAddress::parse(good).is_ok(), "{good:?} was refused");
        }
        let too_long = format!("{}@example.com", "a".repeat(243));
        for bad in ["", "a", "@", "a@", "@b", "a b@c", "a@b\n", "a\u{0}@b", &too_long] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn it_is_kept_as_given_and_compared_without_case() {
        let address = EmailAddress::parse("Ada.ŻÓŁĆ@Example.COM").expect("an address");
        assert_eq!(address.as_str(), "Ada.ŻÓŁĆ@Example.COM");
        assert_eq!(address.folded(), "ada.żółć@example.com");
    }
}
