// Creates a group with a name and its first members.

import type { User } from "emotechat";
import { useState } from "preact/hooks";
import { chat } from "../chat.js";
import { Field, Form, FormAlert, Submit, valuesOf } from "../ui/form.js";
import { useOpenConversation } from "../ui/use-open-conversation.js";
import { Dialog } from "./dialog.js";
import { PeoplePicker } from "./people-picker.js";

export function NewGroup({ onClose }: { onClose(): void }) {
  const [picked, setPicked] = useState<User[]>([]);
  const ids = picked.map((person) => person.id);
  const create = useOpenConversation((form: HTMLFormElement) => chat.group(valuesOf(form).title ?? "", ids), onClose);
  return (
    <Dialog title="New group" hasSelection={picked.length > 0} onClose={onClose}>
      <Form action={create} class="stack">
        <Field label="Group name" name="title" isFirst autocomplete="off" maxLength={100} error={create.error} />
        <PeoplePicker picked={picked} setPicked={setPicked} />
        <FormAlert error={create.error} names={["title"]} />
        <Submit isRunning={create.isRunning}>Create group</Submit>
      </Form>
    </Dialog>
  );
}
