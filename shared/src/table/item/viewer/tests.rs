use super::*;
use crate::credential::Secret;
use aws_sdk_dynamodb::types::AttributeValue;

fn hash() -> SecretHash {
    Secret::parse("local-demo-secret").expect("a secret").hash()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_fixed(text).expect("a time")
}

fn bounds() -> EventBounds {
    EventBounds {
        event_type: EventType::parse("INVITED_USER").ok(),
        user_email: EmailAddress::parse("Ada@example.com").ok(),
        category: Some(Category::Users),
        user_id: UserId::parse("u-1").ok(),
        from: Day::parse("2026-11-01"),
        to: Day::parse("2026-11-30"),
    }
}

fn link() -> ViewerLink {
    ViewerLink {
        account: AccountId::parse("acme").expect("an account id"),
        client_id: ClientId::parse("c-1").expect("a client id"),
        bounds: bounds(),
        origins: vec![FrameOrigin::parse("https://app.example.com").expect("an origin")],
        created_at: at("2026-11-26T08:00:00.000Z"),
        ends_at: at("2026-11-26T08:05:00.000Z"),
        spent_at: None,
    }
}

fn texts(pairs: &[(&str, &str)]) -> Item {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), AttributeValue::S((*text).to_owned()))).collect()
}

#[test]
fn a_link_has_these_attributes_and_reads_back() {
    let item = encode_viewer_link(hash(), &link());

    let mut expected = texts(&[
        ("pk", "viewer-link#rvxkpstEK5eJsODc0nVk4AbhHjfoOCV1Umy60Cmhgj4"),
        ("sk", "link"),
        ("account", "acme"),
        ("client_id", "c-1"),
        ("created_at", "2026-11-26T08:00:00.000Z"),
        ("ends_at", "2026-11-26T08:05:00.000Z"),
        ("event_type", "INVITED_USER"),
        ("principal_email", "Ada@example.com"),
        ("subject_category", "users"),
        ("subject_user_id", "u-1"),
        ("from_day", "2026-11-01"),
        ("to_day", "2026-11-30"),
    ]);
    let origin = AttributeValue::S("https://app.example.com".to_owned());
    expected.insert("origins".to_owned(), AttributeValue::L(vec![origin]));
    expected.insert("expires_at".to_owned(), AttributeValue::N("1795766700".to_owned()));
    assert_eq!(item, expected);
    let read = decode_viewer_link(item).expect("it decodes");
    assert_eq!((read.bounds, read.origins, read.ends_at), (link().bounds, link().origins, link().ends_at));
    assert_eq!(read.spent_at, None);
}

#[test]
fn the_session_of_a_link_shows_what_the_link_does_and_reads_back() {
    let session = link().session(at("2026-11-26T08:01:00.000Z"));
    assert_eq!(session.ends_at, at("2026-11-26T09:01:00.000Z"));
    assert_eq!(session.access, Access::Linked { bounds: bounds(), origins: link().origins });
    assert_eq!(decode_session(encode_session(hash(), &session)), Ok(session));
}

#[test]
fn the_session_of_who_signed_in_has_these_attributes_and_reads_back() {
    let session = Session { access: Access::SignedIn, ..link().session(at("2026-11-26T08:00:00.000Z")) };
    let item = encode_session(hash(), &session);

    let mut expected = texts(&[
        ("pk", "session#rvxkpstEK5eJsODc0nVk4AbhHjfoOCV1Umy60Cmhgj4"),
        ("sk", "session"),
        ("account", "acme"),
        ("client_id", "c-1"),
        ("created_at", "2026-11-26T08:00:00.000Z"),
        ("ends_at", "2026-11-26T09:00:00.000Z"),
        ("access", "signed-in"),
    ]);
    expected.insert("expires_at".to_owned(), AttributeValue::N("1795770000".to_owned()));
    assert_eq!(item, expected);
    assert_eq!(decode_session(item), Ok(session));
}

#[test]
fn what_does_not_decode_names_its_attribute() {
    let session = Session { access: Access::SignedIn, ..link().session(at("2026-11-26T08:00:00.000Z")) };
    let with = |name: &str, text: &str| {
        let mut item = encode_session(hash(), &session);
        item.insert(name.to_owned(), AttributeValue::S(text.to_owned()));
        decode_session(item).map_err(|error| (error.attribute, error.problem))
    };
    assert_eq!(with("access", "all"), Err(("access", "is malformed")));
    assert_eq!(with("account", "a b"), Err(("account", "is malformed")));
    assert_eq!(with("ends_at", "soon"), Err(("ends_at", "is malformed")));
    let linked = decode_session(encode_session(hash(), &link().session(session.created_at)));
    assert!(linked.is_ok());
    assert_eq!(with("access", "linked"), Err(("origins", "is not a list")), "it would have no bounds");
}
