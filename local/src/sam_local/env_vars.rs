//! What `sam local` is told by `--env-vars`: for each function the values of the variables that the template declares for it.
//!
//! All of them, for SAM itself makes of `!Ref Table` the word `Table`, and of what it cannot resolve nothing.

use serde_json::{Map, Value};

use super::{keys::Keys, proxy::SERVICES};
use crate::{Error, template::Function};

/// The file's content.
pub(super) fn of(functions: &[Function], keys: &Keys, url: &str) -> Result<Value, Error> {
    let mut all = Map::new();
    for function in functions {
        let Some(key) = keys.get(&function.id) else { continue };
        let declared = function.environment.iter();
        let mut told: Map<String, Value> =
            declared.map(|(name, value)| (name.clone(), value.clone().into())).collect();
        for (variable, service) in SERVICES {
            let Some(value) = told.get_mut(variable) else {
                return Err(Error::Undeclared { function: function.id.clone(), variable });
            };
            *value = format!("{url}/{key}/{service}").into();
        }
        all.insert(function.id.clone(), told.into());
    }
    Ok(all.into())
}
