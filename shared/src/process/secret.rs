//! Makes the secrets of credentials and of webhooks: the one place that does.

use crate::credential::Secret;
use crate::destination::secret::WebhookSecret;

/// A new secret, from the operating system's randomness.
///
/// # Errors
/// The operating system's, if it has none to give.
pub fn secret() -> Result<Secret, getrandom::Error> {
    let mut bytes = [0; Secret::RANDOM_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(Secret::of_random(bytes))
}

/// A new secret that webhooks are signed with, from the same.
///
/// # Errors
/// The operating system's, if it has none to give.
pub fn webhook_secret() -> Result<WebhookSecret, getrandom::Error> {
    let mut bytes = [0; WebhookSecret::RANDOM_BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(WebhookSecret::of_random(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_secrets_are_alike() {
        let [one, other] = [(); 2].map(|()| secret().expect("randomness"));
        assert_eq!((one.reveal().len(), other.reveal().len()), (43, 43), "256 bits in base64url");
        assert_ne!(one.reveal(), other.reveal());
    }
}
