// Creates an account and logs in. If the login fails, the user continues on the login form.

import { chat, startSession } from "../chat.js";
import { Field, Form, FormAlert, Submit, valuesOf } from "../ui/form.js";
import { toFormError } from "../ui/form-error.js";
import { useAction } from "../ui/hooks.js";
import { AuthLink, type AuthFormProps } from "./auth-link.js";
import { EmailField } from "./email-field.js";

export function Register({ email, setEmail, goTo }: AuthFormProps) {
  const action = useAction(async (form: HTMLFormElement) => {
    const { name = "", email: address = "", password = "" } = valuesOf(form);
    await chat.register({ name, email: address, password });
    try {
      startSession(await chat.login(address, password));
    } catch (thrown) {
      // The account exists now, so registering again would fail because the email is taken.
      goTo("log-in", `Your account was created. ${toFormError(thrown).detail}`);
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
        error={action.error}
        hint="Other people see this name and can search for it."
      />
      <EmailField email={email} setEmail={setEmail} error={action.error} hint="Other people never see this." />
      <Field
        label="Password"
        name="password"
        type="password"
        autocomplete="new-password"
        error={action.error}
        hint="At least 8 characters."
      />
      <FormAlert error={action.error} names={["name", "email", "password"]} />
      <Submit isRunning={action.isRunning}>Create account</Submit>
      <p class="auth-links">
        <span>Already have an account?</span>
        <AuthLink to="log-in" goTo={goTo}>
          Log in
        </AuthLink>
      </p>
    </Form>
  );
}
