//! The marks that say which accounts' logs have grown, read past the store.

use crate::account::Account;
use crate::bed::Bed;
use aws_sdk_dynamodb::types::AttributeValue;
use shared::process::clock;

/// Characters of a time that say the minute.
const MINUTE: usize = "2026-11-25T21:40".len();

/// How many marks of this minute and of the last one name the account.
pub async fn marks(bed: &Bed, account: &Account) -> usize {
    let mut marks = 0;
    for back_ms in [0, 60_000] {
        let at = clock::now().plus_ms(-back_ms).expect("a time").to_string();
        let minute = at.get(..MINUTE).expect("a time is longer");
        let query = bed
            .client()
            .query()
            .table_name(bed.store().table())
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(format!("log-dirty#{minute}")));
        let mut items = query.into_paginator().items().send();
        while let Some(item) = items.next().await {
            let item = item.expect("the engine answers");
            let accounts = item.get("accounts").and_then(|accounts| accounts.as_l().ok()).expect("a list");
            marks += usize::from(accounts.contains(&AttributeValue::S(account.id.to_string())));
        }
    }
    marks
}
