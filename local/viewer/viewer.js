// Shows the description of the HTTP API, from where it is served, and lets its calls be tried on this machine.

// The viewer knows dark from this class alone.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#viewer",
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  // The badge of a service elsewhere, which the page has no right to ask.
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
