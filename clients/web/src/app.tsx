// The page: who is signed in sees the conversations, everybody else the way in. Browser tests find things by role and name:
//   way in        heading "Log in" | "Create account" | "Forgot your password?", fields "Name", "Email", "Password",
//                 buttons "Log in", "Create account", "Send link"; buttons named as the headings lead from one to the next
//   list          navigation "Conversations", searchbox "Find people and conversations", link for each conversation,
//                 buttons "New conversation", "New group", "Settings"; status "Online", button "Try now"
//   conversation  region named as the conversation, log "Messages" with an article for each message, textbox "Message",
//                 buttons "Send", "Insert emote", "Jump to newest", "Group details", "Back to conversations";
//                 separator "New messages"; listbox "Emotes" completes a shortcode
//   message       buttons "React", "Reply", "More"; menu "Message actions" with "Reply", "React", "Copy text", "Edit", "Delete";
//                 a reaction is a pressed or unpressed button, as "tada, 2: Ann and you"; unsent ones: "Retry", "Discard"
//   dialogs       "New conversation", "New group", "Group details", "Settings", "Add people", "Delete message?", "Leave group?",
//                 "Remove member?", and "Emote picker" with searchbox "Search emotes" and a button for each shortcode

import { useEffect, useState } from "preact/hooks";
import { chat, startSession, me } from "./chat.js";
import { Pane } from "./conversation/pane.js";
import { Dialogs } from "./dialogs/dialogs.js";
import { Sidebar } from "./sidebar/sidebar.js";
import { useTitle } from "./sidebar/title.js";
import { toFormError } from "./ui/form-error.js";
import { openId } from "./route.js";
import { AuthPage } from "./auth/auth-page.js";

/** All of it. */
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

// The server may be slow to say whether the session goes on.
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
