// The left pane: the current user, the search, and the list of conversations. A search finds conversations and people.

import { useEffect, useRef, useState } from "preact/hooks";
import { chat, conversations, me } from "../chat.js";
import { openDialog } from "../dialogs/current.js";
import { Avatar } from "../ui/avatar.js";
import { Connection } from "../ui/connection.js";
import { IconButton } from "../ui/icon-button.js";
import { Icon } from "../ui/icon.js";
import { LoadMore } from "../ui/load-more.js";
import { NewTabLink } from "../ui/new-tab-link.js";
import { useOpenDirect } from "../ui/use-open-conversation.js";
import { hrefOf, openId } from "../route.js";
import { Item } from "./item.js";
import { titleOf } from "../names.js";
import { People } from "../ui/people.js";

/** The left pane. On a narrow screen it fills the page while no conversation is open. */
export function Sidebar() {
  const [query, setQuery] = useState("");
  const user = me.value!;
  const list = useRef<HTMLElement>(null);
  const lastOpened = useRef<string | null>(null);
  const id = openId.value;
  useEffect(() => {
    // Back in the list, focus the conversation that was just closed.
    if (id === null && lastOpened.current)
      list.current!.querySelector<HTMLElement>(`a[href="${hrefOf(lastOpened.current)}"]`)?.focus();
    lastOpened.current = id;
  }, [id]);
  return (
    <nav ref={list} class="sidebar" aria-label="Conversations">
      <header>
        <Avatar id={user.id} name={user.name} />
        <h2>
          <bdi>{user.name}</bdi>
        </h2>
        <IconButton icon="new" label="New conversation" onClick={() => openDialog({ kind: "new-conversation" })} />
        <IconButton icon="group" label="New group" onClick={() => openDialog({ kind: "new-group" })} />
        <IconButton icon="settings" label="Settings" onClick={() => openDialog({ kind: "settings" })} />
        <Connection />
      </header>
      <div class="search">
        <Icon name="search" />
        <input
          type="search"
          dir="auto"
          aria-label="Find people and conversations"
          placeholder="Find people and conversations"
          value={query}
          maxLength={64}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && setQuery("")}
        />
      </div>
      <div class="scroll">
        {query.trim() ? <SearchResults query={query.trim()} onDone={() => setQuery("")} /> : <ConversationList />}
      </div>
    </nav>
  );
}

function ConversationList() {
  const list = conversations.value;
  // Until the first page is loaded, it is unknown whether there are any conversations.
  if (list.length === 0 && chat.hasMoreConversations) return <p class="hint">Loading…</p>;
  if (list.length === 0) {
    return (
      <div class="hint">
        <p>
          No conversations yet. Search for someone above, or{" "}
          <button type="button" class="link" onClick={() => openDialog({ kind: "new-conversation" })}>
            browse everyone
          </button>
          .
        </p>
        <p>
          On your own? <NewTabLink>Open another tab</NewTabLink> and create a second account to try it out.
        </p>
      </div>
    );
  }
  return (
    <>
      <ul class="items">
        {list.map((conversation) => (
          <li key={conversation.id}>
            <Item conversation={conversation} />
          </li>
        ))}
      </ul>
      <LoadMore
        label="Show more conversations"
        hasMore={chat.hasMoreConversations}
        load={() => chat.loadMoreConversations()}
      />
    </>
  );
}

function SearchResults({ query, onDone }: { query: string; onDone(): void }) {
  const words = query.toLocaleLowerCase();
  const matching = conversations.value.filter((conversation) =>
    titleOf(conversation).toLocaleLowerCase().includes(words),
  );
  const openDirect = useOpenDirect(onDone);
  return (
    <>
      {matching.length > 0 && <h3 class="results-heading">Conversations</h3>}
      <ul class="items">
        {matching.map((conversation) => (
          <li key={conversation.id}>
            <Item conversation={conversation} onOpen={onDone} />
          </li>
        ))}
      </ul>
      <h3 class="results-heading">People</h3>
      {openDirect.error && (
        <p class="error hint" role="alert">
          {openDirect.error.detail}
        </p>
      )}
      <People query={query} onPick={(person) => void openDirect.run(person.id)} />
    </>
  );
}
