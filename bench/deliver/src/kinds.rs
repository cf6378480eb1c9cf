//! Events a second to each kind of destination, and the requests that they take.

use crate::made::{destination, remove};
use crate::takes::Takes;
use anyhow::Result;
use audit_cli::engine::{Engine, Storage, TABLE, config};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use events_deliver::Called;
use events_deliver::send::Means;
use events_deliver::send::https::Https;
use events_deliver::send::https::endpoint::Reach;
use events_deliver::send::s3::Objects;
use shared::destination::secret::WebhookSecret;
use shared::destination::target::{Bucket, Bus, Prefix, Target, Url};
use shared::process::app::App;
use shared::process::clock;
use shared::process::invocation::Invocation;
use shared::store::AuditStore;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Counts the requests to DynamoDB.
#[derive(Debug, Clone, Default)]
struct Requests(Arc<AtomicUsize>);

impl Intercept for Requests {
    fn name(&self) -> &'static str {
        "Requests"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

/// Sends all events of the account to one destination of each kind, one kind after the other.
pub(crate) async fn measure(folder: &Path, events: usize) -> Result<()> {
    let engine = Engine::start(&Storage::Dir(folder.to_owned()), ([127, 0, 0, 1], 0).into())?;
    let requests = Requests::default();
    let client = Client::from_conf(config(&engine.endpoint_url()).interceptor(requests.clone()).build());
    let app = App::new(AuditStore::new(client, TABLE));
    let takes = Takes::start(false).await?;
    let means = means(&takes.url);
    let (bucket, prefix) = (Bucket::parse("bucket")?, Prefix::parse("audit/")?);
    let kinds = [
        Target::Https {
            url: Url::parse(&format!("{}/hook", takes.url))?,
            secrets: vec![WebhookSecret::of_random([7; 32])],
            headers: Vec::new(),
            allows_private: false,
        },
        Target::S3 { bucket, prefix, window_s: 0 },
        Target::EventBridge { bus: Bus::parse("audit")? },
    ];
    for target in kinds {
        let kind = target.kind();
        let made = destination(app.store(), target, 0).await?;
        takes.forget();
        requests.0.store(0, Ordering::SeqCst);
        let (started, mut sent, mut calls) = (Instant::now(), 0, 0_usize);
        while sent < events as u64 {
            let invocation = Invocation::default();
            let outcome =
                events_deliver::handle(&app, &means, Reach::Loopback, &Called::Schedule, &clock::now, &invocation)
                    .await?;
            anyhow::ensure!(outcome.events_sent > 0 && outcome.destinations_failing == 0, "{outcome:?}");
            (sent, calls) = (sent + outcome.events_sent, calls + 1);
        }
        let rate = sent as f64 / started.elapsed().as_secs_f64();
        let a_million = |count: usize| count as f64 * 1_000_000.0 / sent as f64;
        println!(
            "{kind:<12} {rate:.0} events/s; for a million events {:.0} parcels and {:.0} requests to DynamoDB ({sent} events in {calls} calls)",
            a_million(takes.requests()),
            a_million(requests.0.load(Ordering::SeqCst))
        );
        remove(app.store(), &made).await?;
    }
    Ok(())
}

fn means(url: &str) -> Means {
    let credentials = || Credentials::new("local", "local", None, None, "local");
    let s3 = aws_sdk_s3::Config::builder().behavior_version(BehaviorVersion::latest()).region(Region::new("us-east-1"));
    let s3 = s3.credentials_provider(credentials()).endpoint_url(url).force_path_style(true);
    let buses = aws_sdk_eventbridge::Config::builder().behavior_version(BehaviorVersion::latest());
    let buses = buses.region(Region::new("us-east-1")).credentials_provider(credentials()).endpoint_url(url);
    Means {
        https: Https::new(Reach::Loopback),
        objects: Objects::S3(aws_sdk_s3::Client::from_conf(s3.build())),
        event_bridge: Some(aws_sdk_eventbridge::Client::from_conf(buses.build())),
    }
}
