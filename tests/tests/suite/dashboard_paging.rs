//! The list of dashboard users, walked whole, and each user of it.

use serde_json::{Value, json};
use tests::records::user;
use tests::{Account, Bed, Call};

fn id(number: usize) -> String {
    format!("usr_{number:03}")
}

/// Walks the list: ids by page.
async fn walk(bed: &Bed, account: &Account) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut cursor = Value::Null;
    loop {
        assert!(pages.len() < 10, "{}: the walk does not end", bed.engine);
        let reply = bed.send(&Call::list_users(account).field("cursor", cursor)).await;
        assert_eq!(reply.status, 200, "{}: {}", bed.engine, reply.body);
        let body = reply.json();
        let users = body.get("dashboard_users").and_then(Value::as_array).expect("users");
        let id = |user: &Value| user.get("id").and_then(Value::as_str).expect("an id").to_owned();
        pages.push(users.iter().map(id).collect());
        cursor = body.get("next_cursor").expect("next_cursor is there or null").clone();
        if cursor.is_null() {
            return pages;
        }
    }
}

#[tokio::test]
async fn every_user_is_listed_once_by_id_a_hundred_at_a_time() {
    for bed in Bed::on_each_engine().await {
        for (count, lengths) in [
            (0, vec![0]),
            (1, vec![1]),
            (99, vec![99]),
            (100, vec![100]),
            (101, vec![100, 1]),
            (250, vec![100, 100, 50]),
        ] {
            let account = bed.account().await;
            bed.put_users(&account, &(0..count).rev().map(|n| user(&id(n))).collect::<Vec<_>>()).await;

            let pages = walk(&bed, &account).await;

            assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), lengths, "{}", bed.engine);
            assert_eq!(pages.concat(), (0..count).map(id).collect::<Vec<_>>(), "{}", bed.engine);
        }
    }
}

#[tokio::test]
async fn users_that_come_and_stand_between_pages_do_not_disturb_the_walk() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        bed.put_users(&account, &(0..150).map(|n| user(&id(n))).collect::<Vec<_>>()).await;
        let first = bed.send(&Call::list_users(&account)).await.json();

        bed.put_users(&account, &["usr_000a", "usr_099a", "zzz"].map(user)).await;
        let call = Call::list_users(&account).field("cursor", first["next_cursor"].clone());
        let second = bed.send(&call).await.json();

        let ids: Vec<_> = second["dashboard_users"].as_array().unwrap().iter().map(|user| &user["id"]).collect();
        assert_eq!((ids.len(), ids[0], ids[1], ids[51]), (52, &json!("usr_099a"), &json!("usr_100"), &json!("zzz")));
    }
}

#[tokio::test]
async fn every_listed_user_can_be_read() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        bed.put_users(&account, &(0..20).map(|n| user(&id(n))).collect::<Vec<_>>()).await;

        for id in walk(&bed, &account).await.concat() {
            let mut body = bed.send(&Call::get_user(&account, &id)).await.json();
            body.as_object_mut().unwrap().remove("request_id");
            assert_eq!(
                body,
                json!({
                    "id": id, "created_at": "2020-07-24T03:26:02.000Z", "email_address": format!("{id}@example.com"),
                    "status": "active",
                })
            );
        }
    }
}
