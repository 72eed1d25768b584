//! The callers of the stack's AWS services, and the rights that the template grants them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use http::{HeaderMap, header::AUTHORIZATION};

use crate::{host::tasks::locked, template::Statement};

/// A caller with an access key of this stack.
#[derive(Debug)]
pub(crate) struct Principal {
    /// The function's logical id.
    pub(crate) name: String,
    statements: Vec<Statement>,
    used: Mutex<Rights>,
}

/// Rights as the template states them: pairs of an action and a resource.
pub type Rights = BTreeSet<(String, String)>;

impl Principal {
    pub(crate) fn new(name: &str, statements: Vec<Statement>) -> Self {
        Self { name: name.to_owned(), statements, used: Mutex::default() }
    }

    /// The rights that have allowed a call so far.
    pub(crate) fn used(&self) -> Rights {
        locked(&self.used).clone()
    }

    /// Whether IAM would allow the action: at least one statement must allow it, and none may deny it.
    pub(crate) fn may(&self, action: &str, resource: &str) -> bool {
        self.may_with(action, &[resource], &[])
    }

    /// Like [`Self::may`], for a resource with several names and a request with these condition keys.
    pub(crate) fn may_with(
        &self,
        action: &str,
        resources: &[&str],
        context: &[(&str, &str)],
    ) -> bool {
        let action = action.to_ascii_lowercase();
        let is_meant = |pattern: &&String| matches(&pattern.to_ascii_lowercase(), &action);
        let covers = |pattern: &&String| resources.iter().any(|name| matches(pattern, name));
        let mut by = Rights::new();
        for statement in &self.statements {
            let actions = statement.actions.iter().filter(is_meant);
            let rights = actions.flat_map(|action| {
                statement
                    .resources
                    .iter()
                    .filter(covers)
                    .map(move |at| (action.clone(), at.clone()))
            });
            let mut rights = rights.peekable();
            let holds = statement.equals.iter().all(|(key, texts)| holds(context, key, texts));
            if rights.peek().is_none() || !holds {
                continue;
            }
            if !statement.allow {
                return false;
            }
            by.extend(rights);
        }
        let is_allowed = !by.is_empty();
        locked(&self.used).append(&mut by);
        is_allowed
    }
}

/// All callers, by access key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Principals(Arc<BTreeMap<String, Arc<Principal>>>);

impl Principals {
    pub(crate) fn new(keys: BTreeMap<String, Arc<Principal>>) -> Self {
        Self(Arc::new(keys))
    }

    /// The rights that each caller has used so far, by name.
    pub(crate) fn used(&self) -> BTreeMap<String, Rights> {
        self.0.values().map(|principal| (principal.name.clone(), principal.used())).collect()
    }

    /// The caller that signed this request. The access key alone identifies it, because it is as hard to guess as a secret
    /// and never leaves this machine.
    pub(crate) fn caller(&self, headers: &HeaderMap) -> Option<&Arc<Principal>> {
        let authorization = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let signature = authorization.strip_prefix("AWS4-HMAC-SHA256")?;
        let (_, credential) = signature.split_once("Credential=")?;
        let (key, _) = credential.split_once('/')?;
        self.0.get(key)
    }
}

/// Whether the request has this condition key with one of these values. Keys are case-insensitive in IAM.
fn holds(context: &[(&str, &str)], key: &str, texts: &[String]) -> bool {
    context.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case(key) && texts.iter().any(|text| text == value)
    })
}

/// Whether a pattern matches the text. `*` matches any characters and `?` matches one.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut read) = (0, 0);
    let mut star = None;
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(expected) if *expected == b'?' || *expected == text[read] => {
                at += 1;
                read += 1;
            }
            _ => {
                // Backtrack: the last `*` takes one more character, and matching resumes after it.
                let Some((star_at, star_read)) = star else { return false };
                star = Some((star_at, star_read + 1));
                at = star_at + 1;
                read = star_read + 1;
            }
        }
    }
    pattern[at..].iter().all(|left| *left == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_any_characters() {
        assert!(matches("dynamodb:*item", "dynamodb:getitem"));
        assert!(matches("arn:*/live/POST/@connections/*", "arn:aws:x/live/POST/@connections/a="));
        assert!(!matches(
            "arn:*/live/POST/@connections/*",
            "arn:aws:x/live/DELETE/@connections/a="
        ));
        assert!(!matches("dynamodb:Get", "dynamodb:GetItem"));
    }

    #[test]
    fn a_deny_overrides_an_allow() {
        let statement = |allow, action: &str| Statement {
            allow,
            actions: vec![action.to_owned()],
            resources: vec!["*".to_owned()],
            equals: BTreeMap::new(),
        };
        let statements = vec![statement(true, "dynamodb:*"), statement(false, "dynamodb:Scan")];
        let principal = Principal::new("F", statements);
        assert!(principal.may("dynamodb:Query", "t"));
        assert!(!principal.may("dynamodb:Scan", "t"));
        assert!(!principal.may("secretsmanager:GetSecretValue", "t"));
        assert_eq!(principal.used(), [("dynamodb:*".to_owned(), "*".to_owned())].into());
    }

    #[test]
    fn a_condition_requires_a_key_of_the_request() {
        let from = vec!["a@b.example".to_owned(), "c@b.example".to_owned()];
        let statement = Statement {
            allow: true,
            actions: vec!["ses:SendEmail".to_owned()],
            resources: vec!["identity/b.example".to_owned()],
            equals: [("ses:FromAddress".to_owned(), from)].into(),
        };
        let principal = Principal::new("F", vec![statement]);
        let names = ["identity/c@b.example", "identity/b.example"];
        let may = |context: &[(&str, &str)]| principal.may_with("ses:SendEmail", &names, context);
        assert!(may(&[("ses:fromaddress", "c@b.example")]));
        assert!(!may(&[("ses:FromAddress", "d@b.example")]));
        assert!(!may(&[]));
    }
}
