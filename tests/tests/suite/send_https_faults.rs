//! Receivers of webhooks that are broken or hostile: none of them holds up a sender, and none makes it skip an event.

use events_deliver::send::https::endpoint::Reach;
use events_deliver::send::https::{Https, Resolver};
use events_deliver::send::{Outcome, Why};
use std::time::{Duration, Instant};
use tests::parcels::{IMPATIENCE, PATIENCE, Sender, https, impatient, target};
use tests::webhook_receiver::{Act, Receiver};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

fn refused(why: Why) -> Outcome {
    Outcome::Refused { wait: None, why }
}

/// What became of a parcel at a receiver that does so.
async fn after(act: Act) -> (Outcome, Receiver) {
    let receiver = Receiver::start([act]).await;
    let outcome = Sender::default().send(&https(&receiver), &target(&receiver.url())).await;
    (outcome, receiver)
}

/// What became of a parcel at a receiver that does not answer, and how long it took.
async fn after_a_while(act: Act) -> (Outcome, Duration, Receiver) {
    let receiver = Receiver::start([act]).await;
    let started = Instant::now();
    let outcome = Sender::default().send(&impatient(&receiver), &target(&receiver.url())).await;
    (outcome, started.elapsed(), receiver)
}

#[tokio::test]
async fn one_that_hangs_is_left_after_a_while() {
    let (outcome, took, receiver) = after_a_while(Act::Hang).await;
    assert_eq!(outcome, refused(Why::Timeout));
    assert!(took >= IMPATIENCE && took < PATIENCE, "{took:?}");
    assert_eq!(receiver.received().len(), 1, "it may have stored it");
}

#[tokio::test]
async fn one_that_drips_its_head_is_left_after_a_while() {
    let head = b"HTTP/1.1 200 OK\r\nX-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n".to_vec();
    let (outcome, took, _) = after_a_while(Act::Drip(head, IMPATIENCE / 20)).await;
    assert_eq!(outcome, refused(Why::Timeout));
    assert!(took < PATIENCE, "{took:?}");
}

#[tokio::test]
async fn one_that_drips_its_body_has_acknowledged_all_the_same() {
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".to_vec();
    answer.extend([b'x'; 100]);
    let receiver = Receiver::start([Act::Answer(answer)]).await;
    let (sender, https, target) = (Sender::default(), https(&receiver), target(&receiver.url()));
    let started = Instant::now();

    assert_eq!(sender.send(&https, &target).await, Outcome::Stored { next: 9 });

    let took = started.elapsed();
    assert!(took < PATIENCE, "{took:?}");
    assert_eq!(sender.send(&https, &target).await, Outcome::Stored { next: 9 });
    assert_eq!(receiver.connections(), 2, "the connection of an answer without end is not used again");
}

#[tokio::test]
async fn one_that_cuts_the_connection_before_or_after_reading_has_acknowledged_nothing() {
    let (outcome, receiver) = after(Act::CutBefore).await;
    assert_eq!((outcome, receiver.received().len()), (refused(Why::Cut), 0));
    let (outcome, receiver) = after(Act::CutAfter).await;
    assert_eq!((outcome, receiver.received().len()), (refused(Why::Cut), 1));
    let (outcome, _) = after(Act::Last(b"HTTP/1.1 200 O".to_vec())).await;
    assert_eq!(outcome, refused(Why::Cut));
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_read_to_its_end() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n";
    let mut long = head.as_bytes().to_vec();
    long.extend(vec![b'x'; 4_000_000]);
    let (outcome, _) = after(Act::Last(long)).await;
    assert_eq!(outcome, Outcome::Stored { next: 9 });
}

#[tokio::test]
async fn an_answer_whose_head_is_too_long_is_refused() {
    let head = format!("HTTP/1.1 200 OK\r\nX-A: {}\r\n\r\n", "a".repeat(300_000));
    let (outcome, _) = after(Act::Last(head.into_bytes())).await;
    assert_eq!(outcome, refused(Why::NotHttp));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X-A: a\r\n".repeat(1_000));
    let (outcome, _) = after(Act::Last(many.into_bytes())).await;
    assert_eq!(outcome, refused(Why::NotHttp));
}

