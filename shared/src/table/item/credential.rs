//! A credential as an item.

use super::row::{Row as _, error, row};
use super::{Item, ItemError, keyed, put, put_optional, text_list};
use crate::credential::{Credential, Scope, SecretHash};
use crate::table::attribute;
use crate::table::key;
use crate::values::ids::{AccountId, ClientId};
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::types::AttributeValue;

/// The credential as an item.
pub fn encode_credential(credential: &Credential) -> Item {
    let mut item = keyed(key::credential(&credential.client_id));
    put(&mut item, attribute::ACCOUNT, credential.account.as_str());
    put(&mut item, attribute::CREATED_AT, credential.created_at.to_string());
    put_optional(&mut item, attribute::REVOKED_AT, credential.revoked_at.map(|at| at.to_string()));
    let scopes = credential.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    item.insert(attribute::SCOPES.to_owned(), text_list(scopes));
    item.insert(attribute::SECRET_HASHES.to_owned(), secret_hashes(&credential.secret_hashes));
    item
}

/// The attribute that holds the hashes.
pub(crate) fn secret_hashes(hashes: &[SecretHash]) -> AttributeValue {
    text_list(hashes.iter().map(|hash| hash.to_text()).collect())
}

row!(
    /// A credential.
    CredentialRow { account, scopes, secret_hashes, created_at, revoked_at }
);

/// The credential that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_credential(item: Item) -> Result<Credential, ItemError> {
    let row = CredentialRow::open(item)?;
    let key = &row.key;
    let client_id = key.pk.split_once('#').and_then(|(_, client_id)| ClientId::parse(client_id).ok());
    Ok(Credential {
        client_id: client_id.ok_or_else(|| error(key, attribute::PK, "is malformed"))?,
        account: row.account.parsed(key, |text| AccountId::try_from(text).ok())?,
        scopes: row.scopes.parsed_list(key, Scope::parse)?,
        secret_hashes: row.secret_hashes.parsed_list(key, SecretHash::parse)?,
        created_at: row.created_at.parsed(key, |text| Timestamp::parse_fixed(&text))?,
        revoked_at: row.revoked_at.optional_parsed(key, |text| Timestamp::parse_fixed(&text))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::Secret;

    #[test]
    fn a_credential_reads_back() {
        let secret = Secret::parse("local-demo-secret").expect("a secret");
        let credential = Credential {
            client_id: ClientId::parse("c-1").expect("a client id"),
            account: AccountId::parse("acme").expect("an account id"),
            scopes: vec![Scope::UsersRead, Scope::AuditRead],
            secret_hashes: vec![secret.hash()],
            created_at: Timestamp::MIN,
            revoked_at: Some(Timestamp::MAX),
        };

        let read = decode_credential(encode_credential(&credential)).expect("it decodes");

        assert_eq!(
            (read.client_id, read.account, read.scopes),
            (credential.client_id, credential.account, credential.scopes)
        );
        assert_eq!((read.created_at, read.revoked_at), (credential.created_at, credential.revoked_at));
        assert_eq!(read.secret_hashes.iter().map(|hash| hash.to_text()).collect::<Vec<_>>(), [secret.hash().to_text()]);
    }
}
