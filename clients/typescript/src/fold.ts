/** Applies entries to messages. A message plus the entries after it equals the server's current message. */
import type { Entry, Message, Reaction } from "./types.js";

/** A reaction lists at most this many user ids. */
const MAX_NAMED = 10;

/** The message that an entry creates. The entry has the current text. Reactions follow as entries of their own. */
export function messageFrom(entry: Entry & { type: "message" }): Message {
  const { type: _, ...message } = entry;
  return { ...message, reactions: [] };
}

/** The number of the message that an entry changes. */
export function targetSeq(entry: Entry): number | undefined {
  return "target_seq" in entry ? entry.target_seq : undefined;
}

/**
 * Returns the message after an entry that changes it. Returns `undefined` if the entry does not contain enough
 * information. That happens if an emoji is not known yet, or if a reaction has more users than it lists.
 */
export function applyToMessage(
  message: Message,
  entry: Entry,
  readerId: string,
  emojiOf: (emote: string) => string | undefined,
): Message | undefined {
  switch (entry.type) {
    case "edit":
      return { ...message, content: entry.message.content, edited_at: entry.message.edited_at };
    case "delete":
      return { ...message, content: null, deleted: true, reactions: [] };
    case "reaction_added": {
      const found = message.reactions.find(({ emote }) => emote === entry.emote);
      const emoji = found?.emoji ?? emojiOf(entry.emote);
      if (emoji === undefined) return undefined;
      const updated = addReaction(
        found ?? { emote: entry.emote, emoji, count: 0, mine: false, user_ids: [] },
        entry,
        readerId,
      );
      const reactions = found
        ? message.reactions.map((reaction) => (reaction === found ? updated : reaction))
        : [...message.reactions, updated];
      return { ...message, reactions };
    }
    case "reaction_removed": {
      const found = message.reactions.find(({ emote }) => emote === entry.emote);
      if (found === undefined) return message;
      // The removed user may be an unlisted one, or an unlisted user moves up. Only the server knows which.
      if (found.count > found.user_ids.length) return undefined;
      const updated = removeReaction(found, entry, readerId);
      const reactions = message.reactions.map((reaction) => (reaction === found ? updated : reaction));
      return { ...message, reactions: reactions.filter(({ count }) => count > 0) };
    }
    default:
      return message;
  }
}

function addReaction(reaction: Reaction, { sender_id }: Entry, readerId: string): Reaction {
  const { user_ids, count, mine } = reaction;
  return {
    ...reaction,
    count: count + 1,
    mine: mine || sender_id === readerId,
    user_ids: sender_id !== null && user_ids.length < MAX_NAMED ? [...user_ids, sender_id] : user_ids,
  };
}

function removeReaction(reaction: Reaction, { sender_id }: Entry, readerId: string): Reaction {
  const { user_ids, count, mine } = reaction;
  return {
    ...reaction,
    count: count - 1,
    mine: mine && sender_id !== readerId,
    user_ids: user_ids.filter((id) => id !== sender_id),
  };
}
