// The reactions to a message, with their counts and the users who reacted. A click adds or removes the user's own reaction.

import type { Message, Reaction } from "emotechat";
import { me } from "../chat.js";
import { joinNames, nameOf } from "../names.js";
import { useUsers } from "../ui/hooks.js";
import { useRoom } from "./room.js";

const MAX_NAMES = 10;

/** A button for each emoji. */
export function Reactions({ message, isActive }: { message: Message; isActive: boolean }) {
  const { toggle, conversation } = useRoom();
  useUsers(message.reactions.flatMap((reaction) => reaction.user_ids.slice(0, MAX_NAMES)));
  if (message.reactions.length === 0) return null;
  return (
    <div class="reactions" role="group" aria-label="Reactions">
      {message.reactions.map((reaction) => (
        <button
          key={reaction.emote}
          type="button"
          class="reaction"
          aria-pressed={reaction.mine}
          aria-label={`${reaction.emote}, ${reaction.count}: ${reactorNames(reaction)}`}
          title={`${capitalized(reactorNames(reaction))} reacted with :${reaction.emote}:`}
          tabIndex={isActive ? 0 : -1}
          disabled={conversation.isGone}
          onClick={() => toggle(message, reaction.emote)}
        >
          <span class="emoji">{reaction.emoji}</span>
          {reaction.count}
        </button>
      ))}
    </div>
  );
}

function reactorNames(reaction: Reaction): string {
  const others = reaction.user_ids.filter((id) => id !== me.value?.id).map(nameOf);
  const names = reaction.mine ? [...others.slice(0, MAX_NAMES - 1), "you"] : others;
  return joinNames(names, MAX_NAMES, Math.max(0, reaction.count - names.length));
}

function capitalized(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
