// Changes the password. The server requires the current password, and ends all other sessions.

import { useState } from "preact/hooks";
import { chat } from "../chat.js";
import { Field, Form, FormAlert, valuesOf } from "../ui/form.js";
import { useAction } from "../ui/hooks.js";

/** A form that is collapsed until the user opens it. */
export function ChangePassword({ onChange }: { onChange(): void }) {
  const [isChanged, setChanged] = useState(false);
  const change = useAction(async (form: HTMLFormElement) => {
    setChanged(false);
    const { current_password = "", password = "" } = valuesOf(form);
    await chat.api.changePassword({ current_password, password });
    form.reset();
    setChanged(true);
    onChange();
  });
  return (
    <details>
      <summary>Change password</summary>
      <Form action={change}>
        <Field
          label="Current password"
          name="current_password"
          type="password"
          autocomplete="current-password"
          error={change.error}
        />
        <Field
          label="New password"
          name="password"
          type="password"
          autocomplete="new-password"
          error={change.error}
          hint="At least 8 characters. You'll be signed out everywhere else."
        />
        <FormAlert error={change.error} names={["current_password", "password"]} />
        <p class="buttons">
          <span role="status">{isChanged && "Password changed."}</span>
          <button type="submit">Change password</button>
        </p>
      </Form>
    </details>
  );
}
