//! Where the data is: in memory, or in a folder that one process at a time uses.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use crate::Error;

/// Where a stack keeps its data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Data {
    /// In memory; it ends with the stack.
    #[default]
    Ephemeral,
    /// In this folder, which is made if it is missing.
    Folder(PathBuf),
}

/// The data, held for this process.
#[derive(Debug)]
pub(crate) struct DataDir {
    folder: Option<PathBuf>,
    /// Locked as long as it is open; the system unlocks it however the process ends.
    _lock: Option<File>,
}

impl DataDir {
    pub(crate) fn new(data: &Data) -> Result<Self, Error> {
        let Data::Folder(folder) = data else { return Ok(Self { folder: None, _lock: None }) };
        let held = Self { folder: Some(folder.clone()), _lock: None };
        let lock = lock(folder).map_err(|what| held.error(what))?;
        Ok(Self { _lock: Some(lock), ..held })
    }

    /// A file of the folder, if there is one.
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
        Err(TryLockError::WouldBlock) => Err("another process uses it".to_owned()),
        Err(TryLockError::Error(error)) => Err(error.to_string()),
    }
}

/// It holds addresses, password hashes and messages: it is its owner's alone.
fn create(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// What a JSON file of the folder holds; nothing, if it is not there yet or nothing is kept.
pub(crate) fn kept<T: DeserializeOwned + Default>(file: Option<&Path>) -> Result<T, String> {
    let Some(file) = file else { return Ok(T::default()) };
    match fs::read(file) {
        Ok(kept) => serde_json::from_slice(&kept).map_err(|error| error.to_string()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(T::default()),
        Err(error) => Err(error.to_string()),
    }
}

/// Replaces a file as a whole: whenever the process ends, the old or the new one is there.
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
    // The rename itself lasts once the folder is synced; only Unix can.
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
