//! Accounts and their credentials, as an operator makes them and asks for them.

use aws_sdk_dynamodb::error::BoxError;
use shared::credential::{Credential, Scope, Secret};
use shared::process::clock;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::ids::{AccountId, ClientId};

/// Looks for the account, so that a misspelt one is not taken for one without events.
///
/// # Errors
/// There is no such account, or the table cannot be reached.
pub(crate) async fn must_exist(store: &AuditStore, account: &AccountId) -> Result<(), BoxError> {
    match store.has_account(account, &Usage::default()).await? {
        true => Ok(()),
        false => Err(format!("there is no account {account}").into()),
    }
}

/// Looks for the account that is to be written into, or makes it where that was asked for.
///
/// # Errors
/// There is no such account and it is not to be made, or the table cannot be reached.
pub(crate) async fn must_exist_or_make(store: &AuditStore, account: &AccountId, make: bool) -> Result<(), BoxError> {
    let usage = Usage::default();
    match make {
        true => Ok(store.create_account(account, &usage).await?),
        false if store.has_account(account, &usage).await? => Ok(()),
        false => Err(format!("there is no account {account}; --create-account makes it").into()),
    }
}

/// Makes a credential with that secret.
///
/// # Errors
/// The client id is taken, or the table cannot be reached.
pub(crate) async fn create_credential(
    store: &AuditStore,
    account: AccountId,
    client_id: ClientId,
    secret: &Secret,
    mut scopes: Vec<Scope>,
) -> Result<Credential, BoxError> {
    scopes.sort_unstable();
    scopes.dedup();
    let secret_hashes = vec![secret.hash()];
    let credential =
        Credential { client_id, account, scopes, secret_hashes, created_at: clock::now(), revoked_at: None };
    if store.create_credential(&credential, &Usage::default()).await? {
        Ok(credential)
    } else {
        Err(format!("there is a credential with the client id {} already", credential.client_id).into())
    }
}
