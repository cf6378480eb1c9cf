//! `POST /audit-trail/events`: records a batch of events, all or none, and once, however often it is sent.

use lambda_http::{Body, Request, Response};
use shared::credential::{Credential, Scope};
use shared::dialect::trail::{self, BATCH_BYTES_MAX, Batch, TrailError};
use shared::event::input::Reach;
use shared::event::recorder::Recorder;
use shared::http::endpoint::Endpoint;
use shared::http::exchange::{self, Answer, Exchange};
use shared::process::app::App;
use shared::process::event_ids::event_ids;
use shared::store::Recorded;

const ENDPOINT: Endpoint = Endpoint::post(env!("CARGO_PKG_NAME"), BATCH_BYTES_MAX);

/// Answers one request.
pub async fn handle(app: &App, request: Request) -> Response<Body> {
    exchange::answer(app, ENDPOINT, request, answer).await
}

async fn answer(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, TrailError> {
    let credential = trail::authenticate(exchange, request, Scope::EventsWrite).await?;
    let reach = if credential.may(Scope::EventsImport) { Reach::Import } else { Reach::Recent };
    let batch = Batch::read(request)?;
    let recorded = record(exchange, &credential, batch, reach).await?;
    trail::answer_recorded(recorded, &exchange.request_id)
}

/// A batch whose times are good is recorded. One whose times are not may have been good, and recorded, when it was sent
/// first: an event of 23 hours ago is one of 25 hours ago when its client asks again two hours later.
async fn record(
    exchange: &Exchange<'_>,
    credential: &Credential,
    batch: Batch,
    reach: Reach,
) -> Result<Recorded, TrailError> {
    let (store, now, usage) = (exchange.store(), exchange.now, &exchange.usage);
    let (account, idempotency) = (&credential.account, batch.idempotency(credential));
    let recorder = Recorder::Client(credential.client_id.clone());
    match (batch.events(now, reach, event_ids(now)), &idempotency) {
        (Ok(events), _) => {
            let events: Vec<_> = events.into_iter().map(|event| event.with_recorder(recorder.clone())).collect();
            Ok(store.record(account, &events, idempotency.as_ref(), now, usage).await?)
        }
        (Err(faults), None) => Err(faults.into()),
        (Err(faults), Some(idempotency)) => {
            let before = store.recorded_before(account, idempotency, now, usage).await?;
            before.ok_or_else(|| faults.into())
        }
    }
}
