use std::net::Ipv4Addr;

use aws_sdk_dynamodb::types::AttributeValue;

use super::*;
use crate::scratch::Scratch;
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
    let scratch = Scratch::new();
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
    let scratch = Scratch::new();
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
    let scratch = Scratch::new();
    let storage = Storage::Dir(scratch.path().to_owned());
    let engine = start(&storage);
    let mut half = std::net::TcpStream::connect(engine.address()).unwrap();
    half.write_all(b"POST / HTTP/1.1\r\ncontent-length: 10\r\n\r\n12").unwrap();

    engine.stop();

    start(&storage).stop();
}

#[test]
fn two_engines_may_not_share_a_folder() {
    let scratch = Scratch::new();
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
    let scratch = Scratch::new();
    let file = scratch.path().join("file");
    std::fs::write(&file, "x").unwrap();

    let message = start_error(&Storage::Dir(file.clone()));

    assert_eq!(message, format!("the data folder {} cannot be used", file.display()));
}

#[test]
fn a_damaged_data_file_is_named_in_one_line() {
    let scratch = Scratch::new();
    std::fs::write(scratch.path().join(data_dir::FILE), "this is not a database, and long enough to be read as one")
        .unwrap();

    let message = start_error(&Storage::Dir(scratch.path().to_owned()));

    let expected = format!("the data file {} cannot be opened: ", scratch.path().join("audit.sqlite").display());
    assert!(message.starts_with(&expected), "{message}");
    assert!(!message.contains('\n'), "{message}");
}
