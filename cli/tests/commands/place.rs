//! Where a test runs the command: an engine that all tests share, and an account and a file of its own.

use audit_cli::engine::{Engine, Storage, create_table_if_absent};
use audit_cli::template::Template;
use aws_sdk_dynamodb::types::AttributeValue;
use shared::log::append::Change;
use shared::log::entry::Entry;
use shared::process::clock;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::table::digest::{digest, event_ref, item_bytes};
use shared::table::item::Item;
use shared::values::ids::AccountId;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, OnceLock};
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;
use uuid::Uuid;

/// What a run of the command left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// An account of its own in the shared engine.
pub(crate) struct Place {
    pub(crate) account: String,
}

/// Runs what is asynchronous in a test, on the one runtime of all tests: the engine's client keeps connections, which end with the
/// runtime that they were made on.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    RUNTIME.get_or_init(runtime).block_on(future)
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let engine = Engine::start(&Storage::Memory, ([127, 0, 0, 1], 0).into()).expect("the engine starts");
        let template = Template::built_in().expect("the shipped template is understood");
        wait(create_table_if_absent(engine.client(), "audit", &template.table)).expect("the engine makes the table");
        engine
    })
}

/// The command in an environment without anything of the machine's: no region, no profile, no credentials.
pub(crate) fn audit(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_audit"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command.env("HOME", env!("CARGO_TARGET_TMPDIR")).env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

pub(crate) fn run(command: &mut Command) -> Run {
    left(command.output().expect("the command starts"))
}

/// Runs the command with that standard input.
pub(crate) fn piped(mut command: Command, input: &str) -> Run {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    stdin.write_all(input.as_bytes()).expect("the command reads");
    drop(stdin);
    left(child.wait_with_output().expect("the command ends"))
}

fn left(output: Output) -> Run {
    let text = |bytes| String::from_utf8(bytes).expect("the command prints UTF-8");
    let run = Run {
        code: output.status.code().expect("the command ends by itself"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    holds_no_secret(&run);
    run
}

/// A secret is printed once, by the command that makes it, to standard output.
fn holds_no_secret(run: &Run) {
    static MADE: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().expect("no test panics with it");
    let is_printed = made.iter().any(|secret| run.stdout.contains(secret));
    made.extend(secret_made(&run.stdout));
    let is_printed = is_printed || made.iter().any(|secret| run.stderr.contains(secret));
    drop(made);
    assert!(!is_printed, "a secret is printed again");
}

/// The secret in the output of `audit credential create` and `rotate`, as JSON or as text.
fn secret_made(stdout: &str) -> Option<String> {
    let json = serde_json::from_str::<serde_json::Value>(stdout).ok();
    let in_json = json.as_ref().and_then(|made| made.get("secret")?.as_str());
    let in_text = stdout.lines().find_map(|line| line.strip_prefix("secret "));
    in_json.or(in_text).map(|secret| secret.trim().to_owned())
}

/// A file with that content, which is gone when the value is dropped.
pub(crate) fn file(content: impl AsRef<[u8]>) -> NamedTempFile {
    let file = NamedTempFile::new().expect("the file is made");
    std::fs::write(file.path(), content).expect("the file is written");
    file
}

impl Place {
    /// An account that there is, without anything in it.
    pub(crate) fn new() -> Self {
        let place = Self::unknown();
        let account = AccountId::parse(&place.account).expect("an account id");
        wait(place.store().create_account(&account, &Usage::default())).expect("the engine answers");
        place
    }

    /// An account that there is not.
    pub(crate) fn unknown() -> Self {
        Self { account: format!("account-{}", Uuid::new_v4().simple()) }
    }

    pub(crate) fn store(&self) -> AuditStore {
        AuditStore::new(engine().client().clone(), "audit")
    }

    /// Runs the command on the shared engine.
    pub(crate) fn audit(&self, arguments: &[&str]) -> Run {
        run(&mut self.command(arguments))
    }

    /// The command on the shared engine.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let port = engine().address().port().to_string();
        audit(&[arguments, &["--local", &port]].concat())
    }

    /// Runs the command on the shared engine, with that standard input.
    pub(crate) fn audit_piped(&self, arguments: &[&str], input: &str) -> Run {
        piped(self.command(arguments), input)
    }

    /// Runs `audit import` on a file of that content. `FILE` stands for its name in what is printed.
    pub(crate) fn import(&self, kind: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Run {
        let file = file(content);
        let name = file.path().display().to_string();
        let run = self.audit(&[&["import", kind, &name, "--account", &self.account], more].concat());
        Run { stderr: run.stderr.replace(&name, "FILE"), stdout: run.stdout.replace(&name, "FILE"), ..run }
    }

    /// Runs `audit import` with the content as standard input.
    pub(crate) fn import_piped(&self, kind: &str, content: &str) -> Run {
        self.audit_piped(&["import", kind, "-", "--account", &self.account], content)
    }

    /// The events of the account in the table, oldest first: id and description.
    pub(crate) fn events(&self) -> Vec<(String, String)> {
        self.query(&format!("events#{}#00", self.account), "event_description")
    }

    /// Which writer told of each event, oldest first: id and recorder.
    pub(crate) fn recorders(&self) -> Vec<(String, String)> {
        self.query(&format!("events#{}#00", self.account), "recorded_by")
    }

    /// The users of the account in the table: id and address.
    pub(crate) fn users(&self) -> Vec<(String, String)> {
        self.query(&format!("users#{}", self.account), "email_address")
    }

    /// Gives each event of the account that has no position yet the next one, as `log-append` does from the stream: in the order
    /// of their times, where several have none.
    pub(crate) fn extend_log(&self) {
        let account = AccountId::parse(&self.account).expect("an account id");
        let change = |item: &Item| Change {
            entry: Entry::Event(event_ref("00", &text(item, "sk"), item), digest(item)),
            number: None,
            created_at_s: None,
            item_bytes: item_bytes(item),
        };
        let changes: Vec<_> = self.items(&format!("events#{}#00", self.account)).iter().map(change).collect();
        let (store, usage) = (self.store(), Usage::default());
        wait(store.append_to_log(&account, &changes, clock::now, &usage)).expect("the log grows");
    }

    /// Deletes an event, or puts another in its place, as no writer does.
    #[expect(clippy::disallowed_methods, reason = "what is deleted although nobody may is to be noticed")]
    pub(crate) fn tamper(&self, id: &str, description: Option<&str>) {
        let items = self.items(&format!("events#{}#00", self.account));
        let item = items.into_iter().find(|item| text(item, "sk").ends_with(&format!("#{id}"))).expect("the event");
        let key = |name: &str| AttributeValue::S(text(&item, name));
        let client = engine().client();
        let delete = client.delete_item().table_name("audit").key("pk", key("pk")).key("sk", key("sk"));
        wait(delete.send()).expect("the engine answers");
        if let Some(description) = description {
            let mut other = item.clone();
            other.insert("event_description".to_owned(), AttributeValue::S(description.to_owned()));
            wait(client.put_item().table_name("audit").set_item(Some(other)).send()).expect("the engine answers");
        }
    }

    fn query(&self, pk: &str, attribute: &str) -> Vec<(String, String)> {
        let id = |sk: String| sk.split_once('#').map_or(sk.clone(), |(_, id)| id.to_owned());
        self.items(pk).iter().map(|item| (id(text(item, "sk")), text(item, attribute))).collect()
    }

    /// The items of a partition, by sort key.
    pub(crate) fn items(&self, pk: &str) -> Vec<Item> {
        let query = engine().client().query().table_name("audit").key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()));
        wait(query.send()).expect("the engine answers").items.unwrap_or_default()
    }
}

fn text(item: &Item, name: &str) -> String {
    item.get(name).and_then(|value| value.as_s().ok()).expect("a string").clone()
}
