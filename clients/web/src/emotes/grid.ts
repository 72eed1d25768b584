// Arrow keys in a column of grids: up and down stay in the same column and continue in the next grid.

// Must match styles/emotes.css. Measuring it instead would force a layout of thousands of emoji that are out of view.
const COLUMNS = 8;

/** Moves the focus on an arrow key, Home or End. */
export function moveInGrid(event: KeyboardEvent): void {
  const button = event.target as Element;
  const grid = button.closest(".grid");
  if (!grid) return;
  const grids = [...(event.currentTarget as Element).querySelectorAll(".grid")].filter(
    (candidate) => candidate.firstElementChild,
  );
  const inGrid = grids.indexOf(grid);
  const [before, buttons, after] = [-1, 0, 1].map((step) => [...(grids[inGrid + step]?.children ?? [])]);
  const to = {
    ArrowRight: button.nextElementSibling ?? after![0],
    ArrowLeft: button.previousElementSibling ?? before!.at(-1),
    ArrowDown: below(buttons!, buttons!.indexOf(button), after!),
    ArrowUp: above(buttons!, buttons!.indexOf(button), before!),
    Home: grids[0]?.firstElementChild,
    End: grids.at(-1)?.lastElementChild,
  }[event.key];
  if (!to) return;
  (to as HTMLElement).focus();
  event.preventDefault();
}

// If the last row is too short for the column, its last button is the nearest one.
function below(buttons: Element[], at: number, after: Element[]): Element | undefined {
  const lineEnd = at - (at % COLUMNS) + COLUMNS;
  if (lineEnd < buttons.length) return buttons[at + COLUMNS] ?? buttons.at(-1);
  return after[Math.min(at % COLUMNS, after.length - 1)];
}

function above(buttons: Element[], at: number, before: Element[]): Element | undefined {
  if (at >= COLUMNS) return buttons[at - COLUMNS];
  const lastLine = before.slice((Math.ceil(before.length / COLUMNS) - 1) * COLUMNS);
  return lastLine[Math.min(at, lastLine.length - 1)];
}
