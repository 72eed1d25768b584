//! Reasons why the stack cannot start. Each message is one line for the terminal.

use std::{io, net::SocketAddr, path::PathBuf};

/// Reasons why the stack cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The template is invalid, or uses something that the local stack does not support.
    #[error(transparent)]
    Template(#[from] crate::template::Error),
    /// The template does not declare a resource that the stack needs.
    #[error("{}: the template has no {kind}", file.display())]
    Resource {
        /// The template.
        file: PathBuf,
        /// The resource's type.
        kind: &'static str,
    },
    /// An address is in use, or listening on it is not permitted.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The data folder cannot be used.
    #[error("cannot use the data in {}: {what}", folder.display())]
    Data {
        /// The folder.
        folder: PathBuf,
        /// The reason.
        what: String,
    },
    /// The in-memory table or secrets cannot be created.
    #[error("cannot create the in-memory data: {0}")]
    Memory(String),
    /// The template names a binary that is not linked into the stack.
    #[error("{function} needs the binary \"{binary}\", which is not linked into the local stack")]
    Unlinked {
        /// The function's logical id.
        function: String,
        /// The name of the binary.
        binary: String,
    },
    /// A function that runs under `sam local` does not declare a variable that it needs.
    #[error(
        "{function} does not declare {variable} in the template, so SAM would not pass it to the function"
    )]
    Undeclared {
        /// The function's logical id.
        function: String,
        /// The environment variable.
        variable: &'static str,
    },
    /// The file for `sam local --env-vars` cannot be written.
    #[error("cannot write {}: {source}", file.display())]
    EnvVars {
        /// The file.
        file: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A function failed to initialize.
    #[error("{function} failed to start: {what}")]
    Function {
        /// The function's logical id.
        function: String,
        /// The function's error.
        what: String,
    },
}
