// Finds somebody to write to, among everybody here.

import { useState } from "preact/hooks";
import { chat } from "../chat.js";
import { People } from "../ui/people.js";
import { FormAlert } from "../ui/form.js";
import { useOpenConversation } from "../ui/use-open-conversation.js";
import { Dialog } from "./dialog.js";
import { openDialog } from "./current.js";

/** A direct conversation begins with a click. */
export function NewConversation({ onClose }: { onClose(): void }) {
  const [query, setQuery] = useState("");
  const openDirect = useOpenConversation((userId: string) => chat.direct(userId), onClose);
  return (
    <Dialog title="New conversation" onClose={onClose}>
      <input
        class="wide"
        type="search"
        dir="auto"
        autoFocus
        aria-label="Find people"
        placeholder="Find people"
        maxLength={64}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <p class="dialog-hint">
        With several at once?{" "}
        <button type="button" class="link" onClick={() => openDialog({ kind: "new-group" })}>
          Make a group
        </button>
      </p>
      {openDirect.error && <FormAlert error={openDirect.error} />}
      <div class="scroll">
        <People query={query.trim()} onPick={(person) => void openDirect.run(person.id)} />
      </div>
    </Dialog>
  );
}
