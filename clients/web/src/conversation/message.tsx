// One message: sender, text, time, quoted message, reactions and actions.

import type { Conversation, Message } from "emotechat";
import { useId } from "preact/hooks";
import { isAdminOf, me } from "../chat.js";
import { nameOrYou } from "../names.js";
import { Avatar, hueClass } from "../ui/avatar.js";
import { useUser } from "../ui/hooks.js";
import { IconButton } from "../ui/icon-button.js";
import { memo } from "../ui/memo.js";
import { Clock, clockTime } from "../ui/time.js";
import { Quote } from "./quote.js";
import { Reactions } from "./reactions.js";
import { useRoom } from "./room.js";
import { Text } from "./text.js";

interface Props {
  message: Message;
  isOwn: boolean;
  /** Whether it is the first, or the last, of a run of messages from one sender. */
  isFirst: boolean;
  isLast: boolean;
  /** Whether Tab reaches it and its buttons. True for one message at a time. */
  isActive: boolean;
}

function MessageRowView({ message, isOwn, isFirst, isLast, isActive }: Props) {
  const { conversation } = useRoom();
  useUser(message.sender_id);
  const textId = useId();
  const isInGroup = conversation.kind === "group" && !isOwn;
  const name = nameOrYou(message.sender_id);
  const time = Date.parse(message.created_at);
  return (
    <article
      class={[
        "message",
        isOwn && "own",
        isFirst && "first",
        isLast && "last",
        isInGroup && "in-group",
        message.deleted && "deleted",
      ]
        .filter(Boolean)
        .join(" ")}
      data-seq={message.seq}
      tabIndex={isActive ? 0 : -1}
      aria-label={`${name}, ${clockTime(time)}`}
      aria-describedby={textId}
    >
      {isInGroup && isFirst && <Avatar id={message.sender_id} name={name} isSmall />}
      <div class="body">
        {isInGroup && isFirst && (
          <p class={`sender ${hueClass(message.sender_id)}`} dir="auto">
            {name}
          </p>
        )}
        <div class="bubble">
          {message.reply_to !== null && !message.deleted && <Quote seq={message.reply_to!} isActive={isActive} />}
          {message.deleted ? (
            <p id={textId} class="text">
              Message deleted
            </p>
          ) : (
            <Text id={textId} content={message.content ?? ""} isActive={isActive} />
          )}
          <p class="meta">
            {message.edited_at && !message.deleted && (
              <span title={`Edited ${new Date(message.edited_at).toLocaleString()}`}>edited</span>
            )}{" "}
            <Clock time={time} />
          </p>
        </div>
        <Reactions message={message} isActive={isActive} />
      </div>
      {!message.deleted && !conversation.isGone && <Actions message={message} isActive={isActive} />}
    </article>
  );
}

/** A row that renders again only when its props change. */
export const MessageRow = memo(MessageRowView);

function Actions({ message, isActive }: { message: Message; isActive: boolean }) {
  const room = useRoom();
  const tabIndex = isActive ? 0 : -1;
  return (
    <div class="actions">
      <IconButton
        icon="smile"
        label="React"
        class="pointer-only"
        tabIndex={tabIndex}
        onClick={(event) => room.openPicker(message, event.currentTarget)}
      />
      <IconButton
        icon="reply"
        label="Reply"
        class="pointer-only"
        tabIndex={tabIndex}
        onClick={() => room.reply(message)}
      />
      <IconButton
        icon="more"
        label="More"
        tabIndex={tabIndex}
        hasMenu
        onClick={(event) => room.openMenu(message, event.currentTarget)}
      />
    </div>
  );
}

/** Whether the current user may delete it: as its sender, or as an admin of the group. */
export function isDeletable(message: Message, conversation: Conversation): boolean {
  return message.sender_id === me.value?.id || isAdminOf(conversation);
}
