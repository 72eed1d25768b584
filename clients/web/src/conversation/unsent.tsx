// A message that is not in the log yet, with its delivery state.

import type { Problem, Sending } from "emotechat";
import { detailOf, duration, messageOf } from "../ui/form-error.js";
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
      aria-label="Your message, not sent yet"
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

/** A row that renders again only when its state changes. */
export const UnsentRow = memo(UnsentRowView);

function Delivery({ sending }: { sending: Sending }) {
  const { conversation } = useRoom();
  useConversationChanges(conversation);
  if (sending.state === "sending") return <p class="delivery">Sending…</p>;
  if (sending.state === "waiting")
    return (
      <p class="delivery">
        {waitingText(sending.problem)} <DeleteButton sending={sending} />
      </p>
    );
  return (
    <p class="delivery error" role="alert">
      Couldn't send. {sending.problem && messageOf(sending.problem)}{" "}
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

function waitingText(problem: Problem | undefined): string {
  if (!problem) return "Not sent yet.";
  if (problem.status === 0) return "Not sent yet. We'll send it when you're back online.";
  const delay = problem.retryAfter ? `in ${duration(problem.retryAfter)}` : "soon";
  if (problem.status === 429) return `You're sending too fast. Sending again ${delay}…`;
  return `Not sent yet. ${detailOf(problem)} Trying again ${delay}…`;
}

function DeleteButton({ sending }: { sending: Sending }) {
  return (
    <button type="button" class="link" onClick={() => sending.discard()}>
      Delete
    </button>
  );
}
