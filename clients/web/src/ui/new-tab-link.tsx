// A second window. It does not share this one's storage (noopener), and so is signed in as nobody yet.

/** The link. */
export function NewTabLink({ children }: { children: string }) {
  return (
    <a href="/" target="_blank" rel="noopener">
      {children}
    </a>
  );
}
