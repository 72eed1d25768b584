// Requests an email with a link to choose a new password. The local stack delivers it to the local mailbox.

import { useState } from "preact/hooks";
import { chat } from "../chat.js";
import { Form, FormAlert, Submit, valuesOf } from "../ui/form.js";
import { useAction } from "../ui/hooks.js";
import { AuthLink, type AuthFormProps } from "./auth-link.js";
import { EmailField } from "./email-field.js";

/** The form. Stays open after the request, and says where to find the email. */
export function Forgot({ email, setEmail, goTo }: AuthFormProps) {
  const [sentTo, setSentTo] = useState("");
  const action = useAction(async (form: HTMLFormElement) => {
    const { email: address = "" } = valuesOf(form);
    setSentTo("");
    await chat.api.requestPasswordReset({ email: address });
    setSentTo(address);
  });
  return (
    <Form action={action} class="card">
      <h1>Forgot your password?</h1>
      <EmailField email={email} setEmail={setEmail} error={action.error} isFirst />
      <p role="status" class="reset-status">
        {sentTo ? (
          <>
            If {sentTo} has an account, we've sent a link.{" "}
            <a href="/_local/" target="_blank" rel="noopener">
              Open the local mailbox
            </a>{" "}
            to read it.
          </>
        ) : (
          "We'll email you a link to choose a new password."
        )}
      </p>
      <FormAlert error={action.error} names={["email"]} />
      <Submit isRunning={action.isRunning}>Email me a link</Submit>
      <p class="auth-links">
        <AuthLink to="log-in" goTo={goTo}>
          Log in
        </AuthLink>
        <AuthLink to="register" goTo={goTo}>
          Create account
        </AuthLink>
      </p>
    </Form>
  );
}
