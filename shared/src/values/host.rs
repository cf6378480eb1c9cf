//! The host of a URL, as the text of the URL has it.

/// Splits the part of a URL between `//` and its path into the host and the rest: nothing, or `:` and a port. An
/// address of IPv6 stands in brackets, with colons of its own.
pub(crate) fn split_host(authority: &str) -> (&str, &str) {
    let end = match authority.strip_prefix('[') {
        Some(_) => authority.find(']').map(|at| at + 1),
        None => authority.find(':'),
    };
    authority.split_at(end.unwrap_or(authority.len()))
}

/// Whether a host is one of the names of the loopback interface, to which plain `http` may go.
pub(crate) fn is_of_this_machine(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_ends_where_its_port_begins() {
        for (authority, host, port) in [
            ("", "", ""),
            ("example.com", "example.com", ""),
            ("example.com:8443", "example.com", ":8443"),
            ("a:b:c", "a", ":b:c"),
            ("[::1]", "[::1]", ""),
            ("[::1]:3000", "[::1]", ":3000"),
            ("[::1]x", "[::1]", "x"),
            ("[::1", "[::1", ""),
            (":80", "", ":80"),
        ] {
            assert_eq!(split_host(authority), (host, port), "{authority:?}");
        }
    }

    #[test]
    fn this_machine_has_three_names() {
        for name in ["127.0.0.1", "localhost", "[::1]"] {
            assert!(is_of_this_machine(name), "{name}");
        }
        for other in ["", "127.0.0.2", "::1", "LOCALHOST", "localhost.example.com"] {
            assert!(!is_of_this_machine(other), "{other}");
        }
    }
}
