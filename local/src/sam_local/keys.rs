//! A key for each function that runs elsewhere: it stands in the addresses that the function is told, and says who calls.
//!
//! Not the access key: `sam local` gives all functions the same one, its host's own. The keys are kept with the data, so that what
//! runs elsewhere finds its way after a restart.

use std::{collections::BTreeMap, path::PathBuf};

use crate::host::{data, random};

/// Keys by the logical ids of functions.
pub(super) type Keys = BTreeMap<String, String>;

/// The kept keys, and new ones for functions that have none.
pub(super) fn of<'a>(
    functions: impl Iterator<Item = &'a str>,
    file: Option<PathBuf>,
) -> Result<Keys, String> {
    let kept: Keys = data::kept(file.as_deref())?;
    let keys: Keys = functions
        .map(|id| (id.to_owned(), kept.get(id).cloned().unwrap_or_else(random::access_key)))
        .collect();
    if let Some(file) = file
        && keys != kept
    {
        let text = serde_json::to_vec_pretty(&keys).map_err(|error| error.to_string())?;
        data::replace(&file, &text).map_err(|error| error.to_string())?;
    }
    Ok(keys)
}
