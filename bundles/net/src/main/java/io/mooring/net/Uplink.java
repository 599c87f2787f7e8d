package io.mooring.net;

import io.mooring.api.device.Agent;
import io.mooring.api.memory.HostMemory;
import io.mooring.api.os.Os;
import io.mooring.api.os.Tap;
import io.mooring.api.upgrade.Inheritance;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.OptionalInt;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Connects a switch to the host's network by a TAP interface. */
@Component(
    service = Agent.class,
    configurationPid = "io.mooring.uplink",
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Uplink.Settings.class, factory = true)
public final class Uplink implements Agent, SwitchPort {

  /** An uplink's configuration. */
  @ObjectClassDefinition(name = "Mooring uplink")
  public @interface Settings {
    @AttributeDefinition(description = "name of the TAP interface, made when it does not exist")
    String tap();

    @AttributeDefinition(name = "switch", description = "the switch that it connects")
    String switch_() default Switches.DEFAULT;
  }

  private static final int BURST = 32;

  /** What every Linux takes undone from a TAP; UDP it took and left at times. */
  private static final int TAKES = Offloads.checksumAndTcp();

  private final Switch fabric;
  private final Tap tap;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment[] received = new MemorySegment[BURST];
  private final MemorySegment outgoing = buffer();
  private final Frames frames = new Frames(BURST);
  private final Counters counters = new Counters();
  private final Patience patience = new Patience();

  private int number = -1;

  /** The first of the received frames that is not forwarded yet. */
  private int next;

  /**
   * Opens the interface.
   *
   * @throws IOException when it cannot be opened
   */
  @Activate
  public Uplink(
      BundleContext context, @Reference Os os, @Reference Switches switches, Settings settings)
      throws IOException {
    this(switches.named(Map.of("switch", settings.switch_())), open(context, os, settings.tap()));
  }

  /** Not as a reference: the interface stays open when who left it goes. */
  private static Tap open(BundleContext context, Os os, String name) throws IOException {
    ServiceReference<Inheritance> reference = context.getServiceReference(Inheritance.class);
    OptionalInt left =
        reference == null ? OptionalInt.empty() : context.getService(reference).tap(name);
    return left.isPresent() ? os.tap(name, left.getAsInt()) : os.tap(name);
  }

  Uplink(Switch fabric, Tap tap) {
    this.fabric = fabric;
    this.tap = tap;
    for (int i = 0; i < BURST; i++) {
      received[i] = buffer();
    }
  }

  private MemorySegment buffer() {
    return arena.allocate(NetHeader.BYTES + Frames.MAX_BYTES, 16);
  }

  /** The worker has let go of this agent before: see the port room's tracking of agents. */
  @Deactivate
  void close() {
    tap.close();
  }

  @Override
  public String group() {
    return fabric.group();
  }

  @Override
  public int wakeDescriptor() {
    return tap.descriptor();
  }

  @Override
  public void joined() {
    number = fabric.join(this);
  }

  @Override
  public void left() {
    fabric.leave(number);
    next = frames.count;
  }

  @Override
  public int poll() {
    if (fabric.continuity().holds() || (next == frames.count && !receive())) {
      return 0;
    }
    int from = next;
    next = fabric.forward(frames, from, number, 0, counters);
    return next - from;
  }

  /** Reads a burst; returns whether there was any. */
  private boolean receive() {
    int count = 0;
    for (; count < BURST; count++) {
      int bytes = tap.read(received[count]);
      if (bytes == 0) {
        break;
      }
      set(count, received[count].address(), bytes - NetHeader.BYTES);
    }
    frames.count = count;
    next = 0;
    return count > 0;
  }

  private void set(int i, long at, int bytes) {
    long word = HostMemory.getLong(at);
    frames.header[i] = NetHeader.plain(word) ? 0 : (word & ~0xffL) | (word & NetHeader.NEEDS_CSUM);
    frames.checksumOffset[i] = HostMemory.getUnsignedShort(at + 8);
    long frame = at + NetHeader.BYTES;
    frames.destination[i] = HostMemory.getLong(frame) & 0xffff_ffff_ffffL;
    frames.source[i] = HostMemory.getLong(frame + 6) & 0xffff_ffff_ffffL;
    frames.segment[i] = i;
    frames.offset[i] = 0;
    frames.length[i] = bytes < Frames.ETHERNET_BYTES ? 0 : bytes;
    frames.address[i] = frame;
    frames.segmentLength[i] = bytes;
  }

  @Override
  public boolean arm() {
    return next < frames.count;
  }

  @Override
  public void disarm() {}

  @Override
  public boolean up() {
    return true;
  }

  @Override
  public int deliver(Frames burst, int from, int to, int pair) {
    for (int i = from; i < to; i++) {
      if (NetHeader.plain(burst.header[i])
          || Offloads.has(TAKES, NetHeader.gsoType(burst.header[i]))) {
        write(burst, i);
      } else {
        Frames plain = fabric.offload().plain(burst, i);
        for (int each = 0; each < plain.count; each++) {
          write(plain, each);
        }
      }
    }
    return to - from;
  }

  private void write(Frames burst, int i) {
    long at = outgoing.address();
    HostMemory.putLong(at, burst.header[i]);
    HostMemory.putInt(at + 8, burst.checksumOffset[i]);
    int segment = burst.segment[i];
    int offset = burst.offset[i];
    for (int done = 0; done < burst.length[i]; segment++, offset = 0) {
      int part = Math.min(burst.segmentLength[segment] - offset, burst.length[i] - done);
      HostMemory.copy(burst.address[segment] + offset, at + NetHeader.BYTES + done, part);
      done += part;
    }
    if (!tap.write(outgoing.asSlice(0, NetHeader.BYTES + burst.length[i]))) {
      dropped(1);
    }
  }

  @Override
  public void dropped(int count) {
    counters.noBuffer += count;
  }

  @Override
  public Patience patience() {
    return patience;
  }
}
