use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;

use super::*;
use crate::scratch::Scratch;

fn options() -> Options {
    Options { port: 0, dynamodb_port: 0, memory: true, no_demo: true, ..Options::default() }
}

async fn start(options: &Options) -> Running {
    Running::start(options, Arc::new(|_| ())).await.unwrap()
}

async fn start_error(options: &Options) -> String {
    crate::error_line(&Running::start(options, Arc::new(|_| ())).await.unwrap_err())
}

/// What comes back for these bytes, the connection being closed after them.
async fn exchange(running: &Running, bytes: &[u8]) -> String {
    let (address, bytes) = (running.address, bytes.to_vec());
    let exchange = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&bytes).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

#[tokio::test]
async fn a_request_is_answered_and_logged() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let log: RequestLog = Arc::new(move |line: &str| sink.lock().unwrap().push(line.to_owned()));
    let running = Running::start(&options(), log).await.unwrap();

    let answer = exchange(&running, b"GET /nothing?secret HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    running.stop().await;

    assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{answer}");
    assert!(answer.contains("\"detail\":\"not found\""), "{answer}");
    let lines = lines.lock().unwrap();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains(" GET /nothing 404 "), "{lines:?}");
}

#[tokio::test]
async fn bytes_that_are_no_request_are_refused_and_the_service_goes_on() {
    let running = start(&options()).await;

    for bytes in [
        &b"\0\xff\r\n\r\n"[..],
        b"GET /audit-trail HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n",
        b"POST /dashboard_user/list HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET http:// HTTP/1.1\r\n\r\n",
    ] {
        let answer = exchange(&running, bytes).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") || answer.is_empty(), "{answer}");
    }

    let answer = exchange(&running, b"OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

#[tokio::test]
async fn a_busy_port_is_one_clear_line() {
    let running = start(&options()).await;
    let (port, dynamodb_port) = (running.address.port(), running.engine.address().port());

    assert_eq!(
        start_error(&Options { port, ..options() }).await,
        format!("port {port} of 127.0.0.1 is in use: choose another with --port")
    );
    assert_eq!(
        start_error(&Options { dynamodb_port, ..options() }).await,
        format!("port {dynamodb_port} of 127.0.0.1 is in use: choose another with --dynamodb-port")
    );
}

#[tokio::test]
async fn a_template_that_is_not_understood_is_one_clear_line() {
    let scratch = Scratch::new();
    let file = scratch.path().join("template.yaml");
    std::fs::write(&file, crate::template::BUILT_IN.replace("ProjectionType: ALL", "ProjectionType: SOME")).unwrap();

    let message = start_error(&Options { template: Some(file.clone()), ..options() }).await;

    let place = "Table.GlobalSecondaryIndexes[0].Projection.ProjectionType";
    assert_eq!(message, format!("template: {}: {place}: `SOME` is not one of ALL, INCLUDE, KEYS_ONLY", file.display()));
}

#[tokio::test]
async fn a_stopped_service_can_be_started_again_on_its_data_and_ports() {
    let scratch = Scratch::new();
    let first = Options { memory: false, data_dir: scratch.path().join("data"), ..options() };
    let running = start(&first).await;
    let again =
        Options { port: running.address.port(), dynamodb_port: running.engine.address().port(), ..first.clone() };
    running.stop().await;

    start(&again).await.stop().await;
}

#[test]
fn the_address_for_all_is_reached_on_loopback() {
    assert_eq!(url("0.0.0.0:3000".parse().unwrap()), "http://127.0.0.1:3000");
    assert_eq!(url("[::]:3000".parse().unwrap()), "http://[::1]:3000");
    assert_eq!(url("192.0.2.1:80".parse().unwrap()), "http://192.0.2.1:80");
}
