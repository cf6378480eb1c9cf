//! Keys of what the page for people writes: sessions, viewer links, and tries to sign in. Secrets stand in them as hashes.

use super::{Key, escaped_text};
use crate::credential::SecretHash;
use crate::values::timestamp::Timestamp;

/// Sort key of a session.
pub const SESSION: &str = "session";

/// Sort key of a viewer link.
pub const LINK: &str = "link";

/// Characters of a minute at the front of a [`Timestamp`]'s text: `2026-11-25T21:40`.
const MINUTE_LENGTH: usize = 16;

/// `session#<SHA-256 of its token>` / `session`
pub fn session(token: SecretHash) -> Key {
    Key { pk: format!("session#{}", token.to_text()), sk: SESSION.to_owned() }
}

/// `viewer-link#<SHA-256 of its code>` / `link`
pub fn viewer_link(code: SecretHash) -> Key {
    Key { pk: format!("viewer-link#{}", code.to_text()), sk: LINK.to_owned() }
}

/// `sign-in#<network>` / `<minute>`: the tries of callers of one network from that minute on.
pub fn sign_in(network: &str, from: Timestamp) -> Key {
    let minute = from.to_string().get(..MINUTE_LENGTH).unwrap_or_default().to_owned();
    Key { pk: format!("sign-in#{}", escaped_text(network)), sk: minute }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::Secret;

    #[test]
    fn the_key_strings_are_these() {
        let key = |pk: &str, sk: &str| Key { pk: pk.to_owned(), sk: sk.to_owned() };
        let hash = Secret::parse("local-demo-secret").expect("a secret").hash();
        assert_eq!(session(hash), key("session#rvxkpstEK5eJsODc0nVk4AbhHjfoOCV1Umy60Cmhgj4", "session"));
        assert_eq!(viewer_link(hash), key("viewer-link#rvxkpstEK5eJsODc0nVk4AbhHjfoOCV1Umy60Cmhgj4", "link"));
        let at = Timestamp::parse_fixed("2026-11-25T21:40:59.999Z").expect("a time");
        assert_eq!(sign_in("2001:db8::/64", at), key("sign-in#2001:db8::/64", "2026-11-25T21:40"));
        assert_eq!(sign_in("a#b%", at).pk, "sign-in#a%23b%25");
    }
}
