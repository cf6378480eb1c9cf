//! A walk through the list of users, each page held against the model as it is at that moment.

use super::page::promise;
use super::user::User;
use super::world::World;
use crate::call::Call;
use proptest::test_runner::TestCaseResult;
use serde_json::Value;

/// Users in a page.
const PAGE_SIZE: usize = 100;

/// A walk under way.
#[derive(Debug, Default)]
pub struct UserWalk {
    account: usize,
    before: Vec<String>,
    read: Vec<String>,
    cursor: Option<Value>,
    is_done: bool,
}

impl UserWalk {
    /// A walk through the users of an account, by number, that has not begun.
    pub fn new(account: usize) -> Self {
        Self { account, ..Self::default() }
    }

    /// Whether it is at its end.
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// Reads a page, unless the walk is at its end.
    ///
    /// # Errors
    /// The page is not what the model says, or at the end the walk as a whole is not.
    pub async fn read(&mut self, world: &World<'_>) -> TestCaseResult {
        if self.is_done {
            return Ok(());
        }
        let tenant = world.tenant(self.account);
        let mut call = Call::list_users(&tenant.account);
        match &self.cursor {
            None => self.before = tenant.users.keys().cloned().collect(),
            Some(cursor) => {
                call = call.field("cursor", cursor.clone());
                self.check_that_others_refuse(world, cursor).await?;
            }
        }
        let reply = world.bed.send(&call).await;
        promise(&format!("the status of {call:?}: {}", reply.body), reply.status, 200)?;
        let body = reply.json();

        let last = self.read.last();
        let left: Vec<&User> = tenant.users.values().filter(|user| last.is_none_or(|last| user.id > *last)).collect();
        let page: Vec<&User> = left.iter().copied().take(PAGE_SIZE).collect();
        let expected: Value = page.iter().map(|user| user.in_list()).collect();
        promise("the users of the page", body.get("dashboard_users"), Some(&expected))?;
        let next = body.get("next_cursor").cloned().filter(|cursor| !cursor.is_null());
        promise("next_cursor is a text if and only if there are more", next.is_some(), left.len() > PAGE_SIZE)?;

        self.read.extend(page.iter().map(|user| user.id.clone()));
        self.is_done = next.is_none();
        self.cursor = next;
        if self.is_done { self.check_walk() } else { Ok(()) }
    }

    async fn check_that_others_refuse(&self, world: &World<'_>, cursor: &Value) -> TestCaseResult {
        if let Some(other) = world.other_tenant(self.account) {
            let call = Call::list_users(&other.account).field("cursor", cursor.clone());
            promise("the status of a cursor taken to another account", world.bed.send(&call).await.status, 400)?;
        }
        let account = &world.tenant(self.account).account;
        let text = cursor.as_str().unwrap_or_default();
        let trail = Call::trail(account).query("cursor", text);
        promise("the status of a cursor taken to the trail", world.bed.send(&trail).await.status, 404)?;
        let network = Call::users_audit(account, None).query("nextContinuationToken", text);
        promise("the status of a cursor taken to the network audit", world.bed.send(&network).await.status, 400)
    }

    /// What holds for a walk whatever was written meanwhile.
    fn check_walk(&self) -> TestCaseResult {
        promise("each user comes once, by id", self.read.is_sorted_by(|a, b| a < b), true)?;
        let there: Vec<&String> = self.read.iter().filter(|id| self.before.contains(id)).collect();
        promise("who was there comes", there, self.before.iter().collect())
    }
}
