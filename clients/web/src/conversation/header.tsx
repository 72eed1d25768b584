// The header of a conversation: its title, who is online, and a button for the group's details.

import type { Conversation } from "emotechat";
import { isOnline, me } from "../chat.js";
import { openDialog } from "../dialogs/current.js";
import { memberCount, partnerOf, titleOf } from "../names.js";
import { Avatar } from "../ui/avatar.js";
import { useConversationChanges } from "../ui/hooks.js";
import { IconButton } from "../ui/icon-button.js";
import { close } from "../route.js";

export function Header({ conversation }: { conversation: Conversation }) {
  useConversationChanges(conversation);
  const partner = partnerOf(conversation);
  const title = titleOf(conversation);
  const showDetails = () => openDialog({ kind: "group-details", conversation });
  return (
    <header class="room-header">
      <IconButton icon="back" label="Back to conversations" class="back" onClick={close} />
      <Avatar id={partner?.id ?? conversation.id} name={title} userId={partner?.id} isGroup={!partner} />
      <div class="room-title">
        <h2>
          <bdi>{title}</bdi>
        </h2>
        <p>{partner ? isOnline(partner.id) ? "Online" : "Offline" : <MemberCounts conversation={conversation} />}</p>
      </div>
      {conversation.kind === "group" && !conversation.isGone && (
        <IconButton icon="info" label="Group details" onClick={showDetails} />
      )}
    </header>
  );
}

function MemberCounts({ conversation }: { conversation: Conversation }) {
  useConversationChanges(conversation);
  const { member_count, members } = conversation.state;
  const online = members.filter(({ user }) => user.id === me.value?.id || isOnline(user.id)).length;
  return (
    <>
      {memberCount(member_count)}, {online} online
    </>
  );
}
