//! The Lambda binary of `log-sign`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use log_sign::{Archive, Bucket, KmsKey, LATE_MARKS_MS, Means, Signer, State};
use serde_json::Value;
use shared::process::invocation::Invocation;
use shared::process::{log, start};
use shared::proof::key::Origin;
use tokio::sync::{Mutex, OnceCell};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = start::app()?;
    let settings = Settings::read()?;
    // KMS is asked for the public key at the first call, and again at the next one if it does not answer.
    let (app, settings, key, state) = (&app, &settings, &OnceCell::new(), &Mutex::new(State::default()));
    // What calls it is a clock, and says nothing that would make a difference.
    let handle = |event: LambdaEvent<Value>| async move {
        let means = key.get_or_try_init(|| settings.means()).await?;
        let outcome = log_sign::handle(app, means, &mut *state.lock().await, &Invocation::of(&event.context)).await;
        outcome.map_err(|failed| Error::from(log::chain(&failed))) // the runtime logs what an error has for a programmer
    };
    run(service_fn(handle)).await
}

/// What the environment says.
struct Settings {
    origin: Origin,
    kms: aws_sdk_kms::Client,
    key_id: String,
    s3: aws_sdk_s3::Client,
    bucket: String,
}

impl Settings {
    fn read() -> Result<Self, Error> {
        let (kms, _) = shared::configured!(aws_sdk_kms, "KMS");
        let (s3, has_endpoint) = shared::configured!(aws_sdk_s3, "S3");
        Ok(Self {
            origin: Origin::parse(&start::required("LOG_ORIGIN")?)?,
            kms: aws_sdk_kms::Client::from_conf(kms.build()),
            key_id: start::required("LOG_KEY_ID")?,
            // A host of its own for each bucket is Amazon's: what else speaks S3 has one for all.
            s3: aws_sdk_s3::Client::from_conf(s3.force_path_style(has_endpoint).build()),
            bucket: start::required("CHECKPOINT_BUCKET")?,
        })
    }

    async fn means(&self) -> Result<Means, Error> {
        let key = KmsKey::open(self.kms.clone(), self.key_id.clone()).await;
        Ok(Means {
            origin: self.origin.clone(),
            signer: Signer::Kms(key.map_err(|error| log::chain(&error))?),
            archive: Archive::Bucket(Bucket::new(self.s3.clone(), self.bucket.clone())),
            late_marks_ms: LATE_MARKS_MS,
        })
    }
}
