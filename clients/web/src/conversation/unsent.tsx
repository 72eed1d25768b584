// A message that is not in the log yet, and how it is with it.

import type { Sending } from "emotechat";
import { reason } from "../ui/fault.js";
import { useChange } from "../ui/hooks.js";
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

function Drawn({ sending, isFirst, isLast }: Props) {
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
export const UnsentRow = memo(Drawn);

function Delivery({ sending }: { sending: Sending }) {
  const { conversation } = useRoom();
  useChange(conversation);
  if (sending.state === "sending") return <p class="delivery">Sending …</p>;
  const why = sending.problem ? reason(sending.problem) : "";
  if (sending.state === "waiting")
    return (
      <p class="delivery">
        Waiting to send. {why} <Discard sending={sending} />
      </p>
    );
  return (
    <p class="delivery wrong" role="alert">
      Not sent. {why}{" "}
      {!conversation.isGone && (
        <>
          <button type="button" class="link" onClick={() => sending.retry()}>
            Retry
          </button>{" "}
        </>
      )}
      <Discard sending={sending} />
    </p>
  );
}

function Discard({ sending }: { sending: Sending }) {
  return (
    <button type="button" class="link" onClick={() => sending.discard()}>
      Discard
    </button>
  );
}
