// Stroke icons in the colour of the text. The button around an icon carries its meaning.

const paths = {
  alert: "M12 8v5M12 16.500v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  back: "M15 5l-7 7 7 7",
  check: "M5 12.500l4.5 4.500L19 7.5",
  clock: "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  down: "M12 5v14M6 13l6 6 6-6",
  group:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.500a3.3 3.3 0 0 1 0 6.400M18 14.500c2.1.8 3.5 2.7 3.5 5.5",
  info: "M12 11v5.500M12 7.500v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  more: "M5.5 11.5a.5.5 0 1 0 .1 0zM12 11.5a.5.5 0 1 0 .1 0zM18.5 11.5a.5.5 0 1 0 .1 0z",
  new: "M12 20h8.500M4 20l1-4.500L16 4.500a2.1 2.1 0 0 1 3.5 3.500L8.5 19z",
  pencil: "M4 20l1-4.500L16 4.500a2.1 2.1 0 0 1 3.5 3.500L8.5 19z",
  people: "M12 5v14M5 12h14",
  reply: "M9 6l-5.5 5.500L9 17M4 11.500h9.500c4 0 6.5 2.5 6.5 6.5",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.500L20 20",
  send: "M4.5 4.500L20.5 12l-16 7.5 2.5-7.500zM7 12h7",
  settings:
    "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.500a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8 14.500a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 10v.1M15.5 10v.1M8 14c1 1.6 2.4 2.4 4 2.400s3-.8 4-2.4",
  trash: "M5 7h14M10 7V4.500h4V7M7 7l.8 13h8.400L17 7M10.5 11v5M13.5 11v5",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof paths;

/** An icon that is hidden from screen readers. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
