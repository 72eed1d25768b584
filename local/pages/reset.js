// Sets a new password with the token of a mail's link. The token leaves the address bar at once and goes nowhere else.

const token = new URLSearchParams(location.search).get("token");
history.replaceState(null, "", location.pathname);

const form = document.getElementById("form");
const password = document.getElementById("password");
const toggle = document.getElementById("show");
const send = document.getElementById("send");
const problem = document.getElementById("problem");
const done = document.getElementById("done");

if (!token) finish("This page needs the link from a mail. Open the link again, or ask for a new one.");

toggle.addEventListener("click", () => {
  const visible = password.type === "password";
  password.type = visible ? "text" : "password";
  toggle.setAttribute("aria-pressed", String(visible));
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  send.disabled = true;
  problem.textContent = "";
  try {
    const answer = await fetch("/api/password/reset", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, password: password.value }),
    });
    if (answer.ok) {
      finish("Your password is changed. You can log in with it now.");
    } else {
      const said = await answer.json().catch(() => ({}));
      refuse(said.detail ?? `The password was not changed (${answer.status}).`);
    }
  } catch {
    refuse("EmoteChat does not answer. Is it still running?");
  }
  send.disabled = false;
});

function refuse(text) {
  problem.textContent = text;
  password.focus();
}

function finish(text) {
  password.value = "";
  form.hidden = true;
  done.hidden = false;
  done.textContent = text;
  done.focus();
}
