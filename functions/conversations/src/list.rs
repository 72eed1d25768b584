//! `GET /api/conversations`: lists the caller's conversations, most recently active first.

use std::collections::BTreeMap;

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    chat,
    domain::{
        ConversationId, Head, Kind, Membership, UserId,
        page::{Page, Pagination},
    },
    http::{Caller, Query},
    protocol::{problem::Problem, view},
};

use crate::State;

/// A page of conversations.
#[derive(Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "ConversationsReply")
)]
pub(crate) struct Reply {
    /// The conversations, latest activity first.
    #[cfg_attr(feature = "schema", schemars(length(max = shared::domain::limits::PAGE_SIZE.1)))]
    conversations: Vec<view::Conversation>,
    /// The position of the page.
    pagination: Pagination,
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    Query(mut query): Query,
) -> Result<Json<Reply>, Problem> {
    let page = Page::parse(&mut query);
    let page = query.finish(|| page)?;

    let memberships: BTreeMap<ConversationId, Membership> = state
        .store
        .memberships(caller.user_id)
        .await?
        .into_iter()
        .map(|membership| (membership.conversation_id.clone(), membership))
        .collect();
    let mut heads = state.store.heads(memberships.keys()).await?;
    heads.sort_by(|a, b| {
        b.updated_at.cmp(&a.updated_at).then_with(|| a.conversation_id.cmp(&b.conversation_id))
    });
    let listed: &[Head] = page.of(&heads);
    let user_ids: Vec<UserId> =
        listed.iter().flat_map(|head| &head.members).map(|member| member.user_id).collect();
    // I4: a head may show what happened after the caller left, so memberships of groups are read again. Members never leave a
    // direct conversation.
    let groups: Vec<ConversationId> = listed
        .iter()
        .filter(|head| head.kind == Kind::Group)
        .map(|head| head.conversation_id.clone())
        .collect();
    let (accounts, joined) = tokio::try_join!(
        state.store.accounts(&user_ids),
        state.store.still_member_of(caller.user_id, &groups)
    )?;

    let now = state.store.clock().now();
    let conversations = listed.iter().filter_map(|head| {
        let membership = memberships.get(&head.conversation_id)?;
        if head.kind == Kind::Group && !joined.contains(&head.conversation_id) {
            return None;
        }
        let members = chat::members(&head.members, &accounts, None, now);
        Some(view::Conversation::new(
            head,
            members,
            caller.user_id,
            membership.slot,
            membership.read(),
        ))
    });
    Ok(Json(Reply {
        conversations: conversations.collect(),
        pagination: page.pagination(heads.len() as u64),
    }))
}
