//! One call: what it works with, and the order of its steps.

use crate::account::{Extended, Extending, NotExtended};
use crate::standing::{Standing, State};
use crate::{Failed, Made, Means, Outcome};
use futures_util::stream::{self, StreamExt as _};
use shared::process::log::{self, HistoryLine, chain};
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// Accounts whose trees are extended side by side.
pub(crate) const ACCOUNTS_AT_ONCE: usize = 32;

/// A call.
pub(crate) struct Run<'a> {
    pub(crate) store: &'a AuditStore,
    pub(crate) means: &'a Means,
    pub(crate) usage: &'a Usage,
    pub(crate) history: HistoryLine<'a>,
    /// When it began.
    pub(crate) now: Timestamp,
    pub(crate) goes_on: &'a (dyn Fn() -> bool + Sync),
}

impl Run<'_> {
    /// Extends, seals and signs. What is remembered from the last call is used if it still stands so in the table, and what is
    /// remembered afterwards is what was signed: nothing of a call that failed.
    pub(crate) async fn make_round(&self, state: &mut State) -> Result<Made, Failed> {
        let remembered = state.take();
        let mut standing = match remembered {
            Some(standing) if self.still_stands(&standing).await? => standing,
            Some(_) | None => self.load().await?,
        };
        let sealed_before = standing.sealed_at();
        let grown = self.grown(&standing).await?;
        let (changed, carried) = self.extend(&mut standing, grown).await;
        let outcome =
            Outcome { accounts_changed: changed.len(), accounts_carried: carried.len(), ..Outcome::default() };
        if !self.put_round(&mut standing, &changed, carried).await? {
            standing = self.load().await?; // another one made a round meanwhile: that is signed
        }
        self.sign(&mut standing).await?;
        let lag_ms = match (sealed_before, standing.sealed_at()) {
            (Some(before), Some(now)) => now.epoch_ms().saturating_sub(before.epoch_ms()).max(0),
            (Some(_) | None, _) => 0, // the first
        };
        let outcome = Outcome { rounds: standing.rounds.size(), accounts: standing.heads.len(), ..outcome };
        state.keep(standing);
        Ok(Made { outcome, lag: Duration::from_millis(lag_ms.unsigned_abs()) })
    }

    /// Extends the trees of those accounts. Returns the accounts with another head than before, and those to come back to.
    async fn extend(
        &self,
        standing: &mut Standing,
        grown: BTreeSet<AccountId>,
    ) -> (BTreeSet<AccountId>, BTreeSet<AccountId>) {
        let tasks: Vec<_> = grown.into_iter().map(|account| standing.task(account)).collect();
        let extending = Extending { store: self.store, usage: self.usage, goes_on: self.goes_on };
        let mut done =
            stream::iter(tasks).map(|task| extending.extend_account(task)).buffer_unordered(ACCOUNTS_AT_ONCE);
        let (mut changed, mut carried) = (BTreeSet::new(), BTreeSet::new());
        while let Some((account, extended)) = done.next().await {
            match extended {
                Ok(Extended { tree, is_whole }) => {
                    if !is_whole {
                        carried.insert(account.clone());
                    }
                    match standing.set_head(&account, tree) {
                        Ok(true) => _ = changed.insert(account),
                        Ok(false) => {}
                        Err(taken) => log::not_sealed(&self.of(&account), &taken.to_string()),
                    }
                }
                Err(error) => {
                    match error {
                        NotExtended::Differs(cause) => log::log_differs(&self.of(&account), &cause),
                        NotExtended::Unreadable(cause) => log::not_sealed(&self.of(&account), &cause),
                        NotExtended::NoTime => {}
                    }
                    carried.insert(account);
                }
            }
        }
        (changed, carried)
    }

    /// The line of an account.
    fn of<'a>(&'a self, account: &'a AccountId) -> HistoryLine<'a> {
        HistoryLine { account: Some(account.as_str()), ..self.history }
    }

    /// Tells why nothing was signed, where someone should act at once.
    pub(crate) fn tell(&self, failed: &Failed) {
        match failed {
            Failed::Behind(_) | Failed::OtherKey { .. } | Failed::Heads(_) | Failed::OtherCheckpoint(_) => {
                log::log_behind(&self.history, &chain(failed));
            }
            // Such a call is an error in itself, and the next one may do better.
            Failed::NotVerified | Failed::Signer(_) | Failed::Archive(_) | Failed::Store(_) | Failed::Random(_) => {}
        }
    }
}
