//! A stand-in for the service's endpoint, which answers as it is told to and notes what it was asked.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// An answer; status 0 closes the connection without one, and status 1 keeps it open without one.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<&'static str>,
    pub(crate) body: String,
}

/// What it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) authorization: String,
    pub(crate) idempotency_key: String,
    pub(crate) body: String,
}

pub(crate) struct Service {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Reply {
    pub(crate) fn recorded(id: &str) -> Self {
        let body = format!(
            r#"{{"events":[{{"id":"{id}","created_at":"2020-01-02T03:04:05.000Z"}}],"request_id":"abcdefghijklmno"}}"#
        );
        Self { status: 201, retry_after: None, body }
    }

    pub(crate) fn hang_up() -> Self {
        Self { status: 0, retry_after: None, body: String::new() }
    }

    /// No answer, and no end either.
    pub(crate) fn silence() -> Self {
        Self { status: 1, ..Self::hang_up() }
    }

    /// A page of the feed, whose checkpoint is `c-` and a number; `next` is the same where there is more.
    pub(crate) fn feed(events: &[String], checkpoint: usize, has_more: bool, behind: bool) -> Self {
        let events = events.join(",");
        let next = if has_more { format!("\"c-{checkpoint}\"") } else { "null".to_owned() };
        let body = format!(r#"{{"events":[{events}],"next":{next},"checkpoint":"c-{checkpoint}","behind":{behind}}}"#);
        Self { status: 200, retry_after: None, body }
    }

    /// A refusal.
    pub(crate) fn refusal(status: u16, detail: &str) -> Self {
        Self { status, retry_after: None, body: format!(r#"{{"detail":"{detail}"}}"#) }
    }

    fn text(&self) -> String {
        let retry_after = self.retry_after.map(|seconds| format!("Retry-After: {seconds}\r\n")).unwrap_or_default();
        let (status, length, body) = (self.status, self.body.len(), &self.body);
        format!(
            "HTTP/1.1 {status} Scripted\r\n{retry_after}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }
}

impl Service {
    /// One that gives those answers, one to each request, and then no more.
    pub(crate) fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        thread::spawn(move || {
            for reply in replies {
                let (mut connection, _) = listener.accept().expect("a client comes");
                noted.lock().expect("nobody panics").push(read(&mut connection));
                match reply.status {
                    0 => {}
                    1 => loop {
                        thread::park();
                    },
                    _ => connection.write_all(reply.text().as_bytes()).expect("the client reads"),
                }
            }
        });
        Self { url, asked }
    }

    pub(crate) fn requests(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panics").clone()
    }
}

fn read(connection: &mut TcpStream) -> Asked {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let header = |name: &str| {
                let fields = head.lines().filter_map(|line| line.split_once(": "));
                let mut of_name = fields.filter(|(given, _)| given.eq_ignore_ascii_case(name));
                of_name.next().map(|(_, value)| value.to_owned()).unwrap_or_default()
            };
            if body.len() >= header("content-length").parse().unwrap_or(0) {
                return Asked {
                    line: head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned(),
                    authorization: header("authorization"),
                    idempotency_key: header("idempotency-key"),
                    body: body.to_owned(),
                };
            }
        }
        let bytes = connection.read(&mut buffer).expect("the client sends");
        assert_ne!(bytes, 0, "the client has gone");
        read.extend(buffer.iter().take(bytes));
    }
}
