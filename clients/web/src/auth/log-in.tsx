// The login form.

import { chat, startSession } from "../chat.js";
import { Field, Form, FormAlert, Submit, valuesOf } from "../ui/form.js";
import { useAction } from "../ui/hooks.js";
import { AuthLink, type AuthFormProps } from "./auth-link.js";
import { EmailField } from "./email-field.js";

export function LogIn({ email, setEmail, goTo }: AuthFormProps) {
  const action = useAction(async (form: HTMLFormElement) => {
    const values = valuesOf(form);
    startSession(await chat.login(values.email ?? "", values.password ?? ""));
  });
  return (
    <Form action={action} class="card">
      <h1>Log in</h1>
      <EmailField email={email} setEmail={setEmail} error={action.error} isFirst />
      <Field label="Password" name="password" type="password" autocomplete="current-password" error={action.error} />
      <FormAlert error={action.error} names={["email", "password"]} />
      <Submit isRunning={action.isRunning}>Log in</Submit>
      <p class="auth-links">
        <AuthLink to="forgot" goTo={goTo}>
          Forgot your password?
        </AuthLink>
        <AuthLink to="register" goTo={goTo}>
          Create account
        </AuthLink>
      </p>
    </Form>
  );
}
