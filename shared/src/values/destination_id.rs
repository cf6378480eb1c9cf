//! The id of a destination, which stands in keys, in the ids of webhooks and in what the operator types.

use std::fmt;

/// Where an account's events are sent: `dst_` and 16 lower-case hex digits, so that it has no `.`, which separates what a webhook signs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DestinationId(String);

/// Why a text is not the id of a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be dst_ and 16 lower-case hex digits")]
pub struct DestinationIdError;

impl DestinationId {
    const PREFIX: &str = "dst_";
    const DIGITS: usize = 16;

    /// The id made of 64 random bits.
    pub fn of_random(bits: u64) -> Self {
        Self(format!("{}{bits:016x}", Self::PREFIX))
    }

    /// Parses the text.
    ///
    /// # Errors
    /// [`DestinationIdError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, DestinationIdError> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let digits = text.strip_prefix(Self::PREFIX).ok_or(DestinationIdError)?;
        if digits.len() == Self::DIGITS && digits.bytes().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(DestinationIdError)
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DestinationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_prefix_and_16_hex_digits() {
        assert_eq!(DestinationId::of_random(0xc0ffee).as_str(), "dst_0000000000c0ffee");
        assert_eq!(DestinationId::of_random(u64::MAX).as_str(), "dst_ffffffffffffffff");
        let parsed = DestinationId::parse("dst_0123456789abcdef").map(|id| id.to_string());
        assert_eq!(parsed, Ok("dst_0123456789abcdef".to_owned()));
    }

    #[test]
    fn anything_else_is_refused() {
        let bad =
            ["", "dst_", "dst_0123456789abcde", "dst_0123456789abcdef0", "dst_0123456789ABCDEF", "0123456789abcdef"];
        for bad in bad.into_iter().chain(["dst_0123456789abcde.", "dst_0123456789abcde#", "dst_0123456789abcdé"]) {
            assert_eq!(DestinationId::parse(bad), Err(DestinationIdError), "{bad:?}");
        }
    }
}
