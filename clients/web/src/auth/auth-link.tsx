// Links between the three forms of the auth page.

/** Which of the three is shown. */
export type AuthForm = "log-in" | "register" | "forgot";

/** What each of the three may do. */
export interface AuthFormProps {
  /** Typed on one, it stands on the next. */
  email: string;
  setEmail(email: string): void;
  /** Leads to another of them, which may say what came of this one. */
  goTo(form: AuthForm, notice?: string): void;
}

/** A link that leads to another of the three. */
export function AuthLink({ to, goTo, children }: { to: AuthForm; goTo(form: AuthForm): void; children: string }) {
  return (
    <button type="button" class="link" onClick={() => goTo(to)}>
      {children}
    </button>
  );
}
