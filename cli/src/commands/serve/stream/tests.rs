use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::types::AttributeValue;
use tokio::sync::mpsc;

use super::*;
use crate::engine::{Engine, Storage, TABLE};
use crate::template::Template;

const AT_ONCE: Pace = Pace { window: Duration::ZERO, pause: Duration::ZERO, pause_max: Duration::ZERO };

/// What the function does with a call.
#[derive(Clone, Copy)]
enum Does {
    Take,
    /// It names the changes at these places as failed.
    FailAt(&'static [usize]),
    /// It names a change that is not of the call.
    FailElsewhere,
    Fail,
    Panic,
}

/// An engine, and a function over it that does as it is told and then takes all.
struct Case {
    engine: Engine,
    stream: Stream,
    calls: mpsc::UnboundedReceiver<String>,
    lines: Arc<Mutex<Vec<String>>>,
}

async fn put(engine: &Engine, sks: &[&str]) {
    for sk in sks {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let put = engine.client().put_item().table_name(TABLE).item("pk", text("events#acme"));
        put.item("sk", text(sk)).send().await.unwrap();
    }
}

async fn engine() -> Engine {
    let engine = Engine::start(&Storage::Memory, ([127, 0, 0, 1], 0).into()).unwrap();
    engine.create_table_if_absent(TABLE, &Template::built_in().unwrap().table).await.unwrap();
    engine
}

/// Starts with what is in `sks` there.
async fn start(sks: &[&str], does: &[Does]) -> Case {
    let engine = engine().await;
    let changes = engine.changes(TABLE).await.unwrap();
    put(&engine, sks).await;
    let (called, calls) = mpsc::unbounded_channel();
    let script = Mutex::new(does.iter().copied().collect::<VecDeque<_>>());
    let function = move |event: Event| {
        let sks = event.records.iter().map(|record| format!("{:?}", record.change.keys.get("sk")));
        let sks: Vec<_> = sks.map(|sk| sk.replace("Some(S(\"", "").replace("\"))", "")).collect();
        called.send(sks.join(" ")).unwrap();
        let does = script.lock().unwrap().pop_front().unwrap_or(Does::Take);
        async move { answer(does, &event) }
    };
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let log: RequestLog = Arc::new(move |line: &str| sink.lock().unwrap().push(line.to_owned()));
    Case { stream: super::start("a-function", changes, AT_ONCE, log, function), engine, calls, lines }
}

fn answer(does: Does, event: &Event) -> Result<DynamoDbEventResponse, io::Error> {
    let failed = |number: Option<String>| {
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = number;
        failure
    };
    let mut answer = DynamoDbEventResponse::default();
    match does {
        Does::Take => {}
        Does::FailAt(places) => {
            let number = |place: &usize| failed(event.records[*place].change.sequence_number.clone());
            answer.batch_item_failures = places.iter().map(number).collect();
        }
        Does::FailElsewhere => answer.batch_item_failures = vec![failed(Some("100000000000000099999".to_owned()))],
        Does::Fail => return Err(io::Error::other("no")),
        Does::Panic => panic!("as it is told"),
    }
    Ok(answer)
}

impl Case {
    /// The sort keys of that many calls.
    async fn calls(&mut self, count: usize) -> Vec<String> {
        let mut calls = Vec::new();
        while calls.len() < count {
            calls.push(self.calls.recv().await.unwrap());
        }
        calls
    }

