// The other pages of this machine, each in a window of its own.

/** A line of links. */
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
