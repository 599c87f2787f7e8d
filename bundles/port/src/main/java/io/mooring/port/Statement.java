package io.mooring.port;

import io.mooring.api.transport.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One thing that a process tells the next: it travels as a {@link Message}. Its payload is a count,
 * so many 64-bit numbers, and bytes or a text. Its descriptors are the speaker's, and of what is
 * heard the listener's, who closes them.
 */
final class Statement {

  /** As many bytes as fit beside a few numbers. */
  static final int MOST_BYTES = Message.MAX_PAYLOAD - 256;

  private final Word word;
  private final byte[] bytes;
  private final long[] numbers;
  private final int[] descriptors;

  private Statement(Word word, byte[] bytes, long[] numbers, int[] descriptors) {
    this.word = word;
    this.bytes = bytes;
    this.numbers = numbers;
    this.descriptors = descriptors;
  }

  static Statement of(Word word, byte... bytes) {
    return new Statement(word, bytes, new long[0], new int[0]);
  }

  static Statement of(Word word, String text, long... numbers) {
    return new Statement(word, text.getBytes(StandardCharsets.UTF_8), numbers, new int[0]);
  }

  /** The same with descriptors. */
  Statement with(int... passed) {
    return new Statement(word, bytes, numbers, passed);
  }

  Word word() {
    return word;
  }

  long[] numbers() {
    return numbers;
  }

  byte[] bytes() {
    return bytes;
  }

  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A number; zero when the speaker, an older one, does not say it. */
  long number(int index) {
    return index < numbers.length ? numbers[index] : 0;
  }

  /** Its only descriptor. */
  int descriptor() throws IOException {
    if (descriptors.length != 1) {
      throw new IOException("%s comes with %d descriptors".formatted(word, descriptors.length));
    }
    return descriptors[0];
  }

  int[] descriptors() {
    return descriptors;
  }

  int intAt(int index) {
    return Math.toIntExact(number(index));
  }

  boolean flag(int index) {
    return number(index) != 0;
  }

  Message message() {
    ByteBuffer payload =
        ByteBuffer.allocate(Long.BYTES * (1 + numbers.length) + bytes.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    payload.putLong(numbers.length);
    for (long each : numbers) {
      payload.putLong(each);
    }
    payload.put(bytes).flip();
    return new Message(word.number(), Message.VERSION, payload, descriptors);
  }

  /** Reads a message and takes its descriptors. */
  static Statement of(Message message) throws IOException {
    ByteBuffer payload = message.payload();
    int longs = payload.remaining() / Long.BYTES;
    long count = longs == 0 ? -1 : payload.getLong();
    if (count < 0 || count >= longs) {
      throw new IOException("statement %d is cut".formatted(message.request()));
    }
    long[] numbers = new long[(int) count];
    for (int i = 0; i < count; i++) {
      numbers[i] = payload.getLong();
    }
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    Word word =
        Arrays.stream(Word.values())
            .filter(each -> each.number() == message.request())
            .findFirst()
            .orElseThrow(() ->
                new IOException(
                    "statement %d is not known in this version".formatted(message.request())));
    return new Statement(word, bytes, numbers, message.claim());
  }
}
