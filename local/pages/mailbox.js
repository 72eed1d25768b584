// Shows the caught mails, and looks for new ones every few seconds. What a mail says is only ever set as text.

const EVERY_MS = 3000;

const state = document.getElementById("state");
const empty = document.getElementById("empty");
const list = document.getElementById("mails");
const template = document.getElementById("mail");
// What stands on the page, by the mail's JSON: only what is new is made, so that nothing jumps or loses focus.
let shown = new Map();

async function look() {
  try {
    const answer = await fetch("/_local/mail", { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
  } catch {
    say("EmoteChat does not answer. Is it still running?");
  }
  setTimeout(look, EVERY_MS);
}

function show(mails) {
  const present = new Map();
  mails.forEach((mail, index) => {
    // Two mails may be alike: the later one, of those that are left, is the second.
    const json = JSON.stringify(mail);
    const alike = mails.slice(index + 1).filter((other) => JSON.stringify(other) === json).length;
    const key = `${alike} ${json}`;
    present.set(key, shown.get(key) ?? item(mail));
  });
  for (const [key, element] of shown) {
    if (!present.has(key)) element.remove();
  }
  [...present.values()].forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
  shown = present;
  empty.hidden = mails.length > 0;
  say(mails.length === 1 ? "1 mail" : `${mails.length} mails`);
}

// Screen readers speak a status when it is set: only a change is worth it.
function say(text) {
  if (state.textContent !== text) state.textContent = text;
}

function item(mail) {
  const element = template.content.firstElementChild.cloneNode(true);
  element.querySelector("h2").textContent = mail.subject || "(no subject)";
  element.querySelector(".to").textContent = `To ${mail.to}`;
  element.querySelector(".from").textContent = `From ${mail.from}`;
  const time = element.querySelector("time");
  time.dateTime = mail.sent_at;
  time.textContent = new Date(mail.sent_at).toLocaleString();
  const text = element.querySelector(".text");
  if (mail.text) {
    text.append(...linked(mail.text.trim()));
  } else {
    text.textContent = mail.html ?? "(empty)";
  }
  return element;
}

// The text's nodes, its addresses of pages as links.
function linked(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    // What ends a sentence does not belong to the address.
    const address = match[0].replace(/[.,;:!?'")\]]+$/, "");
    const link = document.createElement("a");
    link.href = address;
    link.rel = "noopener noreferrer";
    link.textContent = address;
    nodes.push(text.slice(end, match.index), link);
    end = match.index + address.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

look();
