//! A stand-in for the service's `/log/...`, which serves the files of an export.

use crate::proofs::Exported;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What it answers: status, further headers and body.
pub type Answer = (u16, Vec<(&'static str, String)>, Vec<u8>);

/// A service on a port of its own, until the test ends.
#[derive(Debug)]
pub struct Served {
    /// Its base URL.
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Served {
    /// Serves an export, `page` lines of items at a time.
    pub fn export(exported: Exported, page: usize) -> Self {
        Self::by(move |target| answer(&exported, target, page))
    }

    /// Serves whatever is answered to a target.
    pub fn by(answer: impl Fn(&str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        thread::spawn(move || {
            for connection in listener.incoming() {
                let mut connection = connection.expect("a client comes");
                let Some(target) = target(&connection) else { continue };
                noted.lock().expect("nobody panics").push(target.clone());
                let (status, headers, body) = answer(&target);
                let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status} Made\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n");
                // A client that has gone away is no fault of the stand-in.
                let _ = connection.write_all(&[head.as_bytes(), &body].concat());
            }
        });
        Self { url, asked }
    }

    /// The targets that were asked for, sorted.
    pub fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().expect("nobody panics").clone();
        asked.sort();
        asked
    }
}

fn target(connection: &TcpStream) -> Option<String> {
    let mut lines = BufReader::new(connection).lines();
    let line = lines.next()?.ok()?;
    lines.take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty())).for_each(drop);
    line.split(' ').nth(1).map(ToOwned::to_owned)
}

/// The answer of a service whose newest head is that of the export.
pub fn answer(exported: &Exported, target: &str, page: usize) -> Answer {
    let path = target.strip_prefix("/log/").unwrap_or_default();
    if let Some(from) = path.strip_prefix("account/items?from=") {
        return items(exported, from.parse().unwrap_or(usize::MAX), page);
    }
    let (path, _) = path.split_once('?').unwrap_or((path, ""));
    match exported.get(path) {
        Some(bytes) => (200, Vec::new(), bytes.to_vec()),
        None => (404, Vec::new(), b"{}".to_vec()),
    }
}

fn items(exported: &Exported, from: usize, page: usize) -> Answer {
    let at =
        |line: &str| line.trim_start_matches("{\"position\":").split(',').next().and_then(|digits| digits.parse().ok());
    let lines = exported.text("events.ndjson").split_inclusive('\n');
    let left: Vec<&str> = lines.filter(|line| at(line).is_some_and(|position: usize| position >= from)).collect();
    let next = left.get(page).and_then(|line| at(line)).map(|next| ("X-Next", next.to_string()));
    (200, next.into_iter().collect(), left.into_iter().take(page).collect::<String>().into_bytes())
}
