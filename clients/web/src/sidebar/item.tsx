// One conversation in the list: title, latest message, time and unread count.

import type { Conversation } from "emotechat";
import { isOnline, me } from "../chat.js";
import { Avatar } from "../ui/avatar.js";
import { useConversationChanges, useUser, useUsers } from "../ui/hooks.js";
import { Icon } from "../ui/icon.js";
import { ShortTime } from "../ui/time.js";
import { hrefOf, open, openId } from "../route.js";
import { joinNames, memberCount, nameOf, nameOrYou, partnerOf, titleOf } from "../names.js";

interface Props {
  conversation: Conversation;
  onOpen?(): void;
}

/** A link that opens the conversation. */
export function Item({ conversation, onOpen }: Props) {
  useConversationChanges(conversation);
  const { state, id } = conversation;
  const isOpen = openId.value === id;
  const partner = partnerOf(conversation);
  const title = titleOf(conversation);
  const hasFailed = conversation.sending.some((sending) => sending.state === "failed");
  return (
    <a
      class={state.unread_count > 0 ? "item unread" : "item"}
      href={hrefOf(id)}
      aria-current={isOpen ? "true" : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        open(id);
        onOpen?.();
      }}
    >
      <Avatar id={partner?.id ?? id} name={title} userId={partner?.id} isGroup={!partner} />
      <span class="title">
        <bdi>{title}</bdi>
      </span>
      {partner && isOnline(partner.id) && <span class="visually-hidden">online</span>}
      <ShortTime time={Date.parse(state.last_message?.created_at ?? state.updated_at)} />
      <span class="preview">
        <bdi>
          <Preview conversation={conversation} />
        </bdi>
      </span>
      {hasFailed && (
        <span class="badge failed" title="Couldn't send">
          <Icon name="alert" />
          <span class="visually-hidden">Couldn't send</span>
        </span>
      )}
      {!hasFailed && state.unread_count > 0 && (
        <span class="badge">
          {state.unread_count > 99 ? "99+" : state.unread_count}
          <span class="visually-hidden"> unread</span>
        </span>
      )}
    </a>
  );
}

function Preview({ conversation }: { conversation: Conversation }) {
  useConversationChanges(conversation);
  const typing = conversation.typingUserIds;
  const message = conversation.state.last_message;
  useUser(message?.sender_id);
  useUsers(typing);
  if (typing.length > 0) {
    const prefix = conversation.kind === "group" ? `${joinNames(typing.map(nameOf), 2)} ` : "";
    return <em class="typing">{prefix ? `${prefix}typing…` : "Typing…"}</em>;
  }
  const unsent = conversation.sending.at(-1);
  if (unsent) return <>You: {unsent.content}</>;
  if (!message) {
    const { member_count } = conversation.state;
    return <>{conversation.kind === "group" ? memberCount(member_count) : "No messages yet"}</>;
  }
  if (message.deleted) return <em>Message deleted</em>;
  const isNamed = conversation.kind === "group" || message.sender_id === me.value?.id;
  return (
    <>
      {isNamed && `${nameOrYou(message.sender_id)}: `}
      {message.content}
    </>
  );
}
