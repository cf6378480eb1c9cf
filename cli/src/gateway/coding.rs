//! Content codings: unpacks the body of a request, and packs an answer for a caller that accepts it.
//!
//! API Gateway does both in the same way:
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html>.

use std::io::Read;

use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder, ZlibDecoder, ZlibEncoder};
use lambda_http::http::HeaderMap;
use lambda_http::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderName, HeaderValue};

use super::exchange::{BODY_BYTES_MAX, HttpRequest, HttpResponse};
use crate::template::GatewayReason;

/// Longest name of a coding that an answer repeats.
const NAME_CHARACTERS_MAX: usize = 32;

/// A coding that is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Identity,
}

impl Coding {
    fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" => Some(Self::Deflate),
            "identity" | "" => Some(Self::Identity),
            _ => None,
        }
    }
}

/// Unpacks the body, which then has no coding any more.
///
/// # Errors
/// The coding is not understood, or is not the body's, or the body is too large.
pub(super) fn unpack(request: &mut HttpRequest) -> Result<(), GatewayReason> {
    let given = given(request.headers(), &CONTENT_ENCODING);
    let unsupported = || GatewayReason::UnsupportedCoding(printable(&given));
    let unpacked = match Coding::named(&given).ok_or_else(unsupported)? {
        Coding::Identity => None,
        _ if request.body().is_empty() => None,
        Coding::Gzip => Some(read(GzDecoder::new(request.body().as_slice()))),
        Coding::Deflate => Some(read(ZlibDecoder::new(request.body().as_slice()))),
    };
    if let Some(unpacked) = unpacked {
        *request.body_mut() = unpacked.ok_or_else(unsupported)?;
    }
    request.headers_mut().remove(CONTENT_ENCODING);
    if request.body().len() > BODY_BYTES_MAX { Err(GatewayReason::RequestTooLarge) } else { Ok(()) }
}

/// Unpacks at most one byte more than the largest body, which is enough to refuse a larger one.
fn read(packed: impl Read) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    packed.take(BODY_BYTES_MAX as u64 + 1).read_to_end(&mut unpacked).ok()?;
    Some(unpacked)
}

/// Packs an answer of at least `bytes_min` bytes, if its caller says that it takes a coding and the function has not packed
/// it. Without a word from the caller nothing is packed, and neither is it where a coding of the highest rank is unknown.
pub(super) fn pack(mut response: HttpResponse, accepted: &str, bytes_min: Option<usize>) -> HttpResponse {
    let is_large = bytes_min.is_some_and(|bytes_min| response.body().len() >= bytes_min);
    if !is_large || response.body().is_empty() || response.headers().contains_key(CONTENT_ENCODING) {
        return response;
    }
    let mut packed = Vec::new();
    let (name, done) = match preferred(accepted) {
        Some(Coding::Gzip) => {
            ("gzip", GzEncoder::new(response.body().as_slice(), Compression::fast()).read_to_end(&mut packed))
        }
        Some(Coding::Deflate) => {
            ("deflate", ZlibEncoder::new(response.body().as_slice(), Compression::fast()).read_to_end(&mut packed))
        }
        Some(Coding::Identity) | None => return response,
    };
    if done.is_ok() {
        *response.body_mut() = packed;
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(name));
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    response
}

/// The codings that the caller accepts, as its header lists them.
pub(super) fn accepted(request: &HttpRequest) -> String {
    given(request.headers(), &ACCEPT_ENCODING)
}

/// The coding to answer in: of those with the highest quality value, the first that is known. `*` names none.
fn preferred(accepted: &str) -> Option<Coding> {
    let ranked = accepted.split(',').filter_map(|entry| {
        let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
        let quality = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse::<f32>().ok())?;
        (!name.trim().is_empty() && quality > 0.0).then_some((name.trim(), quality))
    });
    let ranked: Vec<_> = ranked.collect();
    let highest = ranked.iter().map(|(_, quality)| *quality).fold(0.0, f32::max);
    ranked.iter().filter(|(_, quality)| *quality >= highest).find_map(|(name, _)| Coding::named(name))
}

/// A header's values as one list.
fn given(headers: &HeaderMap, name: &HeaderName) -> String {
    let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned());
    values.collect::<Vec<_>>().join(", ")
}

