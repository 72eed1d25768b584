// What stands above the oldest message that is there: that more are coming, or could not come, or that there are none.

interface Props {
  hasOlder: boolean;
  isEmpty: boolean;
  error: string | undefined;
  retry(): void;
}

/** One line. */
export function LogStart({ hasOlder, isEmpty, error, retry }: Props) {
  if (error)
    return (
      <p class="log-start error" role="alert">
        {error}{" "}
        <button type="button" class="link" onClick={retry}>
          Load older messages
        </button>
      </p>
    );
  if (hasOlder) return <p class="log-start">Loading older messages …</p>;
  return <p class="log-start">{isEmpty ? "No messages yet. Say hello!" : "The beginning of this conversation."}</p>;
}
