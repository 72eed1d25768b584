//! A deployment outside this process: in an AWS account, or in an emulator. `EMOTECHAT_URL` names it.
//!
//! Tests can reach only its APIs and, if there is one, its mailbox. Other users may use it at the same time.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use serde_json::{Value, json};
use shared::{Clock, runtime::config::Variables};

use super::{Answer, ulid};

/// The domain of the users' addresses in tests.
const DOMAIN: &str = "example.com";

pub struct Deployment {
    pub http_url: String,
    pub socket_url: String,
    mail_url: Option<String>,
    /// The status with which its gateway rejects every socket, regardless of the status that the function returns.
    pub socket_rejection: Option<u16>,
    /// The first label of the domain, unique to this test's users.
    label: String,
    read: Mutex<BTreeMap<String, usize>>,
}

impl Deployment {
    /// The deployment that the environment names, if any:
    ///
    /// - `EMOTECHAT_URL`: the HTTP API, as in `https://….execute-api.eu-central-1.amazonaws.com`;
    /// - `EMOTECHAT_SOCKET_URL`: the socket;
    /// - `EMOTECHAT_MAIL_URL`: where an emulator lists the emails that SES accepted, if there is one;
    /// - `EMOTECHAT_SOCKET_REFUSAL`: the status of every rejected socket, if the gateway supports only one.
    pub fn from_environment() -> Option<Self> {
        let variables = Variables::from_process();
        let url = |name| variables.optional(name).map(|url| url.trim_end_matches('/').to_owned());
        let http_url = url("EMOTECHAT_URL")?;
        Some(Self {
            http_url,
            socket_url: url("EMOTECHAT_SOCKET_URL").expect("EMOTECHAT_SOCKET_URL must be set too"),
            mail_url: url("EMOTECHAT_MAIL_URL"),
            socket_rejection: variables
                .optional("EMOTECHAT_SOCKET_REFUSAL")
                .map(|status| status.parse().expect("EMOTECHAT_SOCKET_REFUSAL must be a status")),
            label: ulid(Clock::system().now()).to_lowercase(),
            read: Mutex::default(),
        })
    }

    /// Returns an address that no other test uses.
    pub fn address(&self, email: &str) -> String {
        let split = email.len().checked_sub(DOMAIN.len());
        let (before, domain) =
            split.and_then(|at| email.split_at_checked(at)).unwrap_or((email, ""));
        if !domain.eq_ignore_ascii_case(DOMAIN) || before.ends_with(&format!("{}.", self.label)) {
            return email.to_owned();
        }
        format!("{before}{}.{domain}", self.label)
    }

    /// Waits for the oldest unread email to an address.
    pub async fn mail_to(&self, email: &str, http: &reqwest::Client) -> Value {
        let url = self.mail_url.as_ref().expect("EMOTECHAT_MAIL_URL must be set");
        // The emulator does not notify of new emails, so poll.
        let mut polls = tokio::time::interval(Duration::from_millis(50));
        loop {
            polls.tick().await;
            let listed = Answer::read(http.get(url).send().await.unwrap()).await.expect(200);
            let accounts = listed["messages"].as_object().unwrap().values();
            let mails = accounts.flat_map(|mails| mails.as_array().unwrap());
            let mut to_them = mails.filter(|mail| mail["To"] == json!([email]));
            let mut read = self.read.lock().unwrap();
            let already = read.entry(email.to_owned()).or_default();
            if let Some(mail) = to_them.nth(*already) {
                *already += 1;
                return json!({
                    "to": email,
                    "from": mail["Source"],
                    "subject": mail["Subject"],
                    "text": mail["BodyText"],
                    "html": mail["BodyHtml"],
                });
            }
        }
    }
}
