// The members of a group, with their roles; admins appoint and remove.

import type { Conversation, User } from "emotechat";
import { useState } from "preact/hooks";
import { chat, isOnline, me } from "../chat.js";
import { Avatar } from "../ui/avatar.js";
import { FormFault } from "../ui/form.js";
import { useAction, useChange } from "../ui/hooks.js";
import { useOpening } from "../ui/use-opening.js";
import { Confirm } from "./confirm.js";

interface Props {
  conversation: Conversation;
  isAdmin: boolean;
  /** Is told that one goes elsewhere. */
  onLeave(): void;
}

/** Admins first, then by name. */
export function Members({ conversation, isAdmin, onLeave }: Props) {
  useChange(conversation);
  const [removed, setRemoved] = useState<User | null>(null);
  const appoint = useAction((user: User, role: "member" | "admin") => conversation.add([user.id], role));
  const write = useOpening((userId: string) => chat.direct(userId), onLeave);
  const members = [...conversation.state.members].sort(
    (one, other) => one.role.localeCompare(other.role) || one.user.name.localeCompare(other.user.name),
  );
  return (
    <>
      <FormFault fault={appoint.fault ?? write.fault} />
      <ul class="members" aria-label="Members">
        {members.map(({ user, role }) => (
          <li key={user.id}>
            <Avatar id={user.id} name={user.name} userId={user.id} />
            <span class="title">
              <bdi>{user.name}</bdi>
            </span>
            <span class="about">
              {[user.id === me.value?.id && "you", role === "admin" && "admin", isOnline(user.id) && "online"]
                .filter(Boolean)
                .join(", ")}
            </span>
            {user.id !== me.value?.id && (
              <span class="doing">
                <button
                  type="button"
                  class="link"
                  aria-label={`Write to ${user.name}`}
                  onClick={() => void write.run(user.id)}
                >
                  Write
                </button>
                {isAdmin &&
                  (role === "admin" ? (
                    <button
                      type="button"
                      class="link"
                      aria-label={`Make member: ${user.name}`}
                      onClick={() => void appoint.run(user, "member")}
                    >
                      Make member
                    </button>
                  ) : (
                    <button
                      type="button"
                      class="link"
                      aria-label={`Make admin: ${user.name}`}
                      onClick={() => void appoint.run(user, "admin")}
                    >
                      Make admin
                    </button>
                  ))}
                {isAdmin && (
                  <button
                    type="button"
                    class="link wrong"
                    aria-label={`Remove ${user.name}`}
                    onClick={() => setRemoved(user)}
                  >
                    Remove
                  </button>
                )}
              </span>
            )}
          </li>
        ))}
      </ul>
      {removed && (
        <Confirm
          key={removed.id}
          title="Remove member?"
          verb="Remove"
          act={() => conversation.remove(removed.id)}
          onClose={() => setRemoved(null)}
        >
          <p>
            <bdi>{removed.name}</bdi> will see this group no more.
          </p>
        </Confirm>
      )}
    </>
  );
}
