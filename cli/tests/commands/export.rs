//! `audit export`: every event once, in the order of arrival, whatever stops it.

use crate::follow::row;
use crate::place::{Place, Run, audit, file, run};
use crate::service::{Reply, Service};
use crate::tail::{at, id, place};
use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder, and the names of an output and a checkpoint in it.
pub(crate) struct Files {
    folder: TempDir,
    pub(crate) output: PathBuf,
    pub(crate) checkpoint: PathBuf,
}

impl Files {
    pub(crate) fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (output, checkpoint) = (folder.path().join(name), folder.path().join("checkpoint.json"));
        Self { folder, output, checkpoint }
    }

    pub(crate) fn output(&self) -> &str {
        self.output.to_str().expect("UTF-8")
    }

    /// Runs the command on a service, and gives what it printed, with `FILE` and `CHECKPOINT` for their names.
    pub(crate) fn export(&self, service: &Service, more: &[&str]) -> Run {
        let from = ["export", "--url", &service.url, "--token", "demo.secret", "--output", self.output()];
        let run = run(&mut audit(&[&from, more].concat()));
        let named = run.stderr.replace(self.output(), "FILE").replace(self.checkpoint(), "CHECKPOINT");
        assert_eq!(run.stdout, "");
        Run { stderr: named, ..run }
    }

    pub(crate) fn checkpoint(&self) -> &str {
        self.checkpoint.to_str().expect("UTF-8")
    }

    /// The names of the files in the folder.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }
}

fn ids(text: &str) -> Vec<String> {
    text.lines().map(id).collect()
}

fn numbered(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|n| format!("e-{n:02}")).collect()
}

pub(crate) fn rows(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|n| row(n, &format!("e-{n:02}"))).collect()
}

pub(crate) fn unpacked(path: &Path) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(fs::File::open(path).expect("a packed text")).read_to_string(&mut text).expect("a packed text");
    text
}

pub(crate) fn export(place: &Place, more: &[&str]) -> Run {
    place.audit(&[&["export", "--account", &place.account], more].concat())
}

