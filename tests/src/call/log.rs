//! Calls of what is public of the log, and of what an account may read of its own.

use super::Call;
use crate::account::Account;

impl Call {
    /// `GET /log/checkpoint`
    pub fn checkpoint() -> Self {
        Self::new("log-read", "GET", "/log/checkpoint")
    }

    /// `GET /log/tile/{tile+}`
    pub fn tile(tile: &str) -> Self {
        Self::new("log-read", "GET", "/log/tile/{tile+}").path_parameter("tile", tile)
    }

    /// `GET /log/account/{what}`: `head`, `proof` or `items`
    pub fn log_of(account: &Account, what: &str) -> Self {
        let resource = match what {
            "head" => "/log/account/head",
            "proof" => "/log/account/proof",
            "items" => "/log/account/items",
            other => unreachable!("no path of an account ends in {other}"),
        };
        Self::new("log-read", "GET", resource).header("Authorization", &format!("Bearer {}", account.token()))
    }

    /// `GET /log/account/tile/{tile+}`
    pub fn tile_of(account: &Account, tile: &str) -> Self {
        Self::new("log-read", "GET", "/log/account/tile/{tile+}")
            .header("Authorization", &format!("Bearer {}", account.token()))
            .path_parameter("tile", tile)
    }
}
