//! How long changes are kept, and who waits for them.

use super::*;

#[tokio::test]
async fn what_is_acknowledged_does_not_come_again_and_the_rest_does() {
    in_each(async |engine| {
        let changes = engine.changes("audit").await.unwrap();
        for sk in ["1", "2", "3"] {
            put(&engine, "events#acme", sk, text("a")).await;
        }

        let first = changes.read(2).await.unwrap();
        assert_eq!(first.sequence_numbers().len(), 2);
        changes.acknowledge(first.sequence_numbers()[0]).await.unwrap();

        assert_eq!(said(&changes).await, [["INSERT", "2", "-", "a"], ["INSERT", "3", "-", "a"]]);
        acknowledge_all(&changes).await;
        put(&engine, "events#acme", "4", text("a")).await;
        let last = changes.read(ALL).await.unwrap();
        assert!(last.sequence_numbers()[0] > first.sequence_numbers()[1], "a number is given once");
    })
    .await;
}

#[tokio::test]
async fn a_write_ends_the_wait_and_what_was_written_before_needs_none() {
    in_each(async |engine| {
        let mut changes = engine.changes("audit").await.unwrap();
        let writing = async {
            put(&engine, "users#acme", "1", text("a")).await;
            put(&engine, "events#acme", "1", text("a")).await;
            put(&engine, "events#acme", "2", text("a")).await;
        };

        let (waited, ()) = tokio::join!(changes.wait(ALL), writing);

        assert!(matches!(waited.unwrap(), 1 | 2));
        assert_eq!(changes.wait(ALL).await.unwrap(), 2);
        assert_eq!(changes.wait(1).await.unwrap(), 1);
        acknowledge_all(&changes).await;
        assert!(futures_util::FutureExt::now_or_never(changes.wait(ALL)).is_none());
    })
    .await;
}

#[tokio::test]
async fn changes_that_nobody_acknowledged_outlive_the_engine() {
    let scratch = tempfile::tempdir().unwrap();
    let storage = Storage::Dir(scratch.path().to_owned());
    let first = start(&storage).await;
    let changes = first.changes("audit").await.unwrap();
    put(&first, "events#acme", "1", text("a")).await;
    acknowledge_all(&changes).await;
    put(&first, "events#acme", "2", text("a")).await;
    let told = records(&changes).await;
    let file = first.file().unwrap();
    first.stop();

    assert!(!file.with_extension("sqlite-wal").exists(), "the log was not folded into the file");
    assert_eq!(changes.read(ALL).await.unwrap_err().to_string(), "the engine has been stopped");
    let second = start(&storage).await;
    put(&second, "events#acme", "3", text("a")).await;
    let changes = second.changes("audit").await.unwrap();
    assert_eq!(said(&changes).await, [["INSERT", "2", "-", "a"], ["INSERT", "3", "-", "a"]]);
    assert_eq!(records(&changes).await[0], told[0], "it is the same change");
}

#[tokio::test]
async fn a_folder_of_before_has_its_changes_kept_from_now_on() {
    let scratch = tempfile::tempdir().unwrap();
    let storage = Storage::Dir(scratch.path().to_owned());
    let before = start(&storage).await;
    put(&before, "events#acme", "1", text("a")).await;
    before.stop();

    let engine = start(&storage).await;
    let changes = engine.changes("audit").await.unwrap();

    assert_eq!(said(&changes).await, [[""; 4]; 0]);
    put(&engine, "events#acme", "1", text("b")).await;
    assert_eq!(said(&changes).await, [["MODIFY", "1", "a", "b"]]);
}

#[tokio::test]
async fn what_is_forgotten_makes_room_for_what_comes() {
    let scratch = tempfile::tempdir().unwrap();
    let engine = start(&Storage::Dir(scratch.path().to_owned())).await;
    let changes = engine.changes("audit").await.unwrap();
    let large = "x".repeat(100 * 1024);
    let pages = async || {
        let count = |connection: &rusqlite::Connection| {
            Ok(connection.query_row("SELECT page_count FROM pragma_page_count()", [], |row| row.get::<_, i64>(0))?)
        };
        engine.second().read(count).await.unwrap()
    };
    let mut sizes = Vec::new();
    for round in 0..20 {
        put(&engine, "events#acme", "1", text(&format!("{large}{round}"))).await;
        acknowledge_all(&changes).await;
        sizes.push(pages().await);
    }

    assert_eq!(sizes[19], sizes[2], "{sizes:?}");
}

#[tokio::test]
async fn tables_of_one_engine_have_changes_of_their_own() {
    let engine = start(&Storage::Memory).await;
    engine.create_table_if_absent("other\"'", &Template::built_in().unwrap().table).await.unwrap_err();
    engine.create_table_if_absent("other", &Template::built_in().unwrap().table).await.unwrap();
    let (changes, others) = (engine.changes("audit").await.unwrap(), engine.changes("other").await.unwrap());

    put(&engine, "events#acme", "1", text("a")).await;

    assert_eq!(said(&changes).await.len(), 1);
    assert_eq!(said(&others).await.len(), 0);
}

#[tokio::test]
async fn readers_and_writers_at_once_lose_nothing() {
    in_each(async |engine| {
        let changes = engine.changes("audit").await.unwrap();
        let writing = futures_util::future::join_all((0..200).map(|sk| {
            let engine = &engine;
            async move { put(engine, "events#acme", &format!("{sk:03}"), text("a")).await }
        }));
        let reading = async {
            let mut seen = Vec::new();
            while seen.len() < 200 {
                for record in records(&changes).await {
                    seen.push(record["dynamodb"]["Keys"]["sk"]["S"].as_str().unwrap().to_owned());
                    let number = record["dynamodb"]["SequenceNumber"].as_str().unwrap();
                    changes.acknowledge(SequenceNumber::parse(number).unwrap()).await.unwrap();
                }
            }
            seen
        };

        let (_, mut seen) = tokio::join!(writing, reading);

        seen.sort_unstable();
        assert_eq!(seen, (0..200).map(|sk| format!("{sk:03}")).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_table_that_is_not_there_has_no_changes() {
    in_each(async |engine| {
        let error = engine.changes("other").await.unwrap_err();

        assert_eq!(error.to_string(), "the changes of the table cannot be kept, read or forgotten");
        assert!(std::error::Error::source(&error).unwrap().to_string().contains("no such table"), "{error:?}");
        put(&engine, "events#acme", "1", text("a")).await;
        assert_eq!(said(&engine.changes("audit").await.unwrap()).await.len(), 0);
    })
    .await;
}
