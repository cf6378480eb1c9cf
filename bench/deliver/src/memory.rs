//! The most memory that `events-deliver` holds as a process of its own, as it ships: when it has started, and when it has sent everything.

use crate::made::{destination, remove};
use crate::takes::Takes;
use anyhow::{Context as _, Result, ensure};
use audit_cli::engine::{Engine, Storage, TABLE, config};
use aws_sdk_dynamodb::Client;
use lambda_stand_in::{Invocation, RuntimeApi};
use shared::destination::target::{Bucket, Bus, Prefix, Target};
use shared::store::AuditStore;
use std::path::Path;
use std::process::Stdio;
use tokio::process::{Child, Command};

/// Sends all events of the account to one destination of each kind that takes no certificate, each through a process of its own.
pub(crate) async fn measure(folder: &Path, function: &Path) -> Result<()> {
    let engine = Engine::start(&Storage::Dir(folder.to_owned()), ([127, 0, 0, 1], 0).into())?;
    let store = AuditStore::new(Client::from_conf(config(&engine.endpoint_url()).build()), TABLE);
    let takes = Takes::start(false).await?;
    let (bucket, prefix) = (Bucket::parse("bucket")?, Prefix::parse("audit/")?);
    for target in [Target::S3 { bucket, prefix, window_s: 0 }, Target::EventBridge { bus: Bus::parse("audit")? }] {
        let kind = target.kind();
        let made = destination(&store, target, 0).await?;
        let mut api = RuntimeApi::start().await?;
        let mut process = start(function, &api, &engine.endpoint_url(), &takes.url)?;
        api.polled().await?;
        let at_start = peak_mib(&process)?;
        let invocation = Invocation {
            request_id: "00000000-0000-4000-8000-000000000000".to_owned(),
            event: r#"{"detail-type":"Scheduled Event","source":"aws.events","detail":{}}"#.into(),
            function_arn: "arn:aws:lambda:us-east-1:123456789012:function:events-deliver".to_owned(),
            trace_id: "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0".to_owned(),
        };
        let (_, answer) = api.invoke(invocation).await?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        ensure!(takes.requests() > 0 && answer.contains("\"destinations_failing\":0"), "{answer}");
        println!(
            "{kind:<12} memory of the process: {at_start:.1} MiB started, {:.1} MiB at most; {answer}",
            peak_mib(&process)?
        );
        process.kill().await?;
        takes.forget();
        remove(&store, &made).await?;
    }
    Ok(())
}

fn start(function: &Path, api: &RuntimeApi, dynamodb: &str, receiver: &str) -> Result<Child> {
    let mut command = Command::new(function);
    command.env_clear().envs([
        ("AWS_LAMBDA_FUNCTION_NAME", "events-deliver"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_RUNTIME_API", &api.address.to_string()),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb),
        ("AWS_ENDPOINT_URL_S3", receiver),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", receiver),
        ("TABLE_NAME", TABLE),
    ]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
    command.spawn().with_context(|| format!("cannot start {}", function.display()))
}

/// The largest resident set of a process so far, in MiB.
fn peak_mib(process: &Child) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id().context("the process has ended")?))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1_024.0)
}
