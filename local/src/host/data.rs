//! Where a stack stores its data: in memory, or in a folder that only one process at a time can use.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use crate::Error;

/// Where a stack stores its data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Data {
    /// In memory; it is lost when the stack ends.
    #[default]
    Ephemeral,
    /// In this folder, which is created if it does not exist.
    Folder(PathBuf),
}

/// The data folder, locked for this process.
#[derive(Debug)]
pub(crate) struct DataDir {
    folder: Option<PathBuf>,
    /// Locked while it is open. The operating system releases the lock even if the process is killed.
    _lock: Option<File>,
}

impl DataDir {
    pub(crate) fn new(data: &Data) -> Result<Self, Error> {
        let Data::Folder(folder) = data else { return Ok(Self { folder: None, _lock: None }) };
        let unlocked = Self { folder: Some(folder.clone()), _lock: None };
        let lock = lock(folder).map_err(|what| unlocked.error(what))?;
        Ok(Self { _lock: Some(lock), ..unlocked })
    }

    /// The path of a file in the folder; `None` if data is in memory.
    pub(crate) fn file(&self, name: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(name))
    }

    pub(crate) fn error(&self, what: String) -> Error {
        match &self.folder {
            Some(folder) => Error::Data { folder: folder.clone(), what },
            None => Error::Memory(what),
        }
    }
}

fn lock(folder: &Path) -> Result<File, String> {
    create(folder).map_err(|error| error.to_string())?;
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join("lock"));
    let lock = lock.map_err(|error| error.to_string())?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err("another process is using it".to_owned()),
        Err(TryLockError::Error(error)) => Err(error.to_string()),
    }
}

/// The data includes addresses, password hashes and messages, so only its owner may access the folder.
fn create(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Reads a JSON file. Returns the default if there is no file yet, or if data is in memory.
pub(crate) fn read_json<T: DeserializeOwned + Default>(file: Option<&Path>) -> Result<T, String> {
    let Some(file) = file else { return Ok(T::default()) };
    match fs::read(file) {
        Ok(content) => serde_json::from_slice(&content).map_err(|error| error.to_string()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(T::default()),
        Err(error) => Err(error.to_string()),
    }
}

/// Replaces a file atomically: if the process is killed, either the old or the new file exists.
pub(crate) fn replace(file: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = file.with_extension("new");
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&temporary)?;
    written.write_all(content)?;
    written.sync_all()?;
    fs::rename(&temporary, file)?;
    // The rename is durable only after the folder is synced. Only Unix supports that.
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
