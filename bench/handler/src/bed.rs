//! One function over a replayed store: its request, its app, the client that a function has.

use crate::replay::Replay;
use crate::rows;
use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use lambda_http::{Context, Request, RequestExt as _};
use shared::process::app::App;
use shared::store::AuditStore;
use shared::table::item::{Item, encode_credential};

/// The end of the year 2099, in milliseconds since 1970: a function on Lambda has a deadline, and watches it.
const DEADLINE_EPOCH_MS: u64 = 4_102_444_799_000;

/// A function's store and request.
#[derive(Debug)]
pub struct Bed {
    /// What the function keeps.
    pub app: App,
    /// Its client, for what the SDK costs without the function.
    pub client: Client,
    /// The request.
    pub request: Request,
    /// Bytes of the store's answer.
    pub answer_bytes: usize,
}

impl Bed {
    /// Over a store of those items, with a request as API Gateway sends it.
    pub fn new(items: &[Item], more: bool, event: &str) -> Self {
        let replay = Replay::new(&encode_credential(&rows::credential()), items, more);
        let client = client(replay);
        let mut context = Context::default();
        context.deadline = DEADLINE_EPOCH_MS;
        let request = lambda_http::request::from_str(event).expect("a request of API Gateway");
        Self {
            app: App::new(AuditStore::new(client.clone(), "audit")),
            client,
            request: request.with_lambda_context(context),
            answer_bytes: replay.page_bytes(),
        }
    }
}

/// The client as a function makes it, with its time-outs, retries and signatures, over another connector.
fn client(replay: Replay) -> Client {
    let variable = |name: &str| match name {
        "AWS_REGION" => Some("us-east-1".to_owned()),
        "AWS_ACCESS_KEY_ID" => Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
        "AWS_SECRET_ACCESS_KEY" => Some("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned()),
        "AWS_SESSION_TOKEN" => Some("session-token-of-nobody".to_owned()),
        _ => None,
    };
    let client = shared::process::client::connect(variable).expect("a client");
    let connector = SharedHttpConnector::new(replay);
    let config = client.config().to_builder().http_client(http_client_fn(move |_, _| connector.clone()));
    Client::from_conf(config.build())
}
