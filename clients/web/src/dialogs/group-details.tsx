// A group's name and members, with the actions to change them.

import type { Conversation, User } from "emotechat";
import { useState } from "preact/hooks";
import { isAdminOf } from "../chat.js";
import { memberCount } from "../names.js";
import { Field, Form, FormAlert, Submit, valuesOf } from "../ui/form.js";
import { useAction, useConversationChanges, useIsMounted } from "../ui/hooks.js";
import { close, openId } from "../route.js";
import { Confirm } from "./confirm.js";
import { Dialog } from "./dialog.js";
import { Members } from "./members.js";
import { PeoplePicker } from "./people-picker.js";

interface Props {
  conversation: Conversation;
  onClose(): void;
}

/** Every member can rename the group; only admins can change its members. */
export function GroupDetails({ conversation, onClose }: Props) {
  useConversationChanges(conversation);
  const [isAdding, setAdding] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const isMounted = useIsMounted();
  const isAdmin = isAdminOf(conversation);
  if (isLeaving) {
    return (
      <Confirm
        title="Leave group?"
        verb="Leave"
        onClose={() => setLeaving(false)}
        onConfirm={async () => {
          await conversation.leave();
          if (openId.peek() === conversation.id) close();
          if (isMounted()) onClose();
        }}
      >
        <p>
          You'll lose access to “<bdi>{conversation.state.title}</bdi>” until someone adds you back.
        </p>
      </Confirm>
    );
  }
  if (isAdding) return <AddPeople conversation={conversation} onClose={() => setAdding(false)} />;
  return (
    <Dialog title="Group details" onClose={onClose}>
      <div class="scroll">
        <RenameGroup conversation={conversation} />
        <h3>{memberCount(conversation.state.member_count)}</h3>
        <Members conversation={conversation} isAdmin={isAdmin} onLeave={onClose} />
      </div>
      <p class="buttons">
        <button type="button" class="danger quiet" onClick={() => setLeaving(true)}>
          Leave group
        </button>
        {isAdmin && (
          <button type="button" class="primary" onClick={() => setAdding(true)}>
            Add people
          </button>
        )}
      </p>
    </Dialog>
  );
}

function RenameGroup({ conversation }: { conversation: Conversation }) {
  useConversationChanges(conversation);
  const rename = useAction((form: HTMLFormElement) => conversation.retitle(valuesOf(form).title ?? ""));
  return (
    <Form action={rename} class="inline-form">
      <Field
        label="Group name"
        name="title"
        autocomplete="off"
        maxLength={100}
        error={rename.error}
        defaultValue={conversation.state.title ?? ""}
      />
      <button type="submit">Save</button>
      <FormAlert error={rename.error} names={["title"]} />
    </Form>
  );
}

function AddPeople({ conversation, onClose }: Props) {
  const [picked, setPicked] = useState<User[]>([]);
  const isMounted = useIsMounted();
  const add = useAction(async () => {
    await conversation.add(picked.map((person) => person.id));
    if (isMounted()) onClose();
  });
  const members = new Set(conversation.state.members.map(({ user }) => user.id));
  return (
    <Dialog title="Add people" hasSelection={picked.length > 0} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (picked.length > 0) void add.run();
        }}
      >
        <PeoplePicker picked={picked} setPicked={setPicked} exclude={members} />
        <FormAlert error={add.error} />
        <Submit isRunning={add.isRunning}>{picked.length > 0 ? `Add ${picked.length}` : "Add"}</Submit>
      </form>
    </Dialog>
  );
}
