// The parts of every form: a labelled field that says what is wrong with it, the form's own error, and its button.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { FormError } from "./form-error.js";
import type { Action } from "./hooks.js";

interface FormProps {
  /** Is given the form when it is sent. */
  action: Action<[HTMLFormElement]>;
  class?: string;
  children: ComponentChildren;
}

/** A form that is sent by an action. What is wrong with it is said by the server, not by the browser. */
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
  /** As in the pointers of the server's faults. */
  name: string;
  error: FormError | null;
  hint?: string | undefined;
  type?: "text" | "email" | "password";
  autocomplete?: "name" | "username" | "current-password" | "new-password" | "off";
  maxLength?: number;
  /** Takes the focus when it appears. */
  isFirst?: boolean | undefined;
  value?: string;
  defaultValue?: string;
  onInput?(value: string): void;
}

/** An input with its label. What is wrong takes the place of the hint. */
export function Field({ label, name, error, hint, type = "text", isFirst, onInput, ...input }: FieldProps) {
  const id = useId();
  const element = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isFirst) element.current!.focus();
  }, []);
  const problem = error?.fields[name];
  useEffect(() => {
    // The first of a form that is wrong is where to go on.
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
        // Its types differ by the role that each type may have: none is given here.
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

/** Why the form was refused, where no field says it. Its room is always there. */
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

/** The form's main button. It keeps the focus while the form is sent. */
export function Submit({ isRunning, children }: SubmitProps) {
  return (
    <button class="primary" type="submit" aria-disabled={isRunning ? "true" : undefined}>
      {children}
    </button>
  );
}

/** The values of a form, by name. */
export function valuesOf(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}
