mod delivered;
mod signed;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;

use super::*;
use crate::accounts::must_exist_or_make;
use shared::process::clock;
use shared::store::usage::Usage;
use shared::values::ids::AccountId;
use shared::values::ids::ClientId;

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

    let answer =
        exchange(&running, b"GET /nothing?secret HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
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
        b"GET /audit-trail HTTP/1.1\r\nhost: localhost\r\nbad header\r\n\r\n",
        b"POST /dashboard_user/list HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET http:// HTTP/1.1\r\n\r\n",
    ] {
        let answer = exchange(&running, bytes).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") || answer.is_empty(), "{answer}");
    }

    let answer = exchange(&running, b"OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
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
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("template.yaml");
    std::fs::write(&file, crate::template::BUILT_IN.replace("ProjectionType: ALL", "ProjectionType: SOME")).unwrap();

    let message = start_error(&Options { template: Some(file.clone()), ..options() }).await;

    let place = "Table.GlobalSecondaryIndexes[0].Projection.ProjectionType";
    assert_eq!(
        message,
        format!(
            "template: {}: {place}: unknown variant `SOME`, expected one of `ALL`, `INCLUDE`, `KEYS_ONLY`",
            file.display()
        )
    );
}

#[tokio::test]
async fn a_stopped_service_can_be_started_again_on_its_data_and_ports() {
    let scratch = tempfile::tempdir().unwrap();
    let first = Options { memory: false, data_dir: scratch.path().join("data"), ..options() };
    let running = start(&first).await;
    let again =
        Options { port: running.address.port(), dynamodb_port: running.engine.address().port(), ..first.clone() };
    running.stop().await;

    // Whatever else runs on the machine may have been given one of the ports for a connection of its own, for a moment.
    for _ in 0..100 {
        match Running::start(&again, Arc::new(|_| ())).await {
            Ok(running) => return running.stop().await,
            Err(ServeError::PortInUse(_) | ServeError::EnginePortInUse(_)) => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the ports were not free again");
}

#[test]
fn the_address_for_all_is_reached_on_loopback() {
    assert_eq!(url("0.0.0.0:3000".parse().unwrap()), "http://127.0.0.1:3000");
    assert_eq!(url("[::]:3000".parse().unwrap()), "http://[::1]:3000");
    assert_eq!(url("192.0.2.1:80".parse().unwrap()), "http://192.0.2.1:80");
}

#[tokio::test]
async fn no_web_page_can_ask_the_service() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let log: RequestLog = Arc::new(move |line: &str| sink.lock().unwrap().push(line.to_owned()));
    let running = Running::start(&options(), log).await.unwrap();

    for (header, why) in [
        ("host: evil.example", "(Host is not a name of this machine)"),
        ("host: localhost\r\norigin: http://evil.example", "(Origin is elsewhere)"),
        ("host: localhost\r\nsec-fetch-site: cross-site", "(Sec-Fetch-Site is elsewhere)"),
    ] {
        let request = format!("GET /audit-trail HTTP/1.1\r\n{header}\r\nconnection: close\r\n\r\n");
        let answer = exchange(&running, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 403 ") && !answer.contains("access-control-"), "{answer}");
        assert!(lines.lock().unwrap().last().unwrap().ends_with(why), "{lines:?}");
    }
    let own = format!("GET /audit-trail HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", running.address);
    let answer = exchange(&running, own.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}

#[tokio::test]
async fn a_request_without_a_route_is_answered_before_its_body_has_come() {
    let running = start(&options()).await;

    let half = b"POST /nothing HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n12";
    let answer = tokio::time::timeout(Duration::from_secs(5), first_bytes(&running, half)).await;

    assert_eq!(answer.expect("it does not wait for the rest"), "HTTP/1.1 404");
}

/// The first bytes that come back while the request is not finished.
async fn first_bytes(running: &Running, bytes: &[u8]) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(running.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn in_folder(dir: &std::path::Path) -> Options {
    Options { memory: false, data_dir: dir.join("data"), no_demo: false, ..options() }
}

fn demo_credential() -> ClientId {
    ClientId::parse(demo::CLIENT_ID).unwrap()
}

fn store(running: &Running) -> AuditStore {
    AuditStore::new(running.engine.client().clone(), TABLE)
}

#[tokio::test]
async fn a_folder_that_has_an_account_gets_no_demo() {
    let scratch = tempfile::tempdir().unwrap();
    let first = start(&Options { no_demo: true, ..in_folder(scratch.path()) }).await;
    must_exist_or_make(&store(&first), &AccountId::parse("acme").unwrap(), true).await.unwrap();
    first.stop().await;

    let second = start(&in_folder(scratch.path())).await;

    assert!(store(&second).credential(&demo_credential(), &Usage::default()).await.unwrap().is_none());
    assert_eq!(second.banner, None);
    second.stop().await;
}

#[tokio::test]
async fn beyond_the_loopback_interface_there_is_no_demo() {
    let everywhere = Options { host: IpAddr::V4(Ipv4Addr::UNSPECIFIED), no_demo: false, ..options() };
    let running = start(&everywhere).await;
    assert!(store(&running).credential(&demo_credential(), &Usage::default()).await.unwrap().is_none());
    assert_eq!(running.banner, None);
    running.stop().await;

    let scratch = tempfile::tempdir().unwrap();
    start(&in_folder(scratch.path())).await.stop().await;
    for no_demo in [false, true] {
        let beyond = Options { host: everywhere.host, no_demo, ..in_folder(scratch.path()) };
        let said = start_error(&beyond).await;
        assert!(said.starts_with("the data has the demo's credential, which everyone knows: "), "{said}");
    }
}

#[tokio::test]
async fn a_revoked_demo_is_not_offered_again() {
    let scratch = tempfile::tempdir().unwrap();
    let first = start(&in_folder(scratch.path())).await;
    assert!(first.banner.is_some());
    assert!(store(&first).revoke_credential(&demo_credential(), clock::now(), &Usage::default()).await.unwrap());
    first.stop().await;

    let second = start(&in_folder(scratch.path())).await;
    assert_eq!(second.banner, None);
    second.stop().await;
}

/// Waits until the demo's log is at least so long, and says how long it is.
async fn log_grown_to(running: &Running, position: u64) -> u64 {
    loop {
        let account = AccountId::parse(demo::ACCOUNT).unwrap();
        let end = store(running).log_end(&account, &Usage::default()).await.unwrap().position;
        if end >= position {
            return end;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn each_event_gets_one_position_in_the_log_whoever_puts_it_and_also_after_a_restart() {
    use aws_sdk_dynamodb::types::AttributeValue;
    let scratch = tempfile::tempdir().unwrap();
    for options in [Options { no_demo: false, ..options() }, in_folder(scratch.path())] {
        let running = start(&options).await;
        assert_eq!(log_grown_to(&running, 2_000).await, 2_000);
        running.stop().await;
    }

    let running = start(&in_folder(scratch.path())).await;
    let by_hand = running.engine.client().put_item().table_name(TABLE);
    let by_hand = by_hand.item("pk", AttributeValue::S("events#demo#00".to_owned()));
    by_hand.item("sk", AttributeValue::S("by hand".to_owned())).send().await.unwrap();

    assert_eq!(log_grown_to(&running, 2_001).await, 2_001);
    running.stop().await;
}
