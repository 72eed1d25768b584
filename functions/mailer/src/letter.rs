//! What mails say: the templates in `templates/`, checked when they are compiled, escaped where they are HTML.
//!
//! No mail has the user's name in it. Whoever registers with a stranger's address chooses that name, and would have us
//! write their words to the stranger.

use askama::Template;
use shared::{
    domain::{Timestamp, mail::About, reset::ResetToken},
    runtime::config::Variables,
    secrets,
};
use url::Url;

use crate::State;

/// A mail, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// What links lead to, and in whose name is written.
#[derive(Debug, Clone)]
pub(crate) struct Pages {
    service: String,
    reset: Option<Url>,
}

impl Pages {
    /// The page of `RESET_PAGE_URL`, in the name of `MAIL_FROM_NAME`.
    pub(crate) fn new(variables: &mut Variables) -> Self {
        let reset = variables.parsed("RESET_PAGE_URL", "an http or https URL", |text| {
            Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
        });
        Self { service: variables.text("MAIL_FROM_NAME"), reset }
    }

    /// The page with its token, whatever query and fragment the page has already.
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

/// Writes a mail. A link is derived here, and stands nowhere but in the mail.
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

/// Writing into memory does not fail.
fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}

/// An instant for people: `2026-11-22 21:49 UTC`.
fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{} UTC", text.get(..16).unwrap_or(&text).replace('T', " "))
}
