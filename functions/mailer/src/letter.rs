//! Writes emails from the templates in `templates/`. They are checked at compile time, and values in HTML are escaped.
//!
//! No email contains the user's name. Anyone can register with a stranger's address and choose that name, so the name could carry
//! a message to the stranger.

use askama::Template;
use shared::{
    domain::{Timestamp, mail::About, reset::ResetToken},
    runtime::config::Variables,
    secrets,
};
use url::Url;

use crate::State;

/// An email, ready to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// The page that links lead to, and the name of the service.
#[derive(Debug, Clone)]
pub(crate) struct Pages {
    service: String,
    reset: Option<Url>,
}

impl Pages {
    /// Reads `RESET_PAGE_URL` and `MAIL_FROM_NAME`.
    pub(crate) fn new(variables: &mut Variables) -> Self {
        let reset = variables.parsed("RESET_PAGE_URL", "an http or https URL", |text| {
            Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
        });
        Self { service: variables.text("MAIL_FROM_NAME"), reset }
    }

    /// The page's URL with the token added. Keeps the query and the fragment of the URL.
    fn reset_link(&self, token: &ResetToken) -> String {
        let Some(mut link) = self.reset.clone() else { return String::new() };
        link.query_pairs_mut().append_pair("token", &token.expose());
        link.into()
    }
}

#[derive(Template)]
#[template(path = "reset.txt")]
struct ResetText<'a> {
    service: &'a str,
    link: &'a str,
    until: &'a str,
}

#[derive(Template)]
#[template(path = "reset.html")]
struct ResetHtml<'a> {
    service: &'a str,
    link: &'a str,
    until: &'a str,
}

#[derive(Template)]
#[template(path = "reset_late.txt")]
struct ResetLateText<'a> {
    service: &'a str,
}

#[derive(Template)]
#[template(path = "reset_late.html")]
struct ResetLateHtml<'a> {
    service: &'a str,
}

#[derive(Template)]
#[template(path = "password_changed.txt")]
struct PasswordChangedText<'a> {
    service: &'a str,
    at: &'a str,
}

#[derive(Template)]
#[template(path = "password_changed.html")]
struct PasswordChangedHtml<'a> {
    service: &'a str,
    at: &'a str,
}

/// Writes an email. The link is derived here and exists only in the email (I7).
pub(crate) async fn write(about: &About, state: &State) -> Result<Letter, secrets::Error> {
    let service = &*state.pages.service;
    match about {
        About::Reset { ends_at, .. } if *ends_at <= state.store.clock().now() => Ok(Letter {
            subject: format!("Reset your {service} password"),
            text: rendered(&ResetLateText { service }),
            html: rendered(&ResetLateHtml { service }),
        }),
        About::Reset { reset_id, key_version, ends_at } => {
            let token = state.reset_keys.token(*reset_id, key_version).await?;
            let (link, until) = (&*state.pages.reset_link(&token), &*minute(*ends_at));
            Ok(Letter {
                subject: format!("Reset your {service} password"),
                text: rendered(&ResetText { service, link, until }),
                html: rendered(&ResetHtml { service, link, until }),
            })
        }
        About::PasswordChanged { at } => {
            let at = &*minute(*at);
            Ok(Letter {
                subject: format!("Your {service} password was changed"),
                text: rendered(&PasswordChangedText { service, at }),
                html: rendered(&PasswordChangedHtml { service, at }),
            })
        }
    }
}

/// Renders a template. Rendering into memory does not fail.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}

/// A readable time, such as `2026-11-22 21:49 UTC`.
fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{} UTC", text.get(..16).unwrap_or(&text).replace('T', " "))
}
