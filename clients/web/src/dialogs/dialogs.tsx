// Renders the open dialog above the page.

import { useConversationChanges } from "../ui/hooks.js";
import { GroupDetails } from "./group-details.js";
import { NewConversation } from "./new-conversation.js";
import { NewGroup } from "./new-group.js";
import { Settings } from "./settings.js";
import { closeDialog, currentDialog } from "./current.js";

export function Dialogs() {
  const dialog = currentDialog.value;
  // A dialog must close only itself, not a dialog that replaced it.
  const onClose = () => {
    if (currentDialog.peek() === dialog) closeDialog();
  };
  const group = dialog?.kind === "group-details" ? dialog.conversation : null;
  useConversationChanges(group);
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
