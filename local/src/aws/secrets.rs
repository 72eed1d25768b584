//! Secrets Manager, limited to `GetSecretValue`. The first start creates the secrets that the template declares. They are stored
//! next to the table in a file that only its owner can read.

use std::{
    collections::BTreeMap,
    io,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::{Clock, runtime::entropy};
use tokio::net::TcpListener;

use crate::{
    aws::rights::Principals,
    host::{
        data,
        server::{self, Response},
        tasks::{Tasks, locked},
    },
    template::{Secret, SecretValue},
};

/// The largest request body that Secrets Manager accepts, in bytes.
const LARGEST: usize = 64 * 1024;

/// The secrets of the stack, shared between clones.
#[derive(Clone)]
pub struct Secrets(Arc<Inner>);

struct Inner {
    declared: Vec<Secret>,
    /// The versions by secret name: the current one first, then the previous one.
    versions: Mutex<BTreeMap<String, Vec<Version>>>,
    file: Option<PathBuf>,
    clock: Clock,
}

#[derive(Clone, Serialize, Deserialize)]
struct Version {
    id: String,
    value: String,
    created_ms: u64,
}

impl Secrets {
    /// Reads the stored secrets, if there is a file, and creates missing ones.
    pub(crate) fn open(
        declared: Vec<Secret>,
        file: Option<PathBuf>,
        clock: Clock,
    ) -> Result<Self, String> {
        let mut versions: BTreeMap<String, Vec<Version>> = data::read_json(file.as_deref())?;
        let mut created_any = false;
        for secret in &declared {
            let versions_of_secret = versions.entry(secret.name.clone()).or_default();
            if versions_of_secret.is_empty() {
                versions_of_secret.push(version(&secret.value, &clock));
                created_any = true;
            }
        }
        let secrets =
            Self(Arc::new(Inner { declared, versions: Mutex::new(versions.clone()), file, clock }));
        if created_any {
            secrets.store(&versions).map_err(|error| error.to_string())?;
        }
        Ok(secrets)
    }

    /// Gives every secret a new value. The old value becomes `AWSPREVIOUS`.
    ///
    /// # Errors
    /// If the file cannot be written. In that case nothing changes.
    pub fn rotate(&self) -> io::Result<()> {
        let mut versions = locked(&self.0.versions);
        let mut rotated = versions.clone();
        for secret in &self.0.declared {
            let versions_of_secret = rotated.entry(secret.name.clone()).or_default();
            versions_of_secret.insert(0, version(&secret.value, &self.0.clock));
            versions_of_secret.truncate(2);
        }
        self.store(&rotated)?;
        *versions = rotated;
        Ok(())
    }

    /// Serves the listener's requests until the tasks are stopped.
    pub(crate) fn serve(&self, listener: TcpListener, principals: Principals, tasks: &Tasks) {
        let secrets = self.clone();
        server::serve(listener, tasks, move |request, _| {
            let (secrets, principals) = (secrets.clone(), principals.clone());
            async move { Ok(secrets.answer(request, &principals).await) }
        });
    }

    async fn answer(&self, request: server::Request, principals: &Principals) -> Response {
        let rejected =
            |kind, text: &str| server::service_error(StatusCode::BAD_REQUEST, kind, text);
        let (parts, body) = request.into_parts();
        let Some(caller) = principals.caller(&parts.headers) else {
            let text = "The security token included in the request is invalid.";
            return rejected("UnrecognizedClientException", text);
        };
        let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        if target != Some("secretsmanager.GetSecretValue") {
            return rejected(
                "UnknownOperationException",
                "The local stack supports only GetSecretValue.",
            );
        }
        let body = server::read_body(body, LARGEST).await.unwrap_or_default();
        let request_body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let id = request_body["SecretId"].as_str().unwrap_or_default();
        let missing = || {
            rejected(
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret.",
            )
        };
        let Some(secret) = self.0.declared.iter().find(|one| one.name == id || one.arn == id)
        else {
            return missing();
        };
        if !caller.may("secretsmanager:GetSecretValue", &secret.arn) {
            let text = format!(
                "{} is not authorized to perform: secretsmanager:GetSecretValue on resource: {}",
                caller.name, secret.arn,
            );
            return rejected("AccessDeniedException", &text);
        }
        let versions = locked(&self.0.versions);
        let found =
            versions.get(&secret.name).into_iter().flatten().zip(["AWSCURRENT", "AWSPREVIOUS"]);
        let (by_id, by_stage) =
            (request_body["VersionId"].as_str(), request_body["VersionStage"].as_str());
        let found = found.into_iter().find(|(version, stage)| match (by_id, by_stage) {
            (None, None) => *stage == "AWSCURRENT",
            _ => {
                by_id.is_none_or(|id| version.id == id)
                    && by_stage.is_none_or(|name| name == *stage)
            }
        });
        let Some((version, stage)) = found else { return missing() };
        let created = std::time::Duration::from_millis(version.created_ms).as_secs_f64();
        let body = json!({
            "ARN": secret.arn,
            "Name": secret.name,
            "VersionId": version.id,
            "SecretString": version.value,
            "VersionStages": [stage],
            "CreatedDate": created,
        });
        server::json(StatusCode::OK, &body)
    }

    fn store(&self, versions: &BTreeMap<String, Vec<Version>>) -> io::Result<()> {
        let Some(file) = &self.0.file else { return Ok(()) };
        data::replace(file, &serde_json::to_vec_pretty(versions)?)
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").field("file", &self.0.file).finish_non_exhaustive()
    }
}

fn version(value: &SecretValue, clock: &Clock) -> Version {
    let value = match value {
        SecretValue::Given(text) => text.clone(),
        SecretValue::Generated { length, characters } => {
            (0..*length).map(|_| characters[below(characters.len())]).collect()
        }
    };
    let id = data_encoding::HEXLOWER.encode(&entropy::bytes::<16>());
    Version { id, value, created_ms: clock.now().as_millis() }
}

/// A uniformly random number below `count`, which is at most 256.
fn below(count: usize) -> usize {
    let fair = 256 - 256 % count;
    loop {
        let [byte] = entropy::bytes::<1>();
        if usize::from(byte) < fair {
            return usize::from(byte) % count;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn declared() -> Vec<Secret> {
        let characters = ('a'..='z').collect();
        let value = SecretValue::Generated { length: 64, characters };
        vec![Secret { name: "key".to_owned(), arn: "arn:key".to_owned(), value }]
    }

    fn current(secrets: &Secrets) -> String {
        locked(&secrets.0.versions)["key"][0].value.clone()
    }

    #[test]
    fn a_secret_is_created_once_stored_privately_and_rotated() {
        let folder =
            std::env::temp_dir().join(format!("emotechat-{}", crate::host::random::access_key()));
        fs::create_dir(&folder).unwrap();
        let file = folder.join("secrets.json");
        let open = || Secrets::open(declared(), Some(file.clone()), Clock::system()).unwrap();
        let first = open();
        let value = current(&first);
        assert!(value.len() == 64 && value.chars().all(|letter| letter.is_ascii_lowercase()));
        assert_eq!(current(&open()), value);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        first.rotate().unwrap();
        assert_ne!(current(&open()), value);
        assert_eq!(locked(&open().0.versions)["key"][1].value, value);
        fs::remove_dir_all(&folder).unwrap();
    }
}
