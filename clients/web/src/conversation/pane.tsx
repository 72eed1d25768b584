// The right pane. Loads and opens the conversation in the URL, and shows an error if that fails.

import type { Conversation } from "emotechat";
import { useEffect, useState } from "preact/hooks";
import { chat, conversations, status } from "../chat.js";
import { useAction } from "../ui/hooks.js";
import { IconButton } from "../ui/icon-button.js";
import { close } from "../route.js";
import { Header } from "./header.js";
import { OpenRoom } from "./open-room.js";

/** The pane for one conversation id. */
export function Pane({ id }: { id: string }) {
  const [conversation, setConversation] = useState<Conversation | null>(
    () => conversations.peek().find((known) => known.id === id) ?? null,
  );
  const [isOpen, setOpen] = useState(conversation?.isOpen ?? false);
  const opening = useAction(async (known: Conversation | null) => {
    const found = known ?? (await chat.conversation(id));
    setConversation(found);
    await found.open();
    setOpen(true);
  });
  const isMissing = opening.error?.status === 404;
  useEffect(() => void opening.run(conversation), []);
  // Retry once the connection is back.
  const isOnline = status.value.state === "online";
  useEffect(() => {
    if (isOnline && opening.error && !isMissing) void opening.run(conversation);
  }, [isOnline]);
  // If the user was removed and added again, the client has a new object for the same conversation.
  const current = conversations.value.find((known) => known.id === id);
  const isReplaced = conversation?.isGone && current !== undefined && current !== conversation;
  useEffect(() => {
    if (!isReplaced) return;
    setOpen(false);
    void opening.run(current);
  }, [isReplaced]);
  if (conversation && isOpen) return <OpenRoom conversation={conversation} />;
  return (
    <section class="room" aria-busy={opening.isRunning}>
      {conversation ? <Header conversation={conversation} /> : <BareHeader />}
      <div class="empty-state">
        {opening.error && (
          <>
            <p class="error" role="alert">
              {isMissing ? "This conversation doesn't exist, or you're not a member." : opening.error.detail}
            </p>
            {!isMissing && (
              <p>
                <button type="button" onClick={() => void opening.run(conversation)}>
                  Try again
                </button>
              </p>
            )}
          </>
        )}
      </div>
    </section>
  );
}

function BareHeader() {
  return (
    <header class="room-header">
      <IconButton icon="back" label="Back to conversations" class="back" onClick={close} />
    </header>
  );
}
