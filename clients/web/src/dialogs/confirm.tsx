// Asks before something that cannot be taken back.

import type { ComponentChildren } from "preact";
import { FormFault } from "../ui/form.js";
import { useAction, useIsDrawn } from "../ui/hooks.js";
import { Dialog } from "./dialog.js";

interface Props {
  title: string;
  /** The verb, on the button. */
  verb: string;
  act(): Promise<unknown>;
  onClose(): void;
  children: ComponentChildren;
}

/** Stays open, and says why, when it was refused. */
export function Confirm({ title, verb, act, onClose, children }: Props) {
  const isDrawn = useIsDrawn();
  const action = useAction(act);
  return (
    <Dialog title={title} class="confirm" onClose={onClose}>
      {children}
      <FormFault fault={action.fault} />
      <p class="buttons">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="danger" onClick={async () => (await action.run()) && isDrawn() && onClose()}>
          {verb}
        </button>
      </p>
    </Dialog>
  );
}