    /// Stops it, and gives how many changes are left, and the lines of its log.
    async fn stop(self) -> (usize, Vec<String>) {
        self.stream.stop().await;
        let left = self.engine.changes(TABLE).await.unwrap().read(RECORDS_MAX).await.unwrap();
        let lines = self.lines.lock().unwrap().clone();
        (left.sequence_numbers().len(), lines)
    }
}

#[tokio::test]
async fn what_was_there_before_and_what_comes_later_is_taken_in_order() {
    let mut case = start(&["1", "2", "3"], &[]).await;

    assert_eq!(case.calls(1).await, ["1 2 3"]);
    put(&case.engine, &["4"]).await;
    assert_eq!(case.calls(1).await, ["4"]);
    assert_eq!(case.stop().await, (0, vec![]));
}

#[tokio::test]
async fn it_goes_on_from_the_first_change_that_failed() {
    let mut case = start(&["1", "2", "3", "4"], &[Does::FailAt(&[3, 1]), Does::FailAt(&[0]), Does::FailAt(&[0])]).await;

    assert_eq!(case.calls(5).await, ["1 2 3 4", "2 3 4", "2", "2", "3 4"]);
    let (left, lines) = case.stop().await;
    assert_eq!(left, 0);
    assert_eq!(
        lines,
        [
            "a-function failed, and is called again: it took the changes before 100000000000000000002",
            "a-function failed, and is called again: it did not take 100000000000000000002",
            "a-function failed, and is called again: it did not take 100000000000000000002",
        ]
    );
}

#[tokio::test]
async fn a_failure_that_names_no_change_of_the_call_is_one_of_all() {
    let mut case = start(&["1", "2"], &[Does::FailElsewhere]).await;

    assert_eq!(case.calls(3).await, ["1 2", "1", "2"]);
    case.stop().await;
}

#[tokio::test]
async fn a_function_that_fails_or_panics_is_called_again_with_half_as_much() {
    let mut case = start(&["1", "2", "3", "4", "5"], &[Does::Fail, Does::Panic, Does::Fail]).await;

    assert_eq!(case.calls(5).await, ["1 2 3 4 5", "1 2", "1", "1", "2 3 4 5"]);
    let (left, lines) = case.stop().await;
    assert_eq!(left, 0);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0], "a-function failed, and is called again: no");
    assert!(lines[1].contains("panicked"), "{lines:?}");
}

#[tokio::test]
async fn a_call_has_a_thousand_changes_at_most() {
    let sks: Vec<_> = (0..1_001).map(|sk| format!("{sk:04}")).collect();
    let mut case = start(&sks.iter().map(String::as_str).collect::<Vec<_>>(), &[]).await;

    assert_eq!(case.calls(2).await, [sks[..1_000].join(" "), "1000".to_owned()]);
    case.stop().await;
}

#[tokio::test]
async fn stopping_lets_the_call_under_way_end_and_begins_no_other() {
    let engine = engine().await;
    let changes = engine.changes(TABLE).await.unwrap();
    put(&engine, &["1"]).await;
    let (called, mut calls) = mpsc::unbounded_channel();
    let (go, gone) = tokio::sync::watch::channel(false);
    let function = move |_| {
        called.send(()).unwrap();
        let mut gone = gone.clone();
        async move {
            gone.wait_for(|gone| *gone).await.unwrap();
            Ok::<_, io::Error>(DynamoDbEventResponse::default())
        }
    };
    let stream = super::start("a-function", changes, AT_ONCE, Arc::new(|_| ()), function);
    calls.recv().await.unwrap();
    put(&engine, &["2"]).await;

    let mut stopping = std::pin::pin!(stream.stop());
    assert!(futures_util::poll!(&mut stopping).is_pending());
    go.send(true).unwrap();
    stopping.await;

    assert_eq!(calls.recv().await, None, "there was no other call");
    let left = engine.changes(TABLE).await.unwrap().read(RECORDS_MAX).await.unwrap();
    assert_eq!(left.sequence_numbers().len(), 1);
}

#[tokio::test]
async fn a_stopped_engine_ends_it() {
    let Case { engine, stream, calls: _calls, .. } = start(&[], &[]).await;

    engine.stop();

    stream.running.await.unwrap();
}

#[test]
fn pauses_grow_up_to_a_limit() {
    let pace = Pace::default();
    let mut pause = Duration::ZERO;

    let pauses = std::iter::repeat_with(|| {
        pause = pace.after(pause);
        pause.as_millis()
    });
    assert_eq!(pauses.take(8).collect::<Vec<_>>(), [200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
}
