// Shows the caught emails, and checks for new ones every few seconds. Inserts an email's content only as text, never as HTML.

const INTERVAL_MS = 3000;

const state = document.getElementById("state");
const empty = document.getElementById("empty");
const list = document.getElementById("mails");
const template = document.getElementById("mail");
// The list items on the page, keyed by the email's JSON. Existing items are reused, so that nothing jumps or loses focus.
let shown = new Map();

async function refresh() {
  try {
    const response = await fetch("/_local/mail", { cache: "no-store" });
    if (!response.ok) throw new Error(String(response.status));
    show(await response.json());
  } catch {
    setStatus("Can't reach EmoteChat. Is it still running?");
  }
  setTimeout(refresh, INTERVAL_MS);
}

function show(mails) {
  const present = new Map();
  mails.forEach((mail, index) => {
    // Two emails may be identical, so the key also counts the identical emails after this one, which are older.
    const json = JSON.stringify(mail);
    const duplicates = mails.slice(index + 1).filter((other) => JSON.stringify(other) === json).length;
    const key = `${duplicates} ${json}`;
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
  setStatus(mails.length === 1 ? "1 email" : `${mails.length} emails`);
}

// Screen readers announce a status whenever it is set, so set it only if it changes.
function setStatus(text) {
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
    text.textContent = mail.html ?? "(no content)";
  }
  return element;
}

// The nodes of a text, with its URLs as links.
function linked(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
    // Punctuation at the end of a sentence is not part of the URL.
    const url = match[0].replace(/[.,;:!?'")\]]+$/, "");
    const link = document.createElement("a");
    link.href = url;
    link.rel = "noopener noreferrer";
    link.textContent = url;
    nodes.push(text.slice(end, match.index), link);
    end = match.index + url.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

refresh();
