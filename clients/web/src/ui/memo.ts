// A component that is drawn again only when one of its props is another: a list of thousands stays quick.

import { Component, createElement, type FunctionComponent } from "preact";

/** The component, with what it drew last kept while its props stay the same. */
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
