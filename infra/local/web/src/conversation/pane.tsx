// The right pane: gets the conversation that the address names, opens it, and says when it cannot.

import type { Conversation } from "emotechat";
import { useEffect, useState } from "preact/hooks";
import { chat, conversations } from "../chat.js";
import { useAction } from "../parts/hooks.js";
import { Icon } from "../parts/icon.js";
import { close } from "../route.js";
import { Header } from "./header.js";
import { OpenRoom } from "./open-room.js";

/** One conversation, by id. */
export function Pane({ id }: { id: string }) {
  const [conversation, setConversation] = useState<Conversation | null>(() => conversations.peek().find((known) => known.id === id) ?? null);
  const [isOpen, setOpen] = useState(conversation?.isOpen ?? false);
  const opening = useAction(async () => {
    const found = conversation ?? (await chat.conversation(id));
    setConversation(found);
    await found.open();
    setOpen(true);
  });
  useEffect(() => void opening.run(), []);
  if (conversation && isOpen) return <OpenRoom conversation={conversation} />;
  return (
    <section class="room" aria-busy={opening.isRunning}>
      {conversation ? <Header conversation={conversation} /> : <Unknown />}
      <div class="nothing">
        {opening.fault && (
          <>
            <p class="wrong" role="alert">{opening.fault.detail}</p>
            <p><button type="button" onClick={() => void opening.run()}>Try again</button></p>
          </>
        )}
      </div>
    </section>
  );
}

function Unknown() {
  return (
    <header class="room-header">
      <button type="button" class="icon-button back" aria-label="Back to conversations" onClick={close}><Icon name="back" /></button>
    </header>
  );
}
