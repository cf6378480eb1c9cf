//! Objects in S3: put once, if absent, with a checksum, by which an object that is there already is told from another.

use super::object::Object;
use crate::send::Why;
use crate::send::aws;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumMode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
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
    let bytes = Bytes::from(object.bytes);
    let mut puts = 0;
    loop {
        let request = client
            .put_object()
            .bucket(bucket)
            .key(&object.key)
            .if_none_match("*")
            .content_type(object.content_type)
            .checksum_sha256(&checksum) // also what a bucket with Object Lock asks for
            .body(ByteStream::from(bytes.clone()));
        puts += 1;
        let Err(error) = request.send().await else { return Ok(()) };
        match error.raw_response().map(|answer| answer.status().as_u16()) {
            Some(PRECONDITION_FAILED) => return compare(client, bucket, &object.key, &checksum).await,
            Some(CONFLICT) if puts < PUTS_MAX => {}
            Some(_) | None => return Err(aws::why(&error)),
        }
    }
}

/// Whether the object that is there is the one that was to be put, as it is when somebody put it and stopped.
///
/// It is another one after the table was restored: positions are used again then, for other events. To take that for done would leave these
/// events out for ever.
///
/// # Errors
/// [`Why::OtherObject`], or [`Why::NotCompared`] where S3 does not say.
async fn compare(client: &Client, bucket: &str, key: &str, checksum: &str) -> Result<(), Why> {
    let asked = client.head_object().bucket(bucket).key(key).checksum_mode(ChecksumMode::Enabled).send().await;
    let there = asked.map_err(|error| Why::NotCompared(Box::new(aws::why(&error))))?;
    if there.checksum_sha256() == Some(checksum) { Ok(()) } else { Err(Why::OtherObject) }
}
