// A component that renders again only when one of its props changes. This keeps a list of thousands of messages fast.

import { Component, createElement, type FunctionComponent } from "preact";

/** Wraps a component so that it skips rendering while its props stay the same. */
export function memo<Props extends object>(Wrapped: FunctionComponent<Props>): FunctionComponent<Props> {
  class Memoized extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const before = this.props as Record<string, unknown>;
      const after = next as Record<string, unknown>;
      return Object.keys({ ...before, ...after }).some((name) => before[name] !== after[name]);
    }

    override render() {
      return createElement(Wrapped, this.props as Props);
    }
  }
  return Memoized as unknown as FunctionComponent<Props>;
}
