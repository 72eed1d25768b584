// Changes the current user's name.

import { useState } from "preact/hooks";
import { chat, me } from "../chat.js";
import { Field, Form, FormAlert, valuesOf } from "../ui/form.js";
import { useAction } from "../ui/hooks.js";

export function ChangeName() {
  const [isSaved, setSaved] = useState(false);
  const rename = useAction(async (form: HTMLFormElement) => {
    setSaved(false);
    me.value = await chat.rename(valuesOf(form).name ?? "");
    setSaved(true);
  });
  return (
    <Form action={rename} class="inline-form">
      <Field
        label="Name"
        name="name"
        autocomplete="name"
        error={rename.error}
        defaultValue={me.value?.name ?? ""}
        hint={isSaved ? "Name saved." : undefined}
        onInput={() => setSaved(false)}
      />
      <button type="submit">Save</button>
      <FormAlert error={rename.error} names={["name"]} />
    </Form>
  );
}
