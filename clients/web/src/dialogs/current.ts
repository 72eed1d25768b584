// Which dialog is open: at most one at a time.

import { signal } from "@preact/signals";
import type { Conversation } from "emotechat";
import { chat } from "../chat.js";
import { openId } from "../route.js";

type DialogState =
  | { kind: "new-conversation" }
  | { kind: "new-group" }
  | { kind: "group-details"; conversation: Conversation }
  | { kind: "settings" };

/** The open dialog, if any. */
export const currentDialog = signal<DialogState | null>(null);

/** Opens a dialog, and replaces the open one. */
export function openDialog(dialog: DialogState): void {
  currentDialog.value = dialog;
}

export function closeDialog(): void {
  currentDialog.value = null;
}

// The next user of this tab must not see the previous user's dialog.
chat.on("ended", closeDialog);
// A dialog about one conversation must not stay open above another.
openId.subscribe(closeDialog);
