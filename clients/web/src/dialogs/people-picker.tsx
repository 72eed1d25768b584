// Selects several people: the selected ones are chips at the top, and a search finds the others.

import type { User } from "emotechat";
import { useState } from "preact/hooks";
import { PeopleSearch } from "../ui/people-search.js";
import { People } from "../ui/people.js";
import { Icon } from "../ui/icon.js";

interface Props {
  picked: User[];
  setPicked(people: User[]): void;
  exclude?: ReadonlySet<string>;
}

/** A part of a form. */
export function PeoplePicker({ picked, setPicked, exclude }: Props) {
  const [query, setQuery] = useState("");
  const isPicked = (person: User) => picked.some(({ id }) => id === person.id);
  const unpick = (person: User) => setPicked(picked.filter(({ id }) => id !== person.id));
  return (
    <>
      <ul class="chips" aria-label="Selected">
        {picked.map((person) => (
          <li key={person.id}>
            <button type="button" class="chip" aria-label={`Remove ${person.name}`} onClick={() => unpick(person)}>
              <span dir="auto">{person.name}</span>
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      <PeopleSearch
        query={query}
        setQuery={setQuery}
        // Enter in the search field must not submit the form.
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
      />
      <div class="scroll">
        <People
          query={query.trim()}
          exclude={exclude}
          isPicked={isPicked}
          onPick={(person) => (isPicked(person) ? unpick(person) : setPicked([...picked, person]))}
        />
      </div>
    </>
  );
}
