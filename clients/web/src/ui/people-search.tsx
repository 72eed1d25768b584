// The search field above a list of people.

interface Props {
  query: string;
  setQuery(query: string): void;
  autoFocus?: boolean;
  onKeyDown?(event: KeyboardEvent): void;
}

/** A controlled search field. The server accepts at most 64 characters. */
export function PeopleSearch({ query, setQuery, autoFocus, onKeyDown }: Props) {
  return (
    <input
      class="wide"
      type="search"
      dir="auto"
      autoFocus={autoFocus}
      aria-label="Find people"
      placeholder="Find people"
      maxLength={64}
      value={query}
      onInput={(event) => setQuery(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
