//! The Lambda binary of `events-deliver`.

use events_deliver::send::Means;
use events_deliver::send::https::Https;
use events_deliver::send::https::endpoint::Reach;
use events_deliver::send::s3::Objects;
use events_deliver::{Called, Outcome};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use shared::process::invocation::Invocation;
use shared::process::{clock, log, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = start::app()?.with_ocsf_mapping(start::ocsf_mapping()?);
    let means = means()?;
    let (app, means) = (&app, &means);
    let handle = |event: LambdaEvent<Value>| async move {
        let (called, invocation) = (Called::read(&event.payload), Invocation::of(&event.context));
        let outcome = events_deliver::handle(app, means, Reach::Internet, &called, &clock::now, &invocation).await;
        // A call of the stream never fails, so no change of the table ever comes again because of a destination.
        outcome.map_err(|failed| Error::from(log::chain(&failed))) as Result<Outcome, Error>
    };
    run(service_fn(handle)).await
}

fn means() -> Result<Means, Error> {
    let (s3, has_endpoint) = shared::configured!(aws_sdk_s3, "S3");
    let (event_bridge, _) = shared::configured!(aws_sdk_eventbridge, "EVENTBRIDGE");
    Ok(Means {
        https: Https::new(Reach::Internet),
        // A host of its own for each bucket is Amazon's: what else speaks S3 has one for all.
        objects: Objects::S3(aws_sdk_s3::Client::from_conf(s3.force_path_style(has_endpoint).build())),
        event_bridge: Some(aws_sdk_eventbridge::Client::from_conf(event_bridge.build())),
    })
}
