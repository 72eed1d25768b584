/** TODO */

/** A frame either way; what the tests look at is named. */
export interface Frame {
  type?: string;
  event?: string;
  action?: string;
  id?: string | null;
  seq?: number;
  conversation_id?: string;
  data?: Record<string, unknown>;
  [member: string]: unknown;
}

export type Way = "up" | "down";

/** "late": it is held back, and comes after one that followed it. */
export type Fate = "pass" | "drop" | "double" | "late";

export type NetworkEvent =
  /** Status 0: the answer, or already the request, was lost. */
  | { type: "request"; method: string; path: string; status: number }
  | { type: "response_held"; method: string; path: string }
  | { type: "socket_opened"; socket: number; ticket: string | undefined; open: number }
  | { type: "socket_refused"; status: number }
  | { type: "socket_closed"; socket: number; by: "client" | "server" | "proxy" }
  | { type: "frame"; socket: number; way: Way; frame: Frame; fate: Fate };

/** Where the real stack is. */
export interface Target {
  url: string;
  socketUrl: string;
}
