// The email field that all three forms of the auth page share.

import type { FormError } from "../ui/form-error.js";
import { Field } from "../ui/form.js";

interface Props {
  email: string;
  setEmail(email: string): void;
  error: FormError | null;
  hint?: string;
  isFirst?: boolean;
}

/** A field whose value is kept when the user switches to another form. */
export function EmailField({ email, setEmail, error, hint, isFirst }: Props) {
  return (
    <Field
      label="Email"
      name="email"
      type="email"
      autocomplete="username"
      isFirst={isFirst}
      error={error}
      hint={hint}
      value={email}
      onInput={setEmail}
    />
  );
}
