//! E-mail addresses: checked for shape, kept and shown as given, and compared as a person would: one address in other letters,
//! other bytes or another spelling of its domain is the same address.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use idna::AsciiDenyList;
use std::fmt;
use unicase::UniCase;

/// An e-mail address, as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// It has not the shape of one, or is too long.
    #[error(
        "must be an e-mail address of at most {} bytes, such as ada@example.com (in a URL, + is written %2B)",
        EmailAddress::BYTES_MAX
    )]
    NotAddress,
    /// It has a character that nobody sees, or that turns the direction of writing: it can look like another address.
    #[error("must be an e-mail address without invisible characters and marks of direction, such as U+200B and U+202E")]
    Invisible,
    /// Its domain has characters that no domain can have, or an encoding of such (RFC 5891, UTS #46).
    #[error("must be an e-mail address whose domain is one by the rules of IDNA")]
    NotDomain,
}

impl EmailAddress {
    /// Longest address, in bytes of UTF-8 (RFC 5321 §4.5.3.1.3: a path of 256 less its angle brackets); [`Self::folded`] is
    /// no longer either.
    pub const BYTES_MAX: usize = 254;

    /// Parses the text: something, `@`, something, without white space, control characters and characters that nobody sees.
    ///
    /// # Errors
    /// [`EmailError`], by variant.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let (local, domain) = split(text).ok_or(EmailError::NotAddress)?;
        if text.contains(is_invisible) {
            return Err(EmailError::Invisible);
        }
        let domain = folded_domain(domain).ok_or(EmailError::NotDomain)?;
        // One character can stand for 18 others, and a key takes only so many.
        let folded_bytes = folded_text(local).len() + 1 + domain.len();
        if folded_bytes > Self::BYTES_MAX { Err(EmailError::NotAddress) } else { Ok(Self(text.to_owned())) }
    }

    /// Takes a text that [`Self::as_str`] gave, out of the store. What was an address once stays one, whatever Unicode adds.
    pub fn from_stored(text: String) -> Option<Self> {
        split(&text).is_some().then_some(Self(text))
    }

    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two addresses are compared, and which keys have: the part before the `@` normalised (NFKC) and case
    /// folded, the domain as DNS has it. So these are one address: `ADA@Bücher.example`, `ada@bücher.example` and
    /// `ａｄａ@xn--bcher-kva.example`.
    pub fn folded(&self) -> String {
        if self.0.is_ascii() && !has_encoded_label(&self.0) {
            return self.0.to_ascii_lowercase(); // nearly every address there is
        }
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let domain = folded_domain(domain).unwrap_or_else(|| folded_text(domain));
        format!("{}@{domain}", folded_text(local))
    }
}

/// The two sides of the last `@`, if the text looks like an address.
fn split(text: &str) -> Option<(&str, &str)> {
    let (local, domain) = text.rsplit_once('@')?;
    let odd = |c: char| c.is_whitespace() || c.is_control();
    let good = !local.is_empty() && !domain.is_empty() && text.len() <= EmailAddress::BYTES_MAX && !text.contains(odd);
    good.then_some((local, domain))
}

/// Whether a character is invisible: one that Unicode lets programs pass over (joiners, fillers, selectors, tags), or a format
/// character, such as all marks of direction.
fn is_invisible(c: char) -> bool {
    !c.is_ascii()
        && (CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
            || CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::Format)
}

/// A text in Unicode's form for comparing identifiers without regard to case and compatibility (`NFKC_Casefold`, UAX #44 §5.7),
/// but for invisible characters, which no address has. It is folded twice, since a folded text may have to be normalised again.
fn folded_text(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    let fold = |text: &str| nfkc.normalize(&UniCase::new(text).to_folded_case()).into_owned();
    fold(&fold(&nfkc.normalize(text)))
}

/// A domain in lower case and, where it is not ASCII, in its encoding for DNS; none if IDNA allows no such domain. An ASCII
/// domain that encodes nothing is not checked: hosts of a company's own network have names that DNS does not allow.
fn folded_domain(domain: &str) -> Option<String> {
    if domain.is_ascii() && !has_encoded_label(domain) {
        return Some(domain.to_ascii_lowercase());
    }
    let ascii = idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::EMPTY).ok()?;
    Some(ascii.into_owned()).filter(|ascii| !ascii.is_empty())
}

/// Whether it may have a label that encodes other characters (RFC 5890 §2.3.2.1).
fn has_encoded_label(text: &str) -> bool {
    text.as_bytes().windows(4).any(|window| window.eq_ignore_ascii_case(b"xn--"))
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
