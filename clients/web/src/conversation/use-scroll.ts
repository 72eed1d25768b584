// The scroll position of the log. The scroller counts from the end (column-reverse). So older messages loaded above do not
// move the view, and a user at the end stays at the end. Further up, the message in view stays in place when new ones arrive.

import { useLayoutEffect, useRef, useState } from "preact/hooks";

const NEAR_END_PX = 48;

/** A ref for the scroller, its state, and the functions that move it. */
export function useScroll() {
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ element: Element; top: number; scrollTop: number } | null>(null);
  const [isAtEnd, setAtEnd] = useState(true);

  function topOf(element: Element): number {
    return element.getBoundingClientRect().top - scroller.current!.getBoundingClientRect().top;
  }

  function rememberAnchor(): void {
    const { left, top, width, height } = scroller.current!.getBoundingClientRect();
    const element = document.elementFromPoint(left + width / 2, top + height / 2)?.closest("article");
    anchor.current =
      element && scroller.current!.contains(element)
        ? { element, top: topOf(element), scrollTop: scroller.current!.scrollTop }
        : null;
  }

  function isNearEnd(): boolean {
    return -scroller.current!.scrollTop < NEAR_END_PX;
  }

  function onScroll(): void {
    setAtEnd(isNearEnd());
    rememberAnchor();
  }

  useLayoutEffect(() => {
    const { element, top, scrollTop } = anchor.current ?? {};
    // If scrollTop differs, the user has scrolled in the meantime, and the view must move.
    if (element?.isConnected && !isNearEnd() && scroller.current!.scrollTop === scrollTop) {
      const moved = topOf(element) - top!;
      if (Math.abs(moved) > 1) scroller.current!.scrollTop += moved;
    }
    rememberAnchor();
  });

  return {
    scroller,
    isAtEnd,
    onScroll,
    jumpToLatest(): void {
      scroller.current!.scrollTop = 0;
      setAtEnd(true);
    },
    /** How many px of the log are above the view. */
    distanceToTop(): number {
      const { scrollHeight, clientHeight, scrollTop } = scroller.current!;
      return scrollHeight - clientHeight + scrollTop;
    },
  };
}
