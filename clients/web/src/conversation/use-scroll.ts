// The scroll position of the log. Its scroller counts from the end (column-reverse): older messages above move nothing, and
// who is at the end stays there. For who reads further up, what they look at is kept where it is when new ones come.

import { useLayoutEffect, useRef, useState } from "preact/hooks";

const NEAR_END_PX = 48;

/** A scroller and what is known of it. */
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
    // Who scrolled meanwhile wanted it to move.
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
    /** How far the beginning is above what is seen. */
    distanceToTop(): number {
      const { scrollHeight, clientHeight, scrollTop } = scroller.current!;
      return scrollHeight - clientHeight + scrollTop;
    },
  };
}
