// Sets a new password with the token from an email's link. Removes the token from the address bar immediately, and sends it only
// to the API.

const token = new URLSearchParams(location.search).get("token");
history.replaceState(null, "", location.pathname);

const form = document.getElementById("form");
const password = document.getElementById("password");
const toggle = document.getElementById("show");
const send = document.getElementById("send");
const problem = document.getElementById("problem");
const done = document.getElementById("done");

if (!token) finish("Open this page from the link in your email, or request a new link.");

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
    const response = await fetch("/api/password/reset", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, password: password.value }),
    });
    if (response.ok) {
      finish("Password changed. ", loginLink());
    } else {
      const body = await response.json().catch(() => ({}));
      showProblem(body.detail ?? `Couldn't change the password (status ${response.status}).`);
    }
  } catch {
    showProblem("Can't reach EmoteChat. Is it still running?");
  }
  send.disabled = false;
});

function showProblem(text) {
  problem.textContent = text;
  password.focus();
}

function loginLink() {
  const link = document.createElement("a");
  link.href = "/";
  link.textContent = "Log in";
  return link;
}

function finish(...content) {
  password.value = "";
  form.hidden = true;
  done.hidden = false;
  done.replaceChildren(...content);
  done.focus();
}
