//! The file for `sam local --env-vars`: for each function, the values of the variables that the template declares for it.
//!
//! It lists every variable, because SAM resolves `!Ref Table` to the word `Table` and drops what it cannot resolve.

use serde_json::{Map, Value};

use super::{keys::Keys, proxy::SERVICES};
use crate::{Error, template::Function};

/// The content of the file.
pub(super) fn of(functions: &[Function], keys: &Keys, url: &str) -> Result<Value, Error> {
    let mut all = Map::new();
    for function in functions {
        let Some(key) = keys.get(&function.id) else { continue };
        let declared = function.environment.iter();
        let mut variables: Map<String, Value> =
            declared.map(|(name, value)| (name.clone(), value.clone().into())).collect();
        for (variable, service) in SERVICES {
            let Some(value) = variables.get_mut(variable) else {
                return Err(Error::Undeclared { function: function.id.clone(), variable });
            };
            *value = format!("{url}/{key}/{service}").into();
        }
        all.insert(function.id.clone(), variables.into());
    }
    Ok(all.into())
}
