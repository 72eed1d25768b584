// Which dialog is open. They are drawn above the page, one at a time.

import { signal } from "@preact/signals";
import type { Conversation } from "emotechat";
import { chat } from "../chat.js";
import { useChange } from "../ui/hooks.js";
import { openId } from "../route.js";
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

const close = () => {
  shown.value = null;
};
// Whoever signs in next finds nothing of whoever was here before.
chat.on("ended", close);
// What is said of one conversation has no place above another.
openId.subscribe(close);

/** Opens a dialog. */
export function show(dialog: Shown): void {
  shown.value = dialog;
}

/** The dialog that is open. */
export function Dialogs() {
  const dialog = shown.value;
  // It closes its own dialog, and not one that was opened since.
  const onClose = () => {
    if (shown.peek() === dialog) close();
  };
  const group = dialog?.kind === "group-details" ? dialog.conversation : null;
  useChange(group);
  if (group?.isGone) return null;
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
