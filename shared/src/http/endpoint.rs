//! What every endpoint asks of a request before its dialect reads it: its method, that certain headers come once, and a body that
//! can be read.

use crate::input::json::without_byte_order_mark;
use flate2::read::MultiGzDecoder;
use lambda_http::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use lambda_http::{Body, Request};
use std::io::Read as _;
use std::str::Utf8Error;

/// Headers that decide who asks, for whom, and whether it is the same request: of two, no one can say which is meant.
const GIVEN_ONCE: [&str; 5] = ["Authorization", "PLAID-CLIENT-ID", "PLAID-SECRET", "Idempotency-Key", "Acting-User"];

/// An endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// Its name: that of the function's folder.
    pub name: &'static str,
    method: &'static str,
    body_bytes_max: usize,
}

/// Why no function takes a request, whatever its dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// The path is known, the method is not one of it.
    #[error("the method must be {allowed}, not {given}")]
    Method {
        /// The method that was given.
        given: String,
        /// The method of the endpoint.
        allowed: &'static str,
    },
    /// A header was given twice.
    #[error("{0} must be given once")]
    RepeatedHeader(&'static str),
    /// The body has another coding than gzip.
    #[error("Content-Encoding must be gzip or absent, not {0}")]
    ContentEncoding(String),
    /// The body is not gzip, though it is said to be.
    #[error("the body is not the gzip that Content-Encoding says it is")]
    NotGzip,
    /// The body is longer than that many bytes, as it came or unpacked.
    #[error("body must be at most {0} bytes")]
    BodyTooLong(usize),
}

impl Endpoint {
    /// One that is read with `GET`, and looks at no body.
    pub const fn get(name: &'static str) -> Self {
        Self { name, method: "GET", body_bytes_max: 0 }
    }

    /// One that is sent a body of at most so many bytes with `POST`.
    pub const fn post(name: &'static str, body_bytes_max: usize) -> Self {
        Self { name, method: "POST", body_bytes_max }
    }

    /// The method that it takes.
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// Checks the request, and unpacks its body.
    ///
    /// # Errors
    /// [`RequestFault`], by variant.
    pub fn check(&self, request: &mut Request) -> Result<(), RequestFault> {
        if request.method().as_str() != self.method {
            return Err(RequestFault::Method { given: request.method().to_string(), allowed: self.method });
        }
        let is_repeated = |name: &&&str| request.headers().get_all(**name).iter().count() > 1;
        if let Some(name) = GIVEN_ONCE.iter().find(is_repeated) {
            return Err(RequestFault::RepeatedHeader(name));
        }
        if self.body_bytes_max > 0 { self.unpack(request) } else { Ok(()) }
    }

    fn unpack(&self, request: &mut Request) -> Result<(), RequestFault> {
        let codings = request.headers().get_all(CONTENT_ENCODING).iter();
        let codings: Vec<_> = codings.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
        let coding = codings.join(", ");
        match coding.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => {}
            "gzip" | "x-gzip" => *request.body_mut() = Body::Binary(self.unpacked(request.body())?),
            _ => return Err(RequestFault::ContentEncoding(coding)),
        }
        if request.body().len() > self.body_bytes_max {
            return Err(RequestFault::BodyTooLong(self.body_bytes_max));
        }
        Ok(())
    }

    /// What the body was before it was packed; a little of it, if it is longer than may be.
    fn unpacked(&self, packed: &[u8]) -> Result<Vec<u8>, RequestFault> {
        let mut unpacked = Vec::new();
        let read = MultiGzDecoder::new(packed).take(self.body_bytes_max as u64 + 1).read_to_end(&mut unpacked);
        read.map(|_| unpacked).map_err(|_| RequestFault::NotGzip)
    }
}

/// The text of the body, without the byte-order mark that some editors and shells begin it with.
///
/// # Errors
/// If it is not UTF-8: where it is not.
pub fn body_text(request: &Request) -> Result<&str, Utf8Error> {
    std::str::from_utf8(request.body()).map(without_byte_order_mark)
}

