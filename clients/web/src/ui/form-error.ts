// Why something was refused, in words for people.

import { Problem } from "emotechat";

/** A refusal as forms show it. */
export interface FormError {
  detail: string;
  /** Of the answer; 0: none came. */
  status: number;
  /** By the name of the field. */
  fields: Record<string, string>;
}

/** What is shown of something thrown. */
export function toFormError(thrown: unknown): FormError {
  if (!(thrown instanceof Problem)) {
    console.error(thrown);
    return { detail: "Something went wrong here. Reload the page, then try again.", status: -1, fields: {} };
  }
  const fields: Record<string, string> = {};
  for (const { pointer, detail } of thrown.errors) {
    const name = pointer.split("/")[1] ?? "";
    fields[name] ??= toSentence(detail);
  }
  return { detail: messageOf(thrown), status: thrown.status, fields };
}

/** A problem in one sentence. */
export function messageOf(problem: Problem): string {
  if (problem.status === 0) return "The server cannot be reached.";
  const wait = problem.retryAfter ? ` Try again in ${duration(problem.retryAfter)}.` : "";
  return toSentence(problem.errors[0]?.detail ?? problem.detail) + wait;
}

function toSentence(text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return `${Math.ceil(seconds / 60)} min`;
}
