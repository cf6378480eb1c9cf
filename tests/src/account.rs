//! An account with a credential, as a test makes it.

use shared::values::ids::AccountId;

/// How the secrets of random accounts begin: `tests/run` searches logs and output for it.
pub const SECRET_MARK: &str = "never-to-be-logged-";

/// An account, and a credential of it.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Public half of the credential.
    pub client_id: String,
    /// Secret half of the credential.
    pub secret: String,
}

impl Account {
    /// An account of that name.
    pub fn new(id: &str, client_id: &str, secret: &str) -> Self {
        let id = AccountId::parse(id).expect("an account id");
        Self { id, client_id: client_id.to_owned(), secret: secret.to_owned() }
    }

    /// An account that no other test has.
    pub fn random() -> Self {
        let random = format!("{:016x}", fastrand::u64(..));
        Self::new(&format!("account-{random}"), &format!("client-{random}"), &format!("{SECRET_MARK}{random}"))
    }

    /// The same account with another secret.
    #[must_use]
    pub fn with_secret(&self, secret: &str) -> Self {
        Self { secret: secret.to_owned(), ..self.clone() }
    }

    /// The bearer token.
    pub fn token(&self) -> String {
        format!("{}.{}", self.client_id, self.secret)
    }
}
