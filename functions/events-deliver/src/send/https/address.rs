//! Which addresses are public: those that the registries of IANA leave to everyone, and no others.
//!
//! Sources: IANA's registries of special-purpose addresses for IPv4 and IPv6; RFC 6052 for IPv4 in IPv6.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks of IPv4 that are for something else than the public internet: first address, and bits that count.
const SPECIAL_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // shared by carriers, and by networks inside clouds
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback, and on Lambda the runtime
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local, and the metadata of clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocols
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 31, 196, 0), 24), // AS112
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // relays of 6to4
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // measurements
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, and broadcast
];

/// Networks within `2000::/3`, all that is public of IPv6, that are for something else.
const SPECIAL_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols: Teredo, ORCHID, measurements
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4, which has any address of IPv4 in it
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// All that is public of IPv6.
const PUBLIC_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// The prefix under which a translator reaches each address of IPv4.
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether anyone on the internet may reach the address: it is no private, loopback, link-local, shared, multicast, documentation or
/// other special one, nor one of IPv6 that stands for such a one of IPv4.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) if is_in_v6(address, NAT64) => is_public_v4(last_32_bits(address)),
        IpAddr::V6(address) => {
            is_in_v6(address, PUBLIC_V6) && !SPECIAL_V6.iter().any(|network| is_in_v6(address, *network))
        }
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_in = |(first, bits): &(Ipv4Addr, u32)| (address.to_bits() ^ first.to_bits()) >> (u32::BITS - bits) == 0;
    !SPECIAL_V4.iter().any(is_in)
}

fn is_in_v6(address: Ipv6Addr, (first, bits): (Ipv6Addr, u32)) -> bool {
    (address.to_bits() ^ first.to_bits()) >> (u128::BITS - bits) == 0
}

fn last_32_bits(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_of_the_internet_is_public() {
        let v4 =
            ["1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"];
        let more_v4 =
            ["128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255"];
        let last_v4 =
            ["192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.112.255", "203.0.114.0", "223.255.255.255"];
        let v6 =
            ["2606:4700::1111", "2a00:1450:4001::1", "2000::", "2001:200::1", "2001:db7::1", "2001:db9::1", "3ffe::1"];
        let in_v6 = ["::ffff:8.8.8.8", "64:ff9b::8.8.8.8"];
        for public in v4.into_iter().chain(more_v4).chain(last_v4).chain(v6).chain(in_v6) {
            assert!(is_public(parse(public)), "{public}");
        }
    }

    #[test]
    fn a_special_address_of_ipv4_is_not() {
        let first = ["0.0.0.0", "10.0.0.0", "100.64.0.0", "127.0.0.1", "169.254.169.254", "172.16.0.0", "192.0.0.1"];
        let last = [
            "0.255.255.255",
            "10.255.255.255",
            "100.127.255.255",
            "127.255.255.255",
            "172.31.255.255",
            "192.168.255.255",
        ];
        let others =
            ["192.0.2.1", "192.31.196.1", "192.88.99.1", "192.168.0.0", "198.18.0.0", "198.19.255.255", "198.51.100.7"];
        let ends = ["203.0.113.0", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"];
        for special in first.into_iter().chain(last).chain(others).chain(ends) {
            assert!(!is_public(parse(special)), "{special}");
            assert!(!is_public(parse(&format!("::ffff:{special}"))), "mapped {special}");
            assert!(!is_public(parse(&format!("64:ff9b::{special}"))), "translated {special}");
        }
    }

    #[test]
    fn a_special_address_of_ipv6_is_not() {
        let local = ["::", "::1", "::7f00:1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1"];
        let others =
            ["64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:2::1", "2001:10::1", "2001:1ff::1", "2001:db8::1"];
        let last = ["2002:7f00:1::1", "2002:808:808::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "1fff::1"];
        for special in local.into_iter().chain(others).chain(last) {
            assert!(!is_public(parse(special)), "{special}");
        }
    }
}
