//! One run: start the process, hand it its first invocation and then the warm ones, and note what they took.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use hyper::body::Bytes;
use lambda_stand_in::{Invocation, RuntimeApi};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use crate::{environment, fixture::Function, settings::Settings};

/// After this long without the next step, a process counts as stuck.
const STEP_TIMEOUT: Duration = Duration::from_secs(30);
/// Rest before each start, so that the end of the process before it is over.
const REST: Duration = Duration::from_millis(20);
/// What X-Ray calls every invocation: not sampled.
const TRACE_ID: &str = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0";
/// How much of the end of a function's log is shown when a run fails.
const LOG_TAIL_BYTES: usize = 2_000;

/// The figures of one function over all runs.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// Start to first poll, with Amazon's own endpoint configured.
    pub(crate) start_https: Vec<Duration>,
    /// Start to first poll, with the bench's endpoint configured.
    pub(crate) start: Vec<Duration>,
    /// First invocation to its answer.
    pub(crate) first: Vec<Duration>,
    /// Start and first answer of a run together, with the bench's endpoint.
    pub(crate) cold: Vec<Duration>,
    /// Every warm invocation to its answer.
    pub(crate) warm: Vec<Duration>,
    /// Peak resident memory, in KiB.
    pub(crate) peak_kib: Vec<u64>,
}

/// The figures of one run.
#[derive(Debug)]
pub(crate) struct Run {
    start_https: Duration,
    start: Duration,
    /// None of a function that is only started.
    answers: Option<Answers>,
    peak_kib: u64,
}

/// What the invocations of a run took.
#[derive(Debug)]
struct Answers {
    first: Duration,
    /// What the first invocation was answered with.
    answer: Bytes,
    warm: Vec<Duration>,
}

impl Run {
    /// What the first invocation was answered with, if there was one.
    pub(crate) fn answer(&self) -> Option<&Bytes> {
        self.answers.as_ref().map(|answers| &answers.answer)
    }
}

impl Measured {
    /// Adds a run.
    pub(crate) fn add(&mut self, run: Run) {
        self.start_https.push(run.start_https);
        self.start.push(run.start);
        if let Some(Answers { first, answer: _, warm }) = run.answers {
            self.first.push(first);
            self.cold.push(run.start + first);
            self.warm.extend(warm);
        }
        self.peak_kib.push(run.peak_kib);
    }
}

/// Runs a function twice: once as in production, to the first poll and no further, so that nothing is sent to Amazon's
/// endpoint but all that HTTPS needs is set up; and once on the bench's store, through all invocations, if it is called.
pub(crate) async fn run(function: &Function, settings: &Settings) -> Result<Run> {
    let (mut production, start_https) = Process::start(function, settings, None).await?;
    production.child.kill().await?;

    let (mut process, start) = Process::start(function, settings, Some(&settings.endpoint)).await?;
    settings.cgroup.as_deref().map_or(Ok(()), |cgroup| process.enter(cgroup))?;
    let answers = match function.is_called {
        true => Some(invoke_all(&mut process, function, settings.warm).await),
        false => None,
    };
    let peak_kib = process.peak_kib();
    process.child.kill().await?;
    let answers = answers.transpose().with_context(|| process.log_tail())?;
    Ok(Run { start_https, start, answers, peak_kib: peak_kib? })
}

/// Hands out the first and all warm invocations, each after the poll for it.
async fn invoke_all(process: &mut Process, function: &Function, warm: u32) -> Result<Answers> {
    let (first, answer) = process.invoke(function, 0).await?;
    let mut times = Vec::with_capacity(warm as usize);
    for number in 1..=warm {
        step(process.api.polled()).await?;
        times.push(process.invoke(function, number).await?.0);
    }
    Ok(Answers { first, answer, warm: times })
}

/// A started function. Dropped, it is killed.
#[derive(Debug)]
struct Process {
    child: Child,
    api: RuntimeApi,
    log: PathBuf,
}

impl Process {
    /// Starts a function and waits for its first poll.
    async fn start(function: &Function, settings: &Settings, endpoint: Option<&str>) -> Result<(Self, Duration)> {
        let api = RuntimeApi::start().await?;
        let log = settings.log_dir.join(format!("{}.log", function.name));
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new(&function.executable);
        command.env_clear().envs(environment::variables(function, settings, &api.address.to_string()));
        if let Some(url) = endpoint {
            command.env("AWS_ENDPOINT_URL_DYNAMODB", url).envs(settings.trust.iter().cloned());
        }
        command.stdin(Stdio::null()).stderr(output.try_clone()?).stdout(output).kill_on_drop(true);

        sleep(REST).await;
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {}", function.executable.display()))?;
        let mut process = Self { child, api, log };
        let polled = tokio::select! {
            polled = step(process.api.polled()) => polled,
            status = process.child.wait() => Err(anyhow::anyhow!("ended before its first poll: {status:?}")),
        };
        let polled = polled.with_context(|| process.log_tail())?;
        Ok((process, polled.duration_since(started)))
    }

    /// Hands out one invocation and checks its answer.
    async fn invoke(&mut self, function: &Function, number: u32) -> Result<(Duration, Bytes)> {
        let invocation = Invocation {
            request_id: format!("00000000-0000-4000-8000-{number:012}"),
            event: function.event.next()?,
            function_arn: format!("arn:aws:lambda:us-east-1:123456789012:function:{}", function.name),
            trace_id: TRACE_ID.to_owned(),
        };
        let (took, answer) = step(self.api.invoke(invocation)).await?;
        function.check(&answer)?;
        Ok((took, answer))
    }

    /// Puts the process, with all its threads, into a control group.
    fn enter(&self, cgroup: &Path) -> Result<()> {
        let members = cgroup.join("cgroup.procs");
        std::fs::write(&members, self.id()?.to_string()).with_context(|| format!("cannot write {}", members.display()))
    }

    /// The id of the process.
    fn id(&self) -> Result<u32> {
        self.child.id().context("the process has ended")
    }

    /// The most memory that the process has held so far, in KiB.
    fn peak_kib(&self) -> Result<u64> {
        let id = self.id()?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        parse_peak_kib(&status).context("no VmHWM in the status of the process")
    }

    /// The end of what the function wrote.
    fn log_tail(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let tail = log.get(log.len().saturating_sub(LOG_TAIL_BYTES)..).unwrap_or_default();
        format!("its log ends with:\n{}", String::from_utf8_lossy(tail))
    }
}

/// Bounds one step.
async fn step<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    match timeout(STEP_TIMEOUT, future).await {
        Ok(result) => result,
        Err(_) => bail!("nothing happened for {STEP_TIMEOUT:?}"),
    }
}

/// Finds the peak of the resident set, `VmHWM`, in the text of `/proc/<id>/status`.
fn parse_peak_kib(status: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse_peak_kib;

    #[test]
    fn the_peak_is_read_from_the_status() {
        assert_eq!(parse_peak_kib("Name:\tx\nVmHWM:\t    9876 kB\nVmRSS:\t 5 kB\n"), Some(9876));
        assert_eq!(parse_peak_kib("Name:\tx\n"), None);
    }
}
