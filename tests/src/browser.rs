//! A browser, as far as the page for people can tell: it keeps cookies, follows redirects, and sends forms with their hidden fields.

use crate::account::Account;
use crate::bed::Bed;
use crate::call::Call;
use crate::reply::Reply;
use std::collections::BTreeMap;

/// Where the service is as the gateway of the tests says it: behind a domain and a stage.
pub const ORIGIN: &str = "https://audit.example.com";

/// A browser with cookies of its own.
#[derive(Debug)]
pub struct Browser<'a> {
    bed: &'a Bed,
    origin: &'static str,
    /// Where it is: each in a network of its own, for tries to sign in are counted by network.
    source_ip: String,
    /// The cookies by name.
    pub cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    /// One that has been nowhere yet.
    pub fn new(bed: &'a Bed) -> Self {
        let source_ip = format!("2001:db8:{:x}:{:x}::1", fastrand::u16(..), fastrand::u16(..));
        Self { bed, origin: ORIGIN, source_ip, cookies: BTreeMap::new() }
    }

    /// One that asks `audit serve` on its own machine.
    pub fn on_this_machine(bed: &'a Bed) -> Self {
        Self { origin: "http://127.0.0.1:3000", ..Self::new(bed) }
    }

    /// The answer to a `GET` of a path below the stage, with its query.
    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Call::page("GET", path)).await
    }

    /// The answer to a form that this site's page sends.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let call = Call::form(path, fields).header("Origin", "null").header("Sec-Fetch-Site", "same-origin");
        self.send(call).await
    }

    /// The answer to a call, with the cookies; those of the answer are kept.
    pub async fn send(&mut self, call: Call) -> Reply {
        let (scheme, host) = self.origin.split_once("://").expect("an origin");
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let call = call
            .from_address(&self.source_ip)
            .header("Host", host)
            .header("X-Forwarded-Proto", scheme)
            .header("Cookie", &cookies.join("; "));
        let reply = self.bed.send(&call).await;
        for set in reply.all("set-cookie") {
            let (name, value) = set.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            match set.contains("Max-Age=0;") {
                true => drop(self.cookies.remove(name)),
                false => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        reply
    }

    /// Signs in with an account's credential; the answer.
    pub async fn sign_in(&mut self, account: &Account) -> Reply {
        let form = self.get("/").await;
        let token = hidden(&form.body, "form");
        self.post("/session", &[("form", &token), ("client_id", &account.client_id), ("secret", &account.secret)]).await
    }

    /// Opens a viewer link by its URL; the path of its page.
    pub async fn open(&mut self, url: &str) -> String {
        let path = below_the_stage(url);
        let page = self.get(&path).await;
        let (token, code) = (hidden(&page.body, "form"), hidden(&page.body, "code"));
        let opened = self.post("/v", &[("form", &token), ("code", &code)]).await;
        assert_eq!(opened.status, 303, "{}", opened.body);
        below_the_stage(opened.header("location").expect("a place to go on to"))
    }
}

/// The path of a URL without its stage.
pub fn below_the_stage(url: &str) -> String {
    let (_, path) = url.split_once("/v1/").expect("a stage");
    format!("/{path}")
}

/// The value of a hidden field of a page.
pub fn hidden(page: &str, name: &str) -> String {
    let field = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&field).unwrap_or_else(|| panic!("no field {name}: {page}"));
    rest.split('"').next().unwrap_or_default().replace("&amp;", "&")
}

/// The targets of the links of a page, as they stand there, in order.
pub fn links(page: &str) -> Vec<String> {
    let targets = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    targets.map(|target| target.replace("&amp;", "&")).collect()
}