/// The media type that `Content-Type` says, in lower case and without its parameters; empty if it says none.
pub fn media_type(request: &Request) -> String {
    let content_type = request.headers().get(CONTENT_TYPE);
    let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes())).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    const POST: Endpoint = Endpoint::post("events-record", 1_000);

    fn request(method: &str, headers: &[(&str, &str)], body: Body) -> Request {
        let mut request = lambda_http::http::Request::builder().method(method).uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body).expect("a request")
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn another_method_is_refused_with_the_one_there_is() {
        for method in ["HEAD", "POST", "PUT"] {
            let fault = Endpoint::get("users-audit").check(&mut request(method, &[], Body::Empty));
            assert_eq!(fault, Err(RequestFault::Method { given: method.to_owned(), allowed: "GET" }));
        }
        assert_eq!(Endpoint::get("users-audit").check(&mut request("GET", &[], Body::Empty)), Ok(()));
    }

    #[test]
    fn a_header_that_must_not_be_twofold_is_refused_by_name() {
        for name in ["Authorization", "PLAID-CLIENT-ID", "PLAID-SECRET", "Idempotency-Key", "Acting-User"] {
            let lower = name.to_lowercase();
            let fault = POST.check(&mut request("POST", &[(name, "a"), (&lower, "a")], Body::Empty));
            assert_eq!(fault, Err(RequestFault::RepeatedHeader(name)));
        }
        assert_eq!(POST.check(&mut request("POST", &[("Accept", "a"), ("Accept", "b")], Body::Empty)), Ok(()));
    }

    #[test]
    fn gzip_is_unpacked_to_at_most_the_bodys_limit() {
        let text = "x".repeat(1_000);
        for coding in ["gzip", "GZIP", "x-gzip", " gzip "] {
            let mut packed = request("POST", &[("Content-Encoding", coding)], Body::Binary(gzip(text.as_bytes())));
            assert_eq!(POST.check(&mut packed), Ok(()));
            assert_eq!(body_text(&packed), Ok(text.as_str()));
        }
        let bomb = gzip(&vec![b'x'; 10_000_000]);
        let fault = POST.check(&mut request("POST", &[("Content-Encoding", "gzip")], Body::Binary(bomb)));
        assert_eq!(fault, Err(RequestFault::BodyTooLong(1_000)));
        let cut = gzip(b"text").into_iter().take(9).collect();
        for not_gzip in [Body::Empty, Body::Text("{}".to_owned()), Body::Binary(cut)] {
            let fault = POST.check(&mut request("POST", &[("Content-Encoding", "gzip")], not_gzip));
            assert_eq!(fault, Err(RequestFault::NotGzip));
        }
    }

    #[test]
    fn another_coding_is_refused_by_name() {
        for coding in ["br", "deflate", "gzip, br", "zstd"] {
            let fault = POST.check(&mut request("POST", &[("Content-Encoding", coding)], Body::Text("{}".to_owned())));
            assert_eq!(fault, Err(RequestFault::ContentEncoding(coding.to_owned())));
        }
        let twice = [("Content-Encoding", "gzip"), ("Content-Encoding", "gzip")];
        let fault = POST.check(&mut request("POST", &twice, Body::Empty));
        assert_eq!(fault, Err(RequestFault::ContentEncoding("gzip, gzip".to_owned())));
        let plain = [("Content-Encoding", "identity")];
        assert_eq!(POST.check(&mut request("POST", &plain, Body::Text("{}".to_owned()))), Ok(()));
    }

    #[test]
    fn a_body_is_no_longer_than_its_limit() {
        for (length, fault) in [(1_000, Ok(())), (1_001, Err(RequestFault::BodyTooLong(1_000)))] {
            assert_eq!(POST.check(&mut request("POST", &[], Body::Text("x".repeat(length)))), fault);
        }
    }

    #[test]
    fn a_byte_order_mark_at_the_start_is_passed_over_and_no_other() {
        for (body, text) in [("\u{feff}{}", "{}"), ("{}", "{}"), ("\u{feff}\u{feff}", "\u{feff}"), ("", "")] {
            assert_eq!(body_text(&request("POST", &[], Body::Text(body.to_owned()))), Ok(text));
        }
        assert!(body_text(&request("POST", &[], Body::Binary(vec![0xff, 0xfe, b'{', 0]))).is_err(), "UTF-16");
    }
}
