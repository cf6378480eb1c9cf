//! A destination as an item: where it is, what an operator decided, and how far it has got.

use super::row::{Row as _, error, row};
use super::{Item, ItemError, keyed, put, put_number, put_optional, text_list};
use crate::destination::header::Header;
use crate::destination::progress::{Failing, Lease, Progress};
use crate::destination::secret::WebhookSecret;
use crate::destination::target::{Bucket, Bus, Prefix, Target, Url};
use crate::destination::{Destination, Status};
use crate::table::attribute;
use crate::table::key::{self, Key};
use crate::values::destination_id::DestinationId;
use crate::values::format::Format;
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::types::AttributeValue;

/// The destination as an item.
pub fn encode_destination(destination: &Destination) -> Item {
    let mut item = keyed(key::destination(&destination.account, &destination.id));
    put(&mut item, attribute::KIND, destination.target.kind());
    put(&mut item, attribute::FORMAT, destination.format.as_str());
    put(&mut item, attribute::CREATED_AT, destination.created_at.to_string());
    put(&mut item, attribute::CHANGED_AT, destination.changed_at.to_string());
    put(&mut item, attribute::STATUS, destination.status.as_str());
    if let Status::Paused { why } = &destination.status {
        put(&mut item, attribute::STATUS_WHY, why.as_str());
    }
    encode_target(&mut item, &destination.target);
    encode_progress(&mut item, &destination.progress);
    item
}

fn encode_target(item: &mut Item, target: &Target) {
    match target {
        Target::S3 { bucket, prefix, window_s } => {
            put(item, attribute::BUCKET, bucket.as_str());
            put(item, attribute::PREFIX, prefix.as_str());
            put_number(item, attribute::WINDOW_S, u64::from(*window_s));
        }
        Target::Https { url, secrets: of_target, headers, allows_private } => {
            put(item, attribute::URL, url.as_str());
            item.insert(attribute::SECRETS.to_owned(), secrets(of_target));
            item.insert(attribute::HEADERS.to_owned(), text_list(headers.iter().map(Header::to_text).collect()));
            item.insert(attribute::ALLOWS_PRIVATE.to_owned(), AttributeValue::Bool(*allows_private));
        }
        Target::EventBridge { bus } => put(item, attribute::BUS, bus.as_str()),
    }
}

/// The attribute that holds the secrets.
pub(crate) fn secrets(secrets: &[WebhookSecret]) -> AttributeValue {
    text_list(secrets.iter().map(|secret| secret.reveal().to_owned()).collect())
}

fn encode_progress(item: &mut Item, progress: &Progress) {
    put_number(item, attribute::POSITION, progress.position);
    let mut optional = |name, number: Option<u64>| number.map(|number| put_number(item, name, number));
    optional(attribute::RANGE_END, progress.range_end);
    optional(attribute::TOOK_MS, progress.took_ms);
    optional(attribute::FAILURES, progress.failing.as_ref().map(|failing| u64::from(failing.failures)));
    put_optional(item, attribute::DELIVERED_AT, progress.delivered_at.map(|at| at.to_string()));
    if let Some(Lease { holder, until }) = &progress.lease {
        put(item, attribute::LEASE, holder.as_str());
        put(item, attribute::LEASED_UNTIL, until.to_string());
    }
    if let Some(failing) = &progress.failing {
        put(item, attribute::FAILING_SINCE, failing.since.to_string());
        put(item, attribute::FAILURE, failing.why.as_str());
        put(item, attribute::NEXT_TRY_AT, failing.next_try_at.to_string());
    }
}

row!(
    /// What an operator decided of a destination, but where it is.
    DestinationRow { format, created_at, changed_at, status, status_why }
);

