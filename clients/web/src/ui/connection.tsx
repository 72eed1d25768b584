// One line on the live connection. Its room is always there, so that nothing moves when the connection goes or comes back.
// That it is lost or back is read out; the tries between, which go on without end, are not.

import type { Status } from "emotechat";
import { useRef } from "preact/hooks";
import { chat, status } from "../chat.js";
import { useNow } from "./hooks.js";

/** How the connection is, with a way to try now. */
export function Connection() {
  const now = status.value;
  const time = useNow(now.state === "waiting");
  const seconds = now.state === "waiting" ? Math.max(0, Math.ceil((now.retryAt - time) / 1000)) : 0;
  const isTrying = now.state === "connecting";
  const said = useRef("");
  if (!isTrying) said.current = words[now.state];
  return (
    <p class={`connection ${now.state}`}>
      <span role="status" class={isTrying ? "hidden" : undefined}>
        {said.current}
      </span>
      {isTrying && <span aria-hidden="true">{words.connecting}</span>}
      {now.state === "waiting" && (
        <span aria-hidden="true" class="seconds">
          {" "}
          Next try in {seconds} s.
        </span>
      )}
      {now.state === "waiting" && (
        <button type="button" class="link" onClick={() => chat.reconnectNow()}>
          Try now
        </button>
      )}
    </p>
  );
}

const words: Record<Status["state"], string> = {
  closed: "Not connected",
  connecting: "Connecting …",
  online: "Online",
  waiting: "No connection.",
  offline: "No network",
};
