//! An account: who a user is, and the sockets that are open for them.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::{ConnectionId, SessionId, Timestamp, UserId, limits};

/// A user's name as shown to others: 1 to 64 characters after trimming, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// Checks a name.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let name = text.trim();
        if name.chars().any(char::is_control) {
            return Err("must not contain control characters".to_owned());
        }
        if !(1..=limits::NAME_CHARS).contains(&name.chars().count()) {
            return Err(format!("must have 1 to {} characters", limits::NAME_CHARS));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A mail address, compared without regard to case. Prints as `[hidden]`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Checks an address: RFC 5321 and 5322 without comments and address literals, at most 254 characters.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let options = email_address::Options::default()
            .with_minimum_sub_domains(2)
            .without_display_text()
            .without_domain_literal();
        let address = text.trim();
        if address.len() > limits::EMAIL_CHARS {
            return Err(format!("must have at most {} characters", limits::EMAIL_CHARS));
        }
        let is_valid = !address.chars().any(char::is_control)
            && email_address::EmailAddress::parse_with_options(address, options).is_ok()
            // RFC 5322 lets signs into a domain that no host's name has.
            && address.rsplit_once('@').is_some_and(|(_, domain)| ascii_domain(domain).is_some());
        if !is_valid {
            return Err("is not a valid address".to_owned());
        }
        Ok(Self(address.to_owned()))
    }

    /// The address as its owner wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which SES sends mail to it: all in ASCII, a domain by
    /// [RFC 5891](https://www.rfc-editor.org/rfc/rfc5891). `None` where the part before it is not: SES has no way to
    /// write to such an address.
    pub fn deliverable(&self) -> Option<String> {
        let form = if self.0.is_ascii() { self.0.clone() } else { self.with_ascii_domain() };
        form.is_ascii().then_some(form)
    }

    fn with_ascii_domain(&self) -> String {
        let (local_part, domain) = self.0.rsplit_once('@').unwrap_or_default();
        format!("{local_part}@{}", ascii_domain(domain).unwrap_or_default())
    }

    /// The form in which addresses are compared: without regard to case, and to how a domain is written.
    pub fn folded(&self) -> String {
        self.with_ascii_domain().to_lowercase()
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// A domain in ASCII, if it can be a host's: letters, digits and hyphens, labels of at most 63 characters
/// ([RFC 5321, 4.1.2](https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2)).
fn ascii_domain(domain: &str) -> Option<String> {
    idna::domain_to_ascii_strict(domain).ok()
}

/// A socket that is open for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Socket {
    /// The session that opened it.
    pub session_id: SessionId,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Until when it counts as alive. In 1970 until its first frame, for a post before `$connect` has returned is 410.
    #[serde(default)]
    pub lease_until: Timestamp,
}

/// An account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// Whose it is.
    pub user_id: UserId,
    /// The name that others see.
    pub name: Name,
    /// The address that it was registered with; shown to its owner only.
    pub email: EmailAddress,
    /// When it was registered.
    pub created_at: Timestamp,
    /// Its number in the directory, from 1, without a gap.
    pub number: u64,
    /// The open sockets, at most [`limits::SOCKETS`].
    #[serde(default)]
    pub sockets: BTreeMap<ConnectionId, Socket>,
    /// Grows whenever a socket is added or a session's sockets are taken away: whoever changes them shows what they saw.
    #[serde(default)]
    pub sockets_version: u64,
    /// When they went offline last, if that was heard of: their last socket that was alive ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
    /// Until when their partners were told that they are online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced_until: Option<Timestamp>,
}

impl Account {
    /// A new account of this instant; `entropy` makes its id unique.
    pub fn new(
        name: &Name,
        email: &EmailAddress,
        now: Timestamp,
        entropy: u128,
        number: u64,
    ) -> Self {
        Self {
            user_id: UserId::new(now, entropy),
            name: name.clone(),
            email: email.clone(),
            created_at: now,
            number,
            sockets: BTreeMap::new(),
            sockets_version: 0,
            last_seen_at: None,
            announced_until: None,
        }
    }

