use std::net::Ipv4Addr;

use aws_sdk_dynamodb::types::AttributeValue;

use super::*;
use crate::engine::create_table_if_absent;
use crate::template::Template;

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn start(storage: &Storage) -> Engine {
    Engine::start(storage, ANY_PORT).unwrap()
}

fn start_error(storage: &Storage) -> String {
    Engine::start(storage, ANY_PORT).unwrap_err().to_string()
}

async fn put(engine: &Engine, pk: &str) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    engine.client().put_item().table_name("audit").item("pk", text(pk)).item("sk", text("guard")).send().await.unwrap();
}

async fn has(engine: &Engine, pk: &str) -> bool {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let output =
        engine.client().get_item().table_name("audit").key("pk", text(pk)).key("sk", text("guard")).send().await;
    output.unwrap().item.is_some()
}

#[tokio::test]
async fn the_templates_table_is_made_once() {
    let engine = start(&Storage::Memory);
    let table = Template::built_in().unwrap().table;

    let first = create_table_if_absent(engine.client(), "audit", &table).await.unwrap();
    let second = create_table_if_absent(engine.client(), "audit", &table).await.unwrap();

    assert!(first);
    assert!(!second);
    let described = engine.client().describe_table().table_name("audit").send().await.unwrap().table.unwrap();
    let mut indexes: Vec<_> =
        described.global_secondary_indexes().iter().filter_map(|index| index.index_name()).collect();
    indexes.sort_unstable();
    assert_eq!(indexes, ["by-category", "by-email", "by-subject", "by-type"]);
    let ttl = engine.client().describe_time_to_live().table_name("audit").send().await.unwrap();
    assert_eq!(ttl.time_to_live_description.unwrap().attribute_name.as_deref(), Some("expires_at"));
}

#[tokio::test]
async fn a_table_that_the_template_no_longer_defines_is_refused() {
    let engine = start(&Storage::Memory);
    let mut table = Template::built_in().unwrap().table;
    let whole = table.clone();
    table.indexes.truncate(3);
    table.attributes.retain(|attribute| attribute.attribute_name() != "subject_pk");
    create_table_if_absent(engine.client(), "audit", &table).await.unwrap();

    let error = create_table_if_absent(engine.client(), "audit", &whole).await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "the table audit is not the one that the template defines: the index by-subject is missing or has another key"
    );
}

#[tokio::test]
async fn data_outlives_the_engine() {
    let scratch = tempfile::tempdir().unwrap();
    let storage = Storage::Dir(scratch.path().join("not-there-yet/data"));
    let table = Template::built_in().unwrap().table;
    let first = start(&storage);
    create_table_if_absent(first.client(), "audit", &table).await.unwrap();
    put(&first, "a").await;
    let file = first.file().unwrap();
    first.stop();

    assert!(!file.with_extension("sqlite-wal").exists(), "the log was not folded into the file");
    let second = start(&storage);
    assert!(!create_table_if_absent(second.client(), "audit", &table).await.unwrap());
    assert!(has(&second, "a").await);
    assert!(!has(&second, "b").await);
}

#[tokio::test]
async fn a_table_that_the_data_file_has_is_held_against_the_template() {
    let scratch = tempfile::tempdir().unwrap();
    let storage = Storage::Dir(scratch.path().to_owned());
    let whole = Template::built_in().unwrap().table;
    let mut less = whole.clone();
    less.indexes.truncate(3);
    less.attributes.retain(|attribute| attribute.attribute_name() != "subject_pk");
    let first = start(&storage);
    assert!(first.create_table_if_absent("audit", &less).await.unwrap());
    first.stop();

    let second = start(&storage);

    assert!(!second.create_table_if_absent("audit", &less).await.unwrap());
    let error = second.create_table_if_absent("audit", &whole).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the table audit is not the one that the template defines: the index by-subject is missing or has another key"
    );
    assert!(second.create_table_if_absent("other", &whole).await.unwrap());
}

#[tokio::test]
async fn a_client_that_sends_half_a_request_does_not_keep_the_engine_from_stopping() {
    use std::io::Write as _;
    let scratch = tempfile::tempdir().unwrap();
    let storage = Storage::Dir(scratch.path().to_owned());
    let engine = start(&storage);
    let mut half = std::net::TcpStream::connect(engine.address()).unwrap();
    half.write_all(b"POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\n12").unwrap();

    engine.stop();

    start(&storage).stop();
}

#[test]
fn two_engines_may_not_share_a_folder() {
    let scratch = tempfile::tempdir().unwrap();
    let storage = Storage::Dir(scratch.path().to_owned());
    let first = start(&storage);

    let message = start_error(&storage);

    assert_eq!(message, format!("another `audit serve` uses the data folder {}", scratch.path().display()));
    first.stop();
    start(&storage).stop();
}

#[test]
fn a_busy_port_is_named() {
    let engine = start(&Storage::Memory);

    let error = Engine::start(&Storage::Memory, engine.address()).unwrap_err();

    assert_eq!(error.to_string(), format!("port {} of 127.0.0.1 is in use", engine.address().port()));
}

