// A new group: its title, and whom it begins with.

import type { User } from "emotechat";
import { useState } from "preact/hooks";
import { chat } from "../chat.js";
import { Field, FormFault, Submit, valuesOf } from "../ui/form.js";
import { useOpening } from "../ui/use-opening.js";
import { Dialog } from "./dialog.js";
import { PeoplePicker } from "./people-picker.js";

/** The form. */
export function NewGroup({ onClose }: { onClose(): void }) {
  const [picked, setPicked] = useState<User[]>([]);
  const ids = picked.map((person) => person.id);
  const make = useOpening((form: HTMLFormElement) => chat.group(valuesOf(form).title ?? "", ids), onClose);
  return (
    <Dialog title="New group" isKept={picked.length > 0} onClose={onClose}>
      <form
        class="column"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void make.run(event.currentTarget);
        }}
      >
        <Field label="Title" name="title" isFirst autocomplete="off" maxLength={100} fault={make.fault} />
        <PeoplePicker picked={picked} setPicked={setPicked} />
        <FormFault fault={make.fault} names={["title"]} />
        <Submit isRunning={make.isRunning}>Create group</Submit>
      </form>
    </Dialog>
  );
}
