package io.mooring.api.transport;

/** Who is at the other end of a unix socket, as the kernel saw it when the socket was connected. */
public record Peer(long pid, long uid, long gid) {}
