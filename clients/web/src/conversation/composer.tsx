// The message field: Enter sends, Shift+Enter adds a line, a colon completes emoji, ArrowUp edits the user's last message.

import type { Emote } from "emotechat";
import { useEffect, useLayoutEffect, useRef, useState, type Dispatch, type StateUpdater } from "preact/hooks";
import { me } from "../chat.js";
import { CompletionList } from "../emotes/completion.js";
import { Picker } from "../emotes/picker.js";
import { useCompletion } from "../emotes/use-completion.js";
import { titleOf } from "../names.js";
import { useAction } from "../ui/hooks.js";
import { IconButton } from "../ui/icon-button.js";
import { Icon } from "../ui/icon.js";
import { ComposerMode } from "./composer-mode.js";
import { draftOf, keepDraft, type Mode } from "../drafts.js";
import { useRoom } from "./room.js";

interface Props {
  mode: Mode | null;
  setMode: Dispatch<StateUpdater<Mode | null>>;
  onSend(): void;
}

const MAX_LENGTH = 4000;
const COUNTER_FROM = 3500;

/** The form below the log. */
export function Composer({ mode, setMode, onSend }: Props) {
  const room = useRoom();
  const { conversation } = room;
  const isEdit = mode?.kind === "edit";
  const [text, setText] = useState(draftOf(conversation.id, mode) ?? (isEdit ? (mode.message.content ?? "") : ""));
  const [picker, setPicker] = useState<HTMLElement | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const setDraft = (now: string) => {
    setText(now);
    keepDraft(conversation.id, mode, now);
  };
  const completion = useCompletion(area, setDraft);
  const saveEdit = useAction(async () => {
    if (text.trim() !== mode?.message.content) await conversation.edit(mode!.message.seq, text.trim());
    leaveMode();
  });
  const length = [...text.trim()].length;

  useLayoutEffect(() => fitHeight(area.current!), [text]);
  useEffect(() => {
    // Do not open the on-screen keyboard on touch devices.
    if (mode || matchMedia("(hover: hover)").matches) area.current!.focus();
  }, [mode]);

  /** Ends the reply or the edit, unless the user has started another one in the meantime. */
  function leaveMode(): void {
    if (isEdit) keepDraft(conversation.id, mode, "");
    setMode((now) => (now === mode ? null : now));
  }

  function send(): void {
    // The send button may have the focus.
    area.current!.focus();
    if (length === 0 || length > MAX_LENGTH) return;
    completion.close();
    if (isEdit) return void saveEdit.run();
    conversation.send(text.trim(), mode ? { replyTo: mode.message.seq } : {});
    setDraft("");
    setMode(null);
    onSend();
  }

  function insert(emote: Emote): void {
    area.current!.setRangeText(emote.emoji, area.current!.selectionStart, area.current!.selectionEnd, "end");
    setDraft(area.current!.value);
  }

  function onKeyDown(event: KeyboardEvent): void {
    // While an input method composes, all keys belong to it. Some browsers report this only as key code 229.
    if (event.isComposing || event.keyCode === 229 || completion.onKeyDown(event)) return;
    if (event.key === "Enter" && !event.shiftKey) send();
    else if (event.key === "Escape" && mode) leaveMode();
    else if (event.key === "ArrowUp" && text === "" && !mode) {
      const last = conversation.messages.findLast((message) => message.sender_id === me.value?.id && !message.deleted);
      if (!last) return;
      room.edit(last);
    } else return;
    event.preventDefault();
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {completion.isOpen && <CompletionList completion={completion} />}
      {mode && <ComposerMode mode={mode} error={saveEdit.error?.detail} onClose={leaveMode} />}
      <div class="fields">
        <IconButton
          icon="smile"
          label="Insert emoji"
          onClick={(event) => setPicker(picker ? null : event.currentTarget)}
        />
        <textarea
          ref={area}
          rows={1}
          dir="auto"
          aria-label="Message"
          aria-describedby="composer-note"
          aria-autocomplete="list"
          aria-controls={completion.isOpen ? completion.listId : undefined}
          aria-activedescendant={completion.activeId}
          placeholder={isEdit ? "Edit message" : `Message ${titleOf(conversation)}`}
          enterkeyhint="send"
          value={text}
          onInput={(event) => {
            setDraft(event.currentTarget.value);
            completion.update();
            if (event.currentTarget.value && !isEdit) conversation.typing();
          }}
          onKeyDown={onKeyDown}
          onBlur={completion.close}
        />
        <button
          type="submit"
          class="icon-button send"
          aria-label={isEdit ? "Save" : "Send"}
          title={isEdit ? "Save" : "Send"}
          // Keep the focus in the field, so that a phone's keyboard stays open.
          onPointerDown={(event) => event.preventDefault()}
          aria-disabled={length === 0 || length > MAX_LENGTH ? "true" : undefined}
        >
          <Icon name={isEdit ? "check" : "send"} />
        </button>
      </div>
      <p id="composer-note" class={length > MAX_LENGTH ? "count error" : "count"}>
        {length > COUNTER_FROM && `${length.toLocaleString()} of ${MAX_LENGTH.toLocaleString()} characters`}
      </p>
      <p class="visually-hidden" aria-live="polite">
        {length > MAX_LENGTH ? "This message is too long." : length > COUNTER_FROM && "Close to the length limit."}
      </p>
      {picker && <Picker anchor={picker} returnTo={area.current!} onClose={() => setPicker(null)} onPick={insert} />}
    </form>
  );
}

function fitHeight(area: HTMLTextAreaElement): void {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
}
