//! `audit serve`: the whole service in one process, for a laptop and for the tests.

mod deliveries;
mod error;
mod listener;
mod log_key;
mod rounds;
mod schedule;
mod stream;

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use shared::process::app::App;
use shared::process::invocation::Invocation;
use shared::store::AuditStore;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::demo::{self, Banner};
use crate::engine::{Engine, Storage, TABLE};
use crate::functions::functions;
use crate::gateway::Gateway;
use crate::ocsf_mapping;
use crate::port::Callers;
use crate::stop_signal::stop_signal;
use crate::template::Template;
use crate::terminal::say;
pub use error::ServeError;
pub use listener::RequestLog;
use listener::Service;
use stream::{Pace, Stream};

/// How long requests under way may take once the service is told to stop.
const STOP_S_MAX: Duration = Duration::from_secs(5);

/// What to serve, and where.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Port of the service; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 3000)]
    pub port: u16,
    /// Port of the DynamoDB endpoint, for `aws dynamodb` and the other `audit` commands; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    pub dynamodb_port: u16,
    /// Address to listen on; the DynamoDB endpoint is always on the loopback address
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub host: IpAddr,
    /// Name of this machine that others ask it by, besides its addresses; for a --host that others can reach
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// Keep the data in memory, and lose it on exit
    #[arg(long, conflicts_with = "data_dir")]
    pub memory: bool,
    /// Folder of the data
    #[arg(long, value_name = "DIR", default_value = ".audit")]
    pub data_dir: PathBuf,
    /// Template that defines routes and table, instead of the one built in
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
    /// Folder that stands for S3: each bucket of a destination is a folder in it; `objects` in the data folder if absent
    #[arg(long, value_name = "DIR")]
    pub objects_dir: Option<PathBuf>,
    /// JSON file that says what your event types are in OCSF
    #[arg(long, value_name = "FILE")]
    pub ocsf_mapping: Option<PathBuf>,
    /// Do not make the demo account, which is made only in an empty folder and for this machine
    #[arg(long)]
    pub no_demo: bool,
}

/// A service that runs. [`Running::stop`] lets requests under way finish; dropping it does not.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    app: Arc<App>,
    banner: Option<Banner>,
    stop: oneshot::Sender<()>,
    listening: JoinHandle<()>,
    schedule: JoinHandle<()>,
    rounds: JoinHandle<()>,
    deliveries: JoinHandle<()>,
    stream: Stream,
    engine: Engine,
}

/// Serves until Ctrl-C or SIGTERM.
///
/// # Errors
/// Whatever keeps it from starting; once it runs, it runs.
pub async fn run(options: Options) -> Result<(), ServeError> {
    if !options.host.is_loopback() {
        let warning = "warning: everyone who can reach this machine can reach the service, without encryption";
        let _ = writeln!(io::stderr(), "{warning} (--host {})", options.host);
    }
    let log: RequestLog = Arc::new(print);
    let running = Running::start(&options, log).await?;
    let stopped = stop_signal().map_err(ServeError::Signals)?;
    for line in running.greeting() {
        print(&line);
    }
    stopped.await;
    print("stopping");
    running.stop().await;
    Ok(())
}

