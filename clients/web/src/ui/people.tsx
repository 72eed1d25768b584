// A list of people to choose from: everyone, or the results of a search.

import type { User } from "emotechat";
import { useEffect, useRef, useState } from "preact/hooks";
import { chat, isOnline, me } from "../chat.js";
import { Avatar } from "./avatar.js";
import { toFormError } from "./form-error.js";
import { LoadMore } from "./load-more.js";

interface Props {
  query: string;
  onPick(person: User): void;
  /** If present, people are selected (toggle buttons) instead of opened. */
  isPicked?(person: User): boolean;
  /** Ids of users to leave out, such as the members of a group. */
  exclude?: ReadonlySet<string>;
}

interface Page {
  query: string;
  people: User[];
  next: string | number | null;
}

const DEBOUNCE_MS = 150;

async function load(query: string, from: string | number | null): Promise<Page> {
  if (query) {
    const { users, next_cursor } = await chat.search(query, from === null ? {} : { cursor: String(from) });
    return { query, people: users, next: next_cursor };
  }
  const page = Number(from ?? 1);
  const { users, pagination } = await chat.api.listUsers({ page });
  return { query, people: users, next: page < pagination.total_pages ? page + 1 : null };
}

/** The people that match the query, or everyone if the query is empty. */
export function People({ query, onPick, isPicked, exclude }: Props) {
  const [page, setPage] = useState<Page | null>(null);
  const [error, setError] = useState("");
  const latest = useRef(query);
  latest.current = query;
  useEffect(() => {
    const timer = setTimeout(
      () => {
        load(query, null).then(
          (first) => {
            if (latest.current !== query) return;
            setPage(first);
            setError("");
          },
          (thrown: unknown) => latest.current === query && setError(toFormError(thrown).detail),
        );
      },
      query ? DEBOUNCE_MS : 0,
    );
    return () => clearTimeout(timer);
  }, [query]);
  const others = (page?.people ?? []).filter((person) => person.id !== me.value?.id && !exclude?.has(person.id));
  return (
    <div class="people">
      <p class={error ? "hint error" : "hint"} role="status">
        {error || (page && others.length === 0 && page.next === null ? "No one found" : "")}
      </p>
      <ul class="items">
        {others.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              class="item person"
              aria-pressed={isPicked ? isPicked(person) : undefined}
              onClick={() => onPick(person)}
            >
              <Avatar id={person.id} name={person.name} userId={person.id} />
              <span class="title">
                <bdi>{person.name}</bdi>
              </span>
              {isOnline(person.id) && <span class="visually-hidden">online</span>}
            </button>
          </li>
        ))}
      </ul>
      <LoadMore
        label="Show more people"
        hasMore={page?.query === query && page.next !== null}
        load={async () => {
          const more = await load(query, page!.next);
          setPage((now) => (now === page ? { ...more, people: [...page!.people, ...more.people] } : now));
        }}
      />
    </div>
  );
}
