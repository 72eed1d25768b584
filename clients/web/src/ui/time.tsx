// Times, in the words of the reader's own language and zone.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const longDate = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const longDateOfYear = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

const DAY = 24 * 60 * 60 * 1000;

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

// Rounded, since a day of a change of the clocks has 23 or 25 hours.
function daysAgo(time: number): number {
  return Math.round((startOfDay(Date.now()) - startOfDay(time)) / DAY);
}

/** A key of the day that a time is on. */
export function dayOf(time: number): number {
  return startOfDay(time);
}

/** "Today", "Yesterday", or the date. */
export function dayName(time: number): string {
  const ago = daysAgo(time);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  const isThisYear = new Date(time).getFullYear() === new Date().getFullYear();
  return (isThisYear ? longDate : longDateOfYear).format(time);
}

/** "14:05". */
export function clockTime(time: number): string {
  return clock.format(time);
}

/** The date with the time. */
export function fullTime(time: number): string {
  return full.format(time);
}

function shortTime(time: number): string {
  const ago = daysAgo(time);
  if (ago <= 0) return clock.format(time);
  if (ago === 1) return "Yesterday";
  return ago < 7 ? weekday.format(time) : date.format(time);
}

/** A time of day, in full when pointed at. */
export function Clock({ time }: { time: number }) {
  return (
    <time dateTime={new Date(time).toISOString()} title={fullTime(time)}>
      {clock.format(time)}
    </time>
  );
}

/** As lists show it: the time of today, else the day. */
export function ShortTime({ time }: { time: number }) {
  return (
    <time dateTime={new Date(time).toISOString()} title={fullTime(time)}>
      {shortTime(time)}
    </time>
  );
}

/** The date alone. */
export function DateOnly({ time }: { time: number }) {
  return (
    <time dateTime={new Date(time).toISOString()} title={fullTime(time)}>
      {date.format(time)}
    </time>
  );
}
