// The end of a list that has more: it loads by itself when it comes into view, and is a button when that failed.

import { useEffect, useRef } from "preact/hooks";
import { useAction } from "./hooks.js";

interface Props {
  label: string;
  hasMore: boolean;
  load(): Promise<void>;
}

/** Loads on when it is seen. */
export function LoadMore({ label, hasMore, load }: Props) {
  const action = useAction(load);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!button.current || action.isRunning || action.error) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void action.run();
    });
    observer.observe(button.current);
    return () => observer.disconnect();
  });
  if (!hasMore) return null;
  return (
    <p class="more">
      <button ref={button} type="button" onClick={() => void action.run()}>
        {action.isRunning ? "Loading…" : label}
      </button>
      {action.error && (
        <span class="error" role="alert">
          {action.error.detail}
        </span>
      )}
    </p>
  );
}
