//! Why the stack does not start: one line each, for a person.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why the stack does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The template says something that this stack does not understand.
    #[error(transparent)]
    Template(#[from] crate::template::Error),
    /// The template lacks a resource that the stack is made of.
    #[error("{}: no {kind}", file.display())]
    Resource {
        /// The template.
        file: PathBuf,
        /// The resource's type.
        kind: &'static str,
    },
    /// An address is taken, or may not be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The folder of the data cannot be used.
    #[error("cannot use the data in {}: {what}", folder.display())]
    Data {
        /// The folder.
        folder: PathBuf,
        /// Why.
        what: String,
    },
    /// A table or secrets in memory cannot be made.
    #[error("cannot start the table: {0}")]
    Memory(String),
    /// The template names a binary that the stack is not linked with.
    #[error(
        "the template's {function} is made from \"{binary}\", which is not linked into this stack"
    )]
    Unlinked {
        /// The function's logical id.
        function: String,
        /// Its binary.
        binary: String,
    },
    /// A function is to run elsewhere, and could not be told where something is.
    #[error("the template's {function} does not declare {variable}: SAM would not pass it on")]
    Undeclared {
        /// The function's logical id.
        function: String,
        /// The environment variable.
        variable: &'static str,
    },
    /// The file for those that run functions elsewhere cannot be written.
    #[error("cannot write {}: {source}", file.display())]
    EnvVars {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A function failed to initialise.
    #[error("{function} does not start: {what}")]
    Function {
        /// The function's logical id.
        function: String,
        /// What it says.
        what: String,
    },
}
