package io.mooring.port;

import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.Region;
import io.mooring.api.protocol.MigrationSession;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a session does for a VM that moves: the log, post-copy, and the device's state. */
final class PortMigration implements MigrationSession {

  private static final int NONE = -1;

  private final PortSession session;
  private final PortMemory memory;
  private int userfaultfd = NONE;
  private boolean listening;

  /** Regions whose missing pages the front-end is asked for. */
  private List<MappedRegion> awaited = List.of();

  private Optional<StateTransfer> transfer = Optional.empty();

  PortMigration(PortSession session, PortMemory memory) {
    this.session = session;
    this.memory = memory;
  }

  /** The protocol features that the system allows: page faults resolved by another, or not. */
  long possible() {
    try {
      session.os().close(session.os().userfaultfd());
      return -1;
    } catch (IOException refused) {
      return ~ProtocolFeature.PAGEFAULT.mask();
    }
  }

  /** Why another process cannot go on with this session now; empty when it can. */
  String hindrance() {
    if (!awaited.isEmpty() || listening) {
      return "its VM is still arriving by post-copy";
    }
    return transfer.map(StateTransfer::runs).orElse(false)
        ? "its device's state is being transferred"
        : "";
  }

  @Override
  public void log(long size, long offset, int descriptor) throws ProtocolException {
    memory.log(size, offset, descriptor);
  }

  @Override
  public int advisePostcopy() throws ProtocolException {
    endPostcopy();
    try {
      userfaultfd = session.os().userfaultfd();
      return session.os().duplicate(userfaultfd);
    } catch (IOException failure) {
      endPostcopy();
      throw new ProtocolException(failure.getMessage(), failure);
    }
  }

  @Override
  public void listenPostcopy() throws ProtocolException {
    if (userfaultfd == NONE) {
      throw new ProtocolException("POSTCOPY_LISTEN without POSTCOPY_ADVISE before it");
    }
    if (!memory.mapped().isEmpty()) {
      throw new ProtocolException(
          "POSTCOPY_LISTEN with %d regions mapped already: allowed is 0"
              .formatted(memory.mapped().size()));
    }
    listening = true;
  }

  /** The regions as the front-end must know them during post-copy. */
  List<Region> told(List<MappedRegion> mapped) {
    return listening ? mapped.stream().map(PortMigration::here).toList() : List.of();
  }

  private static Region here(MappedRegion mapped) {
    Region region = mapped.region();
    return new Region(
        region.guestAddress(), region.size(), mapped.hostAddress(), region.mmapOffset());
  }

  @Override
  public void beginPostcopy() throws ProtocolException {
    if (!listening) {
      throw new ProtocolException("regions are acknowledged without POSTCOPY_LISTEN before it");
    }
    // QEMU before 8.0 tells each region once for every queue pair.
    List<MappedRegion> fresh = new ArrayList<>(memory.mapped());
    fresh.removeAll(awaited);
    if (!fresh.isEmpty() && userfaultfd == NONE) {
      throw new ProtocolException(
          "%s comes after a queue ran: its pages cannot be asked for any more"
              .formatted(fresh.getFirst().region()));
    }
    try {
      for (MappedRegion each : fresh) {
        long page = session.os().pageSize(each.descriptor());
        session.os().register(userfaultfd, each.mapping(), page);
      }
    } catch (IOException failure) {
      throw new ProtocolException(failure.getMessage(), failure);
    }
    awaited = List.copyOf(memory.mapped());
  }

  /**
   * A queue is about to run: from then on a worker may wait for a page, and this JVM with it. So
   * the front-end gets to be the only one who has the userfaultfd: the kernel lets all go on who
   * wait once that is closed, or its process ends.
   */
  void beforeQueuesRun() {
    if (!awaited.isEmpty()) {
      giveUpUserfaultfd();
    }
  }

  @Override
  public void endPostcopy() {
    listening = false;
    awaited = List.of();
    giveUpUserfaultfd();
  }

  private void giveUpUserfaultfd() {
    if (userfaultfd != NONE) {
      session.os().close(userfaultfd);
      userfaultfd = NONE;
    }
  }

  @Override
  public void saveState(int descriptor) throws ProtocolException {
    DataPlane plane = stopped(descriptor);
    transfer = Optional.of(StateTransfer.save(session, plane, descriptor));
  }

  @Override
  public void loadState(int descriptor) throws ProtocolException {
    stopped(descriptor);
    transfer = Optional.of(StateTransfer.load(session, descriptor));
  }

  private DataPlane stopped(int descriptor) throws ProtocolException {
    String wrong = session.queues().anyRuns() ? "while queues run: allowed is while none does" : "";
    if (session.plane().isEmpty()) {
      wrong = "while the port's device is not there";
    } else if (transfer.map(StateTransfer::runs).orElse(false)) {
      wrong = "while another transfer runs";
    }
    if (!wrong.isEmpty()) {
      session.os().close(descriptor);
      throw new ProtocolException("SET_DEVICE_STATE_FD " + wrong);
    }
    return session.plane().get();
  }

  @Override
  public void checkState() throws ProtocolException {
    if (transfer.isEmpty()) {
      throw new ProtocolException("CHECK_DEVICE_STATE without SET_DEVICE_STATE_FD before it");
    }
    StateTransfer ended = transfer.get();
    transfer = Optional.empty();
    ended.check(session.lock());
  }

  void close() {
    endPostcopy();
    transfer.ifPresent(StateTransfer::stop);
    transfer = Optional.empty();
  }
}
