// The head of a conversation: with whom, who is there, and the way to a group's details.

import type { Conversation } from "emotechat";
import { isOnline, me } from "../chat.js";
import { show } from "../dialogs/shown.js";
import { partnerOf, titleOf } from "../names.js";
import { Avatar } from "../ui/avatar.js";
import { useChange } from "../ui/hooks.js";
import { IconButton } from "../ui/icon-button.js";
import { close } from "../route.js";

/** The head. */
export function Header({ conversation }: { conversation: Conversation }) {
  useChange(conversation);
  const partner = partnerOf(conversation);
  const title = titleOf(conversation);
  const details = () => show({ kind: "group-details", conversation });
  return (
    <header class="room-header">
      <IconButton icon="back" label="Back to conversations" class="back" onClick={close} />
      <Avatar id={partner?.id ?? conversation.id} name={title} userId={partner?.id} isGroup={!partner} />
      <div class="who">
        <h2>
          <bdi>{title}</bdi>
        </h2>
        <p>{partner ? isOnline(partner.id) ? "Online" : "Not online" : <Attendance conversation={conversation} />}</p>
      </div>
      {conversation.kind === "group" && !conversation.isGone && (
        <IconButton icon="info" label="Group details" onClick={details} />
      )}
    </header>
  );
}

function Attendance({ conversation }: { conversation: Conversation }) {
  useChange(conversation);
  const { member_count, members } = conversation.state;
  const online = members.filter(({ user }) => user.id === me.value?.id || isOnline(user.id)).length;
  return (
    <>
      {member_count === 1 ? "1 member" : `${member_count} members`}, {online} online
    </>
  );
}
