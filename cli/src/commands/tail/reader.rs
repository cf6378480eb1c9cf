//! Whoever reads what is printed.

/// Resolves when nobody reads standard output any more, as after `| head -1`, although nothing is being printed just then.
/// Where standard output is no pipe, or that cannot be seen, it never does.
#[cfg(unix)]
pub(super) async fn gone() {
    use std::os::fd::AsFd as _;
    use tokio::io::Interest;
    use tokio::net::unix::pipe::Sender;

    // Nothing is written through it, so it need not be set to non-blocking, which standard output itself would become then.
    let stdout = std::io::stdout().as_fd().try_clone_to_owned();
    if let Ok(watched) = stdout.and_then(Sender::from_owned_fd_unchecked)
        && watched.ready(Interest::ERROR).await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}

/// Resolves never: the next line that is printed tells.
#[cfg(not(unix))]
pub(super) async fn gone() {
    std::future::pending::<()>().await;
}
