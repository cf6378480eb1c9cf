//! Objects in a bucket of S3, or files in a folder: gzipped NDJSON, always the same object for the same range.

mod bucket;
mod folder;
mod object;
mod plan;

pub use plan::OBJECT_BYTES;

use super::{Line, Outcome, Parcel, Plan, Why};
use object::Object;
use shared::destination::target::{Bucket, Prefix};
use shared::values::destination_id::DestinationId;
use shared::values::timestamp::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

/// A bucket, and the part of it that is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Target {
    /// The bucket.
    pub bucket: Bucket,
    /// What the keys begin with.
    pub prefix: Prefix,
    /// How long an object waits for more events, from the first one's `appended_at`.
    pub window: Duration,
}

impl S3Target {
    /// The lines that the next object has, once nothing can come to it any more.
    pub fn plan(&self, lines: &[Line], now: Timestamp) -> Option<Plan> {
        plan::plan(lines, self.window, now)
    }
}

/// What keeps objects.
#[derive(Debug)]
pub enum Objects {
    /// S3, or what speaks its protocol.
    S3(aws_sdk_s3::Client),
    /// A folder, in which each bucket is one: that of `audit serve`.
    Folder(PathBuf),
}

impl Objects {
    /// Puts the object of a parcel, unless it is there already.
    pub async fn send(&self, target: &S3Target, parcel: &Parcel<'_>) -> Outcome {
        let Some(object) = Object::of(&target.prefix, parcel) else {
            return Outcome::Refused { wait: None, why: Why::SeveralDays };
        };
        match self.put(target, object).await {
            Ok(()) => Outcome::Stored { next: parcel.last() + 1 },
            Err(why) => Outcome::Refused { wait: None, why },
        }
    }

    /// Puts a small object beside those of the events: `test/<destination>-<milliseconds>.json`.
    ///
    /// # Errors
    /// Why it could not be put.
    pub async fn try_out(&self, target: &S3Target, destination: &DestinationId, now: Timestamp) -> Result<(), Why> {
        self.put(target, Object::of_trial(&target.prefix, destination, now)).await
    }

    async fn put(&self, target: &S3Target, object: Object) -> Result<(), Why> {
        match self {
            Self::S3(client) => bucket::put(client, target.bucket.as_str(), object).await,
            Self::Folder(root) => folder::put(&root.join(target.bucket.as_str()), &object),
        }
    }
}
