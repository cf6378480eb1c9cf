//! A credential as an item.

use super::{Attributes, Item, ItemError, keyed, parsed_list, put, put_optional, text_list};
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

/// The credential that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_credential(item: Item) -> Result<Credential, ItemError> {
    let mut attributes = Attributes::open(item)?;
    let client_id = attributes.key.pk.split_once('#').and_then(|(_, client_id)| ClientId::parse(client_id).ok());
    Ok(Credential {
        client_id: client_id.ok_or_else(|| attributes.error(attribute::PK, "is malformed"))?,
        account: attributes.parsed(attribute::ACCOUNT, |text| AccountId::try_from(text).ok())?,
        scopes: parsed_list(&mut attributes, attribute::SCOPES, Scope::parse)?,
        secret_hashes: parsed_list(&mut attributes, attribute::SECRET_HASHES, SecretHash::parse)?,
        created_at: attributes.parsed(attribute::CREATED_AT, |text| Timestamp::parse_fixed(&text))?,
        revoked_at: attributes.optional_parsed(attribute::REVOKED_AT, |text| Timestamp::parse_fixed(&text))?,
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
