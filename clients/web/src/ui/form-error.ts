// Turns errors into text for users.

import { Problem } from "emotechat";

/** An error in the form that forms display. */
export interface FormError {
  detail: string;
  /** The HTTP status; 0 if there was no response, -1 for an unexpected error in the page. */
  status: number;
  /** Error texts by field name. */
  fields: Record<string, string>;
}

/** Turns anything thrown into an error for display. */
export function toFormError(thrown: unknown): FormError {
  if (!(thrown instanceof Problem)) {
    console.error(thrown);
    return { detail: "Something went wrong. Reload the page and try again.", status: -1, fields: {} };
  }
  const fields: Record<string, string> = {};
  for (const { pointer, detail } of thrown.errors) {
    const name = pointer.split("/")[1] ?? "";
    fields[name] ??= toSentence(detail);
  }
  return { detail: messageOf(thrown), status: thrown.status, fields };
}

/** A problem as text, including how long to wait before a retry. */
export function messageOf(problem: Problem): string {
  if (problem.status === 0) return "Can't reach the server.";
  const wait = problem.retryAfter ? ` Try again in ${duration(problem.retryAfter)}.` : "";
  return detailOf(problem) + wait;
}

/** The server's text as a sentence. Prefers the text for the first invalid field. */
export function detailOf(problem: Problem): string {
  return toSentence(problem.errors[0]?.detail ?? problem.detail);
}

function toSentence(text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** A duration for display: "7 s", "3 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return `${Math.ceil(seconds / 60)} min`;
}
