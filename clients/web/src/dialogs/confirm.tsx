// Asks for confirmation before an action that cannot be undone.

import type { ComponentChildren } from "preact";
import { FormAlert } from "../ui/form.js";
import { useAction, useIsMounted } from "../ui/hooks.js";
import { Dialog } from "./dialog.js";

interface Props {
  title: string;
  /** The label of the button that confirms. */
  verb: string;
  onConfirm(): Promise<unknown>;
  onClose(): void;
  children: ComponentChildren;
}

/** Closes on success. On failure, it stays open and shows the error. */
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
