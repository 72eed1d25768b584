// What stands above the oldest message that is there: that more are coming, or could not come, or that there are none.

interface Props {
  hasOlder: boolean;
  isEmpty: boolean;
  fault: string | undefined;
  retry(): void;
}

/** One line. */
export function Beginning({ hasOlder, isEmpty, fault, retry }: Props) {
  if (fault)
    return (
      <p class="beginning wrong" role="alert">
        {fault}{" "}
        <button type="button" class="link" onClick={retry}>
          Load older messages
        </button>
      </p>
    );
  if (hasOlder) return <p class="beginning">Loading older messages …</p>;
  return <p class="beginning">{isEmpty ? "No messages yet. Say hello!" : "The beginning of this conversation."}</p>;
}
