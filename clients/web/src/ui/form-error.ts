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
    return { detail: "Something went wrong. Reload the page and try again.", status: -1, fields: {} };
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
  if (problem.status === 0) return "Can't reach the server.";
  const wait = problem.retryAfter ? ` Try again in ${duration(problem.retryAfter)}.` : "";
  return detailOf(problem) + wait;
}

/** The server's text as a sentence: for the first invalid field if there is one. */
export function detailOf(problem: Problem): string {
  return toSentence(problem.errors[0]?.detail ?? problem.detail);
}

function toSentence(text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** A wait in words: "7 s", "3 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return `${Math.ceil(seconds / 60)} min`;
}
