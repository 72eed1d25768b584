// Arrow keys in a grid of buttons that is split into sections: up and down go to the nearest one of the next line.

/** Moves the focus. */
export function moveInGrid(event: KeyboardEvent): void {
  const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(".grid button")];
  const at = buttons.indexOf(event.target as HTMLElement);
  if (at < 0) return;
  const to = {
    ArrowRight: buttons[at + 1],
    ArrowLeft: buttons[at - 1],
    ArrowDown: nearest(buttons.slice(at), buttons[at]!),
    ArrowUp: nearest(buttons.slice(0, at + 1).reverse(), buttons[at]!),
    Home: buttons[0],
    End: buttons.at(-1),
  }[event.key];
  if (!to) return;
  to.focus();
  event.preventDefault();
}

function nearest(buttons: HTMLElement[], from: HTMLElement): HTMLElement | undefined {
  const line = buttons.find((button) => button.offsetTop !== from.offsetTop)?.offsetTop;
  const candidates = buttons.filter((button) => button.offsetTop === line);
  const away = (button: HTMLElement) => Math.abs(button.offsetLeft - from.offsetLeft);
  return candidates.sort((one, other) => away(one) - away(other))[0];
}
