// A popover next to a button. It closes on Escape or a click outside, and returns the focus to the button.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface Props {
  anchor: HTMLElement;
  label: string;
  class: string;
  /** The element to focus on close. Defaults to the anchor. */
  returnTo?: HTMLElement | undefined;
  onClose(): void;
  children: ComponentChildren;
}

const MARGIN = 8;

/** Renders its children in the top layer, next to the anchor. */
export function Popover({ anchor, label, class: name, returnTo, onClose, children }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const element = ref.current!;
    const place = () => placeBeside(element, anchor);
    const closed = (event: Event) => {
      if ((event as ToggleEvent).newState === "closed") close.current();
    };
    element.showPopover();
    place();
    (element.querySelector<HTMLElement>("[data-focus]") ?? element).focus();
    element.addEventListener("toggle", closed);
    addEventListener("resize", place);
    const observer = new ResizeObserver(place);
    observer.observe(element);
    // A click on the anchor must not count as a click outside. Wait a frame, because the opening click is still in progress.
    const frame = requestAnimationFrame(() => {
      if (anchor instanceof HTMLButtonElement) anchor.popoverTargetElement = element;
    });
    return () => {
      element.removeEventListener("toggle", closed);
      removeEventListener("resize", place);
      observer.disconnect();
      cancelAnimationFrame(frame);
      if (anchor instanceof HTMLButtonElement) anchor.popoverTargetElement = null;
      const hadFocus = element.contains(document.activeElement) || document.activeElement === document.body;
      if (element.matches(":popover-open")) element.hidePopover();
      if (hadFocus) (returnTo ?? anchor).focus({ preventScroll: true });
    };
  }, []);
  return (
    <div ref={ref} popover="auto" class={`popover ${name}`} role="dialog" aria-label={label} tabIndex={-1}>
      {children}
    </div>
  );
}

function placeBeside(element: HTMLElement, anchor: HTMLElement): void {
  const from = anchor.getBoundingClientRect();
  const { width, height } = element.getBoundingClientRect();
  const below = innerHeight - from.bottom - MARGIN;
  const top = below >= height + MARGIN || below >= from.top ? from.bottom + 4 : from.top - height - 4;
  const left = from.left + width + MARGIN <= innerWidth ? from.left : from.right - width;
  element.style.top = `${clamp(top, innerHeight - height)}px`;
  element.style.left = `${clamp(left, innerWidth - width)}px`;
}

function clamp(value: number, end: number): number {
  return Math.max(MARGIN, Math.min(value, end - MARGIN));
}
