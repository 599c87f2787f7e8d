package io.mooring.api.port;

/** Where a port is in its life. */
public enum PortState {
  /** Server: the socket listens. */
  LISTENING,
  /** Client: the front-end's socket is tried again and again. */
  CONNECTING,
  /** A front-end is connected. */
  CONNECTED,
  /** A piece that the port needs is not there; it goes on when the piece comes. */
  PARKED,
  /** The port cannot start; its error says why. */
  FAILED
}
