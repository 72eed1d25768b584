// The end of a paged list. Loads the next page when it scrolls into view, and shows a button to retry if that fails.

import { useEffect, useRef } from "preact/hooks";
import { useAction } from "./hooks.js";

interface Props {
  label: string;
  hasMore: boolean;
  load(): Promise<void>;
}

/** A button that clicks itself when it becomes visible. */
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
