// The devices on which the user is signed in, with buttons to sign them out.

import { Problem, type Session } from "emotechat";
import { useEffect, useState } from "preact/hooks";
import { chat } from "../chat.js";
import { FormAlert } from "../ui/form.js";
import { useAction } from "../ui/hooks.js";
import { DateOnly } from "../ui/time.js";

/** All sessions of the account. Reloads after each password change, because that ends the other sessions. */
export function Sessions({ passwordChanges }: { passwordChanges: number }) {
  const [sessions, setSessions] = useState<Session[]>([]);
  const load = async () => setSessions((await chat.api.listSessions()).sessions);
  const loading = useAction(load);
  const end = useAction(async (id: string | null) => {
    await (id ? chat.api.endSession(id).catch(ignoreNotFound) : chat.api.endOtherSessions());
    await load();
  });
  useEffect(() => void loading.run(), [passwordChanges]);
  const hasOthers = sessions.some((session) => !session.current);
  return (
    <section aria-label="Devices">
      <h3>Devices</h3>
      <ul class="sessions">
        {sessions.map((session) => (
          <li key={session.id}>
            <span class="title">
              {deviceOf(session)}
              {session.current && <em> (this device)</em>}
            </span>
            <span class="detail">
              Signed in <DateOnly time={Date.parse(session.created_at)} />
            </span>
            {!session.current && (
              <button
                type="button"
                class="link danger"
                aria-label={`Sign out ${deviceOf(session)}`}
                onClick={() => void end.run(session.id)}
              >
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
      <FormAlert error={loading.error ?? end.error} />
      {hasOthers && (
        <button type="button" onClick={() => void end.run(null)}>
          Sign out everywhere else
        </button>
      )}
    </section>
  );
}

// The session has already ended.
function ignoreNotFound(thrown: unknown): void {
  if (!(thrown instanceof Problem && thrown.status === 404)) throw thrown;
}

function deviceOf({ user_agent }: Session): string {
  if (!user_agent) return "Unknown device";
  const browser = ["Edg", "OPR", "Firefox", "Chrome", "Safari"].find((name) => user_agent.includes(name));
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"].find((name) => user_agent.includes(name));
  if (!browser) return user_agent.slice(0, 40);
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera" };
  return system ? `${names[browser] ?? browser} on ${system}` : (names[browser] ?? browser);
}
