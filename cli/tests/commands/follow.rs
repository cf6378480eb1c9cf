//! `audit tail --follow`: the last events, and then each that arrives, once, whenever it happened.

use crate::place::{Place, audit, run};
use crate::service::{Reply, Service};
use crate::tail::{at, event, place};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A follower, and the lines that it prints.
struct Following {
    child: Child,
    lines: Receiver<String>,
    faults: Receiver<String>,
}

impl Following {
    fn start(place: &Place, arguments: &[&str]) -> Self {
        Self::of(place.command(&[&["tail", "--account", &place.account, "-f"], arguments].concat()))
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
        let lines = received(child.stdout.take().expect("standard output is piped"));
        let faults = received(child.stderr.take().expect("standard error is piped"));
        Self { child, lines, faults }
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(Duration::from_secs(10)).expect("a line comes")
    }

    /// The last word of each of the next lines.
    fn next(&self, count: usize) -> Vec<String> {
        let last = |line: String| line.rsplit(' ').next().unwrap_or_default().to_owned();
        (0..count).map(|_| last(self.line())).collect()
    }

    fn fault(&self) -> String {
        self.faults.recv_timeout(Duration::from_secs(30)).expect("a line on standard error comes")
    }

    fn nothing_comes(&self) -> bool {
        self.lines.recv_timeout(Duration::from_millis(1_500)).is_err()
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn received(from: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = channel();
    std::thread::spawn(move || BufReader::new(from).lines().map_while(Result::ok).all(|line| send.send(line).is_ok()));
    lines
}

fn import(place: &Place, events: &[(&str, usize)]) {
    let line = |(id, second): &(&str, usize)| event(id, &at(*second), "INVITED_USER", "ada@example.com");
    let lines: Vec<_> = events.iter().map(line).collect();
    assert_eq!(place.import("events", lines.join("\n"), &[]).code, 0);
}

/// A row of the feed.
pub(crate) fn row(position: usize, id: &str) -> String {
    let at = at(position);
    format!(
        r#"{{"position":{position},"appended_at":"{at}","id":"{id}","created_at":"{at}","recorded_at":"{at}","recorded_by":null,"event_type":"A","event_description":"Did {id}","principal":{{"id":null,"name":null,"email":"ada@example.com","role":"ADMIN","ip_address":"::1"}},"subject":null,"message_key":null,"message":null,"previous_state":null,"current_state":null}}"#
    )
}

#[test]
fn it_shows_each_event_that_arrives_once_however_late_it_is() {
    let place = place();
    place.extend_log();
    let following = Following::start(&place, &["-n", "2"]);
    assert_eq!(following.next(2), ["e-28", "e-29"]);

    import(&place, &[("new", 40)]);
    assert!(following.nothing_comes(), "it has no position yet");
    place.extend_log();
    assert_eq!(following.next(1), ["new"]);
    import(&place, &[("tied", 40), ("late", 1), ("newer", 200)]);
    place.extend_log();
    assert_eq!(following.next(3), ["late", "tied", "newer"]);
    import(&place, &[("very-late", 0)]);
    place.extend_log();
    assert_eq!(following.next(1), ["very-late"]);
    assert!(following.nothing_comes(), "each once");
}

#[test]
fn what_the_listing_showed_before_it_had_a_position_is_not_shown_again() {
    let place = place();
    let following = Following::start(&place, &["-n", "3"]);
    assert_eq!(following.next(3), ["e-27", "e-28", "e-29"]);

    place.extend_log();

    let arrived = following.next(27);
    assert_eq!(arrived, (0..27).map(|n| format!("e-{n:02}")).collect::<Vec<_>>());
    assert!(following.nothing_comes());
}

#[test]
fn an_event_that_arrives_while_the_last_are_listed_is_shown_once() {
    let trail = |id: &str, second| {
        let at = at(second);
        format!(
            r#"{{"id":"{id}","user_name":null,"user_email":"ada@example.com","role":"ADMIN","ip_address":"::1","event_type":"A","event_description":"Did {id}","created_at":"{at}"}}"#
        )
    };
    let listing = format!(r#"{{"next":null,"previous":null,"results":[{},{}]}}"#, trail("e-3", 3), trail("e-2", 2));
    let service = Service::start(vec![
        Reply::feed(&[], 3, false, false),
        Reply { status: 200, retry_after: None, body: listing },
        Reply::feed(&[row(3, "e-3"), row(4, "e-4")], 5, true, false),
        Reply { retry_after: Some("1"), ..Reply::refusal(503, "Service unavailable.") },
        Reply::feed(&[row(5, "e-3")], 6, false, false),
        Reply::silence(),
    ]);
    let following = Following::of(audit(&["tail", "-f", "--url", &service.url, "--token", "demo.secret"]));

    let last = "2024-01-01T00:00:03.000Z  A  ada@example.com  ::1  Did e-3";
    assert_eq!((following.next(1), following.line()), (vec!["e-2".to_owned()], last.to_owned()));
    assert_eq!(following.next(2), ["e-4", "e-3"], "another event of that id is another event");

    let asked: Vec<_> = service.requests().into_iter().map(|asked| asked.line).collect();
    let feed = |query: &str| format!("GET /audit-trail/feed?limit=1000&{query}");
    let trail = "GET /audit-trail?page_size=10".to_owned();
    let expected = [feed("from=now"), trail, feed("cursor=c-3"), feed("cursor=c-5"), feed("cursor=c-5")];
    assert_eq!(asked.get(..5), Some(&expected[..]));
    assert!(service.requests().iter().all(|asked| asked.authorization == "Bearer demo.secret"));
}

#[test]
fn json_is_the_feed_to_the_letter_from_any_place_on() {
    let events = [row(0, "e-0"), row(1, "e-1")];
    let service = Service::start(vec![Reply::feed(&events, 2, false, false), Reply::silence()]);
    let arguments = ["tail", "-f", "--json", "--after", "-1", "--url", &service.url, "--token", "demo.secret"];
    let following = Following::of(audit(&arguments));

    assert_eq!([following.line(), following.line()], events);
    assert!(following.nothing_comes());

    let place = place();
    place.extend_log();
    let following = Following::start(&place, &["--json"]);
    assert!(following.nothing_comes(), "the last events by time are not of the feed");
    import(&place, &[("new", 40)]);
    place.extend_log();
    let event: Value = serde_json::from_str(&following.line()).unwrap();
    assert_eq!(
        (&event["position"], &event["id"], &event["principal"]["name"]),
        (&30.into(), &"new".into(), &"Ada".into())
    );
    let following = Following::start(&place, &["--json", "--after", "28", "--start-date", "2024-01-01T00:00:29Z"]);
    let event: Value = serde_json::from_str(&following.line()).unwrap();
    assert_eq!(event["id"], "new", "e-29 did not happen after that");
}

#[test]
fn what_arrives_is_filtered_and_what_is_gone_is_marked() {
    let place = place();
    place.extend_log();
    place.tamper("e-06", None);
    place.tamper("e-07", Some("Did nothing"));

    let filters = ["--event-type", "RESET_PASSWORD", "--user-email", "bob@EXAMPLE.com"];
    let following = Following::start(&place, &[&["--since", "2024-01-01"], &filters[..]].concat());

    let lines: Vec<_> = (0..4).map(|_| following.line()).collect();
    assert_eq!(
        lines,
        [
            "2024-01-01T00:00:00.000Z  RESET_PASSWORD  Bob@example.com  192.0.2.1  Did e-00",
            &format!(
                "2024-01-01T00:00:06.000Z  (missing){}the event e-06 is not in the table any more",
                " ".repeat(35)
            ),
            &format!("2024-01-01T00:00:07.000Z  (altered){}the event e-07 was replaced by another", " ".repeat(35)),
            "2024-01-01T00:00:15.000Z  RESET_PASSWORD  Bob@example.com  192.0.2.1  Did e-15",
        ]
    );
    assert!(following.nothing_comes());
}

#[test]
fn it_says_why_it_ends_and_what_it_waits_for() {
    let begin = || Reply::feed(&[], 0, false, false);
    for (reply, said) in [
        (Reply::refusal(410, "gone"), "the table was restored to an earlier state"),
        (Reply::refusal(401, "Invalid token."), "the token is unknown or revoked"),
        (Reply::refusal(404, "Invalid cursor"), "the feed of this account did not give the cursor"),
        (Reply::refusal(403, "Missing Authentication Token"), "the service answered 403 Forbidden: "),
        (Reply { body: "<html>".to_owned(), ..begin() }, "the service answered, but not with a page of the feed: "),
    ] {
        let service = Service::start(vec![begin(), reply]);
        let run = run(&mut audit(&["tail", "-f", "--json", "--url", &service.url, "--token", "demo.secret"]));
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
        assert!(run.stderr.starts_with(&format!("audit: {said}")), "{}", run.stderr);
    }

    let lagging = Reply::feed(&[], 0, false, true);
    let unavailable = || (0..5).map(|_| Reply { retry_after: Some("0"), ..Reply::refusal(503, "no") });
    let replies = [begin(), lagging, begin()].into_iter().chain(unavailable()).chain([Reply::silence()]);
    let service = Service::start(replies.collect());
    let following = Following::of(audit(&["tail", "-f", "--json", "--url", &service.url, "--token", "demo.secret"]));
    assert!(following.fault().starts_with("audit: the log lags: "));
    assert_eq!(following.fault(), "audit: the log lags no more");
    let fault = following.fault();
    assert!(fault.starts_with("audit: given up after 5 attempts: the service answered 503"), "{fault}");
    assert!(fault.ends_with("; trying again"), "{fault}");
}

#[test]
fn options_that_do_not_go_together_are_refused() {
    let table = ["tail", "--table", "t", "--account", "a"];
    for arguments in [
        &["--after", "1"][..],
        &["--since", "2024-01-01"],
        &["-f", "--after", "1", "-n", "1"],
        &["-f", "--after", "1", "--since", "2024-01-01"],
        &["-f", "--after", "-2"],
        &["-f", "--since", "9000-01-01"],
    ] {
        assert_eq!(run(&mut audit(&[&table, arguments].concat())).code, 2, "{arguments:?}");
    }
    let run = run(&mut audit(&[&table[..], &["-f", "--json", "-n", "1"]].concat()));
    assert_eq!((run.code, run.stderr.starts_with("audit: --json --follow prints the feed")), (1, true));
    let place = place();
    place.extend_log();
    let beyond = place.audit(&["tail", "-f", "--after", "30", "--account", &place.account]);
    assert_eq!(beyond.stderr, "audit: --after must be a position that the log has, and the last is 29\n");
}

#[cfg(unix)]
#[test]
fn a_follower_ends_when_its_reader_has_gone_although_nothing_comes() {
    let place = place();
    let arguments = ["tail", "--account", &place.account, "-f", "-n", "1"];
    let mut child = place.command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    assert!(line.ends_with("Did e-29\n"), "{line}");

    drop(stdout);

    let (ended, has_ended) = channel();
    std::thread::spawn(move || ended.send(child.wait().unwrap()));
    let status = has_ended.recv_timeout(Duration::from_secs(10)).expect("it ends, as `tail` in `tail -f | head -1`");
    assert!(status.success(), "{status}");
}
