//! The proxy between the functions and AWS, where there is one.

use crate::process::config::ConfigError;
use aws_smithy_http_client::proxy::ProxyConfig;

/// What `HTTPS_PROXY` says, or `HTTP_PROXY` for an endpoint of plain HTTP, or `ALL_PROXY` for both, unless `NO_PROXY` names the
/// endpoint. Each may be written in lower case too.
///
/// # Errors
/// [`ConfigError`] if it is not the URL of a proxy.
pub(super) fn proxy(variable: impl Fn(&str) -> Option<String>, is_plain: bool) -> Result<ProxyConfig, ConfigError> {
    let names = if is_plain { ["HTTP_PROXY", "http_proxy"] } else { ["HTTPS_PROXY", "https_proxy"] };
    let mut said = names.into_iter().chain(["ALL_PROXY", "all_proxy"]);
    let Some((name, url)) = said.find_map(|name| Some((name, variable(name)?))) else {
        return Ok(ProxyConfig::disabled());
    };
    let not_a_url = |_| ConfigError { variable: name, message: "must be the URL of a proxy" };
    let proxy = ProxyConfig::all(url.as_str()).map_err(not_a_url)?;
    Ok(match variable("NO_PROXY").or_else(|| variable("no_proxy")) {
        None => proxy,
        Some(rules) => proxy.no_proxy(rules),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)], is_plain: bool) -> String {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        match proxy(variable, is_plain) {
            Ok(proxy) if proxy.is_disabled() => "none".to_owned(),
            Ok(proxy) => format!("{proxy:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_scheme_of_the_endpoint_decides_which_proxy_it_is() {
        let both = [("HTTP_PROXY", "http://plain:1"), ("HTTPS_PROXY", "http://tls:2"), ("NO_PROXY", "localhost")];
        assert!(of(&both, true).contains("plain:1") && of(&both, true).contains("localhost"), "{}", of(&both, true));
        assert!(of(&both, false).contains("tls:2"), "{}", of(&both, false));
        assert_eq!(of(&[("HTTP_PROXY", "http://plain:1")], false), "none");
        assert!(of(&[("all_proxy", "http://any:3")], false).contains("any:3"));
        assert_eq!(of(&[("NO_PROXY", "*")], false), "none");
    }

    #[test]
    fn what_is_no_url_of_a_proxy_is_named() {
        let said = "environment variable https_proxy must be the URL of a proxy";
        for bad in ["not a url", "ftp://proxy", ""] {
            assert_eq!(of(&[("https_proxy", bad)], false), said, "{bad:?}");
        }
    }
}
