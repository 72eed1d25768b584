//! The only reader of the environment. It reports all missing and invalid variables together.

use std::collections::BTreeMap;

/// The environment variables of a function.
#[derive(Debug, Clone)]
pub struct Variables {
    values: BTreeMap<String, String>,
    faults: Vec<String>,
}

/// Some variables are missing or invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid environment: {}", .0.join("; "))]
pub struct Error(pub Vec<String>);

impl Variables {
    /// The environment of this process.
    pub fn from_process() -> Self {
        std::env::vars().collect::<BTreeMap<_, _>>().into()
    }

    /// A required variable.
    pub fn text(&mut self, name: &str) -> String {
        match self.optional(name) {
            Some(value) => value,
            None => {
                self.faults.push(format!("{name} is not set"));
                String::new()
            }
        }
    }

    /// A variable that may be absent or empty.
    pub fn optional(&self, name: &str) -> Option<String> {
        self.values.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// A required variable that `parse` must accept. `expected` describes its value in the error.
    pub fn parsed<T>(
        &mut self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name);
        let value = parse(&text);
        if value.is_none() && !text.is_empty() {
            self.faults.push(format!("{name} must be {expected}"));
        }
        value
    }

    /// A variable that may be absent or empty. Otherwise, `parse` must accept it.
    pub fn optional_parsed<T>(
        &mut self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.optional(name).and_then(|_| self.parsed(name, expected, parse))
    }

    /// A required variable that must be a whole number of at least 1.
    pub fn number<T: std::str::FromStr + PartialOrd + From<u8>>(&mut self, name: &str) -> T {
        let text = self.text(name);
        match text.parse::<T>() {
            Ok(number) if number >= T::from(1) => number,
            _ => {
                if !text.is_empty() {
                    self.faults.push(format!("{name} must be a whole number of at least 1"));
                }
                T::from(1)
            }
        }
    }

    /// Finishes reading.
    ///
    /// # Errors
    /// [`Error`] with all variables that are missing or invalid.
    pub fn finish(self) -> Result<(), Error> {
        if self.faults.is_empty() { Ok(()) } else { Err(Error(self.faults)) }
    }
}

impl From<BTreeMap<String, String>> for Variables {
    fn from(values: BTreeMap<String, String>) -> Self {
        Self { values, faults: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_missing_and_invalid_variables_are_reported_together() {
        let values = [("A", "x"), ("N", "0"), ("E", "")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        let mut variables = Variables::from(BTreeMap::from(values));
        assert_eq!(variables.text("A"), "x");
        variables.text("B");
        variables.text("E");
        variables.number::<u32>("N");
        let error = variables.finish().unwrap_err();
        assert_eq!(
            error.0,
            ["B is not set", "E is not set", "N must be a whole number of at least 1"]
        );
    }
}
