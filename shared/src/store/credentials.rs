//! Credentials: looked up by client id, listed by account, made, rotated and revoked.

use super::requests::applied;
use super::send::send;
use super::transaction::Transaction;
use super::{AuditStore, StoreError, key_attributes, text};
use crate::credential::{Credential, SecretHash};
use crate::event::recorder::Recorder;
use crate::store::usage::Usage;
use crate::table::attribute;
use crate::table::item::{ItemError, decode_credential, decode_listed_client_id, encode_credential, secret_hashes};
use crate::table::key::{self, Key};
use crate::values::ids::{AccountId, ClientId};
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

/// Credentials of a list that are looked up at once.
const LOOKUPS_AT_ONCE: usize = 16;

impl AuditStore {
    /// Looks up a credential.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn credential(&self, client_id: &ClientId, usage: &Usage) -> Result<Option<Credential>, StoreError> {
        let item = self.get(key::credential(client_id), usage).await?;
        Ok(item.map(decode_credential).transpose()?)
    }

    /// Writes a new credential and its entry in the account's list, in one transaction. `false` if the client id is taken.
    ///
    /// The account is entered in the list of accounts before, for itself: every credential of an account writes that item, and
    /// transactions that write the same item at once cancel each other.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn create_credential(&self, credential: &Credential, usage: &Usage) -> Result<bool, StoreError> {
        if Recorder::is_ambiguous(&credential.client_id) {
            let message =
                format!("events of the client id {} would pass for those of another writer", credential.client_id);
            return Err(StoreError::Rejected(message.into()));
        }
        self.list_account(&credential.account, usage).await?;
        let entry = Key { pk: key::credentials(&credential.account), sk: credential.client_id.to_string() };
        let items =
            vec![self.put_if_absent(encode_credential(credential))?, self.put_if_absent(key_attributes(entry))?];
        match self.transact(items, usage).await? {
            Transaction::Written => Ok(true),
            Transaction::Cancelled(cancelled) if cancelled.failed().is_empty() => Err(cancelled.into_error()),
            Transaction::Cancelled(_) => Ok(false),
        }
    }

    /// All credentials of an account, revoked ones included, by client id.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn credentials(&self, account: &AccountId, usage: &Usage) -> Result<Vec<Credential>, StoreError> {
        let entries = self.all(self.query_partition(key::credentials(account)), usage).await?;
        let lookups = entries.into_iter().map(async |entry| {
            let client_id = decode_listed_client_id(entry)?;
            let found = self.credential(&client_id, usage).await?;
            found.ok_or_else(|| StoreError::Item(listed_in_vain(account, &client_id)))
        });
        stream::iter(lookups).buffered(LOOKUPS_AT_ONCE).try_collect().await
    }

    /// Whether an account has a credential, revoked or not. Reads its list alone, which has no secret in it.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn has_credentials(&self, account: &AccountId, usage: &Usage) -> Result<bool, StoreError> {
        let answer = send(self.query_partition(key::credentials(account)).limit(1), usage).await?;
        Ok(!answer.items().is_empty())
    }

    /// Replaces the secrets of a credential, if they still are those of `seen`. `false` if somebody else changed them.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn set_secrets(
        &self,
        seen: &Credential,
        hashes: &[SecretHash],
        usage: &Usage,
    ) -> Result<bool, StoreError> {
        let update = self
            .update(&seen.client_id)
            .update_expression("SET #hashes = :hashes")
            .condition_expression("#hashes = :seen")
            .expression_attribute_names("#hashes", attribute::SECRET_HASHES)
            .expression_attribute_values(":hashes", secret_hashes(hashes))
            .expression_attribute_values(":seen", secret_hashes(&seen.secret_hashes));
        applied(update, usage).await
    }

    /// Revokes a credential, for good; the first time counts. `false` if there is none with that client id.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn revoke_credential(
        &self,
        client_id: &ClientId,
        at: Timestamp,
        usage: &Usage,
    ) -> Result<bool, StoreError> {
        let update = self
            .update(client_id)
            .update_expression("SET #revoked_at = if_not_exists(#revoked_at, :at)")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_names("#revoked_at", attribute::REVOKED_AT)
            .expression_attribute_values(":at", text(at.to_string()));
        applied(update, usage).await
    }

    fn update(&self, client_id: &ClientId) -> UpdateItemFluentBuilder {
        let key = key_attributes(key::credential(client_id));
        self.client.update_item().table_name(&self.table).set_key(Some(key))
    }
}

/// An entry and its credential are written together, and neither is ever deleted.
fn listed_in_vain(account: &AccountId, client_id: &ClientId) -> ItemError {
    let key = Key { pk: key::credentials(account), sk: client_id.to_string() };
    ItemError { key, attribute: attribute::SK, problem: "is of a credential that is not there" }
}
