// The scroll position of the log. Its scroller counts from the end (column-reverse): older messages above move nothing, and
// who is at the end stays there. For who reads further up, what they look at is kept where it is when new ones come.

import { useLayoutEffect, useRef, useState } from "preact/hooks";

const NEAR_END = 48;

/** A scroller and what is known of it. */
export function useScroll() {
  const scroller = useRef<HTMLDivElement>(null);
  const looked = useRef<{ element: Element; top: number; scrollTop: number } | null>(null);
  const [isAtEnd, setAtEnd] = useState(true);

  function topOf(element: Element): number {
    return element.getBoundingClientRect().top - scroller.current!.getBoundingClientRect().top;
  }

  function remember(): void {
    const { left, top, width, height } = scroller.current!.getBoundingClientRect();
    const element = document.elementFromPoint(left + width / 2, top + height / 2)?.closest("article");
    looked.current =
      element && scroller.current!.contains(element)
        ? { element, top: topOf(element), scrollTop: scroller.current!.scrollTop }
        : null;
  }

  function isNearEnd(): boolean {
    return -scroller.current!.scrollTop < NEAR_END;
  }

  function onScroll(): void {
    setAtEnd(isNearEnd());
    remember();
  }

  useLayoutEffect(() => {
    const { element, top, scrollTop } = looked.current ?? {};
    // Who scrolled meanwhile wanted it to move.
    if (element?.isConnected && !isNearEnd() && scroller.current!.scrollTop === scrollTop) {
      const moved = topOf(element) - top!;
      if (Math.abs(moved) > 1) scroller.current!.scrollTop += moved;
    }
    remember();
  });

  return {
    scroller,
    isAtEnd,
    onScroll,
    toEnd(): void {
      scroller.current!.scrollTop = 0;
      setAtEnd(true);
    },
    /** How far the beginning is above what is seen. */
    above(): number {
      const { scrollHeight, clientHeight, scrollTop } = scroller.current!;
      return scrollHeight - clientHeight + scrollTop;
    },
  };
}
