//! Binary media types: which bodies the API passes on as bytes, in base64 to a function and from one.
//!
//! A request is binary by its `Content-Type`, an answer by the first media type of the request's `Accept`; `*/*` among the API's types is
//! every body, that of a request without these headers too. An answer in base64 that is not binary stays base64.
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html>; seen on AWS by
//! <https://github.com/ministackorg/ministack/pull/767>.

use lambda_http::http::header::HeaderName;

use super::exchange::HttpRequest;

/// The media types that the template names.
#[derive(Debug, Clone, Default)]
pub(super) struct BinaryMediaTypes(Vec<String>);

impl BinaryMediaTypes {
    pub(super) fn new(types: &[String]) -> Self {
        Self(types.to_vec())
    }

    /// Whether the first media type that a header of the request names is one of them.
    pub(super) fn take(&self, request: &HttpRequest, header: &HeaderName) -> bool {
        let given = request.headers().get(header).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let given = given.unwrap_or_default();
        let first = given.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
        self.0.iter().any(|of_api| match of_api.strip_suffix("/*") {
            None => *of_api == first,
            Some("*") => true,
            Some(kind) => first.split('/').next() == Some(kind),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::http::HeaderValue;
    use lambda_http::http::header::ACCEPT;

    fn takes(types: &[&str], accept: Option<&'static str>) -> bool {
        let types: Vec<_> = types.iter().map(|text| (*text).to_owned()).collect();
        let mut request = HttpRequest::new(Vec::new());
        if let Some(accept) = accept {
            request.headers_mut().insert(ACCEPT, HeaderValue::from_static(accept));
        }
        BinaryMediaTypes::new(&types).take(&request, &ACCEPT)
    }

    #[test]
    fn the_first_media_type_of_the_header_decides() {
        let types = ["application/octet-stream", "image/*"];
        for binary in ["application/octet-stream", "Application/Octet-Stream; q=1", "image/png, text/html"] {
            assert!(takes(&types, Some(binary)), "{binary}");
        }
        for text in ["text/html, image/png", "*/*", "application/json", ""] {
            assert!(!takes(&types, Some(text)), "{text}");
        }
        assert!(!takes(&types, None));
        assert!(!takes(&[], Some("image/png")));
    }

    #[test]
    fn every_body_is_binary_where_the_api_says_so() {
        for accept in [None, Some(""), Some("*/*"), Some("text/html"), Some("application/octet-stream")] {
            assert!(takes(&["*/*"], accept), "{accept:?}");
        }
    }
}
