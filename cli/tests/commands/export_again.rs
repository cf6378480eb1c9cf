//! `audit export --checkpoint`: run again, it goes on, without a lost or doubled event, whatever ended the run before.

use crate::export::{Files, export, rows, unpacked};
use crate::place::audit;
use crate::service::{Reply, Service};
use crate::tail::place;
use serde_json::Value;
use std::fs;
use std::time::{Duration, Instant};

#[test]
fn with_a_checkpoint_it_goes_on_where_it_stopped() {
    for name in ["events.ndjson", "events.ndjson.gz"] {
        let files = Files::new(name);
        let flags = ["--checkpoint", files.checkpoint(), "--after", "-1"];
        let pages = |from: usize| Reply::feed(&rows(from..from + 3), from + 3, true, false);
        let service = Service::start(vec![pages(0), pages(3), Reply::refusal(401, "Invalid token.")]);
        let run = files.export(&service, &flags);
        assert_eq!(run.code, 1);
        assert!(run.stderr.ends_with("(run it again: it goes on behind what was written)\n"), "{}", run.stderr);

        let service = Service::start(vec![pages(6), Reply::feed(&[], 12, false, false)]);
        let run = files.export(&service, &flags);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let asked = service.requests().into_iter().map(|asked| asked.line).collect::<Vec<_>>();
        assert_eq!(asked, ["c-6", "c-9"].map(|c| format!("GET /audit-trail/feed?limit=1000&cursor={c}")));

        let service = Service::start(vec![Reply::feed(&rows(9..10), 13, false, false)]);
        assert_eq!(files.export(&service, &flags).code, 0);

        let text =
            if name.ends_with(".gz") { unpacked(&files.output) } else { fs::read_to_string(&files.output).unwrap() };
        assert_eq!(text.lines().collect::<Vec<_>>(), rows(0..10), "{name}");
        assert_eq!(files.names(), ["checkpoint.json", name]);
    }
}

#[test]
fn a_csv_that_goes_on_has_one_header() {
    let place = place();
    let files = Files::new("events.csv");
    let flags = ["--output", files.output(), "--checkpoint", files.checkpoint()];
    for _ in 0..2 {
        place.extend_log();
        assert_eq!(export(&place, &flags).code, 0);
    }
    let header = "MessageKey,EntityKey,EntityId,When,Principal,Message,PreviousState,CurrentState\r\n";
    assert_eq!(fs::read_to_string(&files.output).unwrap(), header);
}

#[cfg(unix)]
#[test]
fn an_export_that_was_killed_goes_on_without_a_lost_or_doubled_event() {
    for name in ["events.ndjson", "events.ndjson.gz"] {
        let files = Files::new(name);
        let page = |n: usize| Reply::feed(&rows(n..n + 1), n + 1, true, false);
        let service = Service::start((0..12).map(page).chain([Reply::silence()]).collect());
        let flags = ["--output", files.output(), "--checkpoint", files.checkpoint()];
        let mut child = audit(&[&["export", "--url", &service.url, "--token", "demo.secret"], &flags[..]].concat());
        let mut child = child.spawn().unwrap();
        let began = Instant::now();
        while service.requests().len() < 13 {
            assert!(began.elapsed() < Duration::from_secs(20), "it asks for the page that does not come");
            std::thread::sleep(Duration::from_millis(20));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let checkpoint: Value = serde_json::from_slice(&fs::read(&files.checkpoint).unwrap()).unwrap();
        assert_eq!(checkpoint["cursor"], "c-10", "two pages are behind it");
        let mut torn = fs::OpenOptions::new().append(true).open(&files.output).unwrap();
        std::io::Write::write_all(&mut torn, b"{\"half\":").unwrap();

        let service = Service::start(vec![Reply::feed(&rows(10..13), 13, false, false)]);
        assert_eq!(files.export(&service, &["--checkpoint", files.checkpoint()]).code, 0);

        let text =
            if name.ends_with(".gz") { unpacked(&files.output) } else { fs::read_to_string(&files.output).unwrap() };
        assert_eq!(text.lines().collect::<Vec<_>>(), rows(0..13), "{name}");
        assert_eq!(service.requests()[0].line, "GET /audit-trail/feed?limit=1000&cursor=c-10");
    }
}

#[cfg(unix)]
#[test]
fn an_export_that_is_asked_to_stop_keeps_what_it_has() {
    let files = Files::new("events.ndjson");
    let service = Service::start(vec![Reply::feed(&rows(0..3), 3, true, false), Reply::silence()]);
    let flags = ["--output", files.output(), "--checkpoint", files.checkpoint()];
    let mut command = audit(&[&["export", "--url", &service.url, "--token", "demo.secret"], &flags[..]].concat());
    let child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    while service.requests().len() < 2 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let sent = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let ended = child.wait_with_output().unwrap();

    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.ends_with("audit: stopped (run it again: it goes on behind what was written)\n"), "{said}");
    assert_eq!(fs::read_to_string(&files.output).unwrap().lines().collect::<Vec<_>>(), rows(0..3));
    assert!(fs::read_to_string(&files.checkpoint).unwrap().contains("\"c-3\""));
}

#[test]
fn what_does_not_go_with_what_is_there_is_refused_before_anything_is_asked() {
    let checkpoint = r#"{"version":1,"output":"e","format":"ndjson","cursor":"c-1","output_bytes":5}"#;
    for (name, content, checkpoint, more, said) in [
        ("e", Some("text"), None, &[][..], "FILE is there, and CHECKPOINT is not, to go on from"),
        ("e", None, Some(checkpoint), &[], "FILE has 0 bytes, and CHECKPOINT knows of 5: remove both to begin anew"),
        ("e", Some("1234"), Some(checkpoint), &[], "FILE has 4 bytes, and CHECKPOINT knows of 5"),
        ("e", Some("12345"), Some(checkpoint), &["--format", "csv"], "CHECKPOINT is of ndjson, and not of csv"),
        ("e.gz", Some("a long file"), Some(checkpoint), &[], "CHECKPOINT is of e, and not of e.gz"),
        ("e", Some("12345"), Some("{}"), &[], "CHECKPOINT: is no checkpoint of an export: missing field `version`"),
        ("checkpoint.json", None, None, &[], "--checkpoint and --output are the same file"),
    ] {
        let files = Files::new(name);
        if let Some(content) = content {
            fs::write(&files.output, content).unwrap();
        }
        if let Some(checkpoint) = checkpoint {
            fs::write(&files.checkpoint, checkpoint).unwrap();
        }
        let service = Service::start(Vec::new());
        let run = files.export(&service, &[&["--checkpoint", files.checkpoint()], more].concat());
        assert_eq!(run.code, 1, "{said}");
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert_eq!(fs::read_to_string(&files.output).ok().as_deref(), content);
    }
}

#[test]
fn a_checkpoint_of_another_account_is_refused() {
    let (one, other) = (place(), place());
    one.extend_log();
    other.extend_log();
    let files = Files::new("events.ndjson");
    let flags = ["--output", files.output(), "--checkpoint", files.checkpoint()];
    assert_eq!(export(&one, &flags).code, 0);
    let before = fs::read(&files.output).unwrap();

    let run = export(&other, &flags);

    assert_eq!(run.code, 1);
    let said =
        format!("audit: {}: the feed of this account did not give the cursor to go on from\n", files.checkpoint());
    assert_eq!((run.stderr, fs::read(&files.output).unwrap()), (said, before));
}
