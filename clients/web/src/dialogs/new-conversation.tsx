// Finds somebody to write to, among everybody here.

import { useState } from "preact/hooks";
import { chat } from "../chat.js";
import { People } from "../ui/people.js";
import { FormFault } from "../ui/form.js";
import { useOpening } from "../ui/use-opening.js";
import { Dialog } from "./dialog.js";
import { show } from "./shown.js";

/** A direct conversation begins with a click. */
export function NewConversation({ onClose }: { onClose(): void }) {
  const [query, setQuery] = useState("");
  const start = useOpening((userId: string) => chat.direct(userId), onClose);
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
      <p class="aside">
        With several at once?{" "}
        <button type="button" class="link" onClick={() => show({ kind: "new-group" })}>
          Make a group
        </button>
      </p>
      {start.fault && <FormFault fault={start.fault} />}
      <div class="scroll">
        <People query={query.trim()} onPick={(person) => void start.run(person.id)} />
      </div>
    </Dialog>
  );
}
