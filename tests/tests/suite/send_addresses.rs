//! Addresses that webhooks are not sent to unless the operator allowed it: judged at each connection, whatever name stands for them.

use events_deliver::send::https::endpoint::Reach;
use events_deliver::send::https::{Https, HttpsTarget, Resolver};
use events_deliver::send::{Outcome, Why};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tests::parcels::{IMPATIENCE, PATIENCE, Sender, https, https_by, target};
use tests::webhook_receiver::Receiver;

fn refused(address: &str) -> Outcome {
    Outcome::Refused { wait: None, why: Why::PrivateAddress(address.parse().expect("an address")) }
}

fn strict(target: HttpsTarget) -> HttpsTarget {
    HttpsTarget { is_private_allowed: false, ..target }
}

#[tokio::test]
async fn a_name_that_stands_for_a_private_address_is_refused() {
    let receiver = Receiver::start([]).await;
    let target = strict(target(&receiver.url()));
    for address in [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "::1",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
    ] {
        let https = https_by(&receiver, vec![address.parse().expect("an address")]);
        assert_eq!(Sender::default().send(&https, &target).await, refused(address));
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn one_private_address_among_public_ones_spoils_the_name() {
    let receiver = Receiver::start([]).await;
    let addresses = ["2000::1", "127.0.0.1"].map(|address| address.parse().expect("an address"));
    let https = https_by(&receiver, addresses.to_vec());
    assert_eq!(Sender::default().send(&https, &strict(target(&receiver.url()))).await, refused("127.0.0.1"));
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn an_address_is_refused_in_every_form() {
    let receiver = Receiver::start([]).await;
    let https = https(&receiver);
    let hosts = ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "%31%32%37.0.0.1"];
    for host in hosts {
        let target = strict(target(&format!("https://{host}:{}/", receiver.port())));
        assert_eq!(Sender::default().send(&https, &target).await, refused("127.0.0.1"), "{host}");
    }
    for (host, address) in
        [("[::1]", "::1"), ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("[::]", "::")]
    {
        let target = strict(target(&format!("https://{host}:{}/", receiver.port())));
        assert_eq!(Sender::default().send(&https, &target).await, refused(address), "{host}");
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn the_operating_systems_name_of_this_machine_is_refused() {
    let receiver = Receiver::start([]).await;
    let https = Https::new(Reach::Internet).with(receiver.trust(), Resolver::system(), PATIENCE);
    let target = strict(target(&format!("https://localhost:{}/", receiver.port())));
    let Outcome::Refused { why: Why::PrivateAddress(address), .. } = Sender::default().send(&https, &target).await
    else {
        panic!("localhost is refused for its address");
    };
    assert!(address.is_loopback(), "{address}");
    assert_eq!(receiver.connections(), 0);
}

/// A name that has a public address when it is looked at, and a private one when it is connected to.
#[tokio::test]
async fn a_name_that_changes_its_address_is_judged_by_what_is_connected_to() {
    let receiver = Receiver::start([]).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let resolver = Resolver::of(move |_| {
        // The first address is public, and nobody has it: a sender that looked once to judge and once to connect would be fooled.
        let is_first = counted.fetch_add(1, Ordering::Relaxed) == 0;
        let address = if is_first { IpAddr::from([0x2000, 0, 0, 0, 0, 0, 0, 1]) } else { Ipv4Addr::LOCALHOST.into() };
        Box::pin(std::future::ready(Ok(vec![address])))
    });
    let https = Https::new(Reach::Internet).with(receiver.trust(), resolver, IMPATIENCE);
    let (sender, target) = (Sender::default(), strict(target(&receiver.url())));

    let first = sender.send(&https, &target).await;
    let second = sender.send(&https, &target).await;

    assert!(matches!(first, Outcome::Refused { why: Why::Timeout | Why::NotConnected, .. }), "{first:?}");
    assert_eq!(second, refused("127.0.0.1"));
    assert_eq!((asked.load(Ordering::Relaxed), receiver.connections()), (2, 0));
}

#[tokio::test]
async fn what_one_destination_may_have_another_may_not_have_through_its_connection() {
    let receiver = Receiver::start([]).await;
    let (sender, https) = (Sender::default(), https(&receiver));
    let allowed = target(&receiver.url());

    assert_eq!(sender.send(&https, &allowed).await, Outcome::Stored { next: 9 });
    assert_eq!(sender.send(&https, &strict(allowed.clone())).await, refused("127.0.0.1"));
    assert_eq!(sender.send(&https, &allowed).await, Outcome::Stored { next: 9 });

    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn plain_http_goes_to_this_machine_where_that_is_allowed_and_nowhere_else() {
    let receiver = Receiver::start_plain([]).await;
    let (sender, https) = (Sender::default(), https(&receiver));
    let target = strict(target(&receiver.url()));

    assert_eq!(sender.send(&https, &target).await, Outcome::Stored { next: 9 });
    let resolver = Resolver::of(|_| Box::pin(std::future::ready(Ok(vec![Ipv4Addr::LOCALHOST.into()]))));
    let in_the_cloud = Https::new(Reach::Internet).with(receiver.trust(), resolver, PATIENCE);
    let not_https = Outcome::Refused { wait: None, why: Why::NotHttps };
    assert_eq!(sender.send(&in_the_cloud, &target).await, not_https);

    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn a_localhost_that_is_somewhere_else_gets_no_plain_http() {
    let receiver = Receiver::start_plain([]).await;
    let resolver = Resolver::of(|_| Box::pin(std::future::ready(Ok(vec![IpAddr::from([10, 0, 0, 1])]))));
    let https = Https::new(Reach::Loopback).with(receiver.trust(), resolver, PATIENCE);
    let target = target(&format!("http://localhost:{}/", receiver.port()));
    assert_eq!(Sender::default().send(&https, &target).await, refused("10.0.0.1"));
}
