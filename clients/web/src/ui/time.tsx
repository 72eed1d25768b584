// Formats times in the user's language and time zone.

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

// Rounded, because the day on which daylight saving time starts or ends has 23 or 25 hours.
function daysAgo(time: number): number {
  return Math.round((startOfDay(Date.now()) - startOfDay(time)) / DAY);
}

/** A key for the calendar day of a time. */
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

/** The full date and time. */
export function fullTime(time: number): string {
  return full.format(time);
}

function shortTime(time: number): string {
  const ago = daysAgo(time);
  if (ago <= 0) return clock.format(time);
  if (ago === 1) return "Yesterday";
  return ago < 7 ? weekday.format(time) : date.format(time);
}

/** The time of day, with the full date as a tooltip. */
export function Clock({ time }: { time: number }) {
  return (
    <time dateTime={new Date(time).toISOString()} title={fullTime(time)}>
      {clock.format(time)}
    </time>
  );
}

/** The short form for lists: the time if it was today, otherwise the day. */
export function ShortTime({ time }: { time: number }) {
  return (
    <time dateTime={new Date(time).toISOString()} title={fullTime(time)}>
      {shortTime(time)}
    </time>
  );
}

/** The date without the time. */
export function DateOnly({ time }: { time: number }) {
  return (
    <time dateTime={new Date(time).toISOString()} title={fullTime(time)}>
      {date.format(time)}
    </time>
  );
}
