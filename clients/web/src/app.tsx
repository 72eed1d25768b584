// The root of the page: the chat for signed-in users, otherwise the auth page. Browser tests find elements by role and name:
//   auth page     heading "Log in" | "Create account" | "Forgot your password?", fields "Name", "Email", "Password",
//                 buttons "Log in", "Create account", "Email me a link"; a button with the name of a heading opens that form
//   sidebar       navigation "Conversations", searchbox "Find people and conversations", a link for each conversation,
//                 buttons "New conversation", "New group", "Settings"; status "Online", button "Retry now"
//   conversation  region with the conversation's title, log "Messages" with an article for each message, textbox "Message",
//                 buttons "Send", "Insert emoji", "Jump to latest", "Group details", "Back to conversations";
//                 separator "New messages"; listbox "Emoji suggestions" completes a shortcode
//   message       buttons "React", "Reply", "More"; menu "Message actions" with "Reply", "React", "Copy text", "Edit", "Delete";
//                 a toggle button for each reaction, such as "tada, 2: Ann and you"; "Retry" and "Delete" if it is not sent
//   dialogs       "New conversation", "New group", "Group details", "Settings", "Add people", "Delete message?", "Leave group?",
//                 "Remove member?", and "Emoji picker" with searchbox "Search emoji" and a button for each shortcode

import { useEffect, useState } from "preact/hooks";
import { chat, startSession, me } from "./chat.js";
import { Pane } from "./conversation/pane.js";
import { Dialogs } from "./dialogs/dialogs.js";
import { Sidebar } from "./sidebar/sidebar.js";
import { useTitle } from "./sidebar/title.js";
import { toFormError } from "./ui/form-error.js";
import { openId } from "./route.js";
import { AuthPage } from "./auth/auth-page.js";

/** The whole page. */
export function App() {
  const [isResumed, setResumed] = useState(false);
  const [error, setError] = useState("");
  useTitle();
  useEffect(() => {
    chat
      .resume()
      .then(
        (user) => user && startSession(user),
        (thrown: unknown) => setError(toFormError(thrown).detail),
      )
      .finally(() => setResumed(true));
  }, []);
  if (!isResumed) return <Loading />;
  if (!me.value) return <AuthPage error={error} />;
  return (
    <main class={openId.value ? "app room-open" : "app"}>
      <h1 class="visually-hidden">EmoteChat</h1>
      <Sidebar />
      <div class="pane">{openId.value ? <Pane key={openId.value} id={openId.value} /> : <Welcome />}</div>
      <Dialogs />
    </main>
  );
}

// Shown while the server checks the stored session.
function Loading() {
  return (
    <main class="empty-state loading">
      <p role="status">Loading…</p>
    </main>
  );
}

function Welcome() {
  return (
    <div class="empty-state">
      <p class="empty-emoji" aria-hidden="true">
        👋
      </p>
      <h2>Welcome, {me.value?.name}</h2>
      <p>Pick a conversation or start a new one.</p>
    </div>
  );
}
