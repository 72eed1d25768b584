/** The traffic that passes the proxy, as tests see it. */

/** A frame in either direction. The named members are those that tests read. */
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

export type Direction = "up" | "down";

/** "late": the frame is held back and delivered after a later one. */
export type Fate = "pass" | "drop" | "double" | "late";

export type NetworkEvent =
  /** Status 0: the request or its response was lost. */
  | { type: "request"; method: string; path: string; status: number }
  | { type: "response_held"; method: string; path: string }
  | { type: "socket_opened"; socket: number; ticket: string | undefined; open: number }
  | { type: "socket_rejected"; status: number }
  | { type: "socket_closed"; socket: number; by: "client" | "server" | "proxy" }
  | { type: "frame"; socket: number; direction: Direction; frame: Frame; fate: Fate };

/** The addresses of the real stack. */
export interface Target {
  url: string;
  socketUrl: string;
}
