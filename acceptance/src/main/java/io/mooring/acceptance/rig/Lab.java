package io.mooring.acceptance.rig;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Transport;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.TestFrame;
import io.mooring.linux.LinuxOs;
import io.mooring.transport.UnixTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Our own front-end, run by the test itself. */
public final class Lab {

  /** The system. */
  public static final Os OS = new LinuxOs();

  /** Sockets. */
  public static final Transport TRANSPORT = new UnixTransport(OS);

  private static final long NOBODY = TestFrame.mac(0xffff);

  /** IEEE 802's second local experimental Ethertype. */
  private static final int ANNOUNCEMENT = 0x88b6;

  private Lab() {}

  /** A guest's network driver of today. */
  public static NetPort connect(Path socket) {
    return connect(socket, NetOptions.modern());
  }

  /** A guest's network driver. */
  public static NetPort connect(Path socket, NetOptions options) {
    try {
      return NetPort.connect(OS, TRANSPORT, socket, options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this user may have a userfaultfd, which post-copy needs. */
  public static boolean mayResolvePageFaults() {
    try {
      OS.close(OS.userfaultfd());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Lets the switch learn where an address is, by a frame to nobody that no test counts. */
  public static void announce(NetPort port, long mac) {
    TestFrame.writeForeign(port.reserve(), NOBODY, mac, ANNOUNCEMENT);
    port.commit(TestFrame.MIN_BYTES);
    port.flush();
  }
}
