package io.mooring.port;

import io.mooring.api.os.Os;
import io.mooring.api.os.Poller;
import io.mooring.api.protocol.BackendEvent;
import io.mooring.api.protocol.Protocol;
import io.mooring.api.transport.Message;
import io.mooring.port.Complaints.Cause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket on which this back-end asks its front-end (vhost-user, "Back-end communication"), with
 * a thread of its own: workers only leave word. The front-end's slowness is this thread's only.
 */
final class BackendChannel {

  private static final Logger LOG = LoggerFactory.getLogger(BackendChannel.class);

  private static final int TURN_MILLIS = 1000;
  private static final int PATIENCE_MILLIS = 1000;
  private static final int READY = 64;

  /** More than all queues of a front-end miss at a time. */
  private static final int MOST_MISSES = 1 << 14;

  private final String port;
  private final PortRooms rooms;
  private final Complaints complaints;
  private final Os os;
  private final int socket;
  private final Poller poller;
  private final int wake;
  private final Thread thread;

  /** Events to tell, each once: a worker that polls may say it again and again. */
  private final Set<BackendEvent> waiting = ConcurrentHashMap.newKeySet();

  private final Queue<BackendEvent> events = new ConcurrentLinkedQueue<>();

  /** Queues that have no call descriptor of the front-end, by the eventfd that they got instead. */
  private final Map<Integer, Integer> callers = new ConcurrentHashMap<>();

  /** A step is whatever is said or heard. */
  private final Gate gate = new Gate();

  private volatile boolean closed;

  /** Begins; when it throws, the socket stays the caller's. */
  BackendChannel(String port, PortRooms rooms, Complaints complaints, int socket)
      throws IOException {
    this.port = port;
    this.rooms = rooms;
    this.complaints = complaints;
    this.socket = socket;
    os = rooms.os();
    wake = os.eventfd();
    try {
      poller = os.poller();
      poller.add(wake);
    } catch (IOException failure) {
      os.close(wake);
      throw failure;
    }
    thread = Thread.ofPlatform().name("port-" + port + "-backend").daemon().start(this::run);
  }

  /**
   * Tells an event soon; any thread, never blocks. A front-end that maps and unmaps faster than it
   * hears what is missing is not to fill our memory: of that, what is too much is left out.
   */
  void tell(BackendEvent event) {
    boolean room = !(event instanceof BackendEvent.IotlbMiss) || waiting.size() < MOST_MISSES;
    if (room && !closed && waiting.add(event)) {
      events.add(event);
      os.signal(wake);
    }
  }

  /** From now on, a signal of an eventfd calls the driver of a queue. */
  void watch(int eventfd, int queue) throws IOException {
    callers.put(eventfd, queue);
    poller.add(eventfd);
  }

  /** Takes back {@link #watch}. */
  void unwatch(int eventfd) {
    if (callers.remove(eventfd) != null) {
      poller.remove(eventfd);
    }
  }

  private void run() {
    int[] ready = new int[READY];
    try {
      while (!closed) {
        int count = poller.await(ready, TURN_MILLIS);
        gate.enter();
        try {
          for (int i = 0; i < count; i++) {
            heard(ready[i]);
          }
          tellAll();
        } finally {
          gate.leave();
        }
      }
      // What was said last, such as a queue's error, still goes.
      tellAll();
    } catch (IOException | RuntimeException failure) {
      LOG.warn("port {}: the back-end channel ends: {}", port, failure.getMessage());
      closed = true;
    }
  }

  private void heard(int descriptor) {
    os.drain(descriptor);
    Integer queue = callers.get(descriptor);
    if (queue != null) {
      tell(new BackendEvent.QueueCall(queue));
    }
  }

  private void tellAll() throws IOException {
    Optional<Protocol> protocol = rooms.protocol().service();
    // Without the protocol bundle events wait, as messages do.
    while (protocol.isPresent() && !events.isEmpty()) {
      BackendEvent event = events.remove();
      // Before it is sent: what happens from now on is to be told again.
      waiting.remove(event);
      Optional<Message> request = request(protocol.get(), event);
      if (request.isPresent()) {
        send(request.get());
      }
    }
  }

  /**
   * A protocol that fails costs one event, and none on probation: the one before it says it.
   *
   * @return empty when it cannot be said
   */
  private Optional<Message> request(Protocol protocol, BackendEvent event) {
    try {
      return Optional.of(protocol.request(event));
    } catch (RuntimeException | LinkageError failure) {
      String why = "port %s: %s: the protocol throws %s".formatted(port, event, failure);
      if (rooms.goBack(protocol, why)) {
        return rooms.protocol().service().map(before -> before.request(event));
      }
      LOG.error("{}", why, failure);
      return Optional.empty();
    }
  }

  private void send(Message message) throws IOException {
    byte[] whole = new byte[Message.HEADER_BYTES + message.payload().remaining()];
    ByteBuffer filling = littleEndian(whole);
    filling.putInt(message.request()).putInt(message.flags()).putInt(message.payload().remaining());
    filling.put(message.payload().duplicate());
    os.write(socket, whole, PATIENCE_MILLIS);
    if (message.needsReply()) {
      receive(message.request());
    }
  }

  private void receive(int request) throws IOException {
    byte[] whole = new byte[Message.HEADER_BYTES + Long.BYTES];
    for (int done = 0; done < whole.length; ) {
      int count = os.read(socket, whole, done, PATIENCE_MILLIS);
      if (count <= 0) {
        throw new IOException(
            "request %d was not answered within %d ms".formatted(request, PATIENCE_MILLIS));
      }
      done += count;
    }
    ByteBuffer answer = littleEndian(whole);
    int answered = answer.getInt();
    int flags = answer.getInt();
    int size = answer.getInt();
    if (answered != request || (flags & Message.REPLY) == 0 || size != Long.BYTES) {
      throw new IOException(
          "request %d was answered by request %d, flags 0x%x, %d bytes"
              .formatted(request, answered, flags, size));
    }
    long result = answer.getLong();
    if (result != 0) {
      complaints.tell(
          Cause.REFUSED_HERE,
          () -> "the front-end refuses back-end request %d: %d".formatted(request, result));
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The socket itself, for another process that goes on with it; owned by this channel. */
  int socket() {
    return socket;
  }

  /**
   * Says nothing from now on; returns whether all is said that was begun, in time.
   *
   * @param patience for the front-end's answer
   */
  boolean hold(Duration patience) throws InterruptedException {
    return gate.shut(patience);
  }

  /** Goes on. */
  void goOn() {
    gate.open();
  }

  /** Ends the thread and closes the socket. */
  void close() {
    closed = true;
    gate.open();
    os.signal(wake);
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    poller.close();
    os.close(wake);
    os.close(socket);
  }
}