    /// Whether a socket of theirs is alive at this moment.
    pub fn online(&self, now: Timestamp) -> bool {
        self.reachable(now).next().is_some()
    }

    /// Whether they are online at this moment, and would not be without some of their sockets.
    pub fn goes_offline(&self, without: impl Fn(&ConnectionId) -> bool, now: Timestamp) -> bool {
        let mut alive = self.reachable(now).peekable();
        alive.peek().is_some() && alive.all(without)
    }

    /// The sockets that a push may reach: alive, and heard of at least once.
    pub fn reachable(&self, now: Timestamp) -> impl Iterator<Item = &ConnectionId> {
        self.sockets.iter().filter(move |(_, socket)| socket.lease_until > now).map(|(id, _)| id)
    }

    /// The sockets that have to go so that one more fits: those past their life, then the oldest.
    pub fn surplus_sockets(&self, now: Timestamp) -> Vec<ConnectionId> {
        // The gateway has closed what is too old or was silent for too long, whether it said so or not.
        let ended = |socket: &Socket| {
            socket.opened_at + limits::SOCKET_LIFE <= now
                || (socket.lease_until <= now && socket.opened_at + limits::LEASE <= now)
        };
        let mut by_age: Vec<_> = self.sockets.iter().collect();
        by_age.sort_by_key(|(_, socket)| socket.opened_at);
        let alive = by_age.iter().filter(|(_, socket)| !ended(socket)).count();
        let mut surplus = (alive + 1).saturating_sub(limits::SOCKETS);
        by_age
            .into_iter()
            .filter(|(_, socket)| {
                let displaced = !ended(socket) && surplus > 0;
                surplus -= usize::from(displaced);
                displaced || ended(socket)
            })
            .map(|(id, _)| id.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(Name::parse("  Ada L. ").unwrap().as_str(), "Ada L.");
        assert!(Name::parse(&"é".repeat(64)).is_ok());
        for bad in ["", "   ", &"x".repeat(65), "a\u{0}b", "a\nb", "a\u{7f}"] {
            assert!(Name::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn addresses_are_checked_and_compared_without_case() {
        for (address, folded) in [
            ("Ada@Example.COM", "ada@example.com"),
            ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
            ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ] {
            assert_eq!(EmailAddress::parse(address).unwrap().folded(), folded);
        }
        let long = format!("a@{}.com", "b".repeat(250));
        for bad in [
            "",
            "ada",
            "ada@",
            "@x.com",
            "a b@x.com",
            "a@b",
            "a@b..com",
            "Ada <a@b.com>",
            "a@[127.0.0.1]",
            "a@b_c.com",
            "a@b.c/d",
            "a\n@b.com",
            &long,
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(format!("{:?}", EmailAddress::parse("ada@example.com").unwrap()), "[hidden]");
    }

    #[test]
    fn the_oldest_socket_goes_when_another_opens_past_the_limit() {
        let socket = |ms| Socket {
            session_id: SessionId::new(Timestamp::from_millis(1), 1),
            opened_at: Timestamp::from_millis(ms),
            lease_until: Timestamp::default(),
        };
        let name = Name::parse("Ada").unwrap();
        let email = EmailAddress::parse("ada@example.com").unwrap();
        let mut account = Account::new(&name, &email, Timestamp::default(), 1, 1);
        account.sockets =
            (0..19).map(|n| (ConnectionId(format!("s{n:02}")), socket(100 - n))).collect();
        let now = Timestamp::from_millis(200);
        assert!(account.surplus_sockets(now).is_empty());
        account.sockets.insert(ConnectionId("x".to_owned()), socket(150));
        assert_eq!(account.surplus_sockets(now), [ConnectionId("s18".to_owned())]);
        assert_eq!(account.surplus_sockets(now + limits::SOCKET_LIFE).len(), 20);
    }
}
