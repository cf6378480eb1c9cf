//! Users that came into the table by another way than `/dashboard_user/create`, and change like all others.

use serde_json::json;
use shared::store::usage::Usage;
use shared::store::{Conflict, Put};
use shared::user::DashboardUser;
use tests::directory_events::rows;
use tests::records::user;
use tests::{Bed, Call};

#[tokio::test]
async fn an_import_never_undoes_a_change_and_knows_a_user_that_was_changed_back() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        bed.put_users(&account, &[user("usr_1")]).await;
        let imported = DashboardUser::parse(&user("usr_1").to_string(), &account.id).expect("a user");
        let import = async || bed.store().put_user(&account.id, &imported, &Usage::default()).await.expect("an answer");
        let update = async |status: &str| {
            bed.send(&Call::update_user(&account, "usr_1").field("status", json!(status))).await.status
        };

        assert_eq!(update("deactivated").await, 200);
        assert_eq!(import().await, Put::Conflict(Conflict::User), "{}", bed.engine);
        assert_eq!(bed.send(&Call::get_user(&account, "usr_1")).await.json()["status"], "deactivated");
        assert_eq!(update("active").await, 200);
        assert_eq!(import().await, Put::Already, "{}", bed.engine);
        assert_eq!(rows(&bed, &account, "usr_1").await.len(), 2);
    }
}

#[tokio::test]
async fn an_address_that_nothing_holds_can_be_left_and_one_that_another_holds_stays_held() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let pk = format!("users#{}", account.id);
        for (id, email) in [("usr_1", "ada@example.com"), ("usr_2", "grace@example.com")] {
            let at = "2020-07-24T03:26:02.000Z";
            let user =
                [("pk", pk.as_str()), ("sk", id), ("created_at", at), ("email_address", email), ("status", "active")];
            bed.put_item(&user).await;
        }
        let guard = format!("user-email#{}#grace@example.com", account.id);
        bed.put_item(&[("pk", guard.as_str()), ("sk", "guard"), ("user_id", "usr_3")]).await;
        let readdress = async |id: &str| {
            let call = Call::update_user(&account, id).field("email_address", json!(format!("{id}@example.com")));
            bed.send(&call).await.status
        };

        assert_eq!((readdress("usr_1").await, readdress("usr_2").await), (200, 500), "{}", bed.engine);

        assert_eq!(bed.send(&Call::create_user(&account, "grace@example.com")).await.status, 400, "{}", bed.engine);
        assert_eq!((rows(&bed, &account, "usr_1").await.len(), rows(&bed, &account, "usr_2").await.len()), (1, 0));
    }
}
