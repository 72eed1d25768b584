// An open conversation: header, log, typing line and composer, with the menus above them.

import type { Conversation, Message } from "emotechat";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { status } from "../chat.js";
import { Confirm } from "../dialogs/confirm.js";
import { Picker } from "../emotes/picker.js";
import { nameOrYou, titleOf } from "../names.js";
import { Connection } from "../ui/connection.js";
import { useConversationChanges } from "../ui/hooks.js";
import { Announcer } from "./announcer.js";
import { Composer } from "./composer.js";
import { keepMode, modeOf, type Mode } from "../drafts.js";
import { Header } from "./header.js";
import { Log, type LogHandle } from "./log.js";
import { MessageMenu } from "./menu.js";
import { RoomContext, type Room } from "./room.js";
import { Text } from "./text.js";
import { Typing } from "./typing.js";
import { useReactions } from "./use-reactions.js";

interface Overlay {
  kind: "menu" | "picker" | "delete";
  message: Message;
  anchor: HTMLElement;
}

/** Fills the right pane. */
export function OpenRoom({ conversation }: { conversation: Conversation }) {
  useConversationChanges(conversation);
  const [mode, setMode] = useState<Mode | null>(() => modeOf(conversation.id));
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const log = useRef<LogHandle>(null);
  useEffect(() => keepMode(conversation.id, mode), [mode]);
  const reactions = useReactions(conversation);
  const current = overlay && conversation.loaded(overlay.message.seq);
  useEffect(() => {
    // A deleted message offers no more actions.
    if (current?.deleted && overlay?.kind !== "delete") closeOverlay();
  }, [current?.deleted]);
  const room = useMemo<Room>(
    () => ({
      conversation,
      reply: (message) => setMode({ kind: "reply", message }),
      edit: (message) => setMode({ kind: "edit", message }),
      confirmDelete: (message) => setOverlay({ kind: "delete", message, anchor: document.body }),
      jumpTo: (seq) => log.current?.jumpTo(seq),
      openMenu: (message, anchor) => setOverlay({ kind: "menu", message, anchor }),
      openPicker: (message, anchor) => setOverlay({ kind: "picker", message, anchor }),
      toggle: reactions.toggle,
    }),
    [conversation],
  );
  const closeOverlay = () => setOverlay(null);
  const deletedSeq = useRef<number | null>(null);
  useEffect(() => {
    // Focus the message only after the dialog has closed, because a modal dialog blocks the focus outside it.
    if (overlay || deletedSeq.current === null) return;
    log.current?.focusOn(deletedSeq.current);
    deletedSeq.current = null;
  }, [overlay]);
  return (
    <RoomContext.Provider value={room}>
      <section class="room" aria-label={titleOf(conversation)}>
        <Header conversation={conversation} />
        <Log conversation={conversation} handle={log} />
        <div class="status-line">
          {status.value.state !== "online" && (
            <div class="narrow-only">
              <Connection />
            </div>
          )}
          <p class="error" role="alert">
            {reactions.error?.detail}
          </p>
          {!reactions.error && <Typing conversation={conversation} />}
        </div>
        {conversation.isGone ? (
          <p class="left-notice" role="status">
            You're no longer a member of this conversation.
          </p>
        ) : (
          <Composer
            key={mode?.kind === "edit" ? `edit ${mode.message.seq}` : "write"}
            mode={mode}
            setMode={setMode}
            onSend={() => log.current?.jumpToLatest()}
          />
        )}
        <Announcer conversation={conversation} />
      </section>
      {overlay?.kind === "menu" && (
        <MessageMenu
          key={`menu ${overlay.message.seq}`}
          message={overlay.message}
          anchor={overlay.anchor}
          onClose={closeOverlay}
        />
      )}
      {overlay?.kind === "picker" && (
        <Picker
          key={`picker ${overlay.message.seq}`}
          anchor={overlay.anchor}
          onClose={closeOverlay}
          onPick={(emote) => room.toggle(overlay.message, emote.shortcode)}
        />
      )}
      {overlay?.kind === "delete" && (
        <Confirm
          title="Delete message?"
          verb="Delete"
          onConfirm={() => conversation.delete(overlay.message.seq)}
          onClose={() => {
            deletedSeq.current = overlay.message.seq;
            closeOverlay();
          }}
        >
          <p>This deletes the message for everyone. You can't undo it.</p>
          <blockquote>
            <strong dir="auto">{nameOrYou(overlay.message.sender_id)}</strong>
            <Text content={overlay.message.content ?? ""} />
          </blockquote>
        </Confirm>
      )}
    </RoomContext.Provider>
  );
}
