// The members of a group with their roles. Admins can change roles and remove members.

import type { Conversation, User } from "emotechat";
import { useState } from "preact/hooks";
import { isOnline, me } from "../chat.js";
import { Avatar } from "../ui/avatar.js";
import { FormAlert } from "../ui/form.js";
import { useAction, useConversationChanges } from "../ui/hooks.js";
import { useOpenDirect } from "../ui/use-open-conversation.js";
import { Confirm } from "./confirm.js";

interface Props {
  conversation: Conversation;
  isAdmin: boolean;
  /** Runs when the user opens another conversation from here. */
  onLeave(): void;
}

/** Admins first, then by name. */
export function Members({ conversation, isAdmin, onLeave }: Props) {
  useConversationChanges(conversation);
  const [removing, setRemoving] = useState<User | null>(null);
  const setRole = useAction((user: User, role: "member" | "admin") => conversation.add([user.id], role));
  const openDirect = useOpenDirect(onLeave);
  const members = [...conversation.state.members].sort(
    (a, b) => a.role.localeCompare(b.role) || a.user.name.localeCompare(b.user.name),
  );
  return (
    <>
      <FormAlert error={setRole.error ?? openDirect.error} />
      <ul class="members" aria-label="Members">
        {members.map(({ user, role }) => (
          <li key={user.id}>
            <Avatar id={user.id} name={user.name} userId={user.id} />
            <span class="title">
              <bdi>{user.name}</bdi>
            </span>
            <span class="detail">
              {[user.id === me.value?.id && "You", role === "admin" && "Admin", isOnline(user.id) && "Online"]
                .filter(Boolean)
                .join(" · ")}
            </span>
            {user.id !== me.value?.id && (
              <span class="controls">
                <button
                  type="button"
                  class="link"
                  aria-label={`Message ${user.name}`}
                  onClick={() => void openDirect.run(user.id)}
                >
                  Message
                </button>
                {isAdmin &&
                  (role === "admin" ? (
                    <button
                      type="button"
                      class="link"
                      aria-label={`Remove as admin: ${user.name}`}
                      onClick={() => void setRole.run(user, "member")}
                    >
                      Remove as admin
                    </button>
                  ) : (
                    <button
                      type="button"
                      class="link"
                      aria-label={`Make admin: ${user.name}`}
                      onClick={() => void setRole.run(user, "admin")}
                    >
                      Make admin
                    </button>
                  ))}
                {isAdmin && (
                  <button
                    type="button"
                    class="link danger"
                    aria-label={`Remove ${user.name}`}
                    onClick={() => setRemoving(user)}
                  >
                    Remove
                  </button>
                )}
              </span>
            )}
          </li>
        ))}
      </ul>
      {removing && (
        <Confirm
          key={removing.id}
          title="Remove member?"
          verb="Remove"
          onConfirm={() => conversation.remove(removing.id)}
          onClose={() => setRemoving(null)}
        >
          <p>
            <bdi>{removing.name}</bdi> will lose access to this group.
          </p>
        </Confirm>
      )}
    </>
  );
}
