//! `GET /api/emotes`: lists the emojis that members can react with or write as shortcodes.

use axum::Json;
use serde::Serialize;
use shared::{
    domain::{Emote, limits},
    http::{Caller, Query},
    protocol::problem::Problem,
};

/// A list of emojis.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EmotesReply"))]
pub(crate) struct Reply {
    /// The emojis.
    emotes: Vec<Item>,
}

/// An emoji that can be used in reactions, and in messages by its shortcode.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Emote"))]
struct Item {
    /// The canonical shortcode.
    shortcode: &'static str,
    /// The emoji.
    emoji: &'static str,
    /// The other shortcodes.
    aliases: &'static [&'static str],
    /// The group of emojis that it belongs to.
    group: &'static str,
}

pub(crate) async fn handle(_: Caller, Query(mut query): Query) -> Result<Json<Reply>, Problem> {
    let search = query.optional_text("search", parse_search);
    let search = query.finish(|| search)?;

    let found = search.map_or_else(|| Emote::all().collect(), |text| Emote::search(&text));
    Ok(Json(Reply { emotes: found.into_iter().map(Item::from).collect() }))
}

/// Checks the length without surrounding spaces, and returns the text unchanged. The search ignores the spaces.
fn parse_search(search: &str) -> Result<String, String> {
    if !(1..=limits::EMOTE_SEARCH_CHARS).contains(&search.trim().chars().count()) {
        return Err(format!("must have 1 to {} characters", limits::EMOTE_SEARCH_CHARS));
    }
    Ok(search.to_owned())
}

impl From<Emote> for Item {
    fn from(emote: Emote) -> Self {
        Self {
            shortcode: emote.shortcode(),
            emoji: emote.emoji(),
            aliases: emote.aliases(),
            group: emote.group(),
        }
    }
}