/// The destination that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_destination(item: Item) -> Result<Destination, ItemError> {
    let (target, progress) = (decode_target(item.clone())?, decode_progress(item.clone())?);
    let row = DestinationRow::open(item)?;
    let key = &row.key;
    let time = |text: String| Timestamp::parse_fixed(&text);
    let account = key.pk.split_once('#').and_then(|(_, account)| AccountId::parse(account).ok());
    let why = row.status_why.optional(key)?;
    let status = row.status.parsed(key, |status| match status.as_str() {
        "active" => Some(Status::Active),
        "paused" => Some(Status::Paused { why: why.clone().unwrap_or_default() }),
        "removed" => Some(Status::Removed),
        _ => None, // a word that a later version may add
    })?;
    Ok(Destination {
        id: DestinationId::parse(&key.sk).map_err(|_| error(key, attribute::SK, "is malformed"))?,
        account: account.ok_or_else(|| error(key, attribute::PK, "is malformed"))?,
        target,
        format: row.format.parsed(key, |text| Format::parse(&text).ok())?,
        created_at: row.created_at.parsed(key, time)?,
        changed_at: row.changed_at.parsed(key, time)?,
        status,
        progress,
    })
}

row!(
    /// Where a destination is.
    TargetRow { kind, url, secrets, headers, allows_private, bucket, prefix, window_s, bus }
);

fn decode_target(item: Item) -> Result<Target, ItemError> {
    let row = TargetRow::open(item)?;
    let key = &row.key;
    Ok(match row.kind.required(key)?.as_str() {
        "s3" => Target::S3 {
            bucket: row.bucket.parsed(key, |text| Bucket::parse(&text).ok())?,
            prefix: Prefix::parse(&row.prefix.optional(key)?.unwrap_or_default())
                .map_err(|_| error(key, attribute::PREFIX, "is malformed"))?,
            window_s: row.window_s.number(key)?,
        },
        "https" => Target::Https {
            url: row.url.parsed(key, |text| Url::parse(&text).ok())?,
            secrets: row.secrets.parsed_list(key, |text| WebhookSecret::parse(text).ok())?,
            headers: row.headers.parsed_list(key, |text| Header::parse(text).ok())?,
            allows_private: row.allows_private.boolean(key)?,
        },
        "eventbridge" => Target::EventBridge { bus: row.bus.parsed(key, |text| Bus::parse(&text).ok())? },
        _ => return Err(error(key, attribute::KIND, "is malformed")), // a word that a later version may add
    })
}

row!(
    /// How far a destination has got.
    ProgressRow {
        position, range_end, lease, leased_until, failing_since, failures, failure, next_try_at, delivered_at, took_ms,
    }
);

fn decode_progress(item: Item) -> Result<Progress, ItemError> {
    let row = ProgressRow::open(item)?;
    let key = &row.key;
    let time = |text: String| Timestamp::parse_fixed(&text);
    let lease = (row.lease.optional(key)?, row.leased_until.optional_parsed(key, time)?);
    let failing = (
        row.failing_since.optional_parsed(key, time)?,
        row.failures.optional_number(key)?,
        row.failure.optional(key)?,
        row.next_try_at.optional_parsed(key, time)?,
    );
    Ok(Progress {
        position: row.position.number(key)?,
        range_end: row.range_end.optional_number(key)?,
        lease: lease.0.zip(lease.1).map(|(holder, until)| Lease { holder, until }),
        failing: match failing {
            (Some(since), Some(failures), Some(why), Some(next_try_at)) => {
                Some(Failing { since, failures, why, next_try_at })
            }
            _ => None, // they are written and taken away together
        },
        delivered_at: row.delivered_at.optional_parsed(key, time)?,
        took_ms: row.took_ms.optional_number(key)?,
    })
}

row!(Listed {});

/// The account and the id that an entry of the list of destinations is of.
pub(crate) fn decode_listed_destination(item: Item) -> Result<(AccountId, DestinationId), ItemError> {
    let Listed { key } = Listed::open(item)?;
    let parts = |key: &Key| key::listed_destination_parts(&key.sk);
    parts(&key).ok_or_else(|| error(&key, attribute::SK, "is malformed"))
}

#[cfg(test)]
mod tests;
