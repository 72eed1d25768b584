// Logging in.

import { chat, enter } from "../chat.js";
import { Field, Form, FormFault, Submit, valuesOf } from "../ui/form.js";
import { useAction } from "../ui/hooks.js";
import { WayLink, type WayProps } from "./auth-link.js";

/** The form. */
export function LogIn({ email, setEmail, go }: WayProps) {
  const action = useAction(async (form: HTMLFormElement) => {
    const values = valuesOf(form);
    enter(await chat.login(values.email ?? "", values.password ?? ""));
  });
  return (
    <Form action={action} class="card">
      <h1>Log in</h1>
      <Field
        label="Email"
        name="email"
        type="email"
        autocomplete="username"
        isFirst
        fault={action.fault}
        value={email}
        onInput={setEmail}
      />
      <Field label="Password" name="password" type="password" autocomplete="current-password" fault={action.fault} />
      <FormFault fault={action.fault} names={["email", "password"]} />
      <Submit isRunning={action.isRunning}>Log in</Submit>
      <p class="ways">
        <WayLink to="forgot" go={go}>
          Forgot your password?
        </WayLink>
        <WayLink to="register" go={go}>
          Create account
        </WayLink>
      </p>
    </Form>
  );
}
