// Links between the three forms of the auth page.

/** The form to show. */
export type AuthForm = "log-in" | "register" | "forgot";

/** The props that all three forms share. */
export interface AuthFormProps {
  /** Kept when the user switches to another form. */
  email: string;
  setEmail(email: string): void;
  /** Switches to another form, with an optional notice above it. */
  goTo(form: AuthForm, notice?: string): void;
}

/** A button that switches to another form. */
export function AuthLink({ to, goTo, children }: { to: AuthForm; goTo(form: AuthForm): void; children: string }) {
  return (
    <button type="button" class="link" onClick={() => goTo(to)}>
      {children}
    </button>
  );
}
