//! Checkpoints in a bucket of S3, whose Object Lock keeps what is put there from being changed or deleted.

use super::kept::{ArchiveError, Kept};
use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use shared::proof::note::NOTE_BYTES_MAX;

/// Names that one request lists. The first is nearly always the one that is looked for.
const NAMES_AT_ONCE: i32 = 100;

/// The status with which S3 says that an object is there already.
const PRECONDITION_FAILED: u16 = 412;

/// A bucket.
#[derive(Debug)]
pub struct Bucket {
    client: Client,
    name: String,
}

fn unavailable<E, R>(error: SdkError<E, R>) -> ArchiveError
where
    SdkError<E, R>: std::error::Error + Send + Sync + 'static,
{
    ArchiveError::Unavailable(Box::new(error))
}

impl Bucket {
    /// The bucket of that name.
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    pub(super) async fn put(&self, name: &str, note: &str) -> Result<Kept, ArchiveError> {
        // With a checksum, which a bucket with Object Lock asks for. How long the object is kept is the bucket's own setting.
        let request = self
            .client
            .put_object()
            .bucket(&self.name)
            .key(name)
            .if_none_match("*")
            .content_type("text/plain; charset=utf-8")
            .checksum_sha256(STANDARD.encode(Sha256::digest(note)))
            .body(ByteStream::from(note.as_bytes().to_vec()));
        match request.send().await {
            Ok(_) => Ok(Kept::New),
            Err(error) if error.raw_response().is_some_and(|raw| raw.status().as_u16() == PRECONDITION_FAILED) => {
                self.read(name).await.map(Kept::There)
            }
            Err(error) => Err(unavailable(error)),
        }
    }

    pub(super) async fn names(&self, prefix: &str, after: Option<String>) -> Result<Vec<String>, ArchiveError> {
        let request = self.client.list_objects_v2().bucket(&self.name).prefix(prefix).max_keys(NAMES_AT_ONCE);
        let answer = request.set_start_after(after).send().await.map_err(unavailable)?;
        Ok(answer.contents.unwrap_or_default().into_iter().filter_map(|object| object.key).collect())
    }

    pub(super) async fn read(&self, name: &str) -> Result<String, ArchiveError> {
        let answer = self.client.get_object().bucket(&self.name).key(name).send().await.map_err(unavailable)?;
        if answer.content_length.is_some_and(|length| length > NOTE_BYTES_MAX as i64) {
            return Ok(String::new()); // too long for a note, and not read
        }
        let body = answer.body.collect().await.map_err(|error| ArchiveError::Unavailable(error.into()))?;
        Ok(String::from_utf8(body.to_vec()).unwrap_or_default())
    }
}
