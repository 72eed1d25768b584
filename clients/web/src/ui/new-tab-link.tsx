// Opens the page in a new tab. With noopener, the tab gets its own session storage and starts signed out.

export function NewTabLink({ children }: { children: string }) {
  return (
    <a href="/" target="_blank" rel="noopener">
      {children}
    </a>
  );
}