/// A coding's name, fit to be repeated in an answer.
fn printable(name: &str) -> String {
    let fit = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ',' | ' ' | '*');
    name.chars().take(NAME_CHARACTERS_MAX).map(|c| if fit(&c) { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"a":1}` as `gzip` and as zlib pack it.
    const GZIP: &[u8] =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\x54\xb2\x32\xac\x05\x00\xaf\xac\x1b\x56\x07\x00\x00\x00";
    const ZLIB: &[u8] = b"\x78\x9c\xab\x56\x4a\x54\xb2\x32\xac\x05\x00\x08\x2a\x02\x09";

    fn request(coding: &'static str, body: &[u8]) -> HttpRequest {
        let mut request = HttpRequest::new(body.to_vec());
        request.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        request
    }

    fn unpacked(coding: &'static str, body: &[u8]) -> Result<Vec<u8>, GatewayReason> {
        let mut request = request(coding, body);
        unpack(&mut request)?;
        assert!(!request.headers().contains_key(CONTENT_ENCODING));
        Ok(request.into_body())
    }

    fn answer(bytes: usize) -> HttpResponse {
        HttpResponse::new(vec![b'a'; bytes])
    }

    #[test]
    fn a_body_is_unpacked_whatever_case_its_coding_is_named_in() {
        for (coding, body) in [("gzip", GZIP), ("GZip", GZIP), ("deflate", ZLIB), ("identity", br#"{"a":1}"#)] {
            assert_eq!(unpacked(coding, body).unwrap(), br#"{"a":1}"#, "{coding}");
        }
        assert_eq!(unpacked("gzip", b"").unwrap(), b"", "a request without a body");
    }

    #[test]
    fn a_coding_that_is_not_understood_or_not_the_bodys_is_named() {
        let named = |coding: &str| Err(GatewayReason::UnsupportedCoding(coding.to_owned()));
        assert_eq!(unpacked("br", b"x"), named("br"));
        assert_eq!(unpacked("gzip, gzip", GZIP), named("gzip, gzip"));
        assert_eq!(unpacked("\"<b>", b"x"), named("??b?"));
        assert_eq!(unpacked("gzip", br#"{"a":1}"#), named("gzip"));
        assert_eq!(unpacked("gzip", &GZIP[..20]), named("gzip"), "cut short");
    }

    #[test]
    fn a_small_body_that_is_large_when_unpacked_is_refused() {
        let pack = |bytes: usize| {
            let mut packed = Vec::new();
            GzEncoder::new(vec![0; bytes].as_slice(), Compression::fast()).read_to_end(&mut packed).unwrap();
            packed
        };
        assert_eq!(unpacked("gzip", &pack(BODY_BYTES_MAX)).unwrap().len(), BODY_BYTES_MAX);
        assert_eq!(unpacked("gzip", &pack(BODY_BYTES_MAX + 1)), Err(GatewayReason::RequestTooLarge));
    }

    #[test]
    fn an_answer_is_packed_from_its_size_on_for_a_caller_that_takes_it() {
        let packed = pack(answer(1_000), "gzip, deflate, br", Some(1_000));
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        assert_eq!(read(GzDecoder::new(packed.body().as_slice())).unwrap(), vec![b'a'; 1_000]);
        let packed = pack(answer(1_000), "deflate", Some(0));
        assert_eq!(packed.headers()["content-encoding"], "deflate");
        assert_eq!(read(ZlibDecoder::new(packed.body().as_slice())).unwrap(), vec![b'a'; 1_000]);

        for (bytes, accepted, bytes_min) in [
            (999, "gzip", Some(1_000)),
            (1_000, "gzip", None),
            (1_000, "", Some(0)),
            (1_000, "*", Some(0)),
            (1_000, "br", Some(0)),
            (1_000, "identity", Some(0)),
            (1_000, "gzip;q=0", Some(0)),
            (1_000, "br;q=1.0, gzip;q=0.5", Some(0)),
            (0, "gzip", Some(0)),
        ] {
            let plain = pack(answer(bytes), accepted, bytes_min);
            assert_eq!((plain.headers().len(), plain.body().len()), (0, bytes), "{accepted}");
        }
    }

    #[test]
    fn what_a_function_has_packed_is_left_as_it_is() {
        let mut response = answer(1_000);
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("br"));

        assert_eq!(pack(response, "gzip", Some(0)).body().len(), 1_000);
    }
}
