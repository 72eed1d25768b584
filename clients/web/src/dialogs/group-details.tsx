// A group: its title, its members, and what may be done about both.

import type { Conversation, User } from "emotechat";
import { useState } from "preact/hooks";
import { me } from "../chat.js";
import { Field, Form, FormFault, Submit, valuesOf } from "../ui/form.js";
import { useAction, useChange, useIsDrawn } from "../ui/hooks.js";
import { close, openId } from "../route.js";
import { Confirm } from "./confirm.js";
import { Dialog } from "./dialog.js";
import { Members } from "./members.js";
import { PeoplePicker } from "./people-picker.js";

interface Props {
  conversation: Conversation;
  onClose(): void;
}

/** Everybody may give another title; admins choose who is in it. */
export function GroupDetails({ conversation, onClose }: Props) {
  useChange(conversation);
  const [isAdding, setAdding] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const isDrawn = useIsDrawn();
  const isAdmin = conversation.state.members.some(({ user, role }) => user.id === me.value?.id && role === "admin");
  if (isLeaving) {
    return (
      <Confirm
        title="Leave group?"
        verb="Leave"
        onClose={() => setLeaving(false)}
        act={async () => {
          await conversation.leave();
          if (openId.peek() === conversation.id) close();
          if (isDrawn()) onClose();
        }}
      >
        <p>
          You will see “<bdi>{conversation.state.title}</bdi>” no more, until somebody adds you again.
        </p>
      </Confirm>
    );
  }
  if (isAdding) return <Adding conversation={conversation} onClose={() => setAdding(false)} />;
  return (
    <Dialog title="Group details" onClose={onClose}>
      <div class="scroll">
        <Retitle conversation={conversation} />
        <h3>{conversation.state.member_count === 1 ? "1 member" : `${conversation.state.member_count} members`}</h3>
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

function Retitle({ conversation }: { conversation: Conversation }) {
  useChange(conversation);
  const rename = useAction((form: HTMLFormElement) => conversation.retitle(valuesOf(form).title ?? ""));
  return (
    <Form action={rename} class="inline">
      <Field
        label="Title"
        name="title"
        autocomplete="off"
        maxLength={100}
        fault={rename.fault}
        defaultValue={conversation.state.title ?? ""}
      />
      <button type="submit">Rename</button>
      <FormFault fault={rename.fault} names={["title"]} />
    </Form>
  );
}

function Adding({ conversation, onClose }: Props) {
  const [picked, setPicked] = useState<User[]>([]);
  const isDrawn = useIsDrawn();
  const add = useAction(async () => {
    await conversation.add(picked.map((person) => person.id));
    if (isDrawn()) onClose();
  });
  const members = new Set(conversation.state.members.map(({ user }) => user.id));
  return (
    <Dialog title="Add people" isKept={picked.length > 0} onClose={onClose}>
      <form
        class="column"
        onSubmit={(event) => {
          event.preventDefault();
          if (picked.length > 0) void add.run();
        }}
      >
        <PeoplePicker picked={picked} setPicked={setPicked} without={members} />
        <FormFault fault={add.fault} />
        <Submit isRunning={add.isRunning}>{picked.length > 0 ? `Add ${picked.length}` : "Add"}</Submit>
      </form>
    </Dialog>
  );
}
