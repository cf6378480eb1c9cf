//! Credentials: looked up by client id, listed by account, made, rotated and revoked.

use super::{AuditStore, CONDITION_FAILED, StoreError, key_attributes, text};
use crate::credential::{Credential, SecretHash};
use crate::store::usage::Usage;
use crate::table::attribute;
use crate::table::item::{decode_credential, encode_credential, secret_hashes};
use crate::table::key::{self, Key};
use crate::values::ids::{AccountId, ClientId};
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;

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
        self.list_account(&credential.account, usage).await?;
        let entry = Key { pk: key::credentials(&credential.account), sk: credential.client_id.to_string() };
        let request = self
            .client
            .transact_write_items()
            .transact_items(self.put_if_absent(encode_credential(credential))?)
            .transact_items(self.put_if_absent(key_attributes(entry))?);
        let sent = usage.request(request.send()).await;
        match sent {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    let mut reasons = cancelled.cancellation_reasons().iter();
                    if reasons.any(|reason| reason.code() == Some(CONDITION_FAILED)) {
                        Ok(false)
                    } else {
                        Err(StoreError::Unavailable(error.into())) // throttled, or another transaction was in the way
                    }
                }
                _ => Err(error.into()), // every other error of the SDK
            },
        }
    }

    /// All credentials of an account, revoked ones included, by client id.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn credentials(&self, account: &AccountId, usage: &Usage) -> Result<Vec<Credential>, StoreError> {
        let mut found = Vec::new();
        let mut position = None;
        loop {
            let request = self.query_partition(key::credentials(account)).set_exclusive_start_key(position);
            let answer = usage.request(request.send()).await?;
            let client_ids = answer.items().iter().filter_map(|item| client_id(item.get(attribute::SK)?));
            let lookups = client_ids.map(|client_id| async move { self.credential(&client_id, usage).await });
            found.extend(try_join_all(lookups).await?.into_iter().flatten());
            position = answer.last_evaluated_key;
            if position.is_none() {
                return Ok(found);
            }
        }
    }

    /// Whether an account has a credential, revoked or not. Reads its list alone, which has no secret in it.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn has_credentials(&self, account: &AccountId, usage: &Usage) -> Result<bool, StoreError> {
        let request = self.query_partition(key::credentials(account)).limit(1);
        let answer = usage.request(request.send()).await?;
        usage.consumed(answer.consumed_capacity());
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

/// Sends an update; `false` if its condition does not hold.
async fn applied(update: UpdateItemFluentBuilder, usage: &Usage) -> Result<bool, StoreError> {
    match usage.request(update.send()).await {
        Ok(_) => Ok(true),
        Err(error) => match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(false),
            _ => Err(error.into()), // every other error of the SDK
        },
    }
}

fn client_id(sort_key: &AttributeValue) -> Option<ClientId> {
    ClientId::parse(sort_key.as_s().ok()?).ok()
}
