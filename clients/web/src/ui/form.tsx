// The parts of every form: labelled fields with their errors, the error of the whole form, and the submit button.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { FormError } from "./form-error.js";
import type { Action } from "./hooks.js";

interface FormProps {
  /** Runs with the form element on submit. */
  action: Action<[HTMLFormElement]>;
  class?: string;
  children: ComponentChildren;
}

/** A form that runs an action on submit. The server validates the input; the browser's own validation is off. */
export function Form({ action, class: name, children }: FormProps) {
  return (
    <form
      class={name}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(event.currentTarget);
      }}
    >
      {children}
    </form>
  );
}

interface FieldProps {
  label: string;
  /** The key of this field in `FormError.fields`. */
  name: string;
  error: FormError | null;
  hint?: string | undefined;
  type?: "text" | "email" | "password";
  autocomplete?: "name" | "username" | "current-password" | "new-password" | "off";
  maxLength?: number;
  /** Focuses the field when it appears. */
  isFirst?: boolean | undefined;
  value?: string;
  defaultValue?: string;
  onInput?(value: string): void;
}

/** An input with its label. An error takes the place of the hint. */
export function Field({ label, name, error, hint, type = "text", isFirst, onInput, ...input }: FieldProps) {
  const id = useId();
  const element = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isFirst) element.current!.focus();
  }, []);
  const problem = error?.fields[name];
  useEffect(() => {
    // Focus the first invalid field of the form.
    if (problem && element.current!.form?.querySelector("[aria-invalid]") === element.current) element.current!.focus();
  }, [error]);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...input}
        ref={element}
        id={id}
        name={name}
        // Preact's input props are a union by type, because each type allows different roles. This input sets no role.
        type={type as "text"}
        dir="auto"
        aria-describedby={`${id}-note`}
        aria-invalid={problem ? "true" : undefined}
        onInput={(event) => onInput?.(event.currentTarget.value)}
      />
      <p id={`${id}-note`} class={problem ? "note error" : "note"}>
        {problem ?? hint}
      </p>
    </div>
  );
}

/** The error of a form that none of its fields shows. Always takes up its space, so the layout does not shift. */
export function FormAlert({ error, names = [] }: { error: FormError | null; names?: string[] }) {
  const others = Object.entries(error?.fields ?? {}).filter(([name]) => !names.includes(name));
  const isShown = names.some((name) => error?.fields[name]);
  return (
    <p class="form-alert error" role="alert">
      {others[0]?.[1] ?? (isShown ? null : error?.detail)}
    </p>
  );
}

interface SubmitProps {
  isRunning: boolean;
  children: ComponentChildren;
}

/** The form's main button. It is never disabled, so that it keeps the focus while the form is being sent. */
export function Submit({ isRunning, children }: SubmitProps) {
  return (
    <button class="primary" type="submit" aria-disabled={isRunning ? "true" : undefined}>
      {children}
    </button>
  );
}

/** The values of a form, by field name. */
export function valuesOf(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}
