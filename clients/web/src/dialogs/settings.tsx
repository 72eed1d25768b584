// Oneself: name, password, sessions, and the way out.

import { useState } from "preact/hooks";
import { chat, me } from "../chat.js";
import { forgetDrafts } from "../drafts.js";
import { FormFault } from "../ui/form.js";
import { useAction } from "../ui/hooks.js";
import { LocalLinks } from "../ui/local-links.js";
import { SecondWindow } from "../ui/second-window.js";
import { forget } from "../route.js";
import { ChangeName } from "./change-name.js";
import { ChangePassword } from "./change-password.js";
import { Dialog } from "./dialog.js";
import { Sessions } from "./sessions.js";

/** All settings there are. Light or dark is as the system is. */
export function Settings({ onClose }: { onClose(): void }) {
  const [changes, setChanges] = useState(0);
  const leave = useAction(async () => {
    await chat.logout();
    forgetDrafts();
    forget();
    onClose();
  });
  return (
    <Dialog title="Settings" class="settings" onClose={onClose}>
      <div class="scroll">
        <ChangeName />
        <p class="aside">
          You log in as <span class="address">{me.value?.email}</span>. This session belongs to this window alone:{" "}
          <SecondWindow>open a second window</SecondWindow> to be somebody else there.
        </p>
        <ChangePassword onChange={() => setChanges(changes + 1)} />
        <Sessions changes={changes} />
        <LocalLinks />
      </div>
      {leave.fault && <FormFault fault={leave.fault} />}
      <p class="buttons">
        <button type="button" onClick={() => void leave.run()}>
          Log out
        </button>
      </p>
    </Dialog>
  );
}
