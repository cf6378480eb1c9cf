//! Sessions of browsers, the links that open into one, and how often somebody tried to sign in.

use super::requests::applied;
use super::{AuditStore, StoreError, key_attributes, text};
use crate::credential::SecretHash;
use crate::store::usage::Usage;
use crate::table::attribute;
use crate::table::item::{decode_session, decode_viewer_link, encode_session, encode_viewer_link, number};
use crate::table::key::{self, Key};
use crate::values::timestamp::Timestamp;
use crate::viewer::link::ViewerLink;
use crate::viewer::session::{Session, expires_at_epoch_s};
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;

/// Most tries to sign in from one network within [`SIGN_IN_WINDOW_MS`], good ones among them.
pub const ATTEMPTS_SIGN_IN_MAX: u32 = 30;

/// How long tries to sign in are counted together, in milliseconds.
pub const SIGN_IN_WINDOW_MS: i64 = 15 * 60 * 1_000;

impl AuditStore {
    /// Writes a new session. `false` if there is one with that token.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn put_session(&self, token: SecretHash, session: &Session, usage: &Usage) -> Result<bool, StoreError> {
        self.put_where_absent(encode_session(token, session), usage).await
    }

    /// The session of that token, over or not.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn session(&self, token: SecretHash, usage: &Usage) -> Result<Option<Session>, StoreError> {
        let item = self.get(key::session(token), usage).await?;
        Ok(item.map(decode_session).transpose()?)
    }

    /// Ends a session; the first time counts. `false` if there is none with that token.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn end_session(&self, token: SecretHash, at: Timestamp, usage: &Usage) -> Result<bool, StoreError> {
        let update = self
            .update_at(key::session(token))
            .update_expression("SET #ended_at = if_not_exists(#ended_at, :at)")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_names("#ended_at", attribute::ENDED_AT)
            .expression_attribute_values(":at", text(at.to_string()));
        applied(update, usage).await
    }

    /// Writes a new link. `false` if there is one with that code.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn put_viewer_link(
        &self,
        code: SecretHash,
        link: &ViewerLink,
        usage: &Usage,
    ) -> Result<bool, StoreError> {
        self.put_where_absent(encode_viewer_link(code, link), usage).await
    }

    /// The link of that code, spent or not.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn viewer_link(&self, code: SecretHash, usage: &Usage) -> Result<Option<ViewerLink>, StoreError> {
        let item = self.get(key::viewer_link(code), usage).await?;
        Ok(item.map(decode_viewer_link).transpose()?)
    }

    /// Spends a link, which can be done once: of two that do it at the same moment, one is told `false`.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn spend_viewer_link(&self, code: SecretHash, at: Timestamp, usage: &Usage) -> Result<bool, StoreError> {
        let update = self
            .update_at(key::viewer_link(code))
            .update_expression("SET #spent_at = :at")
            .condition_expression("attribute_exists(#pk) AND attribute_not_exists(#spent_at) AND #ends_at > :at")
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_names("#spent_at", attribute::SPENT_AT)
            .expression_attribute_names("#ends_at", attribute::ENDS_AT)
            .expression_attribute_values(":at", text(at.to_string()));
        applied(update, usage).await
    }

    /// Counts a try to sign in from a network, as such by its text. `false` if there were [`ATTEMPTS_SIGN_IN_MAX`] already in
    /// the same [`SIGN_IN_WINDOW_MS`]: then it counts for nothing, and nobody should look at what was given.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn count_sign_in(&self, network: &str, now: Timestamp, usage: &Usage) -> Result<bool, StoreError> {
        let begun = now.plus_ms(-(now.epoch_ms() % SIGN_IN_WINDOW_MS)).unwrap_or(now);
        let ends_at = begun.plus_ms(SIGN_IN_WINDOW_MS).unwrap_or(Timestamp::MAX);
        let update = self
            .update_at(key::sign_in(network, begun))
            .update_expression("SET #expires_at = :expires_at ADD #attempts :one")
            .condition_expression("attribute_not_exists(#attempts) OR #attempts < :max")
            .expression_attribute_names("#expires_at", attribute::EXPIRES_AT)
            .expression_attribute_names("#attempts", attribute::ATTEMPTS)
            .expression_attribute_values(":expires_at", number(expires_at_epoch_s(ends_at)))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":max", number(ATTEMPTS_SIGN_IN_MAX));
        applied(update, usage).await
    }

    fn update_at(&self, key: Key) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.table).set_key(Some(key_attributes(key)))
    }
}
