//! A key for each function that runs elsewhere. The key is part of the service URLs that the function gets, and identifies it.
//!
//! Access keys cannot identify functions, because `sam local` gives all functions the access key of its host. The keys are
//! stored with the data, so that the URLs stay valid after a restart.

use std::{collections::BTreeMap, path::PathBuf};

use crate::host::{data, random};

/// Keys, by the function's logical id.
pub(super) type Keys = BTreeMap<String, String>;

/// The stored keys, and new keys for functions that have none yet.
pub(super) fn of<'a>(
    functions: impl Iterator<Item = &'a str>,
    file: Option<PathBuf>,
) -> Result<Keys, String> {
    let stored: Keys = data::read_json(file.as_deref())?;
    let keys: Keys = functions
        .map(|id| (id.to_owned(), stored.get(id).cloned().unwrap_or_else(random::access_key)))
        .collect();
    if let Some(file) = file
        && keys != stored
    {
        let text = serde_json::to_vec_pretty(&keys).map_err(|error| error.to_string())?;
        data::replace(&file, &text).map_err(|error| error.to_string())?;
    }
    Ok(keys)
}
