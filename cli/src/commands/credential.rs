//! `audit credential`: makes, lists, rotates and revokes credentials.

use crate::accounts::{self, create_credential};
use crate::connection::Connection;
use crate::terminal::say;
use aws_sdk_dynamodb::error::BoxError;
use shared::credential::{Credential, Presented, Scope, Secret};
use shared::process::clock;
use shared::process::secret::secret;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::ids::{AccountId, ClientId};
use std::io::{self, Write as _};

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Make a credential, and show its secret, once
    Create {
        /// Account it belongs to
        #[arg(long, value_parser = AccountId::parse, allow_hyphen_values = true)]
        account: AccountId,
        /// Its client id; a random one if absent
        #[arg(long, value_parser = ClientId::parse, allow_hyphen_values = true)]
        client_id: Option<ClientId>,
        /// What it may do; repeat it or separate with commas: users:read, users:write, audit:read, events:write, events:import
        #[arg(long = "scope", required = true, value_delimiter = ',', value_parser = parse_scope)]
        scopes: Vec<Scope>,
        /// Print `{"account","client_id","secret","token","scopes"}`
        #[arg(long)]
        json: bool,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// List the credentials of an account, revoked ones included; never a secret
    List {
        /// The account
        #[arg(long, value_parser = AccountId::parse, allow_hyphen_values = true)]
        account: AccountId,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// Revoke a credential, for good; functions that remember it let it in for a minute more
    Revoke {
        /// Its client id
        #[arg(value_parser = ClientId::parse, allow_hyphen_values = true)]
        client_id: ClientId,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// Give a credential a second secret, and show it, once; the one before stays good until --retire
    Rotate {
        /// Its client id
        #[arg(value_parser = ClientId::parse, allow_hyphen_values = true)]
        client_id: ClientId,
        /// Make no new secret: end the one before the newest
        #[arg(long, conflicts_with = "json")]
        retire: bool,
        /// Print `{"account","client_id","secret","token","scopes"}`
        #[arg(long)]
        json: bool,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
}

fn parse_scope(text: &str) -> Result<Scope, String> {
    Scope::parse(text).ok_or_else(|| {
        format!("must be one of {}", Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", "))
    })
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// The table cannot be reached, or the credential is not as it would have to be.
    pub(crate) async fn run(self) -> Result<(), BoxError> {
        match self {
            Self::Create { account, client_id, scopes, json, connection } => {
                let client_id = client_id.map_or_else(random_client_id, Ok)?;
                let secret = secret()?;
                let credential =
                    create_credential(&connection.open().await?, account, client_id, &secret, scopes).await?;
                show(&credential, secret, json)
            }
            Self::List { account, json, connection } => {
                let store = connection.open().await?;
                accounts::must_exist(&store, &account).await?;
                list(&store.credentials(&account, &Usage::default()).await?, json)
            }
            Self::Revoke { client_id, connection } => {
                let store = connection.open().await?;
                if store.revoke_credential(&client_id, clock::now(), &Usage::default()).await? {
                    Ok(say(&format!("{client_id} is revoked; within a minute no function lets it in."))?)
                } else {
                    Err(unknown(&client_id))
                }
            }
            Self::Rotate { client_id, retire, json, connection } => {
                let store = connection.open().await?;
                if retire { end_older(&store, &client_id).await } else { rotate(&store, &client_id, json).await }
            }
        }
    }
}

async fn seen(store: &AuditStore, client_id: &ClientId) -> Result<Credential, BoxError> {
    let seen = store.credential(client_id, &Usage::default()).await?.ok_or_else(|| unknown(client_id))?;
    match seen.revoked_at {
        None => Ok(seen),
        Some(at) => Err(format!("{client_id} was revoked at {at}; make a new credential").into()),
    }
}

async fn rotate(store: &AuditStore, client_id: &ClientId, json: bool) -> Result<(), BoxError> {
    let seen = seen(store, client_id).await?;
    if seen.secret_hashes.len() >= Credential::SECRETS_MAX {
        let retire = format!("audit credential rotate {client_id} --retire");
        return Err(format!("{client_id} has two secrets already; end the older one first: {retire}").into());
    }
    let secret = secret()?;
    let hashes: Vec<_> = [secret.hash()].into_iter().chain(seen.secret_hashes.iter().copied()).collect();
    set(store, &seen, &hashes).await?;
    show(&seen, secret, json)
}

async fn end_older(store: &AuditStore, client_id: &ClientId) -> Result<(), BoxError> {
    let seen = seen(store, client_id).await?;
    let [newest, _older, ..] = seen.secret_hashes.as_slice() else {
        return Err(format!("{client_id} has one secret only; rotate it first").into());
    };
    set(store, &seen, &[*newest]).await?;
    Ok(say(&format!("The older secret of {client_id} is ended; within a minute no function lets it in."))?)
}

async fn set(store: &AuditStore, seen: &Credential, hashes: &[shared::credential::SecretHash]) -> Result<(), BoxError> {
    if store.set_secrets(seen, hashes, &Usage::default()).await? {
        Ok(())
    } else {
        Err("somebody else changed the credential at the same time; look at it and try again".into())
    }
}

fn unknown(client_id: &ClientId) -> BoxError {
    format!("there is no credential with the client id {client_id}").into()
}

/// 16 random letters and digits of the secret alphabet: unique, not secret.
fn random_client_id() -> Result<ClientId, BoxError> {
    let random: String = secret()?.reveal().chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    Ok(ClientId::parse(&random)?)
}

fn show(credential: &Credential, secret: Secret, json: bool) -> Result<(), BoxError> {
    let scopes: Vec<_> = credential.scopes.iter().map(|scope| scope.as_str()).collect();
    let (account, client_id) = (credential.account.as_str(), credential.client_id.clone());
    let presented = Presented { client_id, secret };
    let (client_id, secret, token) = (presented.client_id.as_str(), presented.secret.reveal(), presented.to_token());
    if json {
        let shown = serde_json::json!({
            "account": account, "client_id": client_id, "secret": secret, "token": token, "scopes": scopes,
        });
        return reveal(&shown.to_string());
    }
    reveal(&format!(
        "account    {account}\nclient id  {client_id}\nsecret     {secret}\ntoken      {token}\nscopes     {}\n\n\
         The secret is not stored and cannot be shown again.",
        scopes.join(", ")
    ))
}

/// Prints what is shown once. That nobody reads it is an error, for nobody has the secret then.
fn reveal(text: &str) -> Result<(), BoxError> {
    Ok(writeln!(io::stdout(), "{text}")?)
}

fn list(credentials: &[Credential], json: bool) -> Result<(), BoxError> {
    for credential in credentials {
        let scopes: Vec<_> = credential.scopes.iter().map(|scope| scope.as_str()).collect();
        let revoked_at = credential.revoked_at.map(|at| at.to_string());
        let (client_id, created_at) = (credential.client_id.as_str(), credential.created_at.to_string());
        let secrets = credential.secret_hashes.len();
        let line = if json {
            serde_json::json!({
                "client_id": client_id, "created_at": created_at, "revoked_at": revoked_at,
                "secrets": secrets, "scopes": scopes,
            })
            .to_string()
        } else {
            let state = revoked_at.map_or_else(|| format!("{secrets} secret(s)"), |at| format!("revoked {at}"));
            format!("{client_id:<20}  created {created_at}  {state}  {}", scopes.join(", "))
        };
        say(&line)?;
    }
    Ok(())
}
