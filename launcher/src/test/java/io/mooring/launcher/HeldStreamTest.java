package io.mooring.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeldStreamTest {

  @Test
  void whatWasHeldComesFirst() throws IOException {
    var target = new ByteArrayOutputStream();
    try (var held = new HeldStream(target)) {
      held.write('a');
      assertEquals("", target.toString(StandardCharsets.UTF_8));
      held.release();
      held.write('b');
    }
    assertEquals("ab", target.toString(StandardCharsets.UTF_8));
  }

  @Test
  void thatNobodyReadsItIsNoReasonToEnd() throws IOException {
    var unread =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    try (var held = new HeldStream(unread)) {
      held.write('a');
      held.release();
      assertThrows(IOException.class, () -> held.write('b'));
    }
  }
}
