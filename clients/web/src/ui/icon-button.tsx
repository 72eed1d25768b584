// A button that is an icon; its name is said by the label, and shown when it is pointed at.

import { Icon, type IconName } from "./icon.js";

interface Props {
  icon: IconName;
  label: string;
  class?: string;
  tabIndex?: number;
  hasMenu?: boolean;
  onClick(event: MouseEvent & { currentTarget: HTMLButtonElement }): void;
}

/** The button. */
export function IconButton({ icon, label, class: name = "", tabIndex, hasMenu, onClick }: Props) {
  return (
    <button
      type="button"
      class={`icon-button ${name}`}
      aria-label={label}
      title={label}
      aria-haspopup={hasMenu ? "menu" : undefined}
      tabIndex={tabIndex}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