#[test]
fn ndjson_is_the_feed_from_the_beginning_or_any_place_on() {
    let place = place();
    place.extend_log();

    let whole = export(&place, &[]);

    assert_eq!((whole.code, ids(&whole.stdout)), (0, numbered(0..30)));
    assert!(whole.stderr.starts_with("30 lines; "), "{}", whole.stderr);
    let first: Value = serde_json::from_str(whole.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(
        first,
        json!({
            "position": 0, "appended_at": first["appended_at"], "id": "e-00", "created_at": at(0),
            "recorded_at": first["recorded_at"], "recorded_by": "import", "event_type": "RESET_PASSWORD",
            "event_description": "Did e-00", "subject": null, "message_key": null, "message": null,
            "principal": {"id": null, "name": "Ada", "email": "Bob@example.com", "role": "ADMIN", "ip_address": "192.0.2.1"},
            "previous_state": null, "current_state": null,
        })
    );
    assert_eq!(ids(&export(&place, &["--after", "26"]).stdout), numbered(27..30));
    assert_eq!(ids(&export(&place, &["--after", "-1"]).stdout), numbered(0..30));
    assert_eq!(ids(&export(&place, &["--since", "2024-01-01"]).stdout), numbered(0..30));
    assert_eq!(export(&place, &["--after", "29"]).stdout, "");
}

#[test]
fn csv_has_the_columns_of_the_network_audit_and_says_what_it_left_out() {
    let place = Place::new();
    let event = |n: usize, more: &str| {
        format!(
            r#"{{"id":"e-{n}","created_at":"{}","event_type":"USER_LOGGED_ON","event_description":"Zoë, \"in\"","principal":{{"name":"Zoë","role":"MEMBER","ip_address":"192.0.2.1"}}{more}}}"#,
            at(n)
        )
    };
    let subject =
        r#","subject":{"category":"userAccess","entity_key":"Network:UserAccess","entity_id":"a,b","user_id":"u"}"#;
    let full = format!(r#"{subject},"message_key":"Own","message":{{"n":1.0}},"previous_state":{{"s":"x"}}"#);
    let lines = [event(0, subject), event(1, ""), event(2, &full), event(3, subject), event(4, subject)];
    assert_eq!(place.import("events", lines.join("\n"), &[]).code, 0);
    place.extend_log();
    place.tamper("e-3", None);
    place.tamper("e-4", Some("Did nothing"));
    let files = Files::new("events.csv");

    let run = export(&place, &["--output", files.output()]);

    assert_eq!(run.code, 1, "{}", run.stderr);
    let said: Vec<_> = run.stderr.lines().collect();
    let sum = "2 lines; left out: 1 without a subject, 1 missing, 1 altered, which --format ndjson has; ";
    assert!(said[0].starts_with(sum), "{}", said[0]);
    let fault = "is written, but events of the account were deleted or changed: --format ndjson names them";
    assert_eq!(said[1], format!("audit: {} {fault}", files.output()));
    let mut reader = csv::Reader::from_path(&files.output).unwrap();
    let header =
        ["MessageKey", "EntityKey", "EntityId", "When", "Principal", "Message", "PreviousState", "CurrentState"];
    assert_eq!(reader.headers().unwrap(), header.as_slice());
    let rows: Vec<Vec<String>> = reader.deserialize().map(|row| row.unwrap()).collect();
    let principal = r#"{"Id":null,"Name":"Zoë","Email":null,"Role":"MEMBER","IpAddress":"192.0.2.1"}"#;
    let message = r#"{"Type":"USER_LOGGED_ON","Description":"Zoë, \"in\""}"#;
    let message_more = r#"{"Type":"USER_LOGGED_ON","Description":"Zoë, \"in\"","n":1.0}"#;
    let (key, entity) = ("Network:UserLoggedOn", "Network:UserAccess");
    assert_eq!(
        rows,
        [
            [key, entity, "a,b", "2024-01-01T00:00:00.000Z", principal, message, "", ""],
            ["Own", entity, "a,b", "2024-01-01T00:00:02.000Z", principal, message_more, r#"{"s":"x"}"#, ""],
        ]
    );

    let run = export(&place, &[]);
    assert_eq!((run.code, run.stdout.lines().count()), (1, 5));
    assert!(
        run.stdout.contains(r#""id":"e-3","missing":true}"#) && run.stdout.contains(r#""id":"e-4","altered":true}"#)
    );
    let sum =
        "5 lines, 1 of them in place of an event that is missing, 1 of them in place of an event that is altered; ";
    assert!(run.stderr.starts_with(sum), "{}", run.stderr);
}

#[test]
fn a_name_with_gz_is_packed_and_a_file_is_replaced_as_a_whole() {
    let place = place();
    place.extend_log();
    let files = Files::new("events.ndjson.gz");
    fs::write(&files.output, "what was there").unwrap();

    let run = export(&place, &["--output", files.output(), "--after", "19"]);

    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ids(&unpacked(&files.output)), numbered(20..30));
    assert_eq!(files.names(), ["events.ndjson.gz"]);
    let empty = Place::new();
    assert_eq!(export(&empty, &["--output", files.output()]).code, 0);
    assert_eq!(unpacked(&files.output), "");
}

#[test]
fn an_export_that_fails_leaves_the_file_as_it_was() {
    let files = Files::new("events.ndjson");
    fs::write(&files.output, "what was there").unwrap();
    let service = Service::start(vec![Reply::feed(&rows(0..2), 2, true, false), Reply::refusal(401, "Invalid token.")]);

    let run = files.export(&service, &[]);

    assert_eq!(run.code, 1);
    let fault = "audit: the token is unknown or revoked, or its credential lacks the scope audit:read: the service answered 401 \
                 Unauthorized: {\"detail\":\"Invalid token.\"} (FILE is as it was before)\n";
    assert!(run.stderr.ends_with(fault), "{}", run.stderr);
    assert_eq!(
        (fs::read_to_string(&files.output).unwrap().as_str(), files.names()),
        ("what was there", vec!["events.ndjson".to_owned()])
    );
}

#[test]
fn a_log_that_lags_is_told_although_the_file_is_written() {
    let files = Files::new("events.ndjson");
    let service = Service::start(vec![Reply::feed(&rows(0..1), 1, false, true)]);
    let run = files.export(&service, &[]);
    assert_eq!((run.code, fs::read_to_string(&files.output).unwrap()), (1, format!("{}\n", row(0, "e-00"))));
    let said = "audit: FILE is written, but the log lags behind the table, which has events that are not in it yet: export \
                again once they are\n";
    assert!(run.stderr.ends_with(said), "{}", run.stderr);
}

#[test]
fn a_wrong_command_line_is_told() {
    let kept = file("");
    let kept = kept.path().to_str().unwrap();
    let place = place();
    place.extend_log();
    let folder = env!("CARGO_TARGET_TMPDIR");
    for (arguments, code, said) in [
        (&["--checkpoint", kept][..], 1, "--checkpoint needs a file to go on with: give --output FILE".to_owned()),
        (&["--output", folder], 1, format!("{folder}: is a folder")),
        (&["--output", "/no-such-folder/x"], 1, "/no-such-folder/x: No such file or directory".to_owned()),
        (&["--after", "30"], 1, "--after must be a position that the log has, and the last is 29".to_owned()),
        (&["--after", "1", "--since", "2024-01-01"], 2, "cannot be used with".to_owned()),
        (&["--after", "1.5"], 2, "must be a position, a whole number, or -1".to_owned()),
        (&["--since", "9000-01-01"], 2, "must not be later than now".to_owned()),
        (&["--format", "xml"], 2, "ndjson, csv".to_owned()),
        (&["--url", "http://127.0.0.1:1", "--token", "t"], 2, "cannot be used with".to_owned()),
    ] {
        let run = export(&place, arguments);
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{arguments:?}");
        assert!(run.stderr.contains(&said), "{arguments:?}: {}", run.stderr);
    }
    let unknown = Place::unknown();
    let run = export(&unknown, &[]);
    assert_eq!(run.stderr, format!("audit: there is no account {}\n", unknown.account));
    assert_eq!(run.code, 1);
}

#[test]
fn it_ends_well_when_nobody_reads_it() {
    let place = place();
    place.extend_log();
    let mut command = place.command(&["export", "--account", &place.account]);
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}
