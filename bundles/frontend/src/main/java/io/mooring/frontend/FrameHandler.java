package io.mooring.frontend;

/** Receives frames without copying or allocating. */
@FunctionalInterface
public interface FrameHandler {

  /**
   * A frame has come; its memory is the handler's until it returns.
   *
   * @param header address in this process of the virtio-net header
   * @param frame address in this process of the frame, all of it in one piece
   * @param length of the frame in bytes
   */
  void received(long header, long frame, int length);
}
