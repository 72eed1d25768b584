// The current user's settings: name, password, devices, and logout.

import { useState } from "preact/hooks";
import { chat, me } from "../chat.js";
import { forgetDrafts } from "../drafts.js";
import { FormAlert } from "../ui/form.js";
import { useAction } from "../ui/hooks.js";
import { LocalLinks } from "../ui/local-links.js";
import { NewTabLink } from "../ui/new-tab-link.js";
import { clearRoute } from "../route.js";
import { ChangeName } from "./change-name.js";
import { ChangePassword } from "./change-password.js";
import { Dialog } from "./dialog.js";
import { Sessions } from "./sessions.js";

/** The settings dialog. The light or dark theme follows the system and is not a setting. */
export function Settings({ onClose }: { onClose(): void }) {
  const [passwordChanges, setPasswordChanges] = useState(0);
  const logOut = useAction(async () => {
    await chat.logout();
    forgetDrafts();
    clearRoute();
    onClose();
  });
  return (
    <Dialog title="Settings" class="settings" onClose={onClose}>
      <div class="scroll">
        <ChangeName />
        <p class="dialog-hint">
          Signed in as <span class="account-email">{me.value?.email}</span> in this tab only.{" "}
          <NewTabLink>Open another tab</NewTabLink> to use a different account.
        </p>
        <ChangePassword onChange={() => setPasswordChanges(passwordChanges + 1)} />
        <Sessions passwordChanges={passwordChanges} />
        <LocalLinks />
      </div>
      {logOut.error && <FormAlert error={logOut.error} />}
      <p class="buttons">
        <button type="button" onClick={() => void logOut.run()}>
          Log out
        </button>
      </p>
    </Dialog>
  );
}
