//! Objects in S3: put once, if absent. The head of an object that is there already tells whether it is of the same events.

use super::object::{HEAD_BYTES, Object};
use crate::send::Why;
use crate::send::aws;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The status with which S3 says that there is an object of that key.
const PRECONDITION_FAILED: u16 = 412;
/// The status with which S3 says that someone else is putting or deleting it right now: it is to be put again (S3 user guide, "How
/// to prevent object overwrites with conditional writes").
const CONFLICT: u16 = 409;
/// Puts in a row that may meet a conflict.
const PUTS_MAX: u32 = 3;

/// Puts an object, unless it is there. How long it is kept is the bucket's own setting.
pub(super) async fn put(client: &Client, bucket: &str, object: Object) -> Result<(), Why> {
    let checksum = STANDARD.encode(Sha256::digest(&object.bytes));
    let mut puts = 0;
    loop {
        let request = client
            .put_object()
            .bucket(bucket)
            .key(&object.key)
            .if_none_match("*")
            .content_type(object.content_type)
            .checksum_sha256(&checksum) // also what a bucket with Object Lock asks for
            .body(ByteStream::from(object.bytes.clone()));
        puts += 1;
        let Err(error) = request.send().await else { return Ok(()) };
        match error.raw_response().map(|answer| answer.status().as_u16()) {
            Some(PRECONDITION_FAILED) => return compare(client, bucket, &object).await,
            Some(CONFLICT) if puts < PUTS_MAX => {}
            Some(_) | None => return Err(aws::why(&error)),
        }
    }
}

/// Whether the object that is there is of the events that were to be put, as it is when somebody put it and stopped. Its form may be
/// another: an event was redacted since, or the mapping of `ocsf` was changed.
///
/// It is of other events after the table was restored: positions are used again then. To take that for done would leave these
/// events out for ever.
///
/// # Errors
/// [`Why::OtherObject`], or [`Why::NotCompared`] where S3 does not say.
async fn compare(client: &Client, bucket: &str, object: &Object) -> Result<(), Why> {
    let range = format!("bytes=0-{}", HEAD_BYTES - 1);
    let asked = client.get_object().bucket(bucket).key(&object.key).range(range).send().await;
    let mut body = asked.map_err(|error| Why::NotCompared(Box::new(aws::why(&error))))?.body;
    let mut there = Vec::new();
    while there.len() < HEAD_BYTES
        && let Some(part) = body.next().await
    {
        there.extend_from_slice(&part.map_err(|_| Why::NotCompared(Box::new(Why::Cut)))?);
    }
    if object.is_of_the_events_of(&there) { Ok(()) } else { Err(Why::OtherObject) }
}
