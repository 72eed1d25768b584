// The messages of a conversation. Scrolling up loads older ones.

import type { Conversation } from "emotechat";
import type { Ref } from "preact";
import { useEffect, useImperativeHandle, useMemo, useState } from "preact/hooks";
import { me } from "../chat.js";
import { useAction, useConversationChanges } from "../ui/hooks.js";
import { Icon } from "../ui/icon.js";
import { dayName, fullTime } from "../ui/time.js";
import { LogStart } from "./log-start.js";
import { moveByKeys, seqAt } from "./log-keys.js";
import { MessageRow } from "./message.js";
import { rowsOf, type Row } from "./rows.js";
import { Seen } from "./seen.js";
import { scrollToMessage } from "./scroll-to-message.js";
import { UnsentRow } from "./unsent.js";
import { useReadMarker } from "./use-read-marker.js";
import { useScroll } from "./use-scroll.js";

/** What other components can do with the log. */
export interface LogHandle {
  jumpTo(seq: number): void;
  jumpToLatest(): void;
  /** Moves the keyboard focus to a message. */
  focusOn(seq: number): void;
}

const LOAD_AHEAD_PX = 1200;

interface Props {
  conversation: Conversation;
  handle: Ref<LogHandle>;
}

/** The log with its scroll container. */
export function Log({ conversation, handle }: Props) {
  useConversationChanges(conversation);
  const { scroller, isAtEnd, onScroll, jumpToLatest, distanceToTop } = useScroll();
  const unreadAfter = useReadMarker(conversation, isAtEnd);
  const older = useAction(() => conversation.loadOlder());
  const [focused, setFocused] = useState<number | null>(null);
  const { messages, sending, hasOlder } = conversation;
  const ownId = me.value?.id ?? "";
  const rows = useMemo(
    () => rowsOf({ messages, sending, ownId, unreadAfter }),
    [messages, sending, ownId, unreadAfter],
  );
  const newest = messages.at(-1);
  const activeSeq = focused ?? newest?.seq;
  const unread = conversation.state.unread_count;

  function loadAhead(): void {
    if (conversation.hasOlder && !older.isRunning && !older.error && distanceToTop() < LOAD_AHEAD_PX) void older.run();
  }
  useEffect(loadAhead);
  useImperativeHandle(
    handle,
    () => ({
      jumpToLatest,
      jumpTo: (seq) => void scrollToMessage(conversation, scroller.current!, seq),
      focusOn: (seq) => scroller.current?.querySelector<HTMLElement>(`article[data-seq="${seq}"]`)?.focus(),
    }),
    [],
  );

  return (
    <div class="log-frame">
      <div
        class="scroller"
        ref={scroller}
        onScroll={() => {
          onScroll();
          loadAhead();
        }}
      >
        <div
          class="log"
          role="log"
          aria-label="Messages"
          aria-live="off"
          aria-busy={older.isRunning}
          onKeyDown={moveByKeys}
          onFocusIn={(event) => setFocused(seqAt(event.target) ?? focused)}
        >
          <LogStart
            conversation={conversation}
            hasOlder={hasOlder}
            error={older.error?.detail}
            retry={() => void older.run()}
            isEmpty={rows.length === 0}
          />
          {rows.map((row) => (
            <div key={row.key} class={`row ${row.type}-row`}>
              {renderRow(row, activeSeq)}
            </div>
          ))}
          {newest?.sender_id === ownId && sending.length === 0 && <Seen conversation={conversation} message={newest} />}
        </div>
      </div>
      {!isAtEnd && (
        <button type="button" class="jump-to-latest" title="Jump to latest" onClick={jumpToLatest}>
          <Icon name="down" />
          <span class="visually-hidden">Jump to latest</span>
          {unread > 0 && (
            <span class="badge">
              {unread > 99 ? "99+" : unread}
              <span class="visually-hidden"> new</span>
            </span>
          )}
        </button>
      )}
    </div>
  );
}

function renderRow(row: Row, activeSeq: number | undefined) {
  switch (row.type) {
    case "day":
      return (
        <p class="day-divider" title={fullTime(row.time)}>
          <span>{dayName(row.time)}</span>
        </p>
      );
    case "unread":
      return (
        <p class="unread-divider" role="separator" aria-label="New messages">
          <span>New messages</span>
        </p>
      );
    case "message":
      return (
        <MessageRow
          message={row.message}
          isOwn={row.isOwn}
          isFirst={row.isFirst}
          isLast={row.isLast}
          isActive={row.message.seq === activeSeq}
        />
      );
    case "sending":
      return <UnsentRow sending={row.sending} isFirst={row.isFirst} isLast={row.isLast} />;
  }
}
