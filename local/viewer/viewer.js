// Shows the OpenAPI document in Swagger UI, where users can try the API on this machine.

// The viewer switches to dark mode only by this class.
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
  // Disables the badge of an external validator, which the page's content security policy blocks.
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
