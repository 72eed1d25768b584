//! Parses the form fields of a `SendEmail` request into a message, or into the error that SES returns for them.

use email_address::{EmailAddress, Options};

use super::answer::Rejection;

/// An email that a function sends.
#[derive(Debug)]
pub(super) struct Message {
    /// The sender as given: `Name <address>`, or only the address.
    pub(super) source: String,
    pub(super) from: EmailAddress,
    /// The addresses of all recipients: To, Cc and Bcc.
    pub(super) recipients: Vec<String>,
    pub(super) subject: String,
    pub(super) text: Option<String>,
    pub(super) html: Option<String>,
}

/// The fields of a form, in order.
pub(super) type Fields = Vec<(String, String)>;

pub(super) fn parse(fields: &Fields) -> Result<Message, Rejection> {
    let field =
        |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let source = field("Source").ok_or_else(|| missing("source"))?;
    let begins = |prefix: &str| fields.iter().any(|(key, _)| key.starts_with(prefix));
    if !begins("Message.") {
        return Err(missing("message"));
    }
    let subject = field("Message.Subject.Data").ok_or_else(|| missing("message.subject"))?;
    let (text, html) = (field("Message.Body.Text.Data"), field("Message.Body.Html.Data"));
    if text.is_none() && html.is_none() {
        return Err(missing("message.body"));
    }
    let from = address(&source)?;
    let recipients = ["To", "Cc", "Bcc"].map(|kind| format!("Destination.{kind}Addresses.member."));
    let recipients = fields
        .iter()
        .filter(|(key, _)| recipients.iter().any(|prefix| key.starts_with(prefix)))
        .map(|(_, value)| address(value).map(|address| address.email()))
        .collect::<Result<Vec<_>, _>>()?;
    if recipients.is_empty() {
        return Err(Rejection::new("InvalidParameterValue", "Missing required header 'To'."));
    }
    Ok(Message { source, from, recipients, subject, text, html })
}

fn missing(member: &str) -> Rejection {
    let message = format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: \
         Member must not be null"
    );
    Rejection::new("ValidationError", message)
}

fn address(text: &str) -> Result<EmailAddress, Rejection> {
    let rejected = |message: &str| Rejection::new("InvalidParameterValue", message);
    if !text.contains('@') {
        return Err(rejected("Missing final '@domain'"));
    }
    let options = Options::default().with_display_text().without_domain_literal();
    let address = EmailAddress::parse_with_options(text.trim(), options)
        .map_err(|error| rejected(&format!("Illegal address: {error}")))?;
    // SES accepts only ASCII, with domains in Punycode.
    if !address.email().is_ascii() {
        return Err(rejected("Local address contains control or whitespace"));
    }
    Ok(address)
}
