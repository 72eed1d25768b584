// A button that shows only an icon. Its label is the accessible name and the tooltip.

import { Icon, type IconName } from "./icon.js";

interface Props {
  icon: IconName;
  label: string;
  class?: string;
  tabIndex?: number;
  hasMenu?: boolean;
  onClick(event: MouseEvent & { currentTarget: HTMLButtonElement }): void;
}

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
