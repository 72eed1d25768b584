// The bar above the message field while the user replies to or edits a message.

import { me } from "../chat.js";
import type { Mode } from "../drafts.js";
import { nameOf } from "../names.js";
import { IconButton } from "../ui/icon-button.js";
import { Icon } from "../ui/icon.js";
import { useConversationChanges } from "../ui/hooks.js";
import { useRoom } from "./room.js";

interface Props {
  mode: Mode;
  error: string | undefined;
  onClose(): void;
}

/** The message in two lines, with a button to cancel. */
export function ComposerMode({ mode, error, onClose }: Props) {
  const { conversation } = useRoom();
  useConversationChanges(conversation);
  // The message may have been edited or deleted in the meantime.
  const message = conversation.loaded(mode.message.seq) ?? mode.message;
  const isOwn = mode.message.sender_id === me.value?.id;
  const isEdit = mode.kind === "edit";
  return (
    <div class="mode">
      <Icon name={isEdit ? "pencil" : "reply"} />
      <p>
        <strong dir="auto">
          {isEdit ? "Editing message" : `Replying to ${isOwn ? "yourself" : nameOf(mode.message.sender_id)}`}
        </strong>
        {error ? (
          <span class="error" role="alert">
            {error}
          </span>
        ) : (
          <span dir="auto">{message.deleted ? "Message deleted" : message.content}</span>
        )}
      </p>
      <IconButton icon="close" label={isEdit ? "Cancel editing" : "Cancel reply"} onClick={onClose} />
    </div>
  );
}
