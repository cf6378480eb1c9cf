//! Where in S3 objects are put: the name of a bucket, and what keys begin with.

/// Characters that a prefix may have; a key has 1,024 (S3 user guide, "Naming Amazon S3 objects").
const PREFIX_LENGTH_MAX: usize = 512;

/// The name of a bucket: 3 to 63 lower-case letters, digits, `-` and `.` (S3 user guide, "General purpose bucket naming rules").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketName(String);

/// What keys begin with: nothing, or parts that each end with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prefix(String);

/// Why a text is no such place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// It is not the name of a bucket.
    #[error(
        "the bucket must be 3 to 63 lower-case letters, digits, - and ., with a letter or digit at both ends and no .."
    )]
    Bucket,
    /// It is no prefix.
    #[error(
        "the prefix must be parts of letters, digits and !-_.*'()= with / between them, none of them . or .., {PREFIX_LENGTH_MAX} characters at most"
    )]
    Prefix,
}

impl BucketName {
    /// Parses the text.
    ///
    /// # Errors
    /// [`PlaceError::Bucket`] for anything else.
    pub fn parse(text: &str) -> Result<Self, PlaceError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let inner = |byte: u8| plain(byte) || byte == b'-' || byte == b'.';
        let ends = [text.bytes().next(), text.bytes().last()].into_iter().all(|end| end.is_some_and(plain));
        let is_name = (3..=63).contains(&text.len()) && ends && text.bytes().all(inner) && !text.contains("..");
        if is_name { Ok(Self(text.to_owned())) } else { Err(PlaceError::Bucket) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Prefix {
    /// Parses the text; a `/` at its end may be left out.
    ///
    /// # Errors
    /// [`PlaceError::Prefix`] for anything else.
    pub fn parse(text: &str) -> Result<Self, PlaceError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!-_.*'()=".contains(&byte);
        let is_part = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(plain);
        let parts = text.strip_suffix('/').unwrap_or(text);
        let is_prefix = parts.len() < PREFIX_LENGTH_MAX && parts.split('/').all(is_part);
        if is_prefix { Ok(Self(format!("{parts}/"))) } else { Err(PlaceError::Prefix) }
    }

    /// The prefix, with `/` at its end unless it is empty.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_has_a_name_as_s3_wants_it() {
        let longest = "a".repeat(63);
        for good in ["abc", "a-b.c", "1.2", "audit-trail-eu", &longest] {
            assert_eq!(BucketName::parse(good).map(|name| name.as_str().to_owned()), Ok(good.to_owned()));
        }
        let too_long = "a".repeat(64);
        for bad in ["", "ab", "Abc", "a_b", "-ab", "ab-", ".ab", "a..b", "a/b", "../x", "äbc", &too_long] {
            assert_eq!(BucketName::parse(bad), Err(PlaceError::Bucket), "{bad:?}");
        }
    }

    #[test]
    fn a_prefix_ends_with_a_slash() {
        let parse = |text: &str| Prefix::parse(text).map(|prefix| prefix.as_str().to_owned());
        assert_eq!(parse(""), Ok(String::new()));
        assert_eq!(parse("audit"), Ok("audit/".to_owned()));
        assert_eq!(parse("a/b=c(d)/"), Ok("a/b=c(d)/".to_owned()));
        assert!(parse(&"a".repeat(511)).is_ok());
        let too_long = "a".repeat(512);
        for bad in ["/", "/a", "a//b", "a//", "..", "a/../b", "./a", "a b", "a#b", "ä", "a\n", "a\\b", &too_long] {
            assert_eq!(parse(bad), Err(PlaceError::Prefix), "{bad:?}");
        }
    }
}
