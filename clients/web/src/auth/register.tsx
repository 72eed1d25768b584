// A new account, which is signed in at once, or, if that is refused, as soon as one logs in.

import { chat, enter } from "../chat.js";
import { Field, Form, FormFault, Submit, valuesOf } from "../ui/form.js";
import { faultOf } from "../ui/fault.js";
import { useAction } from "../ui/hooks.js";
import { WayLink, type WayProps } from "./auth-link.js";

/** The form. */
export function Register({ email, setEmail, go }: WayProps) {
  const action = useAction(async (form: HTMLFormElement) => {
    const { name = "", email: address = "", password = "" } = valuesOf(form);
    await chat.register({ name, email: address, password });
    try {
      enter(await chat.login(address, password));
    } catch (thrown) {
      // To register again would say that the address is taken.
      go("log-in", `Your account is made. ${faultOf(thrown).detail}`);
    }
  });
  return (
    <Form action={action} class="card">
      <h1>Create account</h1>
      <Field
        label="Name"
        name="name"
        autocomplete="name"
        isFirst
        fault={action.fault}
        hint="What others see and find you by."
      />
      <Field
        label="Email"
        name="email"
        type="email"
        autocomplete="username"
        fault={action.fault}
        hint="Never shown to others."
        value={email}
        onInput={setEmail}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autocomplete="new-password"
        fault={action.fault}
        hint="8 characters or more."
      />
      <FormFault fault={action.fault} names={["name", "email", "password"]} />
      <Submit isRunning={action.isRunning}>Create account</Submit>
      <p class="ways">
        <span>Been here before?</span>
        <WayLink to="log-in" go={go}>
          Log in
        </WayLink>
      </p>
    </Form>
  );
}