#[test]
fn a_folder_that_is_a_file_is_named() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("file");
    std::fs::write(&file, "x").unwrap();

    let message = start_error(&Storage::Dir(file.clone()));

    assert_eq!(message, format!("the data folder {} cannot be used", file.display()));
}

#[test]
fn a_damaged_data_file_is_named_in_one_line() {
    let scratch = tempfile::tempdir().unwrap();
    std::fs::write(
        scratch.path().join(crate::engine::data_dir::FILE),
        "this is not a database, and long enough to be read as one",
    )
    .unwrap();

    let message = start_error(&Storage::Dir(scratch.path().to_owned()));

    let expected = format!("the data file {} cannot be opened: ", scratch.path().join("audit.sqlite").display());
    assert!(message.starts_with(&expected), "{message}");
    assert!(!message.contains('\n'), "{message}");
}

/// What comes back for a request whose connection is closed after it.
fn exchange(address: SocketAddr, request: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// `ListTables`, with those header lines besides.
fn list_tables(host: &str, more: &str) -> String {
    let line =
        "POST / HTTP/1.1\r\nconnection: close\r\ncontent-length: 2\r\ncontent-type: application/x-amz-json-1.0\r\n";
    let signed =
        "AWS4-HMAC-SHA256 Credential=a/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
    let target = "x-amz-target: DynamoDB_20120810.ListTables\r\nx-amz-date: 20200101T000000Z\r\n";
    format!("{line}{target}authorization: {signed}\r\nhost: {host}\r\n{more}\r\n{{}}")
}

#[tokio::test]
async fn no_web_page_can_ask_the_engine() {
    let engine = start(&Storage::Memory);

    let asked = |host: &str, more: &str| exchange(engine.address(), &list_tables(host, more));
    let program = asked("localhost", "");
    assert!(program.starts_with("HTTP/1.1 200 ") && program.ends_with("{\"TableNames\":[]}"), "{program}");
    for (host, more) in [
        ("localhost", "origin: http://evil.example\r\n"),
        ("localhost", "sec-fetch-site: cross-site\r\n"),
        ("evil.example", ""),
    ] {
        let page = asked(host, more);
        assert!(page.starts_with("HTTP/1.1 403 "), "{page}");
        assert!(!page.to_lowercase().contains("access-control-"), "{page}");
        assert!(!page.contains("TableNames"), "{page}");
    }
    let preflight = "OPTIONS / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\norigin: http://evil.example\r\n\
        access-control-request-method: POST\r\n\r\n";
    let preflight = exchange(engine.address(), preflight);
    assert!(preflight.starts_with("HTTP/1.1 403 ") && !preflight.contains("access-control-"), "{preflight}");
}

#[tokio::test]
async fn a_page_of_the_engines_own_origin_is_not_allowed_for_others() {
    let engine = start(&Storage::Memory);
    let host = engine.address().to_string();

    let own = exchange(engine.address(), &list_tables(&host, &format!("origin: http://{host}\r\n")));

    assert!(own.starts_with("HTTP/1.1 200 ") && !own.contains("access-control-"), "{own}");
}

/// Ports of this process that something listens on, from the kernel's own list.
#[cfg(target_os = "linux")]
fn ports_listened_on() -> Vec<u16> {
    let sockets: Vec<_> = std::fs::read_dir("/proc/self/fd")
        .unwrap()
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok()?.to_str().map(str::to_owned))
        .collect();
    let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
    let port = |line: &str| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let is_ours = sockets.contains(&format!("socket:[{}]", fields.get(9)?));
        let port = u16::from_str_radix(fields.get(1)?.split_once(':')?.1, 16).ok()?;
        (is_ours && fields.get(3) == Some(&"0A")).then_some(port)
    };
    table.lines().skip(1).filter_map(port).collect()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn behind_its_port_the_engine_answers_nobody_else() {
    use std::io::{Read as _, Write as _};
    let engine = start(&Storage::Memory);
    engine.client().list_tables().send().await.unwrap();

    // Ports of other tests in this process may be among them: they refuse.
    let page = list_tables("localhost", "origin: http://evil.example\r\n");
    let ports = ports_listened_on();
    assert!(ports.len() > 1, "the engine's own server listens somewhere");
    for port in ports {
        // A port of another test may be gone by now.
        let Ok(mut stream) = std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { continue };
        stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        stream.write_all(page.as_bytes()).unwrap();
        let mut answer = [0; 12];
        let nothing = stream.read_exact(&mut answer).is_err();
        assert!(nothing || &answer == b"HTTP/1.1 403", "{port} answers");
    }
    engine.client().list_tables().send().await.unwrap();
}

#[tokio::test]
async fn more_requests_at_once_than_connections_are_all_answered() {
    let engine = start(&Storage::Memory);
    let asked = (0..100).map(|_| engine.client().list_tables().send());

    let answered = futures_util::future::join_all(asked).await;

    assert!(answered.iter().all(Result::is_ok));
}

#[cfg(unix)]
#[test]
fn the_folder_is_its_owners_alone_an_older_one_too() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = tempfile::tempdir().unwrap();
    let dir = scratch.path().join("data");
    std::fs::create_dir(&dir).unwrap();
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755)).unwrap();

    start(&Storage::Dir(dir.clone())).stop();

    assert_eq!(std::fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
}
