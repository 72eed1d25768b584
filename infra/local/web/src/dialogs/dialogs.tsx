// Which dialog is open. They are drawn above the page, one at a time.

import { signal } from "@preact/signals";
import type { Conversation } from "emotechat";
import { chat } from "../chat.js";
import { GroupDetails } from "./group-details.js";
import { NewConversation } from "./new-conversation.js";
import { NewGroup } from "./new-group.js";
import { Settings } from "./settings.js";

type Shown =
  | { kind: "new-conversation" }
  | { kind: "new-group" }
  | { kind: "group-details"; conversation: Conversation }
  | { kind: "settings" };

const shown = signal<Shown | null>(null);

// Whoever signs in next finds nothing of whoever was here before.
chat.on("ended", () => {
  shown.value = null;
});

/** Opens a dialog. */
export function show(dialog: Shown): void {
  shown.value = dialog;
}

/** The dialog that is open. */
export function Dialogs() {
  const onClose = () => {
    shown.value = null;
  };
  const dialog = shown.value;
  switch (dialog?.kind) {
    case "new-conversation":
      return <NewConversation onClose={onClose} />;
    case "new-group":
      return <NewGroup onClose={onClose} />;
    case "group-details":
      return <GroupDetails conversation={dialog.conversation} onClose={onClose} />;
    case "settings":
      return <Settings onClose={onClose} />;
    default:
      return null;
  }
}
