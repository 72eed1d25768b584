// Asks before something that cannot be taken back.

import type { ComponentChildren } from "preact";
import { FormAlert } from "../ui/form.js";
import { useAction, useIsMounted } from "../ui/hooks.js";
import { Dialog } from "./dialog.js";

interface Props {
  title: string;
  /** The verb, on the button. */
  verb: string;
  onConfirm(): Promise<unknown>;
  onClose(): void;
  children: ComponentChildren;
}

/** Stays open, and says why, when it was refused. */
export function Confirm({ title, verb, onConfirm, onClose, children }: Props) {
  const isMounted = useIsMounted();
  const action = useAction(onConfirm);
  return (
    <Dialog title={title} class="confirm" onClose={onClose}>
      {children}
      <FormAlert error={action.error} />
      <p class="buttons">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="danger" onClick={async () => (await action.run()) && isMounted() && onClose()}>
          {verb}
        </button>
      </p>
    </Dialog>
  );
}