#[tokio::test]
async fn what_is_not_http_is_refused() {
    for noise in ["\u{1}\u{2} not HTTP at all\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 99 Odd\r\n\r\n"] {
        let (outcome, _) = after(Act::Last(noise.as_bytes().to_vec())).await;
        assert_eq!(outcome, refused(Why::NotHttp), "{noise:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_wherever_it_leads() {
    let elsewhere = Receiver::start_plain([]).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}\r\n", elsewhere.url());
        let (outcome, receiver) = after(Act::status(status, &location)).await;
        assert_eq!(outcome, refused(Why::Redirect(status)));
        assert_eq!(receiver.received().len(), 1);
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_certificate_of_another_name_or_of_nobody_is_not_trusted() {
    let receiver = Receiver::start([]).await;
    let stranger = Receiver::start([]).await;
    let by_address = target(&format!("https://127.0.0.1:{}/", receiver.port()));
    let sender = Sender::default();

    assert_eq!(sender.send(&https(&receiver), &by_address).await, refused(Why::NotTrusted));
    assert_eq!(sender.send(&https(&stranger), &target(&receiver.url())).await, refused(Why::NotTrusted));

    assert_eq!(receiver.received(), []);
}

#[tokio::test]
async fn one_that_speaks_no_tls_gets_nothing() {
    let receiver = Receiver::start([]).await;
    let plain = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = plain.local_addr().expect("an address").port();
    let answering = tokio::spawn(async move {
        let (mut connection, _) = plain.accept().await.expect("a connection");
        connection.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await.expect("to be written");
        let mut read = Vec::new();
        let _ = connection.read_to_end(&mut read).await; // it ends as the sender likes
        read
    });

    let outcome =
        Sender::default().send(&https(&receiver), &target(&format!("https://receiver.example:{port}/"))).await;

    assert_eq!(outcome, refused(Why::NotTrusted));
    let read = String::from_utf8_lossy(&answering.await.expect("to end")).into_owned();
    assert!(!read.contains("webhook") && !read.contains("position"), "{read}");
}

#[tokio::test]
async fn one_that_is_not_there_is_refused() {
    let receiver = Receiver::start([]).await;
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let sender = Sender::default();

    let nobody = target(&format!("https://receiver.example:{port}/"));
    assert_eq!(sender.send(&https(&receiver), &nobody).await, refused(Why::NotConnected));
    let nameless = target("https://nobody.example/");
    assert_eq!(sender.send(&https(&receiver), &nameless).await, refused(Why::NoAddress));
}

#[tokio::test]
async fn a_look_up_that_takes_for_ever_is_left_after_a_while() {
    let receiver = Receiver::start([]).await;
    let resolver = Resolver::of(|_| Box::pin(std::future::pending()));
    let https = Https::new(Reach::Internet).with(receiver.trust(), resolver, IMPATIENCE);
    let outcome = Sender::default().send(&https, &target(&receiver.url())).await;
    assert_eq!(outcome, refused(Why::Timeout));
}

#[tokio::test]
async fn one_that_comes_back_gets_the_same_parcel() {
    let acts = [Act::Hang, Act::CutBefore, Act::status(503, ""), Act::CutAfter];
    let receiver = Receiver::start(acts).await;
    let (sender, https, target) = (Sender::default(), impatient(&receiver), target(&receiver.url()));
    let mut outcomes = Vec::new();
    for _ in 0..5 {
        outcomes.push(sender.send(&https, &target).await);
    }
    let whys = [Why::Timeout, Why::Cut, Why::Status(503), Why::Cut].map(refused);
    assert_eq!(outcomes[..4], whys);
    assert_eq!(outcomes[4], Outcome::Stored { next: 9 });
    let received = receiver.received();
    assert_eq!(received.len(), 4, "all but the one that was cut before it was read");
    for one in &received {
        assert_eq!((one.header("webhook-id"), &one.body), ("dst_0123456789abcdef-7-8", &received[0].body));
    }
}
