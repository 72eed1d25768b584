// The state of the live connection, in one line. The line always takes up its space, so the layout does not shift.
// Screen readers announce that the connection is lost or back, but not each attempt to reconnect.

import type { Status } from "emotechat";
import { useRef } from "preact/hooks";
import { chat, status } from "../chat.js";
import { useNow } from "./hooks.js";

/** The connection state, with a button to retry now. */
export function Connection() {
  const now = status.value;
  const time = useNow(now.state === "waiting");
  const seconds = now.state === "waiting" ? Math.max(0, Math.ceil((now.retryAt - time) / 1000)) : 0;
  const isConnecting = now.state === "connecting";
  const announced = useRef("");
  if (!isConnecting) announced.current = labels[now.state];
  return (
    <p class={`connection ${now.state}`}>
      <span role="status" class={isConnecting ? "visually-hidden" : undefined}>
        {announced.current}
      </span>
      {isConnecting && <span aria-hidden="true">{labels.connecting}</span>}
      {now.state === "waiting" && (
        <span aria-hidden="true" class="seconds">
          {" "}
          Reconnecting in {seconds} s…
        </span>
      )}
      {now.state === "waiting" && (
        <button type="button" class="link" onClick={() => chat.reconnectNow()}>
          Retry now
        </button>
      )}
    </p>
  );
}

const labels: Record<Status["state"], string> = {
  closed: "Disconnected",
  connecting: "Connecting…",
  online: "Online",
  waiting: "Disconnected.",
  offline: "You're offline",
};
