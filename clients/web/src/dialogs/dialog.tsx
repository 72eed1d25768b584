// A modal dialog with a title. Escape closes it; a click outside closes it only if no input would be lost.
// On close, the focus returns to where it was.

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "../ui/icon-button.js";

interface Props {
  title: string;
  class?: string;
  /** Whether something is selected that a click outside must not discard. */
  hasSelection?: boolean;
  onClose(): void;
  children: ComponentChildren;
}

/** Open as long as it is mounted. */
export function Dialog({ title, class: name = "", hasSelection = false, onClose, children }: Props) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  const hasInput = useRef(false);
  useLayoutEffect(() => {
    const dialog = ref.current!;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={ref}
      class={name}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onInput={() => {
        hasInput.current = true;
      }}
      onPointerDown={(event) => event.target === ref.current && !hasSelection && !hasInput.current && onClose()}
    >
      <div class="dialog-body">
        <header>
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label="Close" onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
