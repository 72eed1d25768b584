// Starts a direct conversation with a person from a search or from the list of everyone.

import { useState } from "preact/hooks";
import { PeopleSearch } from "../ui/people-search.js";
import { People } from "../ui/people.js";
import { FormAlert } from "../ui/form.js";
import { useOpenDirect } from "../ui/use-open-conversation.js";
import { Dialog } from "./dialog.js";
import { openDialog } from "./current.js";

/** A click on a person opens the conversation. */
export function NewConversation({ onClose }: { onClose(): void }) {
  const [query, setQuery] = useState("");
  const openDirect = useOpenDirect(onClose);
  return (
    <Dialog title="New conversation" onClose={onClose}>
      <PeopleSearch autoFocus query={query} setQuery={setQuery} />
      <p class="dialog-hint">
        Chatting with several people?{" "}
        <button type="button" class="link" onClick={() => openDialog({ kind: "new-group" })}>
          Create a group
        </button>
      </p>
      {openDirect.error && <FormAlert error={openDirect.error} />}
      <div class="scroll">
        <People query={query.trim()} onPick={(person) => void openDirect.run(person.id)} />
      </div>
    </Dialog>
  );
}
