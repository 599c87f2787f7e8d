package io.mooring.port;

import io.mooring.api.swap.SwapException;
import io.mooring.api.swap.SwapReport;
import io.mooring.api.swap.SwapRequest;
import io.mooring.api.swap.Swapper;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Swaps rooms: those that ports can be moved between while both are there ({@link SideBySide}), and
 * the others where they are ({@link InPlace}).
 */
@Component
public final class RoomSwapper implements Swapper {

  private final Bundles bundles;
  private final Rooms rooms;
  private final Workers workers;

  /** A swapper of the rooms of this framework. */
  @Activate
  public RoomSwapper(BundleContext context, @Reference Rooms rooms, @Reference Workers workers) {
    bundles = new Bundles(context);
    this.rooms = rooms;
    this.workers = workers;
  }

  @Override
  public SwapReport swap(SwapRequest request) throws SwapException, InterruptedException {
    if (!workers.beginSwap()) {
      throw new SwapException("another swap, or an upgrade, is under way");
    }
    try {
      Optional<RoomSwap<?>> beside = beside(request.room());
      return beside.isPresent()
          ? new SideBySide<>(request, beside.get(), bundles, rooms, workers).swap()
          : new InPlace(request, bundles, rooms, workers).swap();
    } finally {
      workers.endSwap();
    }
  }

  private Optional<RoomSwap<?>> beside(String room) {
    Stream<RoomSwap<?>> swap =
        switch (room) {
          case "virtqueue" -> Stream.of(new EngineSwap(rooms));
          case "protocol" -> Stream.of(new ProtocolSwap(rooms));
          case "memory" -> Stream.of(new MemorySwap(rooms));
          case "transport" -> Stream.of(new TransportSwap(rooms));
          // An uplink's interface can be open once only: its room is replaced where it is.
          default ->
              rooms.devices(room).all().isEmpty() || (room.equals("net") && workers.uplinked())
                  ? Stream.empty()
                  : Stream.of(new DeviceSwap(room, rooms));
        };
    return swap.filter(each -> !each.providers().all().isEmpty()).findFirst();
  }

  /** The rooms that can be named. */
  static List<String> names() {
    return List.of("virtqueue", "net", "protocol", "memory", "transport", "profile", "linux");
  }
}
