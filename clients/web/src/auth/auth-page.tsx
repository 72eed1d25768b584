// The way in: log in, create an account, or ask for a link to choose a new password.

import { useState } from "preact/hooks";
import { wasEnded } from "../chat.js";
import { LocalLinks } from "../ui/local-links.js";
import { SecondWindow } from "../ui/second-window.js";
import type { Way } from "./auth-link.js";
import { Forgot } from "./forgot.js";
import { LogIn } from "./log-in.js";
import { Register } from "./register.js";

/** The page of who is not signed in. */
export function WayIn({ fault }: { fault: string }) {
  const [{ way, notice }, setWay] = useState<{ way: Way; notice: string }>({ way: "log-in", notice: "" });
  const go = (way: Way, notice = "") => setWay({ way, notice });
  const [email, setEmail] = useState("");
  const props = { email, setEmail, go };
  return (
    <main class="way-in">
      <p class="brand">
        <img src="/favicon.svg" alt="" width="40" height="40" />
        EmoteChat
      </p>
      <p class="way-notice" role="status">
        {notice || (wasEnded.value ? "Your session has ended. Please log in again." : fault)}
      </p>
      {way === "log-in" && <LogIn {...props} />}
      {way === "register" && <Register {...props} />}
      {way === "forgot" && <Forgot {...props} />}
      <footer>
        <p>
          Each window is a person of its own: <SecondWindow>open a second window</SecondWindow> to chat with yourself.
        </p>
        <LocalLinks />
      </footer>
    </main>
  );
}
