//! How changes of users are asked for in the dashboard dialect: their fields, and who asks.

use super::{Call, DashboardError};
use crate::event::input::{NAME_LENGTH_MAX, parse_with, role, text};
use crate::event::{Principal, Role};
use crate::http::exchange::Exchange;
use crate::http::request::{NoSourceIp, header, source_ip};
use crate::process::event_ids::event_ids;
use crate::user::change::{NewUser, UserChange};
use crate::user::event::Act;
use crate::user::{UserStatus, status};
use crate::values::email::EmailAddress;
use crate::values::ids::{AccountId, UserId};
use lambda_http::Request;
use std::net::IpAddr;

/// Header with the id of the user for whom the credential acts.
const ACTING_USER: &str = "acting-user";

const EMAIL_ADDRESS: &str = "email_address";
const NAME: &str = "name";
const ROLE: &str = "role";
const STATUS: &str = "status";
const DASHBOARD_USER_ID: &str = "dashboard_user_id";

/// Who asks, before it is known whether they may.
#[derive(Debug)]
pub struct Asker {
    acting_user: Option<UserId>,
    ip_address: Result<IpAddr, NoSourceIp>,
}

/// A request for a new user: `{email_address, name?, role?}`.
///
/// # Errors
/// [`DashboardError`], by variant, in the order of the contract.
pub fn read_new_user(request: &Request) -> Result<(Call<'_>, NewUser, Asker), DashboardError> {
    let mut call = Call::read(request, &[EMAIL_ADDRESS, NAME, ROLE], &[EMAIL_ADDRESS])?;
    let email_address = call.parsed(EMAIL_ADDRESS, |value| parse_with(value, EmailAddress::parse))?;
    let new_user = NewUser {
        email_address: email_address.ok_or(DashboardError::MissingFields(vec![EMAIL_ADDRESS]))?,
        name: call.parsed(NAME, |value| text(value, NAME_LENGTH_MAX))?,
        role: call.parsed(ROLE, role)?,
    };
    Ok((call, new_user, Asker::read(request)?))
}

/// A request for a change: `{dashboard_user_id, status?, email_address?, name?, role?}`. What is absent or `null` stays as it
/// is: nothing is ever cleared.
///
/// # Errors
/// [`DashboardError`], by variant, in the order of the contract.
pub fn read_change(request: &Request) -> Result<(Call<'_>, UserId, UserChange, Asker), DashboardError> {
    let known = [DASHBOARD_USER_ID, STATUS, EMAIL_ADDRESS, NAME, ROLE];
    let mut call = Call::read(request, &known, &[DASHBOARD_USER_ID])?;
    let id = call.user_id(DASHBOARD_USER_ID)?;
    let change = UserChange {
        status: call.parsed(STATUS, status)?,
        email_address: call.parsed(EMAIL_ADDRESS, |value| parse_with(value, EmailAddress::parse))?,
        name: call.parsed(NAME, |value| text(value, NAME_LENGTH_MAX))?,
        role: call.parsed(ROLE, role)?,
    };
    Ok((call, id, change, Asker::read(request)?))
}

impl Asker {
    fn read(request: &Request) -> Result<Self, DashboardError> {
        let acting_user = header(request, ACTING_USER).map(|text| UserId::parse(&text).map_err(|_| no_acting_user()));
        Ok(Self { acting_user: acting_user.transpose()?, ip_address: source_ip(request) })
    }

    /// Who will have done it: the credential, as `API` and by its client id; or the user for whom it acts, as that user is
    /// now, and as `MEMBER` if they have no role.
    ///
    /// # Errors
    /// [`DashboardError::InvalidField`] if the account has no such user or has deactivated them, [`DashboardError::NoSourceIp`], or the store's.
    pub async fn act(
        self,
        exchange: &Exchange<'_>,
        account: &AccountId,
        call: &Call<'_>,
    ) -> Result<Act, DashboardError> {
        let ip_address = self.ip_address.map_err(DashboardError::NoSourceIp)?;
        let client_id = call.client_id()?;
        let (principal, on_behalf) = match self.acting_user {
            None => {
                let id = Some(client_id.to_string());
                (Principal { id, name: None, email: None, role: Role::Api, ip_address }, false)
            }
            Some(id) => {
                let user = exchange.store().user(account, &id, &exchange.usage).await?;
                let user = user.filter(|user| user.status != UserStatus::Deactivated).ok_or_else(no_acting_user)?;
                let (name, email, role) = (user.name, Some(user.email_address), user.role.unwrap_or(Role::Member));
                (Principal { id: Some(id.to_string()), name, email, role, ip_address }, true)
            }
        };
        let (event_id, now) = (event_ids(exchange.now)(), exchange.now);
        Ok(Act { principal, client_id, on_behalf, event_id, now })
    }
}

fn no_acting_user() -> DashboardError {
    DashboardError::InvalidField("Acting-User must be the id of a dashboard user who is not deactivated".to_owned())
}
