package io.mooring.frontend;

import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Peer;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;

/** A back-end of the plainest kind at the other end of a front-end's connection, in its thread. */
final class ModelBackEnd implements Connection {

  static final long FEATURES =
      NetOptions.MODERN | RingFeature.PROTOCOL_FEATURES.mask() | NetFeature.CSUM.mask();
  static final long PROTOCOL =
      ProtocolFeature.MQ.mask()
          | ProtocolFeature.REPLY_ACK.mask()
          | ProtocolFeature.CONFIGURE_MEM_SLOTS.mask()
          | ProtocolFeature.STATUS.mask();

  /** What was said of a queue. */
  static final class Queue {
    int size;
    int base;
    long descriptors;
    long used;
    long available;
    int kick = -1;
    int call = -1;
    boolean enabled;
    ModelQueue running;
  }

  private final Os os;
  private long offered;
  private final ModelMemory memory;
  private final Map<Integer, Queue> queues = new HashMap<>();
  private final List<Request> heard = new ArrayList<>();
  private final LinkedBlockingQueue<Optional<Message>> answers = new LinkedBlockingQueue<>();
  private long features;
  private long protocol;
  private int status;
  private Optional<ByteBuffer> wishAnswer = Optional.empty();
  private long afterwards;
  private String wished = "";

  /** Knows profiles: it answers a wish with this, and offers these features afterwards. */
  void answerWish(ByteBuffer answer, long featuresAfterwards) {
    wishAnswer = Optional.of(answer);
    afterwards = featuresAfterwards;
  }

  ModelBackEnd(Os os, long offered) {
    this.os = os;
    this.offered = offered;
    memory = new ModelMemory(os);
  }

  List<Request> heard() {
    return heard;
  }

  String wished() {
    return wished;
  }

  long features() {
    return features;
  }

  int status() {
    return status;
  }

  int regions() {
    return memory.regions();
  }

  Queue queue(int index) {
    return queues.computeIfAbsent(index, each -> new Queue());
  }

  @Override
  public void send(Message message) throws IOException {
    Request request = Request.of(message.request()).orElseThrow();
    heard.add(request);
    int[] descriptors = message.claim();
    for (int i = 0; i < descriptors.length; i++) {
      descriptors[i] = os.duplicate(descriptors[i]);
    }
    Optional<ByteBuffer> answer = obey(request, message.payload(), descriptors);
    if (answer.isPresent()) {
      reply(message, answer.get());
    } else if (message.needsReply()) {
      reply(message, Client.u64(0));
    }
  }

  private void reply(Message to, ByteBuffer payload) {
    answers.add(Optional.of(new Message(to.request(), Message.VERSION | Message.REPLY, payload)));
  }

  private Optional<ByteBuffer> obey(Request request, ByteBuffer payload, int... descriptors)
      throws IOException {
    switch (request) {
      case GET_FEATURES -> {
        return Optional.of(Client.u64(offered));
      }
      case GET_PROTOCOL_FEATURES -> {
        long wishes = wishAnswer.isPresent() ? ProtocolFeature.PROFILE.mask() : 0;
        return Optional.of(Client.u64(PROTOCOL | wishes));
      }
      case SET_PROFILE -> {
        wished = StandardCharsets.US_ASCII.decode(payload).toString();
        offered = afterwards;
        return wishAnswer;
      }
      case GET_VRING_BASE -> {
        return Optional.of(stop(payload.getInt()));
      }
      case SET_FEATURES -> features = payload.getLong();
      case SET_PROTOCOL_FEATURES -> protocol = payload.getLong();
      case SET_STATUS -> status = (int) payload.getLong();
      case SET_MEM_TABLE -> table(payload, descriptors);
      case ADD_MEM_REG -> map(payload.position(8), descriptors[0]);
      case REM_MEM_REG -> memory.remove(region(payload.position(8)));
      case SET_VRING_NUM -> queue(payload.getInt()).size = payload.getInt();
      case SET_VRING_BASE -> queue(payload.getInt()).base = payload.getInt();
      case SET_VRING_ADDR -> addresses(payload);
      case SET_VRING_KICK -> start(queue(payload.getInt()), descriptors[0]);
      case SET_VRING_CALL -> queue(payload.getInt()).call = descriptors[0];
      case SET_VRING_ENABLE -> queue(payload.getInt()).enabled = payload.getInt() == 1;
      default -> {
        // Nothing to do for the rest.
      }
    }
    return Optional.empty();
  }

  private void table(ByteBuffer payload, int... descriptors) throws IOException {
    int count = payload.getInt();
    payload.getInt();
    for (int i = 0; i < count; i++) {
      map(payload, descriptors[i]);
    }
  }

  private void map(ByteBuffer payload, int descriptor) throws IOException {
    memory.add(region(payload), descriptor);
    os.close(descriptor);
  }

  private static Region region(ByteBuffer payload) {
    long guest = payload.getLong();
    long size = payload.getLong();
    long user = payload.getLong();
    return new Region(guest, size, user, payload.getLong());
  }

  private void addresses(ByteBuffer payload) {
    Queue queue = queue(payload.getInt());
    payload.getInt();
    queue.descriptors = memory.guest(payload.getLong());
    queue.used = memory.guest(payload.getLong());
    queue.available = memory.guest(payload.getLong());
  }

  private void start(Queue queue, int kick) {
    queue.kick = kick;
    queue.running =
        new ModelQueue(
            memory, queue.size, queue.descriptors, queue.used, queue.available, queue.base);
  }

  private ByteBuffer stop(int index) {
    Queue queue = queue(index);
    ByteBuffer state = Client.payload(8).putInt(index).putInt(queue.running.base()).flip();
    queue.running = null;
    release(queue);
    return state;
  }

  private void release(Queue queue) {
    for (int descriptor : new int[] {queue.kick, queue.call}) {
      if (descriptor >= 0) {
        os.close(descriptor);
      }
    }
    queue.kick = -1;
    queue.call = -1;
  }

  /** Whether both the queue runs and the front-end enabled it. */
  ModelQueue running(int index) {
    Queue queue = queue(index);
    boolean on = queue.enabled || !RingFeature.PROTOCOL_FEATURES.in(features);
    return on ? queue.running : null;
  }

  boolean acknowledges() {
    return ProtocolFeature.REPLY_ACK.in(protocol);
  }

  void call(int index, int since) {
    Queue queue = queue(index);
    if (queue.running.callDue(since, RingFeature.EVENT_IDX.in(features))) {
      os.signal(queue.call);
    }
  }

  @Override
  public void await() {}

  @Override
  public int descriptor() {
    return -1;
  }

  @Override
  public Optional<Message> receive() throws IOException {
    try {
      return answers.take();
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public Peer peer() {
    return new Peer(1, 0, 0);
  }

  @Override
  public void leave() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    answers.add(Optional.empty());
    queues.values().forEach(this::release);
    queues.clear();
    memory.close();
  }
}
