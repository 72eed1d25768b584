// Links between the three forms of the auth page.

/** Which of the three is shown. */
export type Way = "log-in" | "register" | "forgot";

/** What each of the three may do. */
export interface WayProps {
  /** Typed on one, it stands on the next. */
  email: string;
  setEmail(email: string): void;
  /** Leads to another of them, which may say what came of this one. */
  go(way: Way, notice?: string): void;
}

/** A link that leads to another of the three. */
export function WayLink({ to, go, children }: { to: Way; go(way: Way): void; children: string }) {
  return (
    <button type="button" class="link" onClick={() => go(to)}>
      {children}
    </button>
  );
}
