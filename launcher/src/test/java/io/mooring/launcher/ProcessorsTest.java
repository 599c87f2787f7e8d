package io.mooring.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcessorsTest {

  @Test
  void theKernelsListHasRangesAndNumbers() {
    String list = "0-3,8";
    assertTrue(Processors.has(list, 0));
    assertTrue(Processors.has(list, 3));
    assertTrue(Processors.has(list, 8));
    assertFalse(Processors.has(list, 4));
    assertFalse(Processors.has(list, 9));
  }

  @Test
  void aProcessorThatIsNotThereIsNamed() {
    Refusal refusal = assertThrows(Refusal.class, () -> Processors.check("9999"));
    assertEquals(
        "--cores 9999: 9999 is not a processor of this host, which has ",
        refusal.getMessage().replaceAll("[-0-9,]+$", ""));
  }
}
