package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ProcessorsTest {

  private static final List<Option> OPTIONS = List.of(new Option("--cores", "0,1", "processors"));

  private static Processors of(String cores) throws BenchException {
    return Processors.of(
        Settings.parse(OPTIONS, List.of("--cores", cores)), new TreeSet<>(List.of(0, 1, 4)));
  }

  @Test
  void theLoadIsNamedFirst() throws BenchException {
    assertEquals(new Processors(4, 0), of("4,0"));
  }

  @Test
  void bothSidesNeedAProcessorThatIsThereAndTheOthersIsNot() {
    for (String wrong : List.of("0", "1,1", "0,2", "0,1,4")) {
      var refusal = assertThrows(BenchException.class, () -> of(wrong), wrong);
      assertTrue(refusal.getMessage().endsWith("processors [0, 1, 4]"), refusal.getMessage());
    }
  }

  @Test
  void theKernelsListHasRanges() {
    assertEquals(new TreeSet<>(List.of(0, 1, 2, 3, 8)), Processors.parse("0-3,8"));
  }
}
