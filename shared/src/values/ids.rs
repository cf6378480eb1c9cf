//! The ids that stand in keys: each a parsed type whose text can never contain a key's separator.

use std::fmt;

/// Characters an id may have besides ASCII letters and digits. `#`, which separates the parts of a key, is not one, nor
/// is `%`, so that a path segment can be percent-decoded without asking whether it was encoded.
pub const ID_PUNCTUATION: &str = "._:@|+=-";

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It is empty, too long, or has another character.
    #[error("must be 1 to {length_max} characters: letters, digits and {ID_PUNCTUATION}")]
    NotPlain {
        /// Longest text of such an id, in characters.
        length_max: usize,
    },
    /// It is `.` or `..`, which clients and proxies take out of a path before they send it (RFC 3986 §5.2.4).
    #[error("must not be . or .., which do not stay in the path of a URL")]
    Dots,
}

fn check(text: &str, length_max: usize) -> Result<(), IdError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || ID_PUNCTUATION.as_bytes().contains(&byte);
    match text {
        "." | ".." => Err(IdError::Dots),
        _ if (1..=length_max).contains(&text.len()) && text.bytes().all(allowed) => Ok(()),
        _ => Err(IdError::NotPlain { length_max }), // every other text
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $length_max:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Longest text, in characters.
            pub const LENGTH_MAX: usize = $length_max;

            /// Parses the text.
            ///
            /// # Errors
            /// [`IdError`] if it is empty, longer than [`Self::LENGTH_MAX`], has other characters than ASCII letters,
            /// digits and [`ID_PUNCTUATION`], or is `.` or `..`.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                text.to_owned().try_into()
            }

            /// The id as it was given: case counts.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                check(&text, Self::LENGTH_MAX).map(|()| Self(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// An account: one company whose trail is kept apart from every other.
    AccountId,
    64
);
id!(
    /// A dashboard user, or the user that an event is about. It need not have the shape of the ids that we make.
    UserId,
    128
);
id!(
    /// An event, unique together with its `created_at` within the account.
    EventId,
    64
);
id!(
    /// The public half of a credential.
    ClientId,
    64
);

/// A partition of an account's events, `00` to `ff` in a key. All events are written to [`Self::FIRST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard(u8);

impl Shard {
    /// The shard that every event is written to: `00`.
    pub const FIRST: Self = Self(0);
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}", self.0)
    }
}

/// What happened, in capitals: `INVITED_USER`. The vocabulary is open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventType(String);

/// Why a text is not an event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {} capital letters, digits and _, beginning with a letter", EventType::LENGTH_MAX)]
pub struct EventTypeError;

impl EventType {
    /// Longest text, in characters.
    pub const LENGTH_MAX: usize = 64;

    /// Parses the text: `[A-Z][A-Z0-9_]{0,63}`.
    ///
    /// # Errors
    /// [`EventTypeError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, EventTypeError> {
        text.to_owned().try_into()
    }

    /// The type as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The words in PascalCase: `INVITED_USER` is `InvitedUser`.
    pub fn to_pascal_case(&self) -> String {
        let word = |word: &str| {
            let (first, rest) = word.split_at(word.len().min(1));
            format!("{first}{}", rest.to_ascii_lowercase())
        };
        self.0.split('_').map(word).collect()
    }
}

impl TryFrom<String> for EventType {
    type Error = EventTypeError;

    fn try_from(text: String) -> Result<Self, EventTypeError> {
        let inner = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let begins = text.starts_with(|first: char| first.is_ascii_uppercase());
        if begins && text.len() <= Self::LENGTH_MAX && text.bytes().all(inner) {
            Ok(Self(text))
        } else {
            Err(EventTypeError)
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_to_length_max_plain_characters() {
        let longest = "a".repeat(64);
        for good in ["a", "54350110fedcbaf01234ffee", "usr_1SUuwqBdK75GKi", "auth0|a.b:c@d+e=f-g", &longest] {
            assert_eq!(AccountId::parse(good).map(|id| id.to_string()), Ok(good.to_owned()));
        }
    }

    #[test]
    fn an_id_with_a_separator_or_odd_characters_is_refused() {
        let too_long = "a".repeat(65);
        for bad in ["", "a#b", "a%23b", "a b", "a/b", "a\n", "ä", "a\u{0}", "' OR 1=1 --", "{\"S\":\"a\"}", &too_long]
        {
            assert!(AccountId::parse(bad).is_err(), "{bad:?} was accepted");
        }
        let said = AccountId::parse("").map_err(|error| error.to_string());
        assert_eq!(said, Err("must be 1 to 64 characters: letters, digits and ._:@|+=-".to_owned()));
    }

    #[test]
    fn an_id_is_never_a_step_in_a_path() {
        let said = "must not be . or .., which do not stay in the path of a URL";
        for dots in [".", ".."] {
            assert_eq!(AccountId::parse(dots).map_err(|error| error.to_string()), Err(said.to_owned()));
            assert_eq!(UserId::parse(dots).map_err(|error| error.to_string()), Err(said.to_owned()));
            assert_eq!(EventId::parse(dots).map_err(|error| error.to_string()), Err(said.to_owned()));
            assert_eq!(ClientId::parse(dots).map_err(|error| error.to_string()), Err(said.to_owned()));
        }
        for good in ["...", ".a", "a.", "..a", "a..b", ".-"] {
            assert!(UserId::parse(good).is_ok(), "{good:?} was refused");
        }
    }

    #[test]
    fn an_event_type_is_in_capitals() {
        let longest = "A".repeat(64);
        for good in ["A", "INVITED_USER", "TWO_FACTOR_AUTH_ENABLED", "A1_", &longest] {
            assert!(EventType::parse(good).is_ok(), "{good:?} was refused");
        }
        let too_long = "A".repeat(65);
        for bad in ["", "a", "_A", "1A", "INVITED USER", "INVITED#USER", "Ä", &too_long] {
            assert!(EventType::parse(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn an_event_type_reads_as_pascal_case() {
        let pascal = |text| EventType::parse(text).map(|event_type| event_type.to_pascal_case());
        assert_eq!(pascal("INVITED_USER"), Ok("InvitedUser".to_owned()));
        assert_eq!(pascal("A__B2_"), Ok("AB2".to_owned()));
    }

    #[test]
    fn a_shard_is_two_hex_digits() {
        assert_eq!(Shard::FIRST.to_string(), "00");
    }
}
