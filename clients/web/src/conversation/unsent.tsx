// A message that is not in the log yet, and how it is with it.

import type { Sending } from "emotechat";
import { messageOf } from "../ui/form-error.js";
import { useConversationChanges } from "../ui/hooks.js";
import { Icon } from "../ui/icon.js";
import { memo } from "../ui/memo.js";
import { Clock } from "../ui/time.js";
import { Quote } from "./quote.js";
import { useRoom } from "./room.js";
import { Text } from "./text.js";

interface Props {
  sending: Sending;
  isFirst: boolean;
  isLast: boolean;
}

function UnsentRowView({ sending, isFirst, isLast }: Props) {
  return (
    <article
      class={["message own unsent", sending.state, isFirst && "first", isLast && "last"].filter(Boolean).join(" ")}
      aria-label="You, not sent yet"
      tabIndex={-1}
    >
      <div class="body">
        <div class="bubble">
          {sending.replyTo !== null && <Quote seq={sending.replyTo} isActive={false} />}
          <Text content={sending.content} />
          <p class="meta">
            <Icon name={sending.state === "failed" ? "alert" : "clock"} /> <Clock time={sending.createdAt} />
          </p>
        </div>
        {(isLast || sending.state !== "sending") && <Delivery sending={sending} />}
      </div>
    </article>
  );
}

/** Drawn again only when its state changed. */
export const UnsentRow = memo(UnsentRowView);

function Delivery({ sending }: { sending: Sending }) {
  const { conversation } = useRoom();
  useConversationChanges(conversation);
  if (sending.state === "sending") return <p class="delivery">Sending …</p>;
  const reason = sending.problem ? messageOf(sending.problem) : "";
  if (sending.state === "waiting")
    return (
      <p class="delivery">
        Waiting to send. {reason} <DeleteButton sending={sending} />
      </p>
    );
  return (
    <p class="delivery error" role="alert">
      Not sent. {reason}{" "}
      {!conversation.isGone && (
        <>
          <button type="button" class="link" onClick={() => sending.retry()}>
            Retry
          </button>{" "}
        </>
      )}
      <DeleteButton sending={sending} />
    </p>
  );
}

function DeleteButton({ sending }: { sending: Sending }) {
  return (
    <button type="button" class="link" onClick={() => sending.discard()}>
      Discard
    </button>
  );
}
