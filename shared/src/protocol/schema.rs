//! JSON Schemas of the types on the wire. Both API documents are built from them.
//!
//! Structs derive their schemas where they are defined. The schemas of simple values are here, with their limits.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};

use crate::domain::{
    ClientId, ConnectionId, Content, ConversationId, EmailAddress, Kind, Name, Role, SessionId,
    Timestamp, Title, UserId, limits,
};

const ULID: &str = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$";

/// A generator that refers to schemas by their path in an API document.
pub fn generator() -> SchemaGenerator {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    settings.into_generator()
}

macro_rules! values {
    ($($type:ident = $name:literal: $schema:tt)*) => {$(
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

values! {
    UserId = "UserId": {
        "type": "string", "description": "The id of a user, a ULID.", "pattern": ULID,
    }
    SessionId = "SessionId": {
        "type": "string", "description": "The id of a session, a ULID.", "pattern": ULID,
    }
    ConversationId = "ConversationId": {
        "type": "string", "description": "The id of a conversation. Opaque.",
        "minLength": 1, "maxLength": limits::internal::CONVERSATION_ID_BYTES, "pattern": "^[0-9A-Za-z]+$",
    }
    ConnectionId = "ConnectionId": {
        "type": "string", "description": "The id of a socket. Opaque.", "minLength": 1,
    }
    ClientId = "ClientId": {
        "type": "string", "description": "The id that the sender chose for a message: a ULID or a UUIDv7, in canonical form.",
    }
    Timestamp = "Timestamp": {
        "type": "string", "description": "An RFC 3339 timestamp in UTC with milliseconds.", "format": "date-time",
        "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$",
    }
    Name = "UserName": {
        "type": "string", "description": "The name of a user.", "minLength": 1, "maxLength": limits::NAME_CHARS,
    }
    Title = "Title": {
        "type": "string", "description": "The title of a group.", "minLength": 1, "maxLength": limits::TITLE_CHARS,
    }
    EmailAddress = "EmailAddress": {
        "type": "string", "description": "An email address as its owner wrote it. May be internationalized.",
        "format": "idn-email", "maxLength": limits::EMAIL_CHARS,
    }
    Content = "Content": {
        "type": "string", "description": "The text of a message.", "minLength": 1, "maxLength": limits::CONTENT_CHARS,
    }
    Role = "Role": {
        "type": "string", "description": "An admin can add and remove members, change their roles, and delete any message.",
        "enum": ["member", "admin"],
    }
    Kind = "Kind": {
        "type": "string", "description": "`direct`: two users, who never change. `group`: up to 100 members, who can change.",
        "enum": ["direct", "group"],
    }
}
