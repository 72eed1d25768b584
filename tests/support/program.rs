//! The built program, started as `cargo run` would start it.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStderr, Command, Stdio},
    sync::LazyLock,
};

/// The command `emotechat`. Cargo builds it first, because it belongs to a different package than the tests.
pub fn emotechat() -> Command {
    static BINARY: LazyLock<PathBuf> = LazyLock::new(build);
    Command::new(&*BINARY)
}

fn build() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    // With a test beside it, cargo chooses the features that this test has, and compiles no dependency again.
    cargo.args(["build", "--bin", "emotechat", "--test", "emotechat", "--message-format", "json"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).output().unwrap();
    if !output.status.success() {
        let _ = std::io::stderr().write_all(&output.stderr);
        panic!("cannot build emotechat");
    }
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let mut executables = messages.filter_map(|line| {
        let message: serde_json::Value = serde_json::from_slice(line).ok()?;
        let is_program = message["target"]["kind"] == serde_json::json!(["bin"]);
        Some(PathBuf::from(message["executable"].as_str().filter(|_| is_program)?))
    });
    executables.next().expect("cargo reports the executable")
}

/// A running program. It is killed on drop.
pub struct Program {
    child: Child,
    url: String,
}

impl Program {
    /// Starts the program on free ports and waits until it prints its address. `log` receives its log.
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

    /// The base URL of its HTTP API.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The log, if it is piped.
    pub fn log(&mut self) -> ChildStderr {
        self.child.stderr.take().expect("the log must be piped, and can be taken only once")
    }

    /// Sends SIGKILL, which the program cannot handle.
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
