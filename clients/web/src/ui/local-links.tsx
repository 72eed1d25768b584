// Links to the local stack's other pages, each in a new tab.

export function LocalLinks() {
  return (
    <p class="links">
      <a href="/_local/" target="_blank" rel="noopener">
        Local mailbox
      </a>{" "}
      <a href="/docs/" target="_blank" rel="noopener">
        API reference
      </a>
    </p>
  );
}
