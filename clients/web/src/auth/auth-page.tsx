// The page for signed-out users: log in, create an account, or request a new password.

import { useState } from "preact/hooks";
import { wasSignedOut } from "../chat.js";
import { LocalLinks } from "../ui/local-links.js";
import { NewTabLink } from "../ui/new-tab-link.js";
import type { AuthForm } from "./auth-link.js";
import { Forgot } from "./forgot.js";
import { LogIn } from "./log-in.js";
import { Register } from "./register.js";

/** Shows one of the three forms. `error` says why the last session could not be resumed. */
export function AuthPage({ error }: { error: string }) {
  const [{ form, notice }, setForm] = useState<{ form: AuthForm; notice: string }>({ form: "log-in", notice: "" });
  const goTo = (form: AuthForm, notice = "") => setForm({ form, notice });
  const [email, setEmail] = useState("");
  const props = { email, setEmail, goTo };
  return (
    <main class="auth">
      <p class="brand">
        <img src="/favicon.svg" alt="" width="40" height="40" />
        EmoteChat
      </p>
      <p class="auth-notice" role="status">
        {notice || (wasSignedOut.value ? "You've been signed out. Please log in again." : error)}
      </p>
      {form === "log-in" && <LogIn {...props} />}
      {form === "register" && <Register {...props} />}
      {form === "forgot" && <Forgot {...props} />}
      <footer>
        <p>
          Each tab signs in separately. <NewTabLink>Open another tab</NewTabLink> to try it with a second account.
        </p>
        <LocalLinks />
      </footer>
    </main>
  );
}
