//! Texts that no parameter, header or field accepts, and tokens that somebody made.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Texts that are no id, type, number, date, address or cursor.
pub fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "\t",
        "\u{0}",
        "a\u{0}b",
        "\u{7f}",
        "\u{1b}[31m",
        "\r\nX-Injected: 1",
        "é",
        "日本語",
        "\u{202e}txt",
        "👩‍👩‍👧",
        "' OR '1'='1",
        "\"; DROP TABLE audit; --",
        "{\"$ne\": null}",
        "[\"a\"]",
        "../../etc/passwd",
        "%00",
        "%",
        "a#b",
        "${jndi:ldap://x}",
        "<script>alert(1)</script>",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    texts.push("x".repeat(5_000));
    texts.push("é".repeat(5_000));
    texts
}

/// Every way to cut the text, and a change of every character of it.
pub fn damaged(text: &str) -> Vec<String> {
    let cut = (0..text.len()).filter_map(|at| text.get(..at)).map(ToOwned::to_owned);
    let altered = text.char_indices().map(|(at, old)| {
        let new = if old == 'A' { 'B' } else { 'A' };
        text.char_indices().map(|(other, c)| if other == at { new } else { c }).collect()
    });
    let more = ["=", "A", " ", "."].into_iter().map(|more| format!("{text}{more}"));
    cut.chain(altered).chain(more).collect()
}

/// A cursor as the service would make it, with any content: its check is no signature, so anybody can. `listing` is what it
/// belongs to, names and values in turn.
pub fn forged(listing: &[(&str, &str)], payload: &str) -> String {
    let mut hash = Sha256::new();
    for part in listing.iter().flat_map(|(name, value)| [name, value]) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(payload);
    let check: Vec<u8> = hash.finalize().into_iter().take(16).collect();
    URL_SAFE_NO_PAD.encode([check, payload.as_bytes().to_vec()].concat())
}
