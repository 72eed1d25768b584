// A new group: its title, and whom it begins with.

import type { User } from "emotechat";
import { useState } from "preact/hooks";
import { chat } from "../chat.js";
import { Field, FormFault, Submit, valuesOf } from "../parts/form.js";
import { useAction } from "../parts/hooks.js";
import { open } from "../route.js";
import { Dialog } from "./dialog.js";
import { PeoplePicker } from "./people-picker.js";

/** The form. */
export function NewGroup({ onClose }: { onClose(): void }) {
  const [picked, setPicked] = useState<User[]>([]);
  const make = useAction(async (form: HTMLFormElement) => {
    const group = await chat.group(
      valuesOf(form).title ?? "",
      picked.map((person) => person.id),
    );
    open(group.id);
    onClose();
  });
  return (
    <Dialog title="New group" onClose={onClose}>
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
