//! Something between the functions and an engine that throttles requests in which a text stands, and passes on the others.

use crate::bed::Bed;
use crate::scripted_store::read_request;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use shared::process::app::App;
use shared::store::AuditStore;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const THROTTLED: &str = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 74\r\n\r\n\
    {\"__type\":\"com.amazon.coral.availability#ThrottlingException\",\"message\":\"\"}";

/// A throttle before the engine of a bed.
#[derive(Debug)]
pub struct Throttle {
    endpoint_url: String,
    table: String,
    serving: JoinHandle<()>,
}

impl Throttle {
    /// Starts one for requests in which that text stands.
    pub async fn start(bed: &Bed, text: &'static str) -> Self {
        let engine = bed.endpoint_url().trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint_url = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, engine.clone(), text));
            }
        });
        Self { endpoint_url, table: bed.store().table().to_owned(), serving }
    }

    /// The functions behind it. The SDK tries once: its retries are not what is tested.
    pub fn app(&self) -> App {
        let config = audit_cli::engine::config(&self.endpoint_url).retry_config(RetryConfig::disabled());
        App::new(AuditStore::new(Client::from_conf(config.build()), &self.table))
    }
}

impl Drop for Throttle {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(mut connection: TcpStream, engine: String, text: &'static str) {
    let mut to_engine = TcpStream::connect(engine).await.expect("the engine runs");
    while let Some(request) = read_request(&mut connection).await {
        let answer = if request.contains(text) {
            THROTTLED.to_owned()
        } else {
            to_engine.write_all(request.as_bytes()).await.expect("the engine listens");
            // An answer ends as a request does: where its length says.
            read_request(&mut to_engine).await.expect("the engine answers")
        };
        if connection.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
