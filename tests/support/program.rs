//! The built program, as `cargo run` starts it.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStderr, Command, Stdio},
    sync::LazyLock,
};

/// The command `emotechat`. Cargo builds it first, because it belongs to another package than the tests.
pub fn emotechat() -> Command {
    static BINARY: LazyLock<PathBuf> = LazyLock::new(build);
    Command::new(&*BINARY)
}

fn build() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--bin", "emotechat", "--message-format", "json"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).output().unwrap();
    if !output.status.success() {
        let _ = std::io::stderr().write_all(&output.stderr);
        panic!("emotechat cannot be built");
    }
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let mut executables = messages.filter_map(|line| {
        let message: serde_json::Value = serde_json::from_slice(line).ok()?;
        Some(PathBuf::from(message["executable"].as_str()?))
    });
    executables.next_back().expect("cargo names the executable")
}

/// A running program, killed when it is dropped.
pub struct Program {
    child: Child,
    url: String,
}

impl Program {
    /// Starts the program on free ports and waits until it prints its address. `log` is where its log goes.
    pub fn start(arguments: &[&str], log: Stdio) -> Self {
        let mut child = emotechat()
            .args(["--port", "0", "--socket-port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let url = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.trim().strip_prefix("HTTP").map(|url| url.trim().to_owned()))
            .expect("the program prints its address");
        Self { child, url }
    }

    /// The base address of its HTTP API.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its log, where that is piped.
    pub fn log(&mut self) -> ChildStderr {
        self.child.stderr.take().expect("the log is piped, and taken once")
    }

    /// Sends SIGKILL, which no handler sees.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