impl Running {
    /// Starts engine, table, stream and gateway; `log` gets a line for every request.
    ///
    /// # Errors
    /// The template is not understood, a port or the data folder is in use, or the data is not as it should be.
    pub async fn start(options: &Options, log: RequestLog) -> Result<Self, ServeError> {
        let template = options.template.as_deref().map_or_else(Template::built_in, Template::read)?;
        let mapping = ocsf_mapping::read(options.ocsf_mapping.as_deref()).map_err(ServeError::OcsfMapping)?;
        let wanted = SocketAddr::new(options.host, options.port);
        let port_error = |error| ServeError::port(wanted, error);
        let socket = TcpListener::bind(wanted).await.map_err(port_error)?;
        let address = socket.local_addr().map_err(port_error)?;

        let engine = Engine::start(&options.storage(), (Ipv4Addr::LOCALHOST, options.dynamodb_port).into())?;
        engine.create_table_if_absent(TABLE, &template.table).await?;
        let changes = engine.changes(TABLE).await?; // before anything is recorded
        let means = rounds::means((!options.memory).then(|| options.data_dir.clone()))?;
        let store = AuditStore::new(engine.client().clone(), TABLE);
        let has_demo = demo::prepare(&store, options.host.is_loopback(), !options.no_demo).await?;
        let banner = has_demo.then(|| demo::banner(&url(address)));

        let app = Arc::new(App::new(store).with_ocsf_mapping(mapping));
        let gateway = Arc::new(Gateway::new(&template, functions(&app), &reachable(address).to_string())?);
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _ = stopped.await; // its sender gone, there is nobody to serve for
        };
        let schedule = schedule::start(Arc::clone(&app), Arc::clone(&log));
        let rounds = rounds::start(Arc::clone(&app), means, Arc::clone(&log));
        let (grown, deliveries) =
            deliveries::start(Arc::clone(&app), deliveries::means(options.objects_dir()), Arc::clone(&log));
        let appending = Arc::clone(&app);
        let stream = stream::start("log-append", changes, Pace::default(), Arc::clone(&log), move |event| {
            let (app, grown) = (Arc::clone(&appending), grown.clone());
            async move {
                let accounts = deliveries::accounts(&event);
                let taken = log_append::handle(&app, event, &Invocation::default()).await;
                let _ = grown.send(accounts); // once the deliveries have stopped, nobody waits for them
                taken
            }
        });
        let service = Service { gateway, callers: Arc::new(options.callers()), log };
        let listening = tokio::spawn(listener::listen(socket, service, stopped));
        Ok(Self { address, app, banner, stop, listening, schedule, rounds, deliveries, stream, engine })
    }

    /// Base URL of the service, without a slash at its end.
    pub fn url(&self) -> String {
        url(self.address)
    }

    /// The engine below it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The app that its functions share.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Answers the requests under way, has the log take the changes in hand, then closes the data file and frees the ports.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = tokio::time::timeout(STOP_S_MAX, self.listening).await;
        self.schedule.abort();
        self.rounds.abort();
        self.deliveries.abort();
        let _ = tokio::time::timeout(STOP_S_MAX, self.stream.stop()).await;
        self.engine.stop();
    }

    fn greeting(&self) -> Vec<String> {
        let data = match self.engine.file() {
            Some(file) => file.display().to_string(),
            None => "memory, lost on exit".to_owned(),
        };
        let endpoint = self.engine.endpoint_url();
        let mut lines = vec![
            format!("Listening on  {}", self.url()),
            format!("DynamoDB on   {endpoint} (table {TABLE}, region us-east-1, any credentials)"),
            format!("Data in       {data}"),
            String::new(),
        ];
        if let Some(banner) = &self.banner {
            lines.extend(banner.lines.iter().cloned());
            lines.push(String::new());
        }
        lines.push("Ctrl-C stops it.".to_owned());
        lines
    }
}

impl Options {
    fn callers(&self) -> Callers {
        let callers =
            if self.host.is_loopback() { Callers::of_this_machine() } else { Callers::from_anywhere(&self.allow_host) };
        callers.with_pages()
    }

    fn objects_dir(&self) -> PathBuf {
        self.objects_dir.clone().unwrap_or_else(|| self.data_dir.join("objects"))
    }

    fn storage(&self) -> Storage {
        if self.memory { Storage::Memory } else { Storage::Dir(self.data_dir.clone()) }
    }
}

impl Default for Options {
    /// What the command line defaults to.
    fn default() -> Self {
        Self {
            port: 3000,
            dynamodb_port: 8000,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            memory: false,
            data_dir: PathBuf::from(".audit"),
            allow_host: Vec::new(),
            objects_dir: None,
            template: None,
            ocsf_mapping: None,
            no_demo: false,
        }
    }
}

fn url(address: SocketAddr) -> String {
    format!("http://{}", reachable(address))
}

/// Where this machine reaches what listens on an address, which may be the one that stands for all.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// One line on standard output. That it cannot be printed is no reason to stop.
fn print(line: &str) {
    let _ = say(line);
}

#[cfg(test)]
mod tests;
